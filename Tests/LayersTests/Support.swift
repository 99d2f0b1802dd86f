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

/// Expects numbers within an absolute and a relative distance of others.
func expectClose(
  _ actual: [Float], _ expected: [Float], within tolerance: Float = 1e-6,
  _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(actual.count == expected.count, comment, sourceLocation: sourceLocation)
  for (index, (x, y)) in zip(actual, expected).enumerated() {
    let isClose =
      x == y || (x.isNaN && y.isNaN) || (x - y).magnitude <= tolerance * max(1, y.magnitude)
    #expect(
      isClose, "element \(index) is \(x), expected \(y). \(comment?.description ?? "")",
      sourceLocation: sourceLocation)
  }
}

/// Expects a stopped program to have said something.
func expectMessage(
  _ result: ExitTest.Result?, _ parts: String...,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  for part in parts {
    #expect(text.contains(part), "\(text)", sourceLocation: sourceLocation)
  }
}
