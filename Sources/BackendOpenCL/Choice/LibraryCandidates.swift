import Backends
import OpenCL

extension OpenCLBackend {
  /// The numbers that CLBlast works by.
  package var libraryParameters: LibraryParameters { clblast.parameters }

  /// Has CLBlast work by some numbers from now on, by its own for kernels that they do not name.
  package func use(_ parameters: LibraryParameters) { clblast.use(parameters) }

  /// CLBlast's kernel for large products, that for small ones, and the size from which it takes the
  /// first.
  ///
  /// On processors a quick tuner leaves them alone: its kernels take long to compile and are far
  /// behind.
  package func libraryStages(_ level: TuningLevel) -> [LibraryStage] {
    let isProcessor = KernelStyle(for: device) == .cpu
    guard level != .quick || !isProcessor, onlyProducts ?? .clblast == .clblast else { return [] }
    return [
      stage(
        .indirect, CLBlastKernel.indirectSets(level, for: device), [isProcessor ? 512 : 2048],
        others: [CLBlastKernel.indirectSize: 1]),
      stage(
        .direct, CLBlastKernel.directSets(level, for: device), [isProcessor ? 96 : 128],
        others: [CLBlastKernel.indirectSize: 1 << 20]),
      stage(
        .routine, [64, 128, 256, 512, 1024].map { [CLBlastKernel.indirectSize: $0] },
        [48, 96, 192, 320, 448, 640]),
    ]
  }

  private func stage(
    _ kernel: CLBlastKernel, _ candidates: [[String: Int]], _ sides: [Int],
    others: [String: Int] = [:]
  ) -> LibraryStage {
    LibraryStage(
      ProductAlgorithm.clblast.rawValue, kernel.rawValue, candidates, others: others,
      shapes: sides.map { TunedShape(productOf: 1, rows: $0, columns: $0, depth: $0) })
  }
}

extension CLBlastKernel {
  /// Numbers of Xgemm.
  ///
  /// GEMMK is 0: with 1, version 1.5.3 is wrong where MWG and NWG differ.
  fileprivate static func indirectSets(
    _ level: TuningLevel, for device: ComputeDevice
  ) -> [[String: Int]] {
    let isProcessor = device.kind == .cpu
    let values: [String: [Int]] =
      switch (level, isProcessor) {
      case (.quick, _): numbers(sides: [64, 128], depths: [16], groups: [16], widths: [2, 4])
      case (.normal, true):
        numbers(sides: [32, 128], depths: [32], groups: [1], columnGroups: [1, 4], widths: [8])
      case (.normal, false):
        numbers(sides: [32, 64, 128], depths: [16, 32], groups: [8, 16], widths: [2, 4])
      case (.exhaustive, true):
        numbers(sides: [32, 64, 128], depths: [16, 32], groups: [1, 4], widths: [4, 8, 16])
      case (.exhaustive, false):
        numbers(
          sides: [32, 64, 128], depths: [16, 32], groups: [8, 16, 32], widths: [1, 2, 4, 8])
      }
    let localMemory = isProcessor ? 0 : 1
    let fixed = [
      "GEMMK": 0, "KREG": 1, "KWI": 2, "STRM": 0, "STRN": 0, "SA": localMemory, "SB": localMemory,
    ]
    let sets = combinations(values) { isBalanced($0, level, isProcessor) }.map { set in
      set.merging(fixed) { $1 }.merging(["MDIMA": set["MDIMC"]!, "NDIMB": set["NDIMC"]!]) { $1 }
    }
    return sets.filter { fits($0, device) }
  }

  private static func numbers(
    sides: [Int], depths: [Int], groups: [Int], columnGroups: [Int]? = nil, widths: [Int]
  ) -> [String: [Int]] {
    [
      "MWG": sides, "NWG": sides, "KWG": depths, "MDIMC": groups, "NDIMC": columnGroups ?? groups,
      "VWM": widths, "VWN": widths,
    ]
  }

  /// The most sums that a work-item may hold.
  ///
  /// The kernels add to each by itself, without a loop: what a compiler takes grows with their number,
  /// or with its square. With 1024, Intel's runtime takes 7 s and pocl 10 s for the kernels; with 4096,
  /// Intel's more than 100 s and pocl 25 s, and no set of those was faster. On GPUs they are to stay,
  /// beside operands, in the 255 registers that a work-item has at most.
  private static func mostSums(_ device: ComputeDevice) -> Int { device.kind == .cpu ? 1024 : 128 }

  /// Numbers of XgemmDirect.
  fileprivate static func directSets(
    _ level: TuningLevel, for device: ComputeDevice
  ) -> [[String: Int]] {
    let (sides, groups, widths): ([Int], [Int], [Int]) =
      switch level {
      case .quick: ([16, 32], [8], [1, 2])
      case .normal: ([8, 16, 32], [8, 16], [1, 2, 4])
      case .exhaustive: ([8, 16, 32, 64], [4, 8, 16, 32], [1, 2, 4, 8])
      }
    let sets = combinations(["WGD": sides, "MDIMCD": groups, "VWMD": widths, "KWID": [2]]) { set in
      let (side, group, width) = (set["WGD"]!, set["MDIMCD"]!, set["VWMD"]!)
      return side.isMultiple(of: group * width) && group * group <= device.maxWorkGroupSize
        && side / group * (side / group) <= mostSums(device)
        && 2 * side * (side + 1) * 4 <= device.localMemoryBytes
    }
    return sets.map { set in
      let (group, width) = (set["MDIMCD"]!, set["VWMD"]!)
      return set.merging([
        "NDIMCD": group, "MDIMAD": group, "NDIMBD": group, "VWND": width, "PADA": 1, "PADB": 1,
      ]) { $1 }
    }
  }

  /// All but an exhaustive tuner try square groups on GPUs and vectors of one width; a quick one
  /// square tiles too.
  private static func isBalanced(
    _ set: [String: Int], _ level: TuningLevel, _ isProcessor: Bool
  ) -> Bool {
    guard level != .exhaustive else { return true }
    return set["VWM"] == set["VWN"] && (isProcessor || set["MDIMC"] == set["NDIMC"])
      && (level != .quick || set["MWG"] == set["NWG"])
  }

  /// The conditions of Xgemm with MDIMA = MDIMC and NDIMB = NDIMC, and the most sums.
  private static func fits(_ set: [String: Int], _ device: ComputeDevice) -> Bool {
    let (m, n, k) = (set["MWG"]!, set["NWG"]!, set["KWG"]!)
    let (x, y) = (set["MDIMC"]!, set["NDIMC"]!)
    let localBytes = 4 * k * (set["SA"]! * m + set["SB"]! * n)
    return m.isMultiple(of: x * set["VWM"]!) && n.isMultiple(of: y * set["VWN"]!)
      && k.isMultiple(of: x) && k.isMultiple(of: y) && x * y <= device.maxWorkGroupSize
      && localBytes <= device.localMemoryBytes && m / x * (n / y) <= mostSums(device)
  }
}
