import Backends
import OpenCL

/// Choices for devices that were measured, where they differ from what the shape alone suggests.
enum ShippedChoices {
  /// Devices that are alike: the same kind behind the same platform.
  private struct Kind {
    let kind: ComputeDevice.Kind
    /// The platform's name.
    let platform: String
    /// The elements of a vector of a processor.
    let vectorWidth: Int
    /// What was found, each for all shapes that round up to it.
    let classes: [(TunedShape, Choice)]
    var library: LibraryParameters?

    func includes(_ device: ComputeDevice) -> Bool {
      device.kind == kind && device.platform.name == platform
        && device.cpuVectorWidth == vectorWidth
    }
  }

  /// On two cores of an AMD EPYC with AVX-512, pocl 3.1 and Intel's runtime 2026.2.
  private static let measured = [
    Kind(
      kind: .cpu, platform: "Portable Computing Language", vectorWidth: 16,
      classes: processorProducts,
      library: LibraryParameters(["Xgemm": tileWithoutGroups])),
    Kind(
      kind: .cpu, platform: "Intel(R) OpenCL", vectorWidth: 16, classes: processorProducts),
  ]

  /// Products whose left operand lies row by row: large ones take more depth at a time (7 % less
  /// time), batches of recurrent networks larger tiles (8 %).
  private static let processorProducts = [false, true].flatMap { rightTransposed in
    [
      (
        TunedShape(
          productOf: 1, rows: 1024, columns: 1024, depth: 1024, rightTransposed: rightTransposed),
        Choice(ProductAlgorithm.panels.rawValue, ["depth": 1024])
      ),
      (
        TunedShape(
          productOf: 1, rows: 32, columns: 1024, depth: 256, rightTransposed: rightTransposed),
        Choice(ProductAlgorithm.panels.rawValue, ["rows": 12, "vectors": 2])
      ),
    ]
  }

  /// CLBlast's tile on pocl, for a single work-item with vectors of eight and no local memory.
  ///
  /// In a product of 1024 numbers a side, 60 GFLOPS a core instead of the 17 of its own numbers. One of
  /// 128 × 32 gives 50 and takes more than twice as long to compile.
  private static let tileWithoutGroups = [
    "GEMMK": 0, "KREG": 1, "KWG": 32, "KWI": 2, "MDIMA": 1, "MDIMC": 1, "MWG": 32, "NDIMB": 1,
    "NDIMC": 1, "NWG": 32, "SA": 0, "SB": 0, "STRM": 0, "STRN": 0, "VWM": 8, "VWN": 8,
  ]

  /// What is known of devices like this one.
  static func table(for device: ComputeDevice) -> ChoiceTable {
    var table = ChoiceTable()
    for kind in measured where kind.includes(device) {
      for (shape, choice) in kind.classes { table.add(choice, for: shape, isClass: true) }
      table.library = kind.library
    }
    return table
  }
}
