import Dispatch
import Glibc

/// How many processors are online.
let processorCount = max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN)))

/// Calls the body with ranges that cover `0..<count`, on all processors at once.
///
/// The body must compute each index from nothing but the index: then results do not depend on how
/// the range is split.
///
/// - Parameter minimumPart: The fewest indices worth a thread of their own.
func inParallel(_ count: Int, minimumPart: Int, _ body: (Range<Int>) -> Void) {
  let parts = min(processorCount, count / max(1, minimumPart))
  if parts < 2 {
    if count > 0 { body(0..<count) }
    return
  }
  withoutActuallyEscaping(body) { body in
    // Parts touch different elements, which the compiler cannot know.
    nonisolated(unsafe) let body = body
    DispatchQueue.concurrentPerform(iterations: parts) { part in
      body(count * part / parts..<count * (part + 1) / parts)
    }
  }
}
