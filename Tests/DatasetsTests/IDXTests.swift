import Datasets
import Glibc
import Testing

/// Three training and two test images of 2×3 pixels.
private enum Sound {
  static let pixels = (0..<18).map { UInt8($0 * 10) }
  static let images = idx([3, 2, 3], pixels)
  static let labels = idx([3], [7, 0, 9])
  static let testImages = idx([2, 2, 3], Array(pixels[..<12]))
}

private let imagesName = "train-images-idx3-ubyte"
private let labelsName = "train-labels-idx1-ubyte"
private let testImagesName = "t10k-images-idx3-ubyte"

/// The error that reading the training split of a directory with these files gives.
private func error(
  images: [UInt8] = Sound.images, labels: [UInt8] = Sound.labels, suffix: String = ""
) throws -> DatasetError? {
  let directory = try TemporaryDirectory()
  try directory.write(images, to: imagesName + suffix)
  try directory.write(labels, to: labelsName + suffix)
  return #expect(throws: DatasetError.self) { try Dataset.idx(directory: directory.path, .train) }
}

@Suite struct `Reading IDX files` {
  @Test(arguments: [false, true], [false, true])
  func `images and labels are read, plain or gzipped`(images: Bool, labels: Bool) throws {
    let directory = try TemporaryDirectory()
    try directory.write(
      images ? gzip(Sound.images) : Sound.images, to: imagesName + (images ? ".gz" : ""))
    try directory.write(
      labels ? gzip(Sound.labels) : Sound.labels, to: labelsName + (labels ? ".gz" : ""))
    let dataset = try Dataset.idx(directory: directory.path, .train)
    #expect(dataset.count == 3)
    #expect(dataset.imageShape == [1, 2, 3])
    #expect(dataset.classCount == 10)
    #expect((0..<3).map { dataset[$0].label } == [7, 0, 9])
    #expect((0..<3).flatMap { dataset[$0].pixels } == Sound.pixels)
    #expect(dataset.normalization == .unit)
  }

  @Test func `a gzip file of two members is their content in a row`() throws {
    let directory = try TemporaryDirectory()
    try directory.write(
      gzip(Array(Sound.images[..<20])) + gzip(Array(Sound.images[20...])), to: imagesName + ".gz")
    try directory.write(Sound.labels, to: labelsName)
    let dataset = try Dataset.idx(directory: directory.path, .train)
    #expect((0..<3).flatMap { dataset[$0].pixels } == Sound.pixels)
  }

  @Test func `a file larger than one chunk is read whole`() throws {
    let count = 40_000
    let pixels = (0..<count * 64).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }
    let directory = try TemporaryDirectory()
    try directory.write(gzip(idx([count, 8, 8], pixels)), to: imagesName + ".gz")
    try directory.write(idx([count], Array(repeating: 1, count: count)), to: labelsName)
    let dataset = try Dataset.idx(directory: directory.path, .train)
    for index in [0, count / 2, count - 1] {
      #expect(dataset[index].pixels == Array(pixels[index * 64..<(index + 1) * 64]))
    }
  }

  @Test func `a missing file is an error that says how to get it`() throws {
    let directory = try TemporaryDirectory()
    try directory.write(Sound.images, to: imagesName)
    let error = #expect(throws: DatasetError.self) {
      try Dataset.idx(directory: directory.path, .train)
    }
    #expect(error?.path == directory.path)
    #expect(error?.problem == .missing(file: labelsName))
    let message = error?.description ?? ""
    #expect(message.hasPrefix("\(directory.path): no \(labelsName) or \(labelsName).gz here; "))
    #expect(message.contains("apt install dataset-fashion-mnist"))
    #expect(message.contains("--data synthetic"))
    #expect(message.contains("t10k-labels-idx1-ubyte"))
    #expect(!message.contains("\n"))
  }

  @Test func `what is not a regular file is refused without waiting`() throws {
    let directory = try TemporaryDirectory()
    try directory.makePipe(imagesName)
    try directory.write(Sound.labels, to: labelsName)
    let error = #expect(throws: DatasetError.self) {
      try Dataset.idx(directory: directory.path, .train)
    }
    #expect(error?.problem == .notAFile)
    #expect(error?.path == "\(directory.path)/\(imagesName)")
  }
}

@Suite struct `Broken IDX files` {
  @Test func `another kind of file is no IDX file`() throws {
    let problem = try error(images: Array("P5\n28 28\n255\n".utf8) + Sound.pixels)?.problem
    #expect(problem == .notIDX(magic: 0x5035_0A32))
  }

