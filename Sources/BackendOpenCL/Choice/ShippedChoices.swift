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
      classes: processorProducts + poclConvolutions,
      library: LibraryParameters(["Xgemm": tileWithoutGroups])),
    Kind(
      kind: .cpu, platform: "Intel(R) OpenCL", vectorWidth: 16,
      classes: processorProducts + intelConvolutions),
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

  /// Convolutions on pocl for which an algorithm is faster than what their shape suggests.
  ///
  /// Of 48 of LeNet, a VGG-like network, ResNet-18, AlexNet and MobileNet, with their gradients, those
  /// where it took at least 10 % less processor time in each of two runs: 13–15 and 12–14 for layers of
  /// 14 × 14, 15–16 for the gradient of those of 7 × 7, 17–21 and 32 for the last two. The fastest of
  /// all 48 together took 3 % less: for the others, what `usualAlgorithm(for:_:)` says is as good.
  private static let poclConvolutions: [(TunedShape, Choice)] = [
    gradientOfGreyImages,
    convolution(.convolution, [4, 256, 256], side: 14, kernel: 3, padding: 1, .winograd4),
    convolution(.dataGradient, [4, 256, 256], side: 14, kernel: 3, padding: 1, .winograd4),
    convolution(.dataGradient, [4, 512, 512], side: 7, kernel: 3, padding: 1, .winograd2),
    convolution(.convolution, [4, 256, 64], side: 56, kernel: 1, padding: 0, .product),
    convolution(.dataGradient, [4, 256, 64], side: 56, kernel: 1, padding: 0, .product),
  ]

  /// The same on Intel's runtime: 12–15 and 10–13 % less, and 3–4 % of all together.
  private static let intelConvolutions: [(TunedShape, Choice)] = [
    gradientOfGreyImages,
    convolution(.filterGradient, [64, 128, 128], side: 16, kernel: 3, padding: 1, .winograd4),
    convolution(.dataGradient, [4, 64, 192], side: 27, kernel: 5, padding: 2, .implicit),
  ]

  /// For images of one channel, which a step of training does not ask for: 75–78 % less on both.
  private static let gradientOfGreyImages = convolution(
    .dataGradient, [128, 1, 20], side: 28, kernel: 5, padding: 0, .scattered)

  /// A convolution of images, channels in and channels out, with square images and steps of one.
  private static func convolution(
    _ operation: TunedOperation, _ extents: [Int], side: Int, kernel: Int, padding: Int,
    _ algorithm: ConvolutionAlgorithm
  ) -> (TunedShape, Choice) {
    let numbers =
      [extents[0], 1, extents[1], extents[2], side, side, kernel, kernel, 1, 1, padding, padding]
      + [1, 1]
    return (TunedShape(operation, numbers), Choice(algorithm.rawValue))
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
