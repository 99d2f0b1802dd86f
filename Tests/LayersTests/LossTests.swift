import Layers
import Tensors
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
  func `accuracy is the fraction of right answers`(_ device: Device) throws {
    try on(device) { () throws in
      let logits = Tensor([1, 2, 0, 9, 8, 7, 0, 0, 1, -1, -3, -2], shape: [4, 3])
      #expect(try accuracy(logits, Tensor([1, 0, 0, 0] as [Int32])).item() == 0.75)
    }
  }
}
