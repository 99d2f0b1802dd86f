import Backends

/// Memory for the inputs of a recorded step.
package final class InputPlaces {
  /// What tells inputs of one recording from those of another.
  package struct Key: Hashable {
    private let shapes: [Shape]
    private let dtypes: [DType]
    private let device: Device?
    private let precision: MatrixPrecision

    package init(_ inputs: [Tensor]) {
      shapes = inputs.map(\.shape)
      dtypes = inputs.map(\.dtype)
      device = inputs.first?.device
      precision = .current
    }
  }

  let device: Device
  let tensors: [Tensor]

  /// Memory for tensors like these, all on one device, with their numbers.
  package init(like inputs: [Tensor], on device: Device) {
    self.device = device
    tensors = inputs.map(\.copied)
  }

  /// Copies inputs to their places.
  package func copy(_ inputs: [Tensor]) {
    device.context.change(inputs.map(\.array)) { try copy(inputs, on: $0) }
  }

  func copy(_ inputs: [Tensor], on backend: any Backend) throws {
    for (input, place) in zip(inputs, tensors) { try backend.copy(input.array, to: place.array) }
  }
}
