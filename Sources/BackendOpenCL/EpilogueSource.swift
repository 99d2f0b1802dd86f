import Backends
import OpenCL

/// What the text that ends a kernel's sums is generated from, see Kernels/epilogue.cl.
struct EpilogueSource: Hashable, Sendable {
  /// How an input of the expression is spread over the sums.
  enum Spread: Hashable, Sendable {
    /// It is the sums.
    case sum
    /// Element by element.
    case elements
    /// A number for each row, or for all.
    case rows
    /// A number for each column.
    case columns
  }

  let expression: PointwiseExpression
  /// Of each input.
  let spreads: [Spread]

  /// The axis along which rows are counted: the channels of images, the rows of a product.
  static let rowAxis = 1

  /// The functions, and the macros that call them.
  func text(_ sources: KernelSources, width: Int) -> String {
    var lines = [sources.text(of: "functions")]
    lines.append(
      ExpressionSource(expression, width: 1, sharedInputs: spreads.map { _ in true })
        .function("finished_number"))
    if width > 1 {
      lines += [
        ExpressionSource(expression, width: width, sharedInputs: spreads.map { $0 == .rows })
          .function("finished_vector"),
        "#define FINISHED_VECTOR(sum, at, row, column) \(call("finished_vector", width))",
      ]
    }
    return
      (lines + [
        "#define FINISHED(sum, at, row, column) \(call("finished_number", 1))",
        "#define EPILOGUE_PARAMETERS \(list(parameters.map { "\($0.type) \($0.name)" }))",
        "#define EPILOGUE_ARGUMENTS \(list(parameters.map(\.name)))", "",
      ]).joined(separator: "\n")
  }

  private func call(_ function: String, _ width: Int) -> String {
    let elements = spreads.enumerated().map { number, spread in
      let start = "input\(number) + start\(number)"
      switch spread {
      case .sum: return "(sum)"
      case .rows: return "*(\(start) + (row) * step\(number))"
      case .elements: return load("\(start) + (at)", width)
      case .columns: return load("\(start) + (column)", width)
      }
    }
    let scalars = (0..<expression.scalarCount).map { "s\($0)" }
    return "\(function)(\((elements + scalars).joined(separator: ", ")))"
  }

  private func load(_ place: String, _ width: Int) -> String {
    width == 1 ? "*(\(place))" : "vload\(width)(0, \(place))"
  }

  private var parameters: [(type: String, name: String)] {
    let arrays = spreads.enumerated().filter { $1 != .sum }.flatMap { number, _ in
      [
        ("__global const float *", "input\(number)"), ("const long", "start\(number)"),
        ("const long", "step\(number)"),
      ]
    }
    let scalars = expression.scalarTypes.enumerated().map { number, type in
      ("const \(ExpressionSource.type(type))", "s\(number)")
    }
    return arrays + scalars
  }

  /// What goes on a list, behind its elements before.
  private func list(_ elements: [String]) -> String { elements.map { ", " + $0 }.joined() }
}

extension EpilogueSource.Spread {
  /// The spread of an array of such a layout; nil for any other than the ones there are.
  init?(_ layout: Layout, hasColumns: Bool) {
    let moving = layout.shape.indices.filter { layout.shape[$0] > 1 && layout.stride($0) != 0 }
    if layout.isContiguous, layout.shape.count > 1 {
      self = .elements
    } else if moving.allSatisfy({ $0 == EpilogueSource.rowAxis }) {
      self = .rows
    } else if hasColumns, moving == [layout.shape.rank - 1], layout.stride(moving[0]) == 1 {
      self = .columns
    } else {
      return nil
    }
  }
}

/// A kernel of a file of Kernels/ with an epilogue.
struct EndedKernelSource: GeneratedSource {
  let kernelName: String
  let file: String
  /// Definitions as a compiler takes them.
  let options: String
  let epilogue: EpilogueSource
  let width: Int

  func text(_ sources: KernelSources) -> String {
    let definitions = options.split(separator: " ").map { option in
      let parts = option.dropFirst("-D".count).split(separator: "=", maxSplits: 1)
      return "#define \(parts.joined(separator: " "))\n"
    }
    return definitions.joined() + epilogue.text(sources, width: width) + sources.text(of: file)
  }
}
