import Backends
import Synchronization
import Tensors

/// A device to verify, with the kernels that it chooses or with one of their styles.
package struct VerificationTarget: Sendable {
  /// What the device is.
  package let device: DeviceDescription
  /// The style of its kernels; nil for the device's own choice.
  package let kernels: KernelStyle?

  private let opening: Opening
  private let opensAgain: Bool

  /// A device of this machine, which is opened when it is first needed.
  ///
  /// Matrix units that it has not are emulated, to verify what else their kernels do.
  ///
  /// At reduced scale it is taken for a simulator: it multiplies with the kernels of this project,
  /// for those of CLBlast take a simulator minutes each; and it is opened for each case, for a
  /// simulator that looks for uninitialised memory mistakes what the pool gives out again.
  package init(_ device: DeviceDescription, kernels: KernelStyle? = nil, scale: Scale = .standard) {
    self.init(device, kernels: kernels, opensAgain: scale == .reduced) {
      try Device.open(
        device, kernels: kernels, usesCLBlast: scale != .reduced, emulatesMatrixUnits: true)
    }
  }

  /// A device that a function opens.
  package init(
    _ device: DeviceDescription, kernels: KernelStyle? = nil, opensAgain: Bool = false,
    opening: @escaping @Sendable () throws -> Device
  ) {
    self.device = device
    self.kernels = kernels
    self.opensAgain = opensAgain
    self.opening = Opening(opening)
  }

  /// Every style of kernels of a choice for a device; the reference has none.
  package static func targets(
    _ device: DeviceDescription, _ choice: KernelChoice, scale: Scale
  ) -> [VerificationTarget] {
    let styles = device.kind == .reference ? [nil] : choice.styles
    return styles.map { VerificationTarget(device, kernels: $0, scale: scale) }
  }

  /// Such as `opencl:0:0` or `opencl:0:0 gpu kernels`.
  package var name: String {
    kernels.map { "\(device.name) \($0.rawValue) kernels" } ?? device.name
  }

  /// Whether it is what others are compared with.
  package var isReference: Bool { device.kind == .reference }

  /// The device for a case.
  func open() throws -> Device { opensAgain ? try opening.open() : try opening.shared.get() }

  /// The device, opened once, or why it cannot be.
  private final class Opening: Sendable {
    let open: @Sendable () throws -> Device
    private let result = Mutex<Result<Device, any Error>?>(nil)

    init(_ open: @escaping @Sendable () throws -> Device) { self.open = open }

    var shared: Result<Device, any Error> {
      result.withLock { result in
        let opened = result ?? Result(catching: open)
        result = opened
        return opened
      }
    }
  }
}

/// With which styles of kernels devices are verified.
package enum KernelChoice: String, Sendable, CaseIterable {
  /// With that which each device chooses.
  case auto
  /// With those for processors.
  case cpu
  /// With those for graphics processors.
  case gpu
  /// With each of the two, whichever the device would choose.
  case both

  fileprivate var styles: [KernelStyle?] {
    switch self {
    case .auto: [nil]
    case .cpu: [.cpu]
    case .gpu: [.gpu]
    case .both: [.cpu, .gpu]
    }
  }
}
