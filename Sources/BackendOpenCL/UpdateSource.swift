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
    /// Its only element is a number for all elements of the others.
    case number
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
  var groupSize: Int { style == .gpu ? 256 : 1 }

  /// The neighbours that are updated together; 16 bytes are the widest load of a GPU.
  let vectorWidth: Int

  /// The neighbours that a work-item updates: few where many work-items run side by side, many where
  /// starting one costs more than some vectors.
  private var elementsPerItem: Int { style == .gpu ? vectorWidth : 4096 }

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
    #define WIDTH \(vectorWidth)
    \(variants.map { "#define \($0)" }.joined(separator: "\n"))
    \(sources.text(of: "optimizers"))
    __kernel \(KernelAttributes(groupSize: groupSize, vectorWidth: vectorWidth))
    void \(kernelName)(\((numberParameters + arguments.parameters).joined(separator: ", ")))
    {
    \(arguments.choice)
    \(shared.joined(separator: "\n"))
      const ulong first = (block * \(groupSize) + get_local_id(0)) * \(elementsPerItem);
      const ulong end = min(first + \(elementsPerItem), count);
      for (ulong i = first; i < end; i += WIDTH) {
        const int lanes = min(end - i, (ulong)WIDTH);
    \(loads.joined(separator: "\n"))
        \(rule)(\(operands.joined(separator: ", ")));
    \(stores.joined(separator: "\n"))
      }
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

  private func places(_ roles: Role...) -> [Int] {
    self.roles.indices.filter { roles.contains(self.roles[$0]) }
  }

  private var shared: [String] {
    places(.number).map { "  const float x\($0) = *array\($0);" }
  }

  private var loads: [String] {
    places(.read, .changed).map { "    Lanes x\($0) = loadLanes(array\($0) + i, lanes);" }
  }

  private var stores: [String] {
    places(.changed).map { "    storeLanes(x\($0), array\($0) + i, lanes);" }
  }

  private var operands: [String] {
    (0..<numbers).map { "number\($0)" }
      + roles.enumerated().map { $1 == .changed ? "&x\($0)" : "x\($0)" }
  }
}
