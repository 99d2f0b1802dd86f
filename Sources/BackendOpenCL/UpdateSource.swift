import Backends
import OpenCL

/// What the kernel of an optimizer's step is generated from, and its text: a rule of
/// Kernels/optimizers.cl for several parameters at once.
///
/// OpenCL 1.2 has no arrays of buffers, so each parameter has arguments of its own: a set of how many
/// elements there are, how many work-groups end with it, and its arrays. The rule's numbers come
/// first. A work-group belongs to one parameter, which it finds by its number.
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

  /// How many sets fit into so many bytes of arguments; at least one.
  static func capacity(numbers: Int, arrays: Int, bytes: Int) -> Int {
    let set = 2 * MemoryLayout<UInt64>.size + arrays * MemoryLayout<UInt64>.size
    return min(max((bytes - numbers * MemoryLayout<Float>.size) / set, 1), mostSets)
  }

  /// With more sets than this, looking for the one of a work-group would take longer than the
  /// launches that are saved.
  private static let mostSets = 32
}

extension UpdateSource: GeneratedSource {
  var kernelName: String { "update_\(rule)" }

  func text(_ sources: KernelSources) -> String {
    """
    \(variants.map { "#define \($0)" }.joined(separator: "\n"))
    \(sources.text(of: "optimizers"))
    __kernel __attribute__((reqd_work_group_size(\(groupSize), 1, 1)))
    void \(kernelName)(\((numberParameters + (0..<sets).flatMap(parameters)).joined(separator: ", ")))
    {
      const ulong group = get_group_id(0);
      ulong start = 0, count = count0;
    \(roles.indices.map { "  \(type($0)) *array\($0) = array\($0)_0;" }.joined(separator: "\n"))
    \((1..<max(sets, 1)).map(choice).joined(separator: "\n"))
      const ulong first = ((group - start) * \(groupSize) + get_local_id(0)) * \(elementsPerItem);
      \(rule)(\(arguments.joined(separator: ", ")));
    }

    """
  }

  private var numberParameters: [String] { (0..<numbers).map { "const float number\($0)" } }

  private func type(_ array: Int) -> String {
    roles[array] == .changed ? "__global float" : "__global const float"
  }

  private func parameters(_ set: Int) -> [String] {
    ["const ulong count\(set)", "const ulong end\(set)"]
      + roles.indices.map { "\(type($0)) *array\($0)_\(set)" }
  }

  /// Goes over to a set where the one before it has ended.
  private func choice(_ set: Int) -> String {
    let arrays = roles.indices.map { "array\($0) = array\($0)_\(set);" }
    return "  if (group >= end\(set - 1)) { start = end\(set - 1); count = count\(set); "
      + "\(arrays.joined(separator: " ")) }"
  }

  private var arguments: [String] {
    ["first", "min(first + \(elementsPerItem), count)", "count"]
      + (0..<numbers).map { "number\($0)" } + roles.indices.map { "array\($0)" }
  }
}
