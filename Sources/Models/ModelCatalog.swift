import Layers
import Tensors

/// The models that can be chosen by name.
public enum ModelCatalog {
  /// A model that can be made.
  public struct Entry: Sendable {
    /// By which it is chosen, such as `lenet`.
    public let name: String
    /// What it is, in a line.
    public let summary: String
    /// The shape of a sample.
    public let inputShape: Shape
    /// How many classes it tells apart.
    public let classCount: Int
    private let maker: @Sendable () -> any Layer

    fileprivate init(
      _ name: String, _ summary: String, inputShape: Shape, classCount: Int,
      make: @escaping @Sendable () -> any Layer
    ) {
      self.name = name
      self.summary = summary
      self.inputShape = inputShape
      self.classCount = classCount
      maker = make
    }

    /// Makes a model with weights drawn from the current random stream on the current device.
    public func make() -> any Layer { maker() }

    /// How many numbers are trained.
    ///
    /// Makes a model on the CPU reference to count them.
    public var parameterCount: Int { withDevice(.cpu, seed: 0) { make().parameterCount } }
  }

  /// All models, in the order they are listed.
  public static let entries = [
    Entry(
      "lenet", "two convolutions with pooling, 500 hidden units", inputShape: [1, 28, 28],
      classCount: 10, make: { LeNet() }),
    Entry(
      "mlp", "fully connected, 784–256–128–10", inputShape: [1, 28, 28], classCount: 10,
      make: { MLP() }),
  ]

  /// The model of a name, or nil where there is none.
  public static subscript(name: String) -> Entry? { entries.first { $0.name == name } }
}
