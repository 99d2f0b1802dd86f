import Tensors

extension Dataset {
  /// The classes of the synthetic data set.
  public static let syntheticClasses = ShapeDrawing.Kind.allCases.map(\.name)

  /// Drawn shapes of ten classes, 28×28, made from a seed: needs no file.
  ///
  /// Each picture shows one shape of random position, size, slant, thickness and brightness on a
  /// random background under Gaussian noise. Classes take turns, so that any first samples are
  /// balanced. Sample `i` depends on the seed, the split and `i` alone, and is the same on every
  /// machine; the two splits of a seed share no random numbers.
  ///
  /// - Parameters:
  ///   - split: Which of the two streams of pictures.
  ///   - count: How many; by default 10,000 to train and 2,000 to test.
  ///   - seed: What the pictures are made from; by default the seed of the enclosing `withDevice`.
  public static func synthetic(
    _ split: Split, count: Int? = nil, seed: UInt64 = Random.current.seed
  ) -> Dataset {
    let count = count ?? (split == .train ? 10_000 : 2_000)
    guard count >= 0 else { misuse("Dataset.synthetic: the count \(count) is negative") }
    let kinds = ShapeDrawing.Kind.allCases
    var pixels: [UInt8] = []
    pixels.reserveCapacity(count * SyntheticPicture.size * SyntheticPicture.size)
    for index in 0..<count {
      var random = RandomWords(seed: seed, block: RandomRegion.syntheticImage(index, split))
      SyntheticPicture(of: kinds[index % kinds.count], &random).draw(onto: &pixels, &random)
    }
    return Dataset(
      name: "synthetic", pixels: pixels, labels: (0..<count).map { UInt8($0 % kinds.count) },
      imageShape: [1, SyntheticPicture.size, SyntheticPicture.size], classNames: syntheticClasses)
  }
}

/// One picture of the synthetic data set: a shape, its colours and how noisy it is.
private struct SyntheticPicture {
  static let size = 28

  private let drawing: ShapeDrawing
  private let background: Float
  private let foreground: Float
  private let noise: Float

  /// Draws the lots for a picture of a shape.
  init(of kind: ShapeDrawing.Kind, _ random: inout RandomWords) {
    let radius = random.next(from: 6, to: 11)
    let middle = Float(SyntheticPicture.size) / 2
    let room = middle - radius
    drawing = ShapeDrawing(
      kind: kind, x: random.next(from: middle - room, to: middle + room),
      y: random.next(from: middle - room, to: middle + room), radius: radius,
      thickness: random.next(from: 2, to: 3.5), shear: random.next(from: -0.15, to: 0.15))
    background = random.next(from: 0, to: 60)
    foreground = random.next(from: 130, to: 255)
    noise = random.next(from: 0, to: 30)
  }

  /// Adds the pixels row by row, each with noise of its own.
  func draw(onto pixels: inout [UInt8], _ random: inout RandomWords) {
    for row in 0..<SyntheticPicture.size {
      for column in stride(from: 0, to: SyntheticPicture.size, by: 2) {
        let (first, second) = Philox.normals(random.next(), random.next())
        pixels.append(pixel(row, column, first))
        pixels.append(pixel(row, column + 1, second))
      }
    }
  }

  private func pixel(_ row: Int, _ column: Int, _ normal: Float) -> UInt8 {
    let coverage = drawing.coverage(row: row, column: column)
    let value = background + (foreground - background) * coverage + noise * normal
    return UInt8(min(max(value, 0), 255).rounded())
  }
}
