import Tensors

/// Layers applied one after the other.
///
/// ```swift
/// let model = Sequential {
///   Flatten()
///   for width in [128, 64] {
///     Linear(width * 2, width)
///     ReLU()
///   }
///   Linear(64, 10)
/// }
/// ```
///
/// Its layers are named by their numbers: the parameters of a model with a property `features` of
/// this type are `features.0.weight` and so on.
public struct Sequential: Layer {
  /// The layers in the order they are applied.
  public let layers: [any Layer]

  /// By which a trace knows which of several `Sequential`s reports.
  let identity = Identity()

  /// A chain of the layers listed in the braces, where `if` and `for` can be used.
  public init(@LayerBuilder _ layers: () -> [any Layer]) { self.init(layers()) }

  /// A chain of the layers of an array.
  public init(_ layers: [any Layer]) { self.layers = layers }

  /// Applies the layers.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    var output = input
    for (index, layer) in layers.enumerated() {
      output = layer(output)
      ShapeTrace.record(output.shape, at: .member(index, of: self))
    }
    return output
  }

  final class Identity: Sendable {}
}

/// Collects the layers listed in the braces of a `Sequential`.
@resultBuilder
public enum LayerBuilder {
  /// A layer.
  public static func buildExpression(_ layer: any Layer) -> [any Layer] { [layer] }
  /// Layers one after the other.
  public static func buildBlock(_ layers: [any Layer]...) -> [any Layer] { layers.flatMap { $0 } }
  /// The layers of an `if` without `else`.
  public static func buildOptional(_ layers: [any Layer]?) -> [any Layer] { layers ?? [] }
  /// The layers of the first branch.
  public static func buildEither(first layers: [any Layer]) -> [any Layer] { layers }
  /// The layers of the second branch.
  public static func buildEither(second layers: [any Layer]) -> [any Layer] { layers }
  /// The layers of each round of a loop.
  public static func buildArray(_ layers: [[any Layer]]) -> [any Layer] { layers.flatMap { $0 } }
}
