import Backends
import Verification

extension RecordingBackend {
  func cumulativeSum(
    _ input: StridedArray, axis: Int, reversed: Bool, to result: StridedArray
  ) throws {
    try note(.cumulativeSum).cumulativeSum(input, axis: axis, reversed: reversed, to: result)
  }

  func topK(
    _ input: StridedArray, largest: Bool, to values: StridedArray, indices: StridedArray
  ) throws { try note(.topK).topK(input, largest: largest, to: values, indices: indices) }

  func topKGradient(
    _ gradient: StridedArray, indices: StridedArray, to result: StridedArray
  ) throws { try note(.topKGradient).topKGradient(gradient, indices: indices, to: result) }
}
