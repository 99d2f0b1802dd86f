/// How far a run has come.
public struct RunPosition: Hashable, Sendable {
  /// The steps done since the run began, that under way included.
  public internal(set) var step = 0
  /// The epoch under way, from 1.
  public internal(set) var epoch = 1
  /// The steps done in it, that under way included.
  public internal(set) var stepInEpoch = 0
}
