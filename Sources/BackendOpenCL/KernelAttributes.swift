/// What stands before a generated kernel, for its compiler.
struct KernelAttributes: CustomStringConvertible {
  /// The work-items of a group.
  let groupSize: Int
  /// The neighbours that a work-item computes together, in vectors or in a loop that becomes vectors.
  ///
  /// It keeps compilers for CPUs from making vectors of several work-items instead, whose elements
  /// then lie far apart: Intel's runtime adds two arrays six times as fast with it.
  let vectorWidth: Int

  var description: String {
    "__attribute__((reqd_work_group_size(\(groupSize), 1, 1)))"
      + (vectorWidth > 1 ? " __attribute__((vec_type_hint(float\(vectorWidth))))" : "")
  }
}
