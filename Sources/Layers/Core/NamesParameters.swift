/// A layer that names its parameters itself.
///
/// For those whose names in PyTorch cannot be made of properties, such as `weight_ih_l0`. Reflection
/// does not look into such a layer: it has no layers in it.
public protocol NamesParameters: Layer {
  /// The parameters in their order, with names that contain no points.
  var ownParameters: [(name: String, parameter: Parameter)] { get }
}
