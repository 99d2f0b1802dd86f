import Tensors

/// A part of a network, or a whole one: a function with parameters.
///
/// A layer is a struct whose properties are its parameters, its buffers and the layers it consists of. They are
/// found by reflection, so there is nothing to register:
///
/// ```swift
/// struct Classifier: Layer {
///   let hidden = Linear(784, 128)
///   let output = Linear(128, 10)
///
///   func callAsFunction(_ images: Tensor) -> Tensor { output(hidden(images).relu()) }
/// }
///
/// let model = Classifier()
/// model.namedParameters.map(\.name)  // hidden.weight, hidden.bias, output.weight, output.bias
/// ```
public protocol Layer: Sendable {
  /// Applies the layer.
  func callAsFunction(_ input: Tensor) -> Tensor
}

extension Layer {
  /// The parameters of the layer and of all layers in it, in the order of declaration, each once.
  ///
  /// Names are those of PyTorch: the names of the properties that lead to the parameter, with
  /// points between them. Members of arrays and of `Sequential` are named by their number, entries
  /// of dictionaries (sorted) by their key.
  public var namedParameters: [(name: String, parameter: Parameter)] {
    var seen: Set<ObjectIdentifier> = []
    return Component(self).namedParameters.filter {
      seen.insert(ObjectIdentifier($0.parameter)).inserted
    }
  }

  /// The buffers of the layer and of all layers in it, in the order of declaration, each once.
  ///
  /// Named as parameters are, but for those that have a name of their own.
  public var namedBuffers: [(name: String, buffer: Buffer)] {
    var seen: Set<ObjectIdentifier> = []
    return Component(self).namedBuffers.filter { seen.insert(ObjectIdentifier($0.buffer)).inserted }
  }

  /// How many numbers are trained.
  public var parameterCount: Int { namedParameters.reduce(0) { $0 + $1.parameter.count } }
}
