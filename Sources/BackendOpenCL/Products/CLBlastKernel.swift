import Backends

/// The kernels of CLBlast for matrix products and the numbers they work by, after its documentation
/// (doc/tuning.md), in the order in which they are tuned.
enum CLBlastKernel: String, CaseIterable {
  /// For large products, between kernels that copy the operands to whole tiles.
  case indirect = "Xgemm"
  /// For small products.
  case direct = "XgemmDirect"
  /// No kernel, but the size from which the one for large products is taken.
  case routine = "GemmRoutine"

  /// The only number of `routine`.
  static let indirectSize = "XGEMM_MIN_INDIRECT_SIZE"

  /// What its numbers are called.
  var numberNames: Set<String> {
    switch self {
    case .indirect:
      [
        "GEMMK", "KREG", "KWG", "KWI", "MDIMA", "MDIMC", "MWG", "NDIMB", "NDIMC", "NWG", "SA", "SB",
        "STRM", "STRN", "VWM", "VWN",
      ]
    case .direct:
      [
        "KWID", "MDIMAD", "MDIMCD", "NDIMBD", "NDIMCD", "PADA", "PADB", "VWMD", "VWND", "WGD",
      ]
    case .routine: [Self.indirectSize]
    }
  }
}

extension LibraryParameters {
  /// Numbers of CLBlast's kernels by name; nil where some are of no kernel, or where those of a kernel
  /// are not complete.
  package init?(clblast numbers: [String: Int]) {
    self.init()
    var left = numbers
    for kernel in CLBlastKernel.allCases {
      let own = numbers.filter { kernel.numberNames.contains($0.key) }
      guard !own.isEmpty else { continue }
      guard own.count == kernel.numberNames.count else { return nil }
      kernels[kernel.rawValue] = own
      left = left.filter { own[$0.key] == nil }
    }
    guard left.isEmpty else { return nil }
  }
}
