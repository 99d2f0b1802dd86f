import Tensors
import TestSupport
import Testing

/// What the golden cases do not reach: integers, empty parts, indices of nothing.
@Suite struct ShapeOperationTests {
  @Test(arguments: devices)
  func theExamplesOfTheDocumentation(_ device: Device) throws {
    try on(device) { () throws in
      #expect(Tensor.zeros([5, 2]).split(2).map(\.shape) == [[2, 2], [2, 2], [1, 2]])
      #expect(try Tensor([1, 2]).tiled(2).scalars() == [1, 2, 1, 2])
      #expect(try Tensor([1, 2]).repeatInterleaved(2).scalars() == [1, 1, 2, 2])
      #expect(try Tensor([1, 2, 3]).rolled(by: 1).scalars() == [3, 1, 2])
      let x = Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])
      let columns = x.indexSelect(Tensor([2, 0] as [Int32]), axis: 1)
      #expect(try columns.scalars() == [3, 1, 6, 4])
      let sums = Tensor.zeros([3]).indexAdd(Tensor([2, 0, 2] as [Int32]), Tensor([1, 2, 3]))
      #expect(try sums.scalars() == [2, 0, 4])
      #expect(try Tensor.arange(from: 1, to: 2, by: 0.25).scalars() == [1, 1.25, 1.5, 1.75])
      #expect(try Tensor.linspace(from: 0, to: 1, count: 5).scalars() == [0, 0.25, 0.5, 0.75, 1])
    }
  }

  @Test(arguments: devices)
  func integersAreRearrangedToo(_ device: Device) throws {
    try on(device) { () throws in
      let x = Tensor.arange(0..<6).reshaped([2, 3])
      #expect(try x.flipped().integers() == [5, 4, 3, 2, 1, 0])
      #expect(try x.tiled(2, 1).integers() == [0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5])
      #expect(try x.rolled(by: -1, axis: 1).integers() == [1, 2, 0, 4, 5, 3])
      #expect(try x.repeatInterleaved(2).integers() == [0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5])
      #expect(try x.chunked(2, axis: 1)[1].integers() == [2, 5])
      #expect(try Tensor.arange(3..<10, by: 3).integers() == [3, 6, 9])
    }
  }

  @Test(arguments: devices)
  func nothingIsAllowed(_ device: Device) throws {
    try on(device) { () throws in
      #expect(Tensor.zeros([2, 3]).tiled(0, 2).shape == [0, 6])
      #expect(Tensor.zeros([0, 3]).repeatInterleaved(2, axis: 1).shape == [0, 6])
      #expect(Tensor.zeros([0, 3]).rolled(by: 2).shape == [0, 3])
      #expect(Tensor.zeros([0, 3]).flipped().shape == [0, 3])
      #expect(Tensor.zeros([0, 3]).chunked(2).isEmpty)
      #expect(Tensor([] as [Int32]).oneHot(classes: 3).shape == [0, 3])
      let none = Tensor.zeros([2, 3]).indexSelect(Tensor([] as [Int32]), axis: 1)
      #expect(none.shape == [2, 0])
      #expect(try einsum("ij,jk->ik", .zeros([2, 0]), .zeros([0, 2])).scalars() == [0, 0, 0, 0])
      // The gradient of what was repeated no times is 0.
      let (_, gradients) = valueAndGradient(at: Tensor([1, 2])) {
        $0[0].tiled(0).sum() + $0[0].sum()
      }
      #expect(try gradients[0].scalars() == [1, 1])
    }
  }

  @Test(arguments: devices)
  func indicesOutsideGiveNaNOrAddNothing(_ device: Device) throws {
    try on(device) { () throws in
      let indices = Tensor([-1, 1, 2] as [Int32])
      let picked = try Tensor([5, 6]).indexSelect(indices).scalars()
      #expect(picked[0].isNaN && picked[1] == 6 && picked[2].isNaN)
      let sums = Tensor([5, 6]).indexAdd(indices, Tensor([10, 20, 30]))
      #expect(try sums.scalars() == [5, 26])
      let ones = try indices.oneHot(classes: 2).scalars()
      #expect(ones[0].isNaN && ones[1].isNaN && ones[4].isNaN && ones[5].isNaN)
      #expect(Array(ones[2..<4]) == [0, 1])
    }
  }

  @Test(arguments: devices)
  func aMaskReachesNumbersThatAreNotFinite(_ device: Device) throws {
    try on(device) { () throws in
      let x = Tensor([.nan, 1, -.infinity, 4], shape: [2, 2])
      #expect(
        try x.maskedFill(Tensor([1, 0, 1, 0], shape: [2, 2]), with: 7).scalars() == [7, 1, 7, 4])
      #expect(try Tensor([1, .nan, 3, 4], shape: [2, 2]).tril().scalars() == [1, 0, 3, 4])
      #expect(try einsum("ii", Tensor([1, .nan, 3, 4], shape: [2, 2])).item() == 5)
    }
  }

  @Test(arguments: devices)
  func attentionToNothingIsZeroWhateverTheOthersAre(_ device: Device) throws {
    try on(device) { () throws in
      // Keys behind the query are masked by causality, the first by padding.
      let (q, k) = (Tensor.normal([3, 4]), Tensor.normal([3, 4]))
      let y = try scaledDotProductAttention(
        q * 100, k * 100, .ones([3, 2]), mask: Tensor([0, 1, 1]), isCausal: true
      ).scalars()
      #expect(Array(y[..<2]) == [0, 0])
      expectClose(Array(y[2...]), [1, 1, 1, 1])
    }
  }

  @Test(arguments: devices)
  func attentionDropsWeights(_ device: Device) throws {
    try on(device) { () throws in
      // With one key its weight is 1: dropped to 0 or scaled to 1 / (1 − rate).
      let y = try scaledDotProductAttention(
        .zeros([200, 1]), .zeros([1, 1]), .ones([1, 1]), dropout: 0.5
      ).scalars()
      #expect(Set(y) == [0, 2])
    }
  }
}

