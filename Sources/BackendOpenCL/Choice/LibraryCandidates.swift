import Backends
import OpenCL

extension OpenCLBackend {
  /// The numbers that CLBlast works by.
  package var libraryParameters: LibraryParameters { clblast.parameters }

  /// Has CLBlast work by some numbers from now on.
  ///
  /// - Throws: `OpenCLError` where they are not those of its kernels.
  package func use(_ parameters: LibraryParameters) throws { try clblast.use(parameters) }

  /// CLBlast's kernel for large products, that for small ones, and the size from which it takes the
  /// first.
  ///
  /// On processors a quick tuner leaves them alone: its kernels take long to compile and are far
  /// behind.
  package func libraryStages(_ level: TuningLevel) -> [LibraryStage] {
    guard level != .quick || kernelStyle == .gpu else { return [] }
    func square(_ side: Int) -> TunedShape {
      TunedShape(productOf: 1, rows: side, columns: side, depth: side)
    }
    func always(from size: Int) -> LibraryParameters {
      LibraryParameters([CLBlastKernel.routine: [CLBlastKernel.indirectSize: size]])
    }
    let (large, small) = kernelStyle == .cpu ? (512, 96) : (2048, 128)
    return [
      LibraryStage(
        CLBlastKernel.indirect, CLBlastKernel.indirectSets(level, for: device),
        others: always(from: 1), shapes: [square(large)]),
      LibraryStage(
        CLBlastKernel.direct, CLBlastKernel.directSets(level, for: device),
        others: always(from: 1 << 20), shapes: [square(small)]),
      LibraryStage(
        CLBlastKernel.routine,
        [64, 128, 256, 384, 512, 768, 1024].map { [CLBlastKernel.indirectSize: $0] },
        shapes: [48, 96, 192, 320, 448, 640].map(square)),
    ]
  }
}

/// The kernels of CLBlast for matrix products and the numbers they work by, after its documentation
/// (doc/tuning.md) and the conditions of its tuners.
private enum CLBlastKernel {
  static let indirect = "Xgemm"
  static let direct = "XgemmDirect"
  static let routine = "GemmRoutine"
  static let indirectSize = "XGEMM_MIN_INDIRECT_SIZE"

  /// Numbers of Xgemm.
  ///
  /// GEMMK is 0: with 1, version 1.5.3 is wrong where MWG and NWG differ.
  static func indirectSets(_ level: TuningLevel, for device: ComputeDevice) -> [[String: Int]] {
    let isProcessor = device.kind == .cpu
    let (sides, depths, groups, widths): ([Int], [Int], [Int], [Int]) =
      switch (level, isProcessor) {
      case (.quick, _): ([64, 128], [16], [16], [2, 4])
      case (.normal, true): ([32, 128], [32], [1], [8])
      case (.normal, false): ([32, 64, 128], [16, 32], [8, 16], [2, 4])
      case (.exhaustive, true): ([32, 64, 128], [16, 32], [1, 4], [4, 8, 16])
      case (.exhaustive, false): ([32, 64, 128], [16, 32], [8, 16, 32], [1, 2, 4, 8])
      }
    let fixed = ["GEMMK": 0, "KREG": 1, "KWI": 2, "STRM": 0, "STRN": 0]
    let sets = combinations([
      "MWG": sides, "NWG": sides, "KWG": depths, "MDIMC": groups, "NDIMC": groups, "VWM": widths,
      "VWN": widths, "SA": isProcessor ? [0] : [1], "SB": isProcessor ? [0] : [1],
    ]) { set in
      isBalanced(set, level) && fits(set, device)
    }
    return sets.map { set in
      set.merging(fixed) { $1 }.merging(["MDIMA": set["MDIMC"]!, "NDIMB": set["NDIMC"]!]) { $1 }
    }
  }

  /// Numbers of XgemmDirect.
  static func directSets(_ level: TuningLevel, for device: ComputeDevice) -> [[String: Int]] {
    let (sides, groups, widths): ([Int], [Int], [Int]) =
      switch level {
      case .quick: ([16, 32], [8], [1, 2])
      case .normal: ([8, 16, 32], [8, 16], [1, 2, 4])
      case .exhaustive: ([8, 16, 32, 64], [4, 8, 16, 32], [1, 2, 4, 8])
      }
    let sets = combinations(["WGD": sides, "MDIMCD": groups, "VWMD": widths, "KWID": [2]]) { set in
      let (side, group, width) = (set["WGD"]!, set["MDIMCD"]!, set["VWMD"]!)
      return side.isMultiple(of: group * width) && group * group <= device.maxWorkGroupSize
        && 2 * side * (side + 1) * 4 <= device.localMemoryBytes
    }
    return sets.map { set in
      let (group, width) = (set["MDIMCD"]!, set["VWMD"]!)
      return set.merging([
        "NDIMCD": group, "MDIMAD": group, "NDIMBD": group, "VWND": width, "PADA": 1, "PADB": 1,
      ]) { $1 }
    }
  }

  /// All but an exhaustive tuner tries squares only, or on processors long lines.
  private static func isBalanced(_ set: [String: Int], _ level: TuningLevel) -> Bool {
    level != .quick
      || set["MWG"] == set["NWG"] && set["MDIMC"] == set["NDIMC"] && set["VWM"] == set["VWN"]
  }

  /// The conditions of Xgemm with MDIMA = MDIMC and NDIMB = NDIMC.
  private static func fits(_ set: [String: Int], _ device: ComputeDevice) -> Bool {
    let (m, n, k) = (set["MWG"]!, set["NWG"]!, set["KWG"]!)
    let (x, y) = (set["MDIMC"]!, set["NDIMC"]!)
    let localBytes = 4 * k * (set["SA"]! * m + set["SB"]! * n)
    return m.isMultiple(of: x * set["VWM"]!) && n.isMultiple(of: y * set["VWN"]!)
      && k.isMultiple(of: x) && k.isMultiple(of: y) && x * y <= device.maxWorkGroupSize
      && localBytes <= device.localMemoryBytes
  }
}
