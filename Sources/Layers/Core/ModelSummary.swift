import Tensors

/// The layers of a model with the shapes they produce and their parameters; prints as a table.
public struct ModelSummary: Sendable {
  /// A layer.
  public struct Row: Hashable, Sendable {
    /// The path to the layer; empty for the model itself.
    public let name: String
    /// The name of its type.
    public let type: String
    /// What it produces, with a batch of 1.
    ///
    /// Nil where that is not known: for layers outside a `Sequential` that have no weight of the
    /// library's own layers.
    public let outputShape: Shape?
    /// How many numbers of it are trained; parameters shared with an earlier layer count there.
    public let parameterCount: Int
  }

  /// The innermost layers, and others that hold parameters of their own, in the order of
  /// declaration.
  public let rows: [Row]
  /// How many numbers are trained.
  public var parameterCount: Int { rows.reduce(0) { $0 + $1.parameterCount } }
}

extension Layer {
  /// A table of the layers in the model, the shapes they produce and their parameters.
  ///
  /// Runs the model once, in evaluation, on a batch of one with zeros.
  ///
  /// ```swift
  /// print(Linear(784, 10).summary(input: [784]))
  /// ```
  ///
  /// - Parameter input: The shape of one sample, such as `[1, 28, 28]`.
  public func summary(input: Shape) -> ModelSummary {
    let device = namedParameters.first?.parameter.device ?? .current
    let trace = ShapeTrace()
    trace.record {
      TrainingMode.with(false) { _ = self(.zeros(Shape([1] + input), device: device)) }
    }
    var builder = RowBuilder(trace)
    builder.add(Component(self), outputShape: nil)
    return ModelSummary(rows: builder.rows)
  }
}

private struct RowBuilder {
  private let trace: ShapeTrace
  private var seen: Set<ObjectIdentifier> = []
  var rows: [ModelSummary.Row] = []

  init(_ trace: ShapeTrace) { self.trace = trace }

  mutating func add(_ component: Component, outputShape: Shape?) {
    let components = component.components
    let parameters = component.ownParameters
    if components.isEmpty || !parameters.isEmpty {
      let recorded = parameters.compactMap { trace[.layer(weight: $0)] }
      let new = parameters.filter { seen.insert(ObjectIdentifier($0)).inserted }
      rows.append(
        .init(
          name: component.name, type: "\(type(of: component.layer))",
          outputShape: outputShape ?? recorded.first,
          parameterCount: new.reduce(0) { $0 + $1.count }))
    }
    for (index, inner) in components.enumerated() {
      let place = Component.chain(component.layer).map { ShapeTrace.Place.member(index, of: $0) }
      add(inner, outputShape: place.flatMap { trace[$0] })
    }
  }
}

extension ModelSummary: CustomStringConvertible {
  /// The table: layer, output shape with N for the batch, parameters, and their total.
  public var description: String {
    let heading = ["Layer", "Output shape", "Parameters"]
    let lines = rows.map { row in
      [
        row.name.isEmpty ? row.type : "\(row.name) (\(row.type))",
        row.outputShape.map(ModelSummary.format) ?? "–",
        row.parameterCount.grouped,
      ]
    }
    let total = ["Total", "", parameterCount.grouped]
    let widths = heading.indices.map { column in
      ([heading, total] + lines).lazy.map { $0[column].count }.max() ?? 0
    }
    let rule = String(repeating: "─", count: widths.reduce(0, +) + 2 * (widths.count - 1))
    func text(_ cells: [String]) -> String {
      let padding = zip(widths, cells).map { String(repeating: " ", count: $0 - $1.count) }
      return cells[0] + padding[0] + "  " + cells[1] + padding[1] + "  " + padding[2] + cells[2]
    }
    return ([text(heading), rule] + lines.map(text) + [rule, text(total)])
      .joined(separator: "\n")
  }

  private static func format(_ shape: Shape) -> String {
    "[" + (["N"] + shape.dropFirst().map(String.init)).joined(separator: ", ") + "]"
  }
}

extension Int {
  /// The number with commas between thousands.
  package var grouped: String {
    let digits = String(self)
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { result.append(",") }
      result.append(digit)
    }
    return result
  }
}
