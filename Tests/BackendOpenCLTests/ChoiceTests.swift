import BackendOpenCL
import Backends
import Testing

@Suite struct ChoiceTests {
  private static func product(_ rows: Int, _ columns: Int = 40, depth: Int = 30) -> TunedShape {
    TunedShape(productOf: 1, rows: rows, columns: columns, depth: depth)
  }

  @Test func `An exact shape comes before its class, and the user before what is shipped`() {
    var user = ChoiceTable()
    var shipped = ChoiceTable()
    shipped.add(Choice("shipped class"), for: Self.product(30), isClass: true)
    shipped.add(Choice("shipped exact"), for: Self.product(31), isClass: false)
    user.add(Choice("user class"), for: Self.product(50), isClass: true)
    user.add(Choice("user exact"), for: Self.product(51), isClass: false)
    let choices = Choices(user: user, shipped: shipped)
    #expect(choices[Self.product(29)]?.algorithm == "shipped class")
    #expect(choices[Self.product(31)]?.algorithm == "shipped exact")
    #expect(choices[Self.product(33)]?.algorithm == "user class")
    #expect(choices[Self.product(51)]?.algorithm == "user exact")
    #expect(choices[Self.product(200)] == nil)
    user.add(Choice("mine"), for: Self.product(31), isClass: true)
    #expect(Choices(user: user, shipped: shipped)[Self.product(31)]?.algorithm == "mine")
  }

  @Test func `Extents round up to powers of two, and nothing else does`() {
    let convolution = TunedShape(
      .convolution, [100, 2, 3, 20, 28, 33, 5, 5, 3, 3, 6, 6, 1, 1])
    let rounded = TunedShape(
      .convolution, [128, 2, 4, 32, 32, 64, 5, 5, 3, 3, 6, 6, 1, 1])
    #expect(convolution.rounded == rounded)
    #expect(Self.product(1, 64, depth: 65).rounded == Self.product(1, 64, depth: 128))
    #expect(TunedShape(.convolution, byName: convolution.byName) == convolution)
    #expect(TunedShape(.convolution, byName: ["images": 3]) == nil)
  }

  /// Whether a product of the shape is computed by a choice, and right.
  private func launches(
    _ shape: TunedShape, user: ChoiceTable = ChoiceTable(), forced: Choice? = nil
  ) throws -> [String] {
    let backend = try OpenCLBackend(
      Fixture.device, kernelStyle: .cpu, choices: Choices(user: user), profiling: true)
    let (rows, columns, depth) = (shape["rows"], shape["columns"], shape["depth"])
    let (a, b) = (numbers(rows * depth, seed: 1), numbers(depth * columns, seed: 2))
    let left = try backend.array(a, [1, rows, depth])
    let right = try backend.array(b, [1, depth, columns])
    let result = try backend.temporary([1, rows, columns])
    if let forced {
      try forced.force(for: .product) { try backend.matrixProduct(left, right, to: result) }
    } else {
      try backend.matrixProduct(left, right, to: result)
    }
    let expected = (0..<rows * columns).map { place in
      (0..<depth).reduce(0.0) {
        $0 + Double(a[place / columns * depth + $1]) * Double(b[$1 * columns + place % columns])
      }
    }
    #expect(normalizedError(try backend.elements(result), expected) < 1e-11)
    return try backend.session.takeLaunchRecords().map(\.name)
  }

