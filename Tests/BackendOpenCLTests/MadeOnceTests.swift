import BackendOpenCL
import Dispatch
import Synchronization
import Testing

@Suite struct MadeOnceTests {
  private struct Failure: Error, Equatable { let attempt: Int }

  @Test func `Who asks at the same time waits for the one that is being made`() {
    let values = MadeOnce<Int, Int>()
    let made = Mutex(0)
    let got = Mutex<[Int]>([])
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      let value = values.value(for: 7) {
        made.withLock { $0 += 1 }
        DispatchSemaphore(value: 0).waitBriefly()
        return made.withLock { 100 + $0 }
      }
      got.withLock { $0.append(value) }
    }
    #expect(made.withLock { $0 } == 1)
    #expect(got.withLock { $0 } == [Int](repeating: 101, count: 8))
  }

  @Test func `One is made while another is being made`() {
    let values = MadeOnce<Int, Int>()
    let slow = values.value(for: 1) {
      // The inner one would wait for ever if the outer one kept it from being made.
      let done = DispatchSemaphore(value: 0)
      DispatchQueue.global().async {
        _ = values.value(for: 2) { 20 }
        done.signal()
      }
      done.wait()
      return 10
    }
    #expect(slow == 10)
    #expect(values.value(for: 2) { 0 } == 20)
  }

  @Test func `A failure is given to who asked, and the next one tries again`() throws {
    let values = MadeOnce<Int, Int>()
    for attempt in 1...2 {
      #expect(throws: Failure(attempt: attempt)) {
        try values.value(for: 1) { () throws(Failure) in throw Failure(attempt: attempt) }
      }
    }
    #expect(values.value(for: 1) { 5 } == 5)
    #expect(values.value(for: 1) { 6 } == 5)
  }
}

extension DispatchSemaphore {
  /// Gives others the time to ask as well.
  fileprivate func waitBriefly() { _ = wait(timeout: .now() + .milliseconds(50)) }
}
