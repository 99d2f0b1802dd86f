import Glibc
import Testing
import Training

@Suite struct InterruptionTests {
  @Test("The first signal only asks to stop", arguments: [SIGINT, SIGTERM])
  func firstSignal(_ number: CInt) async {
    await #expect(processExitsWith: .exitCode(4)) { [number = number as CInt] in
      let interruption = Interruption.onSignals()
      unblock(number)
      let before = interruption.isRequested
      raise(number)
      exit(!before && interruption.isRequested ? 4 : 1)
    }
  }

  @Test("The second signal ends the program")
  func secondSignal() async {
    await #expect(processExitsWith: .signal(SIGINT)) {
      _ = Interruption.onSignals()
      unblock(SIGINT)
      raise(SIGTERM)
      raise(SIGINT)
      exit(0)
    }
  }
}

/// Lets a signal through, which whoever started the tests may have blocked for them.
private func unblock(_ number: CInt) {
  var set = sigset_t()
  sigemptyset(&set)
  sigaddset(&set, number)
  pthread_sigmask(SIG_UNBLOCK, &set, nil)
}