  @Test func `elements must be unsigned bytes`() throws {
    #expect(
      try error(images: idx([3, 2, 3], Sound.pixels, type: 0x0D))?.problem
        == .elementType(code: 0x0D))
  }

  @Test func `images have three axes and labels one`() throws {
    #expect(try error(images: Sound.labels)?.problem == .rank(found: 1, expected: 3))
    #expect(try error(labels: Sound.images)?.problem == .rank(found: 3, expected: 1))
  }

  @Test func `an extent of zero is an error`() throws {
    #expect(try error(images: idx([0, 2, 3], []))?.problem == .empty(extents: [0, 2, 3]))
  }

  @Test(arguments: [0, 3, 7, 15])
  func `a file that ends in its header is cut off`(size: Int) throws {
    #expect(
      try error(images: Array(Sound.images[..<size]))?.problem
        == .truncated(claimed: 16, found: size))
  }

  @Test func `a plain file without its last byte is cut off`() throws {
    #expect(
      try error(images: Sound.images.dropLast())?.problem
        == .tooLarge(extents: [3, 2, 3], possible: 17))
  }

  @Test func `content cut off before it was gzipped is noticed`() throws {
    #expect(
      try error(images: gzip(Sound.images.dropLast()), labels: gzip(Sound.labels), suffix: ".gz")?
        .problem == .truncated(claimed: 34, found: 33))
  }

  @Test func `bytes behind the elements are an error`() throws {
    #expect(try error(images: Sound.images + [0])?.problem == .trailingBytes(claimed: 34))
    #expect(
      try error(images: gzip(Sound.images + [0]), labels: gzip(Sound.labels), suffix: ".gz")?
        .problem == .trailingBytes(claimed: 34))
  }

  @Test func `a gzip stream cut off anywhere is an error`() throws {
    let whole = gzip(Sound.images)
    for size in 2..<whole.count {
      let error = try error(
        images: Array(whole[..<size]), labels: gzip(Sound.labels), suffix: ".gz")
      switch error?.problem {
      case .corruptGzip, .tooLarge: break
      default: Issue.record("\(size) of \(whole.count) bytes: \(error?.description ?? "accepted")")
      }
    }
  }

  @Test func `a wrong checksum and bytes behind a gzip stream are errors`() throws {
    var wrong = gzip(Sound.images)
    wrong[wrong.count - 8] ^= 1
    let labels = gzip(Sound.labels)
    #expect(
      try error(images: wrong, labels: labels, suffix: ".gz")?.problem
        == .corruptGzip(reason: "incorrect data check"))
    #expect(
      try error(images: gzip(Sound.images) + [1, 2, 3], labels: labels, suffix: ".gz")?.problem
        == .corruptGzip(reason: "other bytes follow it"))
  }

  @Test(arguments: [false, true])
  func `a header that claims more than its file can hold is an error at once`(
    gzipped: Bool
  ) throws {
    let lie = idx([0x8000_0000, 28, 28], Sound.pixels)
    let error = try error(
      images: gzipped ? gzip(lie) : lie, labels: gzipped ? gzip(Sound.labels) : Sound.labels,
      suffix: gzipped ? ".gz" : "")
    guard case .tooLarge(let extents, let possible)? = error?.problem else {
      Issue.record("\(error?.description ?? "accepted")")
      return
    }
    #expect(extents == [0x8000_0000, 28, 28])
    #expect(possible == (gzipped ? 1032 * gzip(lie).count : lie.count) - 16)
  }

  @Test func `extents whose product overflows are an error`() throws {
    let extents = [0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF]
    #expect(
      try error(images: idx(extents, Sound.pixels))?.problem
        == .tooLarge(extents: extents, possible: 18))
  }

  @Test func `images and labels must be equally many`() throws {
    #expect(
      try error(labels: idx([2], [1, 2]))?.problem == .countMismatch(labels: 2, images: 3))
  }

  @Test func `a label must be below the number of classes`() throws {
    #expect(
      try error(labels: idx([3], [0, 10, 11]))?.problem == .label(10, index: 1, classCount: 10))
  }

  @Test func `training and test images must have one size`() throws {
    let directory = try TemporaryDirectory()
    try directory.write(Sound.images, to: imagesName)
    try directory.write(Sound.labels, to: labelsName)
    try directory.write(Sound.testImages, to: testImagesName)
    #expect(try Dataset.idx(directory: directory.path, .train).count == 3)
    try directory.write(idx([2, 3, 2], Array(Sound.pixels[..<12])), to: testImagesName)
    let error = #expect(throws: DatasetError.self) {
      try Dataset.idx(directory: directory.path, .train)
    }
    #expect(
      error?.problem
        == .imageSize([2, 3], other: [3, 2], otherPath: "\(directory.path)/\(testImagesName)"))
  }

  @Test func `every message is one line that names the file`() throws {
    let problems: [DatasetError.Problem] = [
      .missing(file: imagesName), .unreadable(reason: "Permission denied"), .notAFile,
      .notIDX(magic: 1), .elementType(code: 9), .rank(found: 2, expected: 3),
      .empty(extents: [0]), .tooLarge(extents: [9, 9], possible: 3),
      .truncated(claimed: 9, found: 3), .trailingBytes(claimed: 9), .corruptGzip(reason: "x"),
      .countMismatch(labels: 1, images: 2), .label(10, index: 1, classCount: 10),
      .imageSize([1, 2], other: [2, 1], otherPath: "/b"),
    ]
    for problem in problems {
      let message = DatasetError(path: "/a", problem: problem).description
      #expect(message.hasPrefix("/a: "))
      #expect(message.contains("; "))
      #expect(!message.contains("\n"))
    }
  }
}
