import OpenCL

/// The arguments of a generated kernel that does the same work on several sets of arrays.
///
/// OpenCL 1.2 has no arrays of buffers, so each set has arguments of its own. A work-group belongs to
/// one set, which it finds by its number: behind the arguments of each set stands how many
/// work-groups end with it. One set alone needs no such number.
struct ArgumentSets {
  /// What a set consists of, by the names that the kernel's text uses.
  let variables: [(type: String, name: String)]
  /// How many sets there are.
  let count: Int

  /// The sets that fit into so many bytes of arguments, at least one; and no more than make the search
  /// for a work-group's set cheaper than launches.
  static func capacity(bytes: Int, perSet: Int) -> Int {
    min(max(bytes / (perSet + MemoryLayout<UInt64>.size), 1), most)
  }

  private static let most = 32

  /// The kernel's parameters.
  var parameters: [String] {
    if count == 1 { return variables.map { "\($0.type) \($0.name)" } }
    return (0..<count).flatMap { set in
      variables.map { "\($0.type) \($0.name)_\(set)" } + ["const ulong end_\(set)"]
    }
  }

  /// Declares the variables of the work-group's set, and `block`, the work-group's number in it.
  var choice: String {
    if count == 1 { return "  const ulong block = get_group_id(0);" }
    let first = variables.map { "  \($0.type) \($0.name) = \($0.name)_0;" }
    let others = (1..<count).map { set in
      let assignments = variables.map { "\($0.name) = \($0.name)_\(set);" }
      return
        "  if (block >= end_\(set - 1)) { \(assignments.joined(separator: " ")) begin = end_\(set - 1); }"
    }
    return
      (["  ulong block = get_group_id(0), begin = 0;"] + first + others + ["  block -= begin;"])
      .joined(separator: "\n")
  }
}

extension ArgumentSets {
  /// The arguments of sets, each with the number of its work-groups.
  static func arguments(_ sets: [(arguments: [KernelArgument], groups: Int)]) -> [KernelArgument] {
    if sets.count == 1 { return sets[0].arguments }
    var end = 0
    return sets.flatMap { set in
      end += set.groups
      return set.arguments + [.uint64(UInt64(end))]
    }
  }
}
