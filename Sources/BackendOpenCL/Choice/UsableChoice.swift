import Backends
import OpenCL

extension Choice {
  /// Whether a device can compute an operation so, for shapes that the algorithm serves: whether there
  /// is such an algorithm, and whether it works by parameters of these names and values.
  ///
  /// - Parameter style: The kernels that it runs.
  func isUsable(
    for operation: TunedOperation, _ style: KernelStyle, on device: ComputeDevice
  ) -> Bool {
    guard operation.isProduct else { return ConvolutionWay(self, style, on: device) != nil }
    let isRounded = operation.precision != .float32
    let fragments = isRounded ? Fragments(operation.precision, by: .instruction) : nil
    return ProductAlgorithm(rawValue: algorithm)?
      .provider(parameters, by: fragments, on: device) != nil
  }

  /// What is forced of an operation in the task.
  ///
  /// - Throws: `UnusableChoice`: it is not passed over in silence, as whoever forces it tests or times it.
  static func forced(
    for operation: TunedOperation, _ style: KernelStyle, on device: ComputeDevice
  ) throws(UnusableChoice) -> Choice? {
    guard let choice = forced(for: operation) else { return nil }
    guard choice.isUsable(for: operation, style, on: device) else {
      throw UnusableChoice(
        description: "\(device.name) cannot compute \(operation.rawValue) by '\(choice)'")
    }
    return choice
  }
}

/// Why a device does not compute in the way that was forced.
package struct UnusableChoice: Error, CustomStringConvertible {
  /// The device, the operation and the choice.
  package let description: String
}
