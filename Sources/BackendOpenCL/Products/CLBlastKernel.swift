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

extension CLBlastKernel {
  /// Whether the kernel is right with these numbers.
  ///
  /// They are to be all of its own, and to go into each other as the library's tuners ask. It checks
  /// nothing itself, and with others reads and writes anywhere.
  func works(by numbers: [String: Int]) -> Bool {
    guard Set(numbers.keys) == numberNames else { return false }
    func number(_ name: String) -> Int { numbers[name, default: 0] }
    func isCovered(_ side: String, by group: String, _ width: String) -> Bool {
      Self.vectorWidths.contains(number(width)) && number(group) > 0
        && number(side).isMultiple(of: number(group) * number(width))
    }
    func isLoaded(_ depth: String, by group: (String, String), _ shape: String) -> Bool {
      let items = number(group.0) * number(group.1)
      return items.isMultiple(of: number(shape))
        && number(depth).isMultiple(of: items / number(shape))
    }
    switch self {
    case .indirect:
      // With GEMMK 1, version 1.5.3 is wrong where the sides differ.
      return number("MWG") > 0 && number("NWG") > 0 && number("KWG") > 0 && number("KWI") > 0
        && number("KWG").isMultiple(of: number("KWI"))
        && (number("GEMMK") == 0 || number("MWG") == number("NWG"))
        && isCovered("MWG", by: "MDIMC", "VWM") && isCovered("NWG", by: "NDIMC", "VWN")
        && isCovered("MWG", by: "MDIMA", "VWM") && isCovered("NWG", by: "NDIMB", "VWN")
        && isLoaded("KWG", by: ("MDIMC", "NDIMC"), "MDIMA")
        && isLoaded("KWG", by: ("MDIMC", "NDIMC"), "NDIMB")
    case .direct:
      return number("WGD") > 0 && number("KWID") > 0
        && number("WGD").isMultiple(of: number("KWID"))
        && isCovered("WGD", by: "MDIMCD", "VWMD") && isCovered("WGD", by: "NDIMCD", "VWND")
        && isCovered("WGD", by: "MDIMAD", "VWMD") && isCovered("WGD", by: "NDIMBD", "VWND")
        && isLoaded("WGD", by: ("MDIMCD", "NDIMCD"), "MDIMAD")
        && isLoaded("WGD", by: ("MDIMCD", "NDIMCD"), "NDIMBD")
    case .routine: return number(Self.indirectSize) > 0
    }
  }

  private static let vectorWidths: Set = [1, 2, 4, 8, 16]
}

extension LibraryParameters {
  /// Numbers of CLBlast's kernels by name; nil where some are of no kernel, or where a kernel cannot
  /// work by its own.
  package init?(clblast numbers: [String: Int]) {
    self.init()
    var left = numbers
    for kernel in CLBlastKernel.allCases {
      let own = numbers.filter { kernel.numberNames.contains($0.key) }
      guard !own.isEmpty else { continue }
      guard kernel.works(by: own) else { return nil }
      kernels[kernel.rawValue] = own
      left = left.filter { own[$0.key] == nil }
    }
    guard left.isEmpty else { return nil }
  }
}
