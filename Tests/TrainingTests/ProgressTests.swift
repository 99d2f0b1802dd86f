import Testing
import Training

@Suite struct ProgressTests {
  private final class Recorder: ProgressOutput {
    let isTerminal: Bool
    let width = 60
    var text = ""

    init(isTerminal: Bool) { self.isTerminal = isTerminal }

    func write(_ text: String) { self.text += text }
  }

  private func record(_ style: ProgressStyle, isTerminal: Bool) -> String {
    let output = Recorder(isTerminal: isTerminal)
    let reporter = ProgressReporter(style, output: output)
    reporter.epochCount = 2
    reporter.beginEpoch(1, sampleCount: 100, of: "images")
    for _ in 0..<10 { reporter.count(10) }
    reporter.endEpoch(1, ["test/loss": 0.25], seconds: 2)
    return output.text
  }

  private let line = "epoch 1/2  test/loss 0.2500  (0:02, 50 images/s)\n"

  @Test("A terminal shows a bar, drawn rarely, and then the line of the epoch")
  func terminal() {
    let text = record(.automatic, isTerminal: true)
    #expect(text.hasPrefix("\r\u{1B}[Kepoch 1/2 ──"))
    #expect(text.hasSuffix("\r\u{1B}[K" + line))
    #expect(text.split(separator: "\r").count <= 3)
  }

  @Test("Elsewhere there is a line for each epoch, or nothing")
  func elsewhere() {
    #expect(record(.automatic, isTerminal: false) == line)
    #expect(record(.lines, isTerminal: true) == line)
    #expect(record(.quiet, isTerminal: true).isEmpty)
  }

  @Test("Samples are called what they are")
  func nouns() {
    let output = Recorder(isTerminal: false)
    let reporter = ProgressReporter(.lines, output: output)
    reporter.beginEpoch(1, sampleCount: 100, of: "characters")
    reporter.count(100)
    reporter.endEpoch(1, [:], seconds: 2)
    #expect(output.text == "epoch 1/1  (0:02, 50 characters/s)\n")
    var bar = ProgressBar(epoch: 1, epochCount: 1, sampleCount: 100, sampleNoun: "characters")
    bar.done = 50
    #expect(bar.text(seconds: 1, width: 80).hasSuffix("50 %  50 characters/s  0:01 left"))
  }

  @Test("The bar fits the terminal, and leaves out what stands last", arguments: 0...120)
  func widths(_ width: Int) {
    var bar = ProgressBar(
      epoch: 3, epochCount: 10, sampleCount: 1000, sampleNoun: "images")
    bar.done = 500
    bar.loss = 0.432_19
    let text = bar.text(seconds: 10, width: width)
    #expect(text.count <= max(width - 1, 0))
    if width >= 60 { #expect(text.hasSuffix("50 %  loss 0.4322  50 images/s  0:10 left")) }
    if width == 40 { #expect(text.hasSuffix("─  50 %  loss 0.4322")) }
    if width >= 20 { #expect(text.hasPrefix("epoch 3/10 ━")) }
  }

  @Test("Times and numbers have a fixed form")
  func formats() {
    #expect(clock(0) == "0:00")
    #expect(clock(59.2) == "1:00")
    #expect(clock(3_725) == "1:02:05")
    #expect(fixed(-0.000_04, digits: 4) == "0.0000")
    #expect(fixed(-1.5, digits: 2) == "-1.50")
    #expect(fixed(12.999_96, digits: 4) == "13.0000")
    #expect(fixed(.nan, digits: 4) == "nan")
  }
}