/// Mistakes stop the program with a message that names the operation and the shapes.
@Suite struct ShapeMisuseTests {
  private func expect(_ result: ExitTest.Result?, _ parts: String...) {
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    for part in parts { #expect(text.contains(part), "\(text)") }
  }

  @Test func partsThatDoNotAddUp() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      withDevice(.cpu) { _ = Tensor.zeros([2, 5]).split(sizes: [2, 2], axis: 1) }
    }
    expect(result, "split", "[2, 2]", "[2, 5]")
  }

  @Test func sourcesThatDoNotFit() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      withDevice(.cpu) {
        _ = Tensor.zeros([4, 2]).indexAdd(Tensor([0, 1] as [Int32]), .zeros([3, 2]))
      }
    }
    expect(result, "indexAdd", "[3, 2]", "[4, 2]", "[2, 2]")
  }

  @Test func equationsThatDoNotFit() async {
    var result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      withDevice(.cpu) { _ = einsum("ij,jk->ik", .zeros([2, 3]), .zeros([4, 2])) }
    }
    expect(result, "einsum", "'j'", "[2, 3]", "[4, 2]")
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      withDevice(.cpu) { _ = einsum("...i->i", .zeros([2, 3])) }
    }
    expect(result, "einsum", "'.'", "letters")
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      withDevice(.cpu) { _ = einsum("ij->ik", .zeros([2, 3])) }
    }
    expect(result, "einsum", "'ij->ik'", "result")
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      withDevice(.cpu) { _ = einsum("ij,j", .zeros([2, 3])) }
    }
    expect(result, "einsum", "'ij,j'", "[2, 3]")
  }

  @Test func attentionThatDoesNotFit() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      withDevice(.cpu) {
        _ = scaledDotProductAttention(.zeros([2, 3]), .zeros([4, 3]), .zeros([5, 3]))
      }
    }
    expect(result, "scaledDotProductAttention", "[4, 3]", "[5, 3]")
  }

  @Test func imagesThatCannotBeUpsampled() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      withDevice(.cpu) {
        _ = upsample(.zeros([1, 2, 0, 3]), Upsampling(mode: .nearest, size: 4))
      }
    }
    expect(result, "upsample", "[1, 2, 0, 3]", "4×4")
  }
}
