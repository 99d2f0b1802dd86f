/// The times of all contestants at one work, round by round.
struct Comparison {
  let work: Work
  /// By contestant, in their order; the seconds of a repetition in each round.
  private(set) var samples: [(name: String, seconds: [Double])] = []

  /// Lets the contestants work in alternation, so that what disturbs the machine disturbs all alike.
  ///
  /// A first round is not counted: libraries choose and cache in it.
  init(
    _ work: Work, among contestants: [any Contestant], rounds: Int, seconds: Double,
    report: (String) -> Void
  ) throws {
    self.work = work
    defer { for contestant in contestants { contestant.finish(work) } }
    var able: [any Contestant] = []
    for contestant in contestants {
      report("\(work.name): \(contestant.name) prepares")
      if try contestant.prepare(work) { able.append(contestant) }
    }
    var times = [[Double]](repeating: [], count: able.count)
    for round in 0...rounds {
      for (number, contestant) in able.enumerated() {
        report("\(work.name): round \(round) of \(rounds), \(contestant.name)")
        let time = try contestant.time(work, seconds: seconds)
        if round > 0 { times[number].append(time) }
      }
    }
    samples = zip(able, times).map { ($0.name, $1) }
  }

  /// The figures of a contestant.
  func statistics(of name: String) -> Statistics? {
    samples.first { $0.name == name }.map { sample in
      Statistics(sample.seconds.map(work.unit.figure))
    }
  }

  /// How many times as fast as a peer a contestant is: the median over the rounds of the quotient of
  /// their times in the same round.
  func ratio(of name: String, to peer: String) -> Double? {
    guard let own = samples.first(where: { $0.name == name }),
      let other = samples.first(where: { $0.name == peer })
    else { return nil }
    return Statistics(zip(other.seconds, own.seconds).map(/)).median
  }
}

/// What is said of several measurements of one thing.
struct Statistics {
  let median: Double
  let smallest: Double
  let largest: Double

  /// Of at least one measurement.
  init(_ values: [Double]) {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    (smallest, largest) = (sorted[0], sorted[sorted.count - 1])
  }
}
