import Foundation
import Needletail

/// Another library, behind a program that takes requests as lines of JSON and answers each in one.
///
/// `{"command": "prepare", "work": "lenet"}` is answered with `{"able": true}`, and so is `knows`, which
/// prepares nothing;
/// `{"command": "time", "work": "lenet", "seconds": 0.5}` with `{"seconds": 0.0123}`, those of one
/// repetition; `memory` with `{"peakBytes": 1234}`, or `{}` where that is not known; `finish` with
/// `{}`. Before the first request comes `{"details": "…"}`. An answer
/// `{"error": "…"}` ends it.
final class Peer: Contestant {
  let name: String
  private(set) var details = ""
  private let python: String
  private let script: String
  private let precision: MatrixPrecision
  private let process = Process()
  private let requests = Pipe()
  private let answers = Pipe()
  private var received = Data()

  private struct Request: Encodable {
    let command: String
    let work: String
    var seconds: Double?
  }

  private struct Answer: Decodable {
    var details: String?
    var able: Bool?
    var seconds: Double?
    var peakBytes: Int?
    var error: String?
  }

  /// Starts the program.
  init(name: String, _ precision: MatrixPrecision, python: String, script: String) throws {
    self.name = name
    self.precision = precision
    self.python = python
    self.script = script
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [python] + arguments
    process.standardInput = requests
    process.standardOutput = answers
    do { try process.run() } catch {
      throw BenchmarkError("\(name): \(python) does not start: \(error)")
    }
    details = try receive().details ?? ""
  }

  deinit {
    requests.fileHandleForWriting.closeFile()
    process.terminate()
  }

  /// The same in a process that has done nothing yet.
  func startedAnew() throws -> Peer {
    try Peer(name: name, precision, python: python, script: script)
  }

  private var arguments: [String] { [script, "--precision", precision.rawValue] }

  func prepare(_ work: Work) throws -> Bool {
    if let name = work.startedAnew {
      return try ask(Request(command: "knows", work: name)).able ?? false
    }
    return try ask(Request(command: "prepare", work: work.name)).able ?? false
  }

  func time(_ work: Work, seconds: Double) throws -> Double {
    if let name = work.startedAnew {
      return try FirstStep(python, arguments, of: name).seconds()
    }
    guard
      let time = try ask(Request(command: "time", work: work.name, seconds: seconds)).seconds
    else { throw BenchmarkError("\(name) gives no time of \(work.name)") }
    return time
  }

  func peakBytes(_ work: Work) throws -> Int? {
    try ask(Request(command: "memory", work: work.name)).peakBytes
  }

  func finish(_ work: Work) {
    // What it holds is given back at its end in any case.
    _ = try? ask(Request(command: "finish", work: work.name))
  }

  private func ask(_ request: Request) throws -> Answer {
    let line = try JSONEncoder().encode(request) + Data("\n".utf8)
    try requests.fileHandleForWriting.write(contentsOf: line)
    return try receive()
  }

  private func receive() throws -> Answer {
    while true {
      if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
        let line = received[..<end]
        received = Data(received[received.index(after: end)...])
        let answer = try JSONDecoder().decode(Answer.self, from: Data(line))
        if let error = answer.error { throw BenchmarkError("\(name): \(error)") }
        return answer
      }
      let part = answers.fileHandleForReading.availableData
      guard !part.isEmpty else { throw BenchmarkError("\(name) has ended; see its messages above") }
      received += part
    }
  }
}
