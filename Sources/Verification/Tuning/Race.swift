import Backends

/// How long candidates take turns.
struct TurnLength {
  /// How many turns each has.
  let rounds: Int
  /// About how long a turn takes.
  let seconds: Double

  init(_ level: TuningLevel) {
    switch level {
    case .quick: (rounds, seconds) = (5, 0.01)
    case .normal: (rounds, seconds) = (9, 0.02)
    case .exhaustive: (rounds, seconds) = (15, 0.04)
    }
  }
}

/// Candidates that are timed in turns; the first is the default.
struct Race {
  /// A candidate, and what its turns took.
  struct Entry {
    let choice: Choice
    /// Computes so many times, and waits until that is done.
    let run: (_ count: Int) throws -> Void
    /// The seconds of a call, turn by turn.
    var times: [Double] = []

    var best: Double { times.min() ?? .infinity }
    var median: Double { times.sorted()[times.count / 2] }
  }

  /// A candidate slower than this many times the fastest leaves after `trialRounds`.
  private static let hopeless = 1.5
  private static let trialRounds = 2

  private let turn: TurnLength
  private(set) var entries: [Entry] = []

  init(_ turn: TurnLength) { self.turn = turn }

  /// Adds a candidate.
  mutating func add(_ choice: Choice, run: @escaping (_ count: Int) throws -> Void) {
    entries.append(Entry(choice: choice, run: run))
  }

  /// Times all candidates, and finds the fastest by its median turn; the default unless another is
  /// faster by the tuner's margin.
  ///
  /// - Returns: nil where there are none, or where it was stopped before each had its turns.
  mutating func run(
    _ isStopped: () -> Bool
  ) throws -> (choice: Choice, seconds: Double, defaultSeconds: Double)? {
    guard !entries.isEmpty else { return nil }
    let clock = ContinuousClock()
    for round in 0..<turn.rounds {
      let fastest = entries.map(\.best).min() ?? .infinity
      for place in entries.indices {
        if round >= Self.trialRounds, place > 0, entries[place].best > Self.hopeless * fastest {
          continue
        }
        guard !isStopped() else { return nil }
        let count = count(for: entries[place])
        let run = entries[place].run
        let elapsed = try clock.measure { try run(count) }
        entries[place].times.append(elapsed / .seconds(1) / Double(count))
      }
    }
    let usual = entries[0].median
    let finalists = entries.filter { $0.times.count == turn.rounds }
    guard let fastest = finalists.min(by: { $0.median < $1.median }),
      fastest.median < usual * (1 - Tuner.margin)
    else { return (entries[0].choice, usual, usual) }
    return (fastest.choice, fastest.median, usual)
  }

  /// How many calls fill a turn, by the turns before; in the first turn one call, which warms up.
  private func count(for entry: Entry) -> Int {
    entry.times.isEmpty ? 1 : max(1, min(Int(turn.seconds / entry.best), Self.mostCalls))
  }

  private static let mostCalls = 10_000
}
