import Tensors
import Testing

/// Every device present: the tests of this suite run on each.
let devices: [Device] = {
  do { return try Device.all } catch { fatalError("the devices cannot be listed: \(error)") }
}()

/// Runs a test's body on a device with a fixed seed.
func on(_ device: Device, _ body: () throws -> Void) rethrows {
  try withDevice(device, seed: 7, body)
}
