import Layers
import Tensors
import TestSupport
import Testing
import Training

/// Integers of 64 bits, which PyTorch counts batches in.
@Suite struct SafetensorsIntegersTests {
  private let directory = TemporaryDirectory()
  private var path: String { directory["file.safetensors"] }

  /// A file with one tensor of 64-bit integers.
  private func writeFile(_ values: [Int64], shape: String) throws {
    let offsets = "[0,\(8 * values.count)]"
    let header = #"{"x":{"dtype":"I64","shape":\#(shape),"data_offsets":\#(offsets)}}"#
    let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
    let data = values.flatMap { value in
      withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
    try write(length + Array(header.utf8) + data, to: path)
  }

  @Test("They are read as int32", arguments: devices)
  func narrowed(_ device: Device) throws {
    try writeFile([7, -1, Int64(Int32.max), Int64(Int32.min)], shape: "[2,2]")
    let tensor = try SafetensorsFile(path).tensor("x", device: device)
    #expect(tensor.shape == [2, 2])
    #expect(try tensor.integers() == [7, -1, .max, .min])
  }

  @Test("Those that 32 bits do not hold are an error")
  func tooLarge() throws {
    try writeFile([0, Int64(Int32.max) + 1], shape: "[2]")
    let file = try SafetensorsFile(path)
    #expect(throws: SafetensorsError(path: path, problem: .range(tensor: "x"))) {
      try file.tensor("x", device: .cpu)
    }
  }

  @Test("Each takes 8 bytes")
  func size() throws {
    try writeFile([1], shape: "[2]")
    #expect(
      throws: SafetensorsError(path: path, problem: .size(tensor: "x", bytes: 8, expected: 16))
    ) { try SafetensorsFile(path) }
  }

  @Test("The count of batches in a file of PyTorch fits a batch normalization")
  func batchNorm() throws {
    try withDevice(.cpu) {
      try writeFile([12], shape: "[]")
      let layer = BatchNorm(2, affine: false)
      try layer.loadWeights([
        "running_mean": Tensor([1, 2]), "running_var": Tensor([3, 4]),
        "num_batches_tracked": try SafetensorsFile(path).tensor("x"),
      ])
      #expect(try layer.batchesTracked?.value.integers() == [12])
    }
  }
}
