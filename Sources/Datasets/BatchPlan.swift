import Tensors

/// Which samples make up which batch.
struct BatchPlan: Sendable {
  let sampleCount: Int
  let batchSize: Int
  let order: SampleOrder

  /// Stored samples in their order, or shuffled by a seed where there is an epoch.
  init(sampleCount: Int, batchSize: Int, shuffledBy epoch: Int?, seed: UInt64) {
    guard batchSize > 0 else { misuse("batches: the batch size \(batchSize) is not above 0") }
    if let epoch, epoch < 0 || epoch >= RandomRegion.epochLimit {
      misuse("batches: the epoch \(epoch) is not between 0 and \(RandomRegion.epochLimit - 1)")
    }
    self.sampleCount = sampleCount
    self.batchSize = batchSize
    order = epoch.map { .shuffled(seed: seed, epoch: $0) } ?? .stored
  }

  /// The number of batches, the last of which may be smaller.
  var batchCount: Int { sampleCount / batchSize + (sampleCount % batchSize == 0 ? 0 : 1) }

  /// The most samples that a batch has.
  var largestBatch: Int { min(batchSize, sampleCount) }

  /// The places in the order that make up a batch.
  func range(ofBatch index: Int) -> Range<Int> {
    index * batchSize..<min((index + 1) * batchSize, sampleCount)
  }

  /// How many samples there are in the batches from one on.
  func sampleCount(from batch: Int) -> Int { sampleCount - min(sampleCount, batch * batchSize) }
}

/// The host memory of a batch, used again and again.
///
/// The assembling thread and the consumer take turns with it; semaphores keep them apart.
final class BatchBuffer: @unchecked Sendable {
  private let images: UnsafeMutableBufferPointer<Float>
  private let labels: UnsafeMutableBufferPointer<Int32>
  private let imageShape: Shape
  private var count = 0

  /// Makes room for so many images.
  init(capacity: Int, imageShape: Shape) {
    images = .allocate(capacity: capacity * imageShape.count)
    labels = .allocate(capacity: capacity)
    self.imageShape = imageShape
    images.initialize(repeating: 0)
    labels.initialize(repeating: 0)
  }

  deinit {
    images.deallocate()
    labels.deallocate()
  }

  /// Copies samples of a data set here; `table` holds the number for each pixel value.
  func fill(with samples: ArraySlice<Int>, of dataset: Dataset, table: [Float]) {
    count = samples.count
    let imageSize = imageShape.count
    table.withUnsafeBufferPointer { table in
      dataset.pixels.withUnsafeBufferPointer { pixels in
        for (place, sample) in samples.enumerated() {
          let source = pixels.baseAddress! + sample * imageSize
          let target = images.baseAddress! + place * imageSize
          for pixel in 0..<imageSize { target[pixel] = table[Int(source[pixel])] }
          labels[place] = Int32(dataset.labels[sample])
        }
      }
    }
  }

  /// Lets the body read the images, the labels and the shape of the images.
  func read<Result>(
    _ body: (
      _ images: UnsafeBufferPointer<Float>, _ labels: UnsafeBufferPointer<Int32>, _ shape: Shape
    ) -> Result
  ) -> Result {
    body(
      UnsafeBufferPointer(rebasing: images[..<(count * imageShape.count)]),
      UnsafeBufferPointer(rebasing: labels[..<count]), Shape([count] + imageShape))
  }
}
