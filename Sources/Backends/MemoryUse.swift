/// How much memory of a device is held.
public struct MemoryUse: Hashable, Sendable {
  /// Bytes of living arrays.
  public var live: Int
  /// Bytes kept for reuse.
  public var pooled: Int
  /// The most bytes held at a time, both together.
  public var peak: Int
  /// The most bytes of living arrays at a time.
  public var livePeak: Int

  /// Makes a report.
  ///
  /// - Parameter livePeak: By default `peak`, as where nothing is kept for reuse.
  public init(live: Int, pooled: Int, peak: Int, livePeak: Int? = nil) {
    self.live = live
    self.pooled = pooled
    self.peak = peak
    self.livePeak = livePeak ?? peak
  }

  /// Raises the peaks to what is held now, where that is more.
  package mutating func raisePeaks() {
    peak = max(peak, live + pooled)
    livePeak = max(livePeak, live)
  }

  /// Lowers the peaks to what is held now.
  package mutating func resetPeaks() {
    peak = live + pooled
    livePeak = live
  }
}
