import Tensors
import TestSupport
import Testing
import Training

@Suite struct SafetensorsTests {
  private let directory = TemporaryDirectory()
  private var path: String { directory["file.safetensors"] }

  @Test("What is written is read back, on every device", arguments: devices)
  func roundTrip(_ device: Device) throws {
    let tensors = SafetensorsGolden.tensors(on: device)
    try SafetensorsFile.write(tensors, metadata: ["b": "2", "a": "\u{1}\\"], to: path)
    let file = try SafetensorsFile(path)
    #expect(file.metadata == ["a": "\u{1}\\", "b": "2"])
    try expectSame(try file.tensors(device: device), tensors)
    #expect(try file.tensor("labels", device: device).integers() == [7, -1])
    #expect(entries(of: directory.path) == ["file.safetensors"])
  }

  @Test("The file is that of the reference implementation, byte for byte")
  func goldenBytes() throws {
    try SafetensorsFile.write(
      SafetensorsGolden.tensors(), metadata: SafetensorsGolden.metadata, to: path)
    #expect(try contents(of: path) == SafetensorsGolden.bytes)
  }

  @Test("A file of the reference implementation is read")
  func readsGolden() throws {
    try write(SafetensorsGolden.bytes, to: path)
    let file = try SafetensorsFile(path)
    #expect(file.metadata == SafetensorsGolden.metadata)
    #expect(file.names == SafetensorsGolden.names)
    try expectSame(try file.tensors(device: .cpu), SafetensorsGolden.tensors())
  }

  @Test("A transposed tensor is written in its own order")
  func stridedTensor() throws {
    let matrix = Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3], device: .cpu)
    try SafetensorsFile.write(["x": matrix.transposed()], to: path)
    let read = try SafetensorsFile(path).tensor("x", device: .cpu)
    #expect(read.shape == [3, 2])
    #expect(try read.scalars() == [1, 4, 2, 5, 3, 6])
  }

  @Test("A file without tensors is a file")
  func emptyFile() throws {
    try SafetensorsFile.write([:], to: path)
    #expect(try SafetensorsFile(path).names.isEmpty)
    #expect(try contents(of: path) == [8, 0, 0, 0, 0, 0, 0, 0] + Array("{}      ".utf8))
  }

  @Test("A tensor that is not there is named")
  func missingTensor() throws {
    try SafetensorsFile.write([:], to: path)
    let file = try SafetensorsFile(path)
    #expect(throws: SafetensorsError(path: path, problem: .missing(tensor: "x"))) {
      try file.tensor("x")
    }
  }
}

func expectSame(
  _ actual: [String: Tensor], _ expected: [String: Tensor],
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  #expect(actual.keys.sorted() == expected.keys.sorted(), sourceLocation: sourceLocation)
  for (name, tensor) in expected {
    let other = try #require(actual[name], sourceLocation: sourceLocation)
    #expect(other.shape == tensor.shape, "\(name)", sourceLocation: sourceLocation)
    let bits = try (bitPatterns(of: other), bitPatterns(of: tensor))
    #expect(bits.0 == bits.1, "\(name)", sourceLocation: sourceLocation)
  }
}

private func bitPatterns(of tensor: Tensor) throws -> [UInt32] {
  switch tensor.dtype {
  case .float32: try tensor.scalars().map(\.bitPattern)
  case .int32: try tensor.integers().map { UInt32(bitPattern: $0) }
  }
}
