import OpenCL
import Tensors

/// Every device present: most suites run on each.
package let devices: [Device] = {
  do { return try Device.all } catch { fatalError("the devices cannot be listed: \(error)") }
}()

/// The first OpenCL device, without the backend that computes on it.
package let firstComputeDevice: ComputeDevice = {
  do {
    guard let device = try ComputeDevice.all().first else { fatalError("no OpenCL device") }
    return device
  } catch {
    fatalError("the OpenCL devices cannot be listed: \(error)")
  }
}()

/// Runs a test's body on a device with a fixed seed.
package func on(_ device: Device, _ body: () throws -> Void) rethrows {
  try withDevice(device, seed: 7, body)
}
