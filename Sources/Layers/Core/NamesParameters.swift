/// A layer that names its parameters itself.
///
/// For those whose names in PyTorch cannot be made of properties, such as `weight_ih_l0`. Reflection
/// does not look into such a layer: it names the parameters of the layers in it as well, and none of
/// them holds a buffer.
public protocol NamesParameters: Layer {
  /// All parameters in their order, by the paths to them from this layer.
  var ownParameters: [(name: String, parameter: Parameter)] { get }
}
