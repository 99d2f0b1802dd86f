import Datasets
import Glibc
import Tensors
import Testing

@Suite struct `Batches` {
  @Test func `unshuffled batches hold the samples in order and keep the rest`() throws {
    let batches = numberedImages(23).batches(of: 10)
    #expect(batches.count == 3)
    #expect(batches.sampleCount == 23)
    #expect(
      try numbers(in: batches) == [Array(0..<10), Array(10..<20), Array(20..<23)])
  }

  @Test func `a batch has normalized images and labels on the current device`() throws {
    var dataset = Dataset(
      name: "two", pixels: [0, 51, 102, 153, 204, 255, 0, 255], labels: [1, 0],
      imageShape: [1, 2, 2], classNames: ["a", "b"])
    dataset.normalization = Normalization(mean: 0.5, standardDeviation: 0.25)
    let batch = try #require(withDevice(.cpu) { Array(dataset.batches(of: 4)) }.first)
    #expect(batch.count == 2)
    #expect(batch.images.shape == [2, 1, 2, 2])
    #expect(batch.images.dtype == .float32)
    #expect(batch.images.device == .cpu)
    #expect(batch.labels.shape == [2])
    #expect(batch.labels.dtype == .int32)
    #expect(batch.labels.device == .cpu)
    let expected: [Float] = [0, 51, 102, 153, 204, 255, 0, 255].map { ($0 / 255 - 0.5) / 0.25 }
    #expect(try batch.images.scalars() == expected)
    #expect(try batch.labels.integers() == [1, 0])
  }

  @Test(arguments: [1, 7, 128, 1000, 5000])
  func `a shuffle goes through every sample once, whatever the batch size`(size: Int) throws {
    let order = try numbers(in: numberedImages(1000).batches(of: size, shuffledBy: 3, seed: 1))
    #expect(order.dropLast().allSatisfy { $0.count == size })
    #expect(order.flatMap { $0 }.sorted() == Array(0..<1000))
    let whole = try numbers(in: numberedImages(1000).batches(of: 1000, shuffledBy: 3, seed: 1))
    #expect(order.flatMap { $0 } == whole[0])
  }

  @Test func `shuffles differ by seed and epoch and are the same for the same`() throws {
    let dataset = numberedImages(500)
    func order(_ seed: UInt64, _ epoch: Int) throws -> [Int] {
      try numbers(in: dataset.batches(of: 500, shuffledBy: epoch, seed: seed))[0]
    }
    let orders = try [order(1, 1), order(1, 2), order(2, 1), order(1 << 32 | 1, 1)]
    #expect(Set(orders).count == 4)
    #expect(try order(1, 1) == orders[0])
    #expect(orders[0] != Array(0..<500))
    let ambient = try withDevice(.cpu, seed: 2) {
      try numbers(in: dataset.batches(of: 500, shuffledBy: 1))[0]
    }
    #expect(ambient == orders[2])
  }

  /// The order is that of a separate implementation of Philox and the shuffle, in Python.
  @Test func `shuffles never drift`() throws {
    #expect(
      try numbers(in: numberedImages(10).batches(of: 10, shuffledBy: 1, seed: 42))
        == [[2, 5, 7, 4, 0, 8, 3, 1, 9, 6]])
  }

  @Test func `every order of three samples is as likely`() throws {
    var counts: [[Int]: Int] = [:]
    for epoch in 0..<3000 {
      let order = try numbers(in: numberedImages(3).batches(of: 3, shuffledBy: epoch, seed: 9))[0]
      counts[order, default: 0] += 1
    }
    #expect(counts.count == 6)
    // Four standard deviations of a count around 500.
    #expect(counts.values.allSatisfy { abs($0 - 500) < 82 })
  }

  @Test func `starting at a batch equals leaving out those before it`() throws {
    let dataset = numberedImages(95)
    let all = try numbers(in: dataset.batches(of: 10, shuffledBy: 4, seed: 6))
    for start in 0...10 {
      let rest = dataset.batches(of: 10, shuffledBy: 4, seed: 6, startingAt: start)
      #expect(rest.count == 10 - start)
      #expect(rest.sampleCount == max(0, 95 - 10 * start))
      #expect(try numbers(in: rest) == Array(all[start...]))
    }
  }

  @Test func `batches can be gone through again and by two at once`() throws {
    let batches = numberedImages(40).batches(of: 7, shuffledBy: 1, seed: 1)
    let once = try numbers(in: batches)
    #expect(try numbers(in: batches) == once)
    let together = try numbers(in: zip(batches, batches).flatMap { [$0, $1] })
    #expect(together == once.flatMap { [$0, $0] })
  }

  @Test func `an empty data set has no batches`() throws {
    let batches = numberedImages(5).prefix(0).batches(of: 4, shuffledBy: 1)
    #expect(batches.count == 0)
    #expect(try numbers(in: batches).isEmpty)
  }

  @Test func `the iterator stays at its end`() {
    withDevice(.cpu) {
      let iterator = numberedImages(5).batches(of: 5).makeIterator()
      #expect(iterator.next() != nil)
      #expect(iterator.next() == nil)
      #expect(iterator.next() == nil)
    }
  }

  @Test func `a pass that is left early leaves no thread behind`() {
    let dataset = numberedImages(5000)
    let before = threadCount()
    withDevice(.cpu) {
      for round in 0..<400 {
        let iterator = dataset.batches(of: 16, shuffledBy: round, seed: 1).makeIterator()
        for _ in 0..<round % 5 { #expect(iterator.next()?.count == 16) }
      }
    }
    // Other tests run meanwhile and have threads of their own, but never hundreds.
    #expect(threadCount() < before + 200)
  }

  @Test func `a batch size, a first batch or an epoch that makes no sense is misuse`() async {
    await #expect(processExitsWith: .failure) { _ = numberedImages(5).batches(of: 0) }
    await #expect(processExitsWith: .failure) { _ = numberedImages(5).batches(of: -1) }
    await #expect(processExitsWith: .failure) {
      _ = numberedImages(5).batches(of: 2, startingAt: 4)
    }
    await #expect(processExitsWith: .failure) {
      _ = numberedImages(5).batches(of: 2, startingAt: -1)
    }
    await #expect(processExitsWith: .failure) {
      _ = numberedImages(5).batches(of: 2, shuffledBy: -1)
    }
  }
}

/// The number of threads of this process.
private func threadCount() -> Int {
  guard let directory = opendir("/proc/self/task") else { return 0 }
  defer { closedir(directory) }
  var count = 0
  while let entry = readdir(directory) {
    if entry.pointee.d_name.0 != CChar(UInt8(ascii: ".")) { count += 1 }
  }
  return count
}
