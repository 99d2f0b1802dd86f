/// Which of two ways of writing a kernel suits a device.
package enum KernelStyle: String, Sendable, CaseIterable {
  /// One work-item does the work of a vector loop; no barriers.
  case cpu
  /// Work-items side by side on neighbouring elements, sharing local memory.
  case gpu
}
