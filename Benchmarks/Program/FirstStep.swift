import Foundation

/// The time from the start of a program to the end of its first repetition of a work.
///
/// The program is this one, or a peer's, called with `--first-step WORK`. It says so in a line when
/// the repetition has ended; what it does until its own end is not counted.
struct FirstStep {
  static let option = "--first-step"

  let executable: String
  let arguments: [String]

  /// - Parameter work: The name of the work that the program is to repeat once.
  init(_ executable: String, _ arguments: [String], of work: String) {
    self.executable = executable
    self.arguments = arguments + [Self.option, work]
  }

  /// Starts the program and waits.
  func seconds() throws -> Double {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [executable] + arguments
    process.standardOutput = output
    let start = ContinuousClock.now
    try process.run()
    let line = output.fileHandleForReading.availableData
    let elapsed = ContinuousClock.now - start
    process.waitUntilExit()
    guard !line.isEmpty, process.terminationStatus == 0 else {
      throw BenchmarkError("\(executable) made no first step; see its messages above")
    }
    return elapsed / .seconds(1)
  }
}
