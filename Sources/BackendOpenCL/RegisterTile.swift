import OpenCL

/// The tile of numbers that a work-item of a CPU keeps in registers; see Kernels/tiles.cl.
struct RegisterTile: Hashable {
  /// The elements of a vector.
  let width: Int
  /// The vectors of a row.
  let vectors: Int
  let rows: Int

  /// The highest tile whose rows have so many vectors: it leaves registers for one row of the
  /// operand with vectors and one number of the other.
  init(width: Int, vectors: Int) {
    self.width = width
    self.vectors = vectors
    rows = min((Self.registers(ofWidth: width) - 1 - vectors) / vectors, Self.mostRows)
  }

  /// The tile for matrix products: with more vectors there were too few rows for each.
  static func widest(width: Int) -> RegisterTile {
    RegisterTile(width: width, vectors: width == 16 ? 4 : 2)
  }

  /// The elements of a row.
  var columns: Int { vectors * width }

  /// The build options of the kernels.
  var options: String { "-DWIDTH=\(width) -DVECTORS=\(vectors) -DROWS=\(rows)" }

  /// The most vectors that leave enough rows for each vector that is loaded.
  static func mostVectors(ofWidth width: Int) -> Int { width == 16 ? 4 : 3 }

  /// AVX-512 has 32 registers of 16 floats; AVX2 and others have 16 of 8, or count as if.
  private static func registers(ofWidth width: Int) -> Int { width == 16 ? 32 : 16 }

  /// Beyond these the loads of the numbers, one for each row, cost more than they serve.
  private static let mostRows = 14
}