  @Test func `A backend follows what is forced, else what was tuned, else the shape`() throws {
    let shape = Self.product(20)
    var table = ChoiceTable()
    table.add(Choice("tiles", ["rows": 32, "columns": 32]), for: shape, isClass: false)
    #expect(try launches(shape) == ["pack_panels", "multiply_panels"])
    #expect(try launches(shape, user: table) == ["multiply_tiles"])
    let forced = Choice("panels", ["rows": 4, "vectors": 2])
    #expect(
      try launches(shape, user: table, forced: forced) == ["pack_panels", "multiply_panels"])
  }

  @Test func `What does not serve the shape is passed over`() throws {
    let shape = Self.product(20)
    var table = ChoiceTable()
    table.add(Choice("dots"), for: shape, isClass: false)
    #expect(try launches(shape, user: table) == ["pack_panels", "multiply_panels"])
    #expect(try launches(shape, forced: Choice("dots")) == ["pack_panels", "multiply_panels"])
  }

  @Test(arguments: [
    Choice("magic"), Choice("panels", ["rows": 1000]), Choice("panels", ["colour": 3]),
    Choice("tiles", ["rows": 33]), Choice("clblast", ["MWG": 64]),
    Choice("clblast", ["XGEMM_MIN_INDIRECT_SIZE": 0]),
  ])
  func `What makes no sense is left out of a device's table, and said`(choice: Choice) throws {
    let (shape, other) = (Self.product(20), Self.product(300))
    var file = ChoiceFile()
    let tuned = [(shape, choice), (other, Choice("panels", ["rows": 4]))].map {
      TunedChoice($0, isClass: false, $1, seconds: 1, defaultSeconds: 2)
    }
    let device = Fixture.device
    file.merge(
      tuned, library: nil, device: device.name,
      driver: device.tunedDriver)
    var unusable: [Choice] = []
    let table = file.table(for: device) { unusable.append($1) }
    #expect(unusable == [choice])
    #expect(table[shape] == nil)
    #expect(table[other] == Choice("panels", ["rows": 4]))
  }

  @Test func `What makes no sense cannot be forced`() throws {
    let error = #expect(throws: UnusableChoice.self) {
      try launches(Self.product(20), forced: Choice("panels", ["rows": 1000]))
    }
    #expect(error?.description.hasSuffix("cannot compute product by 'panels rows=1000'") == true)
  }

  @Test func `The shapes of what is computed are recorded`() throws {
    let backend = try OpenCLBackend(Fixture.device, kernelStyle: .cpu, choices: Choices())
    let left = try backend.array(numbers(6), [1, 2, 3])
    let right = try backend.array(numbers(12), Layout([1, 4, 3]).permuted([0, 2, 1]))
    let result = try backend.temporary([1, 2, 4])
    let shapes = try backend.recordingShapes {
      for _ in 0..<3 { try backend.matrixProduct(left, right, to: result) }
    }
    let shape = TunedShape(
      productOf: 1, rows: 2, columns: 4, depth: 3, rightTransposed: true)
    #expect(shapes == [shape: 3])
    #expect(shape.description == "[2, 3] · [4, 3]ᵀ")
    #expect(try backend.recordingShapes {}.isEmpty)
  }

  @Test func `On GPUs, tiles of convolutions are among the candidates, and all can be used`()
    throws
  {
    let backend = try OpenCLBackend(Fixture.device, kernelStyle: .gpu, choices: Choices())
    let shape = TunedShape(.convolution, [1, 1, 2, 3, 5, 5, 3, 3, 1, 1, 1, 1, 1, 1])
    var counts: [Int] = []
    for level in TuningLevel.allCases {
      let tiles = backend.candidates(for: shape, level).filter { !$0.parameters.isEmpty }
      #expect(tiles.allSatisfy { $0.algorithm == "implicit" })
      #expect(Set(tiles).count == tiles.count)
      #expect(Set(tiles).isSubset(of: backend.choices(of: .convolution, level)))
      counts.append(tiles.count)
    }
    #expect(counts[0] > 0 && counts[0] < counts[1] && counts[1] < counts[2], "\(counts)")
    let images = try backend.array(numbers(50), [1, 2, 5, 5])
    let filter = try backend.array(numbers(54), [3, 2, 3, 3])
    let results = try backend.candidates(for: shape, .normal).map { choice in
      try choice.force(for: .convolution) {
        let result = try backend.temporary([1, 3, 5, 5])
        try backend.convolve(images, filter, bias: nil, Convolution(padding: 1), to: result)
        return try backend.elements(result)
      }
    }
    for result in results { #expect(normalizedError(result, results[0].map(Double.init)) < 1e-9) }
  }

  @Test func `The default is the first candidate, and each stands once`() throws {
    let backend = try OpenCLBackend(Fixture.device, kernelStyle: .cpu, choices: Choices())
    for level in TuningLevel.allCases {
      let products = backend.candidates(for: Self.product(300, 300, depth: 300), level)
      #expect(products.first == Choice("panels"))
      #expect(Set(products).count == products.count)
      #expect(products.count >= 3)
    }
    let vector = TunedShape(
      productOf: 1, rows: 1, columns: 300, depth: 300, rightTransposed: true)
    #expect(backend.candidates(for: vector, .quick).first == Choice("dots"))
    let convolution = TunedShape(
      .dataGradient, [2, 1, 8, 8, 9, 9, 3, 3, 1, 1, 1, 1, 1, 1])
    let candidates = backend.candidates(for: convolution, .quick)
    #expect(Set(candidates).count == candidates.count)
    #expect(candidates.count >= 2)
  }
}
