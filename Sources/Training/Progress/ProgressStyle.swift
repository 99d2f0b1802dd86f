/// How a run shows its progress, on the standard error.
public enum ProgressStyle: Hashable, Sendable {
  /// A bar where the standard error is a terminal, otherwise lines.
  case automatic
  /// A bar for the epoch under way, and a line for each that ended.
  case bar
  /// A line for each epoch that ended.
  case lines
  /// Nothing.
  case quiet
}
