import Layers
import Tensors
import TestSupport
import Testing

/// Embedding, bilinear, upsampling, radial basis and attention layers, beside their golden cases.
@Suite struct LookupTests {
  @Test(arguments: devices)
  func `the vector of padding is zero and has no gradient`(_ device: Device) throws {
    try on(device) { () throws in
      let layer = Embedding(4, 2, paddingIndex: 1)
      #expect(try layer.weight.value[1].scalars() == [0, 0])
      let indices = Tensor([1, 3, 1, 3] as [Int32])
      let (_, gradients) = valueAndGradient(of: layer) { layer(indices).sum() }
      let gradient = try #require(gradients[layer.weight])
      #expect(try gradient.scalars() == [0, 0, 0, 0, 0, 0, 2, 2])
    }
  }

  @Test(arguments: devices)
  func `characters become vectors`(_ device: Device) {
    on(device) {
      let characters = Embedding(96, 16)
      #expect(characters(Tensor([7, 4, 11, 11] as [Int32])).shape == [4, 16])
    }
  }

  @Test(arguments: devices)
  func `a bilinear layer of one input is a quadratic form`(_ device: Device) throws {
    try on(device) { () throws in
      let layer = Bilinear(2, 2, 1, bias: false)
      layer.weight.value = Tensor([1, 2, 3, 4], shape: [1, 2, 2])
      // 1·25 + (2 + 3)·5·7 + 4·49.
      #expect(try layer(Tensor([5, 7])).scalars() == [396])
    }
  }

  @Test(arguments: devices)
  func `images are scaled or brought to a size`(_ device: Device) throws {
    try on(device) { () throws in
      let image = Tensor([1, 2, 3, 4], shape: [1, 1, 2, 2])
      #expect(
        try Upsample(scale: Pair(1, 2))(image).scalars() == [1, 1, 2, 2, 3, 3, 4, 4])
      let wide = Upsample(size: Pair(1, 3), mode: .bilinear(alignsCorners: true))
      #expect(try wide(image).scalars() == [1, 1.5, 2])
      #expect(Upsample(scale: 3)(.zeros([2, 5, 4, 6])).shape == [2, 5, 12, 18])
    }
  }

  @Test(arguments: devices)
  func `attention sees as far as it may`(_ device: Device) throws {
    try on(device) { () throws in
      let layer = MultiheadAttention(8, heads: 2)
      let input = Tensor.normal([2, 5, 8])
      // What comes later changes nothing before it.
      let changed = concatenate([input.slice(0..<3, axis: 1), .normal([2, 2, 8])], axis: 1)
      let (a, b) = (layer(input, isCausal: true), layer(changed, isCausal: true))
      #expect(
        try a.slice(0..<3, axis: 1).scalars() == b.slice(0..<3, axis: 1).scalars())
      // And neither does padding.
      let mask = Tensor([1, 1, 1, 0, 0, 1, 1, 1, 0, 0], shape: [2, 5])
      let (c, d) = (layer(input, keyMask: mask), layer(changed, keyMask: mask))
      #expect(
        try c.slice(0..<3, axis: 1).scalars() == d.slice(0..<3, axis: 1).scalars())
      #expect(try layer(input).scalars() != layer(changed).scalars())
    }
  }

  @Test func `weights of attention have PyTorch's names`() {
    on(.cpu) {
      let shapes = MultiheadAttention(8, heads: 2).weights.map { ($0.name, $0.tensor.shape) }
      #expect(
        shapes.map(\.0) == ["in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias"])
      #expect(shapes.map(\.1) == [[24, 8], [24], [8, 8], [8]])
    }
  }

  @Test(arguments: devices)
  func `attention drops only in training`(_ device: Device) throws {
    try on(device) { () throws in
      let layer = MultiheadAttention(8, heads: 2, dropout: 0.5)
      let input = Tensor.normal([2, 5, 8])
      let evaluated = layer(input)
      #expect(try layer(input).scalars() == evaluated.scalars())
      let (loss, _) = valueAndGradient(of: layer) { (layer(input) - evaluated).abs().sum() }
      #expect(try loss.item() > 0.1)
    }
  }
}

/// What does not fit stops the program with a message that names the layer and the shapes.
@Suite struct LookupMisuseTests {
  @Test func `indices are integers`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = withDevice(.cpu) { Embedding(4, 2)(.zeros([3])) }
    }
    expectMessage(result, "embedding: indices of float32 [3] and weight [4, 2]")
  }

  @Test func `both inputs of a bilinear layer fit`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = withDevice(.cpu) { Bilinear(4, 2, 1)(.zeros([3, 4]), .zeros([3, 4])) }
    }
    expectMessage(result, "Bilinear: inputs [3, 4] and [3, 4] do not fit weight [1, 4, 2]")
  }

  @Test func `heads share the features evenly`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = withDevice(.cpu) { MultiheadAttention(8, heads: 3) }
    }
    expectMessage(result, "MultiheadAttention: 8 features", "3 heads")
  }

  @Test func `a key mask has a number for each key`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = withDevice(.cpu) {
        MultiheadAttention(8, heads: 2)(.zeros([2, 3, 8]), keyMask: .zeros([2, 8]))
      }
    }
    expectMessage(result, "MultiheadAttention: key mask [2, 8] for keys [2, 3, 8]")
  }

  @Test func `centres have the length of the input`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = withDevice(.cpu) { RadialBasis(3, 1, centers: 5)(.zeros([2, 4])) }
    }
    expectMessage(result, "RadialBasis: input [2, 4] does not fit centres [5, 3]")
  }
}
