import Backends
import OpenCL

/// What the kernel of an optimizer's step is generated from, and its text: a rule of
/// Kernels/optimizers.cl for several parameters at once.
///
/// The kernel's arguments: the rule's numbers; for each parameter how many elements it has, and its
/// arrays.
struct UpdateSource: Hashable {
  /// What a rule does with an array.
  enum Role: Hashable {
    case read
    case changed
  }

  /// The name of the rule's function.
  let rule: String
  let variants: [String]
  /// How many numbers the rule has.
  let numbers: Int
  /// Of the arrays of a set.
  let roles: [Role]
  /// How many parameters there are.
  let sets: Int
  let style: KernelStyle

  /// The work-items of a group.
  var groupSize: Int { style == .gpu ? 256 : 4 }

  /// The neighbours that a work-item updates: few where many work-items run side by side, more where
  /// a work-item is a loop that becomes vectors.
  private var elementsPerItem: Int { style == .gpu ? 4 : 1024 }

  /// How many work-groups update a parameter.
  func groups(elements: Int) -> Int {
    let perGroup = groupSize * elementsPerItem
    return (elements + perGroup - 1) / perGroup
  }

  /// How many sets fit into so many bytes of arguments.
  static func capacity(numbers: Int, arrays: Int, bytes: Int) -> Int {
    ArgumentSets.capacity(
      bytes: bytes - numbers * MemoryLayout<Float>.size,
      perSet: (1 + arrays) * MemoryLayout<UInt64>.size)
  }
}

extension UpdateSource: GeneratedSource {
  var kernelName: String { "update_\(rule)" }

  func text(_ sources: KernelSources) -> String {
    """
    \(variants.map { "#define \($0)" }.joined(separator: "\n"))
    \(sources.text(of: "optimizers"))
    __kernel __attribute__((reqd_work_group_size(\(groupSize), 1, 1)))
    void \(kernelName)(\((numberParameters + arguments.parameters).joined(separator: ", ")))
    {
    \(arguments.choice)
      const ulong first = (block * \(groupSize) + get_local_id(0)) * \(elementsPerItem);
      \(rule)(\(operands.joined(separator: ", ")));
    }

    """
  }

  private var numberParameters: [String] { (0..<numbers).map { "const float number\($0)" } }

  private var arguments: ArgumentSets {
    let arrays = roles.enumerated().map { number, role in
      (role == .changed ? "__global float *" : "__global const float *", "array\(number)")
    }
    return ArgumentSets(variables: [("ulong", "count")] + arrays, count: sets)
  }

  private var operands: [String] {
    ["first", "min(first + \(elementsPerItem), count)", "count"]
      + (0..<numbers).map { "number\($0)" } + roles.indices.map { "array\($0)" }
  }
}
