/// Shows how a run gets on.
package final class ProgressReporter {
  /// How often the bar is drawn at most.
  private static let redrawInterval = Duration.milliseconds(100)

  /// How many epochs the run shall have.
  package var epochCount = 1

  private let showsBar: Bool
  private let showsLines: Bool
  private let terminal: any ProgressOutput
  private var bar: ProgressBar?
  private var began = ContinuousClock.now
  private var drawn: ContinuousClock.Instant?

  package init(_ style: ProgressStyle, output: any ProgressOutput) {
    terminal = output
    showsBar = style == .bar || style == .automatic && output.isTerminal
    showsLines = style != .quiet
  }

  /// The time since the epoch began or was resumed.
  var secondsOfEpoch: Double { (ContinuousClock.now - began) / .seconds(1) }

  /// Begins an epoch with so many samples to do; `noun` is what they are called.
  package func beginEpoch(_ epoch: Int, sampleCount: Int, of noun: String) {
    began = .now
    bar = ProgressBar(
      epoch: epoch, epochCount: epochCount, sampleCount: sampleCount, sampleNoun: noun)
    drawIfDue()
  }

  /// Counts samples as done.
  package func count(_ samples: Int) {
    bar?.done += samples
    drawIfDue()
  }

  /// Takes numbers read from the device, of which the loss is shown.
  package func show(_ values: [String: Float]) {
    let name = values.keys.filter { $0.hasSuffix("loss") }.min()
    if let name { bar?.loss = values[name] }
  }

  /// Shows the result of an epoch.
  package func endEpoch(_ epoch: Int, _ values: [String: Float], seconds: Double) {
    erase()
    let ended = bar
    bar = nil
    guard showsLines else { return }
    let line = EpochLine(
      epoch: epoch, epochCount: epochCount, values: values, sampleCount: ended?.done ?? 0,
      sampleNoun: ended?.sampleNoun ?? "samples", seconds: seconds)
    terminal.write(line.text + "\n")
  }

  /// Takes the bar off the terminal.
  package func erase() {
    guard drawn != nil else { return }
    terminal.write(ProgressBar.erasure)
    drawn = nil
  }

  private func drawIfDue() {
    guard showsBar, let bar else { return }
    let now = ContinuousClock.now
    if let drawn, now - drawn < ProgressReporter.redrawInterval { return }
    drawn = now
    terminal.write(
      ProgressBar.erasure + bar.text(seconds: secondsOfEpoch, width: terminal.width))
  }
}
