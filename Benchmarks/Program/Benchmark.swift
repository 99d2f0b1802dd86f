import Foundation
import Needletail

/// Times this library and others at the same work, in alternation in one run.
@main
struct Benchmark {
  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    if arguments.contains("--help") || arguments.contains("-h") {
      print(Options.usage, terminator: "")
      return
    }
    do { try run(try Options(arguments)) } catch {
      complain("benchmark: \(error)\n")
      exit(1)
    }
  }

  private static func run(_ options: Options) throws {
    let own = try options.devices.map {
      try NeedletailContestant(try Device(named: $0), options.precision)
    }
    if let name = options.firstStep {
      guard let work = Work.all.first(where: { $0.name == name }) else {
        throw BenchmarkError("there is no work '\(name)'")
      }
      return try own[0].makeFirstStep(of: work)
    }
    let works = try options.chosenWorks()
    let peers = try options.peers.map { name in
      try Peer(
        name: name, options.precision, python: options.python, script: try script(of: name))
    }
    let contestants: [any Contestant] = own + peers
    var report = Report(contestants)
    print(report.machine)
    for contestant in contestants { print("\(contestant.name): \(contestant.details)") }
    for work in works {
      let comparison = try Comparison(
        work, among: contestants, rounds: options.rounds, seconds: options.seconds,
        report: showProgress)
      showProgress("")
      report.add(comparison, own: own.map(\.name), peers: peers.map(\.name))
      for line in report.rows.last?.lines ?? [] { print(line) }
    }
    try addMemory(to: &report, own, try peers.map { try $0.startedAnew() }, works)
    if let path = options.output { try report.write(to: path) }
  }

  /// Measures memory when all has been timed, and peers' in new processes.
  private static func addMemory(
    to report: inout Report, _ own: [any Contestant], _ peers: [any Contestant], _ works: [Work]
  ) throws {
    for work in works where work.startedAnew == nil {
      for contestant in own + peers {
        showProgress("\(work.name): memory, \(contestant.name)")
        let bytes = try contestant.peakBytes(work)
        contestant.finish(work)
        if let bytes { report.add(peakBytes: bytes, of: contestant.name, at: work.name) }
      }
    }
    showProgress("")
    let lines = report.rows.compactMap(\.memoryLine)
    if !lines.isEmpty { print("Most bytes of tensors at a time:") }
    for line in lines { print(line) }
  }

  /// Where the peer's script is: beside the working directory's Benchmarks.
  private static func script(of peer: String) throws -> String {
    let path = "Benchmarks/peers/\(peer).py"
    guard FileManager.default.isReadableFile(atPath: path) else {
      throw BenchmarkError(
        "there is no \(path); run this in the top directory, and choose peers it has scripts for")
    }
    return path
  }

  /// On a terminal, what is going on, in a line that is written over.
  private static func showProgress(_ text: String) {
    guard isatty(STDERR_FILENO) == 1 else { return }
    complain("\r\u{1B}[K\(text)")
  }

  private static func complain(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }
}
