import Dispatch
import Synchronization

/// Builds the programs that the last run asked for, in the background and in that order, and notes what
/// this run asks for.
///
/// It changes when programs are built, never what is computed.
package final class AheadBuilder: BackgroundWork {
  private struct Progress {
    /// The next of the expected programs to build.
    var next = 0
    /// What was asked for, in that order.
    var asked: [ProgramRecipe] = []
    var unexpectedCount = 0
    var isFinished = false
  }

  private let remembered: RememberedPrograms
  private let expected: [ProgramRecipe]
  private let build: @Sendable (ProgramRecipe) -> Void
  private let progress = Mutex(Progress())
  private let builds = DispatchGroup()

  /// - Parameter build: Builds one; what does not compile is left to who asks for it, to fail there.
  package init(
    _ remembered: RememberedPrograms, build: @escaping @Sendable (ProgramRecipe) -> Void
  ) {
    self.remembered = remembered
    self.build = build
    expected = remembered.programs
  }

  /// Builds the first, and starts to build the others.
  ///
  /// Compilers make globals when they are first used, so that only after the first is built the end of
  /// the process can be made to wait before it destroys them.
  ///
  /// - Parameter threads: How many programs are built at a time, besides those that are asked for.
  package func start(threads: Int = 2) {
    finishAtExit()
    buildNext()
    for _ in 0..<min(threads, expected.count) {
      DispatchQueue.global().async(group: builds) { [self] in
        while buildNext() {}
      }
    }
  }

  /// Notes that a program was asked for.
  package func note(_ recipe: ProgramRecipe) {
    progress.withLock { progress in
      guard !progress.asked.contains(recipe) else { return }
      progress.asked.append(recipe)
      if !expected.contains(recipe) { progress.unexpectedCount += 1 }
    }
  }

  /// Waits until all is built.
  package func wait() { builds.wait() }

  /// Stops, waits for what is being built and remembers what was asked for; once.
  package func finish() {
    let isFirst = progress.withLock { progress in
      defer { progress.isFinished = true }
      return !progress.isFinished
    }
    builds.wait()
    guard isFirst else { return }
    let (asked, unexpectedCount) = progress.withLock { ($0.asked, $0.unexpectedCount) }
    if unexpectedCount > 0 { remembered.replace(with: asked) }
  }

  /// Builds the next program; false where there is none.
  @discardableResult
  private func buildNext() -> Bool {
    guard let recipe = takeNext() else { return false }
    build(recipe)
    finishAtExit()
    return true
  }

  /// The next program to build; nil at the end, and as soon as the run proves to be another one than
  /// the last: most of what it asks for was not expected.
  private func takeNext() -> ProgramRecipe? {
    progress.withLock { progress in
      let isOther = 2 * progress.unexpectedCount > progress.asked.count
      guard !progress.isFinished, !isOther, progress.next < expected.count else { return nil }
      defer { progress.next += 1 }
      return expected[progress.next]
    }
  }
}
