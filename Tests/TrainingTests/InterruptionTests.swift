import Glibc
import Testing
import Training

@Suite struct InterruptionTests {
  @Test("The first signal only asks to stop", arguments: [SIGINT, SIGTERM])
  func firstSignal(_ number: CInt) async {
    await #expect(processExitsWith: .exitCode(4)) { [number = number as CInt] in
      let interruption = Interruption.onSignals()
      unblockSignals()
      let before = interruption.isRequested
      raise(number)
      exit(!before && interruption.isRequested ? 4 : 1)
    }
  }

  @Test("The second signal ends the program")
  func secondSignal() async {
    await #expect(processExitsWith: .signal(SIGINT)) {
      _ = Interruption.onSignals()
      unblockSignals()
      raise(SIGTERM)
      raise(SIGINT)
      exit(0)
    }
  }
}

/// Lets the signals through to this thread, since those that tests run on may block them.
private func unblockSignals() {
  var set = sigset_t()
  sigemptyset(&set)
  sigaddset(&set, SIGINT)
  sigaddset(&set, SIGTERM)
  pthread_sigmask(SIG_UNBLOCK, &set, nil)
}
