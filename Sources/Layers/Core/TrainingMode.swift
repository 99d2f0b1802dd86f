/// Whether a network is being trained, for layers that then behave differently.
public enum TrainingMode {
  @TaskLocal private static var flag = false

  /// Whether the program is inside `valueAndGradient(of:)`.
  public static var isOn: Bool { flag }

  /// Runs the body in training or in evaluation mode.
  static func with<Result>(_ isOn: Bool, _ body: () throws -> Result) rethrows -> Result {
    try $flag.withValue(isOn, operation: body)
  }
}
