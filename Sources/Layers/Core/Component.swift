import Tensors

/// A layer in a model, with what it consists of, as reflection finds it.
struct Component {
  /// What a layer holds, in the order of declaration.
  enum Part {
    case parameter(name: String, Parameter)
    case buffer(name: String, Buffer)
    case layer(Component)
  }

  /// The path to the layer from the model; empty for the model itself.
  let name: String
  let layer: any Layer
  let parts: [Part]

  init(_ layer: any Layer, name: String = "") {
    self.name = name
    self.layer = layer
    var search = Search()
    if let chain = Self.chain(layer) {
      search.members(of: chain.layers, name)
    } else if let named = layer as? any NamesParameters {
      search.parameters(of: named, name)
    } else {
      search.properties(of: Mirror(reflecting: layer), name)
    }
    parts = search.parts
  }

  /// The layers that are named by their numbers, where there are such.
  static func chain(_ layer: any Layer) -> Sequential? {
    layer as? Sequential ?? (layer as? Checkpointed)?.chain
  }

  /// The layers directly in this one.
  var components: [Component] {
    parts.compactMap { part in
      if case .layer(let component) = part { component } else { nil }
    }
  }

  /// The parameters held by the layer itself.
  var ownParameters: [Parameter] {
    parts.compactMap { part in
      if case .parameter(_, let parameter) = part { parameter } else { nil }
    }
  }

  /// The parameters here and in all layers below; shared ones several times.
  var namedParameters: [(name: String, parameter: Parameter)] {
    parts.flatMap { part -> [(name: String, parameter: Parameter)] in
      switch part {
      case .parameter(let name, let parameter): [(name: name, parameter: parameter)]
      case .buffer: []
      case .layer(let component): component.namedParameters
      }
    }
  }

  /// The buffers here and in all layers below; shared ones several times.
  var namedBuffers: [(name: String, buffer: Buffer)] {
    parts.flatMap { part -> [(name: String, buffer: Buffer)] in
      switch part {
      case .parameter: []
      case .buffer(let name, let buffer): [(name: name, buffer: buffer)]
      case .layer(let component): component.namedBuffers
      }
    }
  }
}

/// Looks through the properties of a layer, and of the structs in it, for parameters, buffers and
/// layers.
private struct Search {
  var parts: [Component.Part] = []

  mutating func properties(of mirror: Mirror, _ path: String) {
    if let parent = mirror.superclassMirror { properties(of: parent, path) }
    for (label, value) in mirror.children {
      guard let label else { continue }
      // Tuples call their members .0, .1, ….
      let property = label.hasPrefix(".") ? label.dropFirst() : label[...]
      look(at: value, path.appending(component: ownName(of: value) ?? property))
    }
  }

  /// The name a value has whatever the property is called that holds it.
  private func ownName(of value: Any) -> Substring? {
    // A cast to the class also looks into optionals.
    (value as? Buffer)?.name.map { $0[...] }
  }

  mutating func parameters(of layer: any NamesParameters, _ path: String) {
    for (name, parameter) in layer.ownParameters {
      parts.append(.parameter(name: path.appending(component: name[...]), parameter))
    }
  }

  mutating func members(of array: [any Layer], _ path: String) {
    for (index, layer) in array.enumerated() {
      look(at: layer, path.appending(component: "\(index)"))
    }
  }

  private mutating func look(at value: Any, _ path: String) {
    switch value {
    case let parameter as Parameter: parts.append(.parameter(name: path, parameter))
    case let buffer as Buffer: parts.append(.buffer(name: path, buffer))
    case let layer as any Layer: parts.append(.layer(Component(layer, name: path)))
    // Nothing to find in there; a tensor that is neither parameter nor buffer is a constant.
    case is Tensor, is Convolution, is Pooling: break
    default: look(into: Mirror(reflecting: value), path)
    }
  }

  private mutating func look(into mirror: Mirror, _ path: String) {
    switch mirror.displayStyle {
    case .struct, .tuple: properties(of: mirror, path)
    case .optional: for child in mirror.children { look(at: child.value, path) }
    case .collection:
      for (index, child) in mirror.children.enumerated() {
        look(at: child.value, path.appending(component: "\(index)"))
      }
    case .dictionary:
      let entries = mirror.children.map { entry in
        let pair = Array(Mirror(reflecting: entry.value).children)
        return (key: "\(pair[0].value)", value: pair[1].value)
      }
      for (key, value) in entries.sorted(by: { $0.key < $1.key }) {
        look(at: value, path.appending(component: key[...]))
      }
    // Objects that are neither layers nor parameters nor buffers are none of the model's business.
    default: break
    }
  }
}

extension String {
  /// A path with one more name at its end.
  fileprivate func appending(component: Substring) -> String {
    isEmpty ? String(component) : "\(self).\(component)"
  }
}
