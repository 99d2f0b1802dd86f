import Layers
import Tensors
import TestSupport
import Testing

@Suite struct LossTests {
  @Test(arguments: devices)
  func `crossEntropy is the negative logarithm of the label's probability`(_ device: Device) throws
  {
    try on(device) { () throws in
      // Probabilities 1/4, 3/4 and 1/2, 1/2.
      let logits = Tensor([0, 1.0986123, 5, 5], shape: [2, 2])
      let labels = Tensor([1, 0] as [Int32])
      let expected: [Float] = [0.28768207, 0.69314718]
      let each = crossEntropy(logits, labels, reduction: .none)
      #expect(each.shape == [2])
      expectClose(try each.scalars(), expected)
      expectClose([try crossEntropy(logits, labels).item()], [(expected[0] + expected[1]) / 2])
      expectClose(
        [try crossEntropy(logits, labels, reduction: .sum).item()], [expected[0] + expected[1]])
    }
  }

  @Test(arguments: devices)
  func `mseLoss and l1Loss measure the distance`(_ device: Device) throws {
    try on(device) { () throws in
      let (y, t) = (Tensor([1, 2, 3, 4], shape: [2, 2]), Tensor([1, 0, 6, 4], shape: [2, 2]))
      #expect(try mseLoss(y, t).item() == 13 / 4)
      #expect(try mseLoss(y, t, reduction: .sum).item() == 13)
      #expect(try mseLoss(y, t, reduction: .none).scalars() == [0, 4, 9, 0])
      #expect(try l1Loss(y, t).item() == 5 / 4)
      #expect(try l1Loss(y, t, reduction: .sum).item() == 5)
      #expect(try l1Loss(y, t, reduction: .none).scalars() == [0, 2, 3, 0])
      #expect(l1Loss(y, t, reduction: .none).shape == [2, 2])
    }
  }

  @Test(arguments: devices)
  func `a label that is no class gives NaN, an ignored one counts nothing`(_ device: Device) throws
  {
    try on(device) { () throws in
      let logits = Tensor([0, 1.0986123, 5, 5, -.infinity, 3], shape: [3, 2])
      let labels = Tensor([1, 0, 0] as [Int32])
      let ignoring = { (label: Int32, reduction: LossReduction) in
        try crossEntropy(
          logits, labels, weight: Tensor([1, 2]), ignoring: label, reduction: reduction
        ).scalars()
      }
      expectClose(try ignoring(0, .none), [2 * 0.28768207, 0, 0])
      // The mean is over the weights that count.
      expectClose(try ignoring(0, .mean), [0.28768207])
      for bad in [-1, 2, -100] as [Int32] {
        let losses = nllLoss(
          logits, Tensor([1, bad, 1]), ignoring: 7, reduction: .none)
        #expect(try losses.scalars().map(\.isNaN) == [false, true, false])
      }
    }
  }

  @Test(arguments: devices)
  func `robust losses are quadratic near and linear far`(_ device: Device) throws {
    try on(device) { () throws in
      let (y, t) = (Tensor([0, 1, 5]), Tensor([0.5, 1, 1]))
      expectClose(try smoothL1Loss(y, t, reduction: .none).scalars(), [0.125, 0, 3.5])
      expectClose(try smoothL1Loss(y, t, beta: 0, reduction: .none).scalars(), [0.5, 0, 4])
      expectClose(try huberLoss(y, t, delta: 2, reduction: .none).scalars(), [0.125, 0, 6])
    }
  }

  @Test(arguments: devices)
  func `binary cross-entropy neither overflows nor loses small numbers`(_ device: Device) throws {
    try on(device) { () throws in
      let losses = binaryCrossEntropyWithLogits(
        Tensor([0, 1000, -1000, 20]), Tensor([0.5, 0, 1, 1]), reduction: .none)
      let expected: [Float] = [0.69314718, 1000, 1000, 2.0611536e-9]
      for (x, y) in zip(try losses.scalars(), expected) { #expect(abs(x - y) <= 1e-5 * y) }
    }
  }

  @Test(arguments: devices)
  func `hinge losses stop at their margin`(_ device: Device) throws {
    try on(device) { () throws in
      let (y, t) = (Tensor([2, 0.5, 2, -3]), Tensor([1, 1, -1, -1]))
      #expect(try hingeLoss(y, t, reduction: .none).scalars() == [0, 0.5, 3, 0])
      #expect(
        try hingeEmbeddingLoss(y, t, margin: 3, reduction: .none).scalars() == [2, 0.5, 1, 6])
    }
  }

  @Test(arguments: devices)
  func `accuracy is the fraction of right answers`(_ device: Device) throws {
    try on(device) { () throws in
      let logits = Tensor([1, 2, 0, 9, 8, 7, 0, 0, 1, -1, -3, -2], shape: [4, 3])
      #expect(try accuracy(logits, Tensor([1, 0, 0, 0] as [Int32])).item() == 0.75)
    }
  }
}
