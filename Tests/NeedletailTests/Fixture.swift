import OpenCL

/// The first OpenCL device: found once, as drivers do not take well to being asked by several threads
/// at first.
enum Fixture {
  static let device: ComputeDevice = {
    do {
      guard let device = try ComputeDevice.all().first else { fatalError("no OpenCL device") }
      return device
    } catch {
      fatalError("\(error)")
    }
  }()
}
