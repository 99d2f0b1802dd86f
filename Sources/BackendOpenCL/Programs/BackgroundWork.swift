import Glibc
import Synchronization

/// Something that goes on in the background until it is finished.
package protocol BackgroundWork: AnyObject, Sendable {
  /// Begins nothing more, and waits for what has begun.
  func finish()
}

extension BackgroundWork {
  /// Finishes at the end of the process, before what the driver has made so far is destroyed: it
  /// crashes when that happens while it compiles.
  ///
  /// To be called again when the driver may have made more.
  func finishAtExit() { WorkAtExit.add(self) }
}

private enum WorkAtExit {
  private struct WeakWork { weak var work: (any BackgroundWork)? }

  private static let works = Mutex<[WeakWork]>([])

  static func add(_ work: any BackgroundWork) {
    works.withLock { works in
      works.removeAll { $0.work == nil || $0.work === work }
      works.append(WeakWork(work: work))
    }
    // What is registered last is called first, and what was registered before does nothing then.
    atexit { WorkAtExit.finishAll() }
  }

  private static func finishAll() {
    for entry in works.withLock({ $0 }) { entry.work?.finish() }
  }
}
