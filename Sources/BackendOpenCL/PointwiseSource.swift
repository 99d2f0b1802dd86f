import Backends
import OpenCL

/// What the kernel of an expression is generated from, and its text.
///
/// The kernel's arguments, for each of the sets: the number of work-items; the extents of the axes;
/// for the result and each input its memory, where it starts and its strides; the scalars.
package struct PointwiseSource: Hashable {
  package let expression: PointwiseExpression
  package let axisCount: Int
  /// Of the result, then of each input, along the last axis.
  package let steps: [ElementStep]
  package let needsLongIndices: Bool
  package let vectorWidth: Int
  /// How many results are computed, each of inputs and numbers of its own.
  package var sets = 1

  package init(
    expression: PointwiseExpression, axisCount: Int, steps: [ElementStep], needsLongIndices: Bool,
    vectorWidth: Int
  ) {
    self.expression = expression
    self.axisCount = axisCount
    self.steps = steps
    self.needsLongIndices = needsLongIndices
    self.vectorWidth = vectorWidth
  }

  /// One size for all: drivers on CPUs compile a kernel again for each.
  static let groupSize = 256

  /// A number of elements as an argument of the kernel.
  func index(_ value: Int) -> KernelArgument {
    needsLongIndices ? .int64(Int64(value)) : .int32(Int32(value))
  }

  /// How many sets fit into so many bytes of arguments.
  func capacity(bytes: Int) -> Int {
    let indexSize = needsLongIndices ? MemoryLayout<Int64>.size : MemoryLayout<Int32>.size
    let array = MemoryLayout<UInt64>.size + (1 + axisCount) * indexSize
    return ArgumentSets.capacity(
      bytes: bytes,
      perSet: (1 + axisCount) * indexSize + steps.count * array
        + expression.scalarCount * MemoryLayout<Float>.size)
  }
}

/// How neighbours along the axis of a vector lie in an array.
package enum ElementStep: Hashable, Sendable {
  /// One element for all.
  case none
  /// Side by side.
  case unit
  /// At a distance.
  case far

  init(stride: Int) { self = stride == 0 ? .none : stride == 1 ? .unit : .far }
}

extension PointwiseSource: GeneratedSource {
  package var kernelName: String { "pointwise" }

  /// The program, with the functions of a file of Kernels/.
  package func text(_ sources: KernelSources) -> String {
    """
    #define INDEX \(needsLongIndices ? "long" : "int")
    #define WIDTH \(vectorWidth)
    \(sources.text(of: "pointwise"))
    \(compute.function("compute"))
    __kernel \(KernelAttributes(groupSize: Self.groupSize, vectorWidth: vectorWidth))
    void \(kernelName)(\(arguments.parameters.joined(separator: ", ")))
    {
    \(arguments.choice)
      const INDEX item = block * \(Self.groupSize) + get_local_id(0);
      if (item >= items) return;
    \(positions)
      const INDEX left = extent\(axisCount - 1) - column;
      if (left >= WIDTH) {
        const \(vector(expression.dtype)) value = \(value(load));
        \(store)
      } else {
        const \(vector(expression.dtype)) value = \(value(loadSome));
        \(storeSome("left"))
      }
    }

    """
  }

  private var compute: ExpressionSource {
    ExpressionSource(
      expression, width: vectorWidth, sharedInputs: steps.dropFirst().map { $0 == .none })
  }

  private var inputs: [String] { expression.inputDTypes.indices.map { "x\($0)" } }
  private var arrays: [String] { ["result"] + inputs }

  private func vector(_ dtype: DType) -> String { ExpressionSource.type(dtype, vectorWidth) }

  private var arguments: ArgumentSets {
    var list = [("INDEX", "items")] + (0..<axisCount).map { ("INDEX", "extent\($0)") }
    for (name, dtype) in zip(arrays, [expression.dtype] + expression.inputDTypes) {
      let access = name == "result" ? "" : "const "
      list += [
        ("__global \(access)\(ExpressionSource.type(dtype)) *", name), ("INDEX", "start_\(name)"),
      ]
      list += (0..<axisCount).map { ("INDEX", "stride_\(name)\($0)") }
    }
    let scalars = expression.scalarTypes.enumerated().map { (ExpressionSource.type($1), "s\($0)") }
    return ArgumentSets(variables: list + scalars, count: sets)
  }

  /// Finds the work-item's first element in each array.
  private var positions: String {
    let last = axisCount - 1
    var lines = [
      "const INDEX vectors = (extent\(last) + WIDTH - 1) / WIDTH;",
      "INDEX rest = item / vectors;",
      "const INDEX column = (item - rest * vectors) * WIDTH;",
    ]
    lines += arrays.map { "INDEX at_\($0) = start_\($0) + column * stride_\($0)\(last);" }
    for axis in (0..<last).reversed() {
      lines += [
        "{", "  const INDEX outer = rest / extent\(axis);",
        "  const INDEX i = rest - outer * extent\(axis);", "  rest = outer;",
      ]
      lines += arrays.map { "  at_\($0) += i * stride_\($0)\(axis);" }
      lines.append("}")
    }
    return lines.map { "  " + $0 }.joined(separator: "\n")
  }

  /// The expression of what is loaded from each input.
  private func value(_ load: (String, DType, ElementStep) -> String) -> String {
    let loads = zip(inputs, zip(expression.inputDTypes, steps.dropFirst())).map { name, input in
      load(name, input.0, input.1)
    }
    let scalars = (0..<expression.scalarCount).map { "s\($0)" }
    return "compute(\((loads + scalars).joined(separator: ", ")))"
  }

  private func load(_ name: String, _ dtype: DType, _ step: ElementStep) -> String {
    switch step {
    case .none: "\(name)[at_\(name)]"
    case .unit: "vload\(vectorWidth)(0, \(name) + at_\(name))"
    case .far:
      "(\(vector(dtype)))(GATHER\(vectorWidth)(\(name), at_\(name), \(lastStride(name))))"
    }
  }

  private func loadSome(_ name: String, _ dtype: DType, _ step: ElementStep) -> String {
    step == .none
      ? "\(name)[at_\(name)]"
      : "load_some_\(ExpressionSource.type(dtype))(\(name) + at_\(name), \(lastStride(name)), left)"
  }

  private var store: String {
    steps[0] == .unit
      ? "vstore\(vectorWidth)(value, 0, result + at_result);" : storeSome("WIDTH")
  }

  private func storeSome(_ count: String) -> String {
    "store_some_\(ExpressionSource.type(expression.dtype))"
      + "(value, result + at_result, \(lastStride("result")), \(count));"
  }

  private func lastStride(_ name: String) -> String { "stride_\(name)\(axisCount - 1)" }
}
