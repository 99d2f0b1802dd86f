import Foundation
import Needletail

/// Who does the work: this library on a device, or another one.
protocol Contestant: AnyObject {
  /// Such as `needletail opencl:0:0` or `pytorch`.
  var name: String { get }
  /// What is behind it: versions and devices.
  var details: String { get }
  /// Whether it can do the work at all; the first time is not counted, since kernels are compiled
  /// then.
  func prepare(_ work: Work) throws -> Bool
  /// Repeats prepared work for about so long, and gives the seconds of a repetition.
  func time(_ work: Work, seconds: Double) throws -> Double
  /// The most bytes of memory that tensors take in a repetition, parameters and the optimizer's state
  /// among them; nil where that is not known.
  ///
  /// To be called when all has been timed: what a library does to know it may slow it from then on.
  func peakBytes(_ work: Work) throws -> Int?
  /// Gives back what the work has been prepared with.
  func finish(_ work: Work)
}

/// This library on one of its devices.
final class NeedletailContestant: Contestant {
  let device: Device
  private let precision: MatrixPrecision
  private var step: (() -> Void)?

  /// - Throws: `BenchmarkError` where the device does not offer the precision.
  init(_ device: Device, _ precision: MatrixPrecision) throws {
    guard device.offers(precision) else {
      throw BenchmarkError("\(device.name) offers no \(precision.rawValue)")
    }
    self.device = device
    self.precision = precision
  }

  var name: String { "needletail \(device.name)" }
  var details: String {
    "\(device.details.summary), \(device.details.computeUnits) compute units, \(precision.rawValue)"
  }

  func prepare(_ work: Work) throws -> Bool {
    if work.startedAnew != nil { return true }
    device.waitForBuilds()
    try withDevice(device, seed: 1, precision: precision) {
      let step = work.prepare()
      // The pool of buffers settles after the second.
      for _ in 0..<3 { step() }
      try device.synchronize()
      self.step = step
    }
    return true
  }

  func time(_ work: Work, seconds: Double) throws -> Double {
    if let name = work.startedAnew {
      let program = CommandLine.arguments[0]
      return try FirstStep(
        program, ["--devices", device.name, "--precision", precision.rawValue], of: name
      ).seconds()
    }
    guard let step else { throw BenchmarkError("\(work.name) is not prepared") }
    return try withDevice(device, precision: precision) {
      try secondsPerRepetition(forAbout: seconds) { count in
        for _ in 0..<count { step() }
        try device.synchronize()
      }
    }
  }

  func peakBytes(_ work: Work) throws -> Int? {
    guard try work.startedAnew == nil && prepare(work), let step else { return nil }
    return try withDevice(device, precision: precision) {
      device.resetPeakMemory()
      step()
      try device.synchronize()
      return device.memoryInUse.livePeak
    }
  }

  func finish(_ work: Work) { step = nil }

  /// Makes the first step of a program that has just been started, and says so.
  func makeFirstStep(of work: Work) throws {
    try withDevice(device, seed: 1, precision: precision) {
      work.prepare()()
      try device.synchronize()
    }
    FileHandle.standardOutput.write(Data("\(work.name) is finished\n".utf8))
  }
}

/// Repeats work until at least so many seconds have passed, more at a time as it proves fast.
private func secondsPerRepetition(
  forAbout seconds: Double, _ run: (_ count: Int) throws -> Void
) rethrows -> Double {
  let clock = ContinuousClock()
  var count = 1
  while true {
    let elapsed = try clock.measure { try run(count) } / Duration.seconds(1)
    if elapsed >= seconds / 2 { return elapsed / Double(count) }
    count = max(count + 1, Int(Double(count) * seconds / max(elapsed, seconds / 20)))
  }
}

/// Why the benchmark cannot go on.
struct BenchmarkError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
