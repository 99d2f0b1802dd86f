import Datasets
import Glibc
import Tensors
import Testing

@Suite struct `Fashion-MNIST` {
  @Test func `the installed files hold what was published`() throws {
    let train = try Dataset.fashionMNIST(.train)
    let test = try Dataset.fashionMNIST(.test)
    #expect(train.count == 60_000)
    #expect(test.count == 10_000)
    #expect(train.imageShape == [1, 28, 28])
    #expect(test.imageShape == [1, 28, 28])
    #expect((0..<8).map { train[$0].label } == [9, 0, 0, 3, 0, 2, 7, 2])
    #expect((0..<8).map { test[$0].label } == [9, 2, 1, 1, 6, 1, 4, 6])
    #expect(train.classNames[train[0].label] == "ankle boot")
    for (dataset, each) in [(train, 6000), (test, 1000)] {
      var counts = [Int](repeating: 0, count: 10)
      for index in 0..<dataset.count { counts[dataset[index].label] += 1 }
      #expect(counts == Array(repeating: each, count: 10))
    }
  }

  @Test func `its normalization is that of its training images`() throws {
    let train = try Dataset.fashionMNIST(.train)
    var (sum, squares) = (0, 0)
    for index in 0..<train.count {
      for pixel in train[index].pixels {
        sum += Int(pixel)
        squares += Int(pixel) * Int(pixel)
      }
    }
    let count = Double(train.count * train.imageShape.count)
    let mean = Double(sum) / count
    let deviation = (Double(squares) / count - mean * mean).squareRoot()
    #expect(abs(mean / 255 - Double(train.normalization.mean)) < 5e-5)
    #expect(abs(deviation / 255 - Double(train.normalization.standardDeviation)) < 5e-5)
  }

  @Test func `a source names a data set as the command line does`() throws {
    #expect(try Dataset.named("fashion-mnist", .test).name == "fashion-mnist")
    #expect(try Dataset.named("synthetic", .test, seed: 3)[0].pixels.isEmpty == false)
    let directory = Dataset.fashionMNISTDirectory
    let read = try Dataset.named(directory, .test)
    #expect(read.name == directory)
    #expect(read.normalization == .unit)
    #expect(
      throws: DatasetError(path: "/nowhere", problem: .missing(file: "t10k-images-idx3-ubyte"))
    ) { try Dataset.named("/nowhere", .test) }
  }
}

@Suite struct `Data sets` {
  @Test func `the first samples are a data set of their own`() {
    let all = numberedImages(30)
    let first = all.prefix(12)
    #expect(first.count == 12)
    #expect((0..<12).map { first[$0] } == (0..<12).map { all[$0] })
    #expect(all.prefix(100).count == 30)
    #expect(first.prefix(20).count == 12)
    #expect(all.prefix(0).count == 0)
  }

  @Test func `pixels, labels and shape must fit`() async {
    await #expect(processExitsWith: .failure) {
      _ = Dataset(
        name: "", pixels: [1, 2, 3], labels: [0], imageShape: [1, 1, 2], classNames: ["a"])
    }
    await #expect(processExitsWith: .failure) {
      _ = Dataset(name: "", pixels: [1, 2], labels: [1], imageShape: [1, 1, 2], classNames: ["a"])
    }
    await #expect(processExitsWith: .failure) {
      _ = Dataset(name: "", pixels: [1, 2], labels: [0], imageShape: [1, 2], classNames: ["a"])
    }
    await #expect(processExitsWith: .failure) { _ = numberedImages(3)[3] }
    await #expect(processExitsWith: .failure) { _ = numberedImages(3).prefix(-1) }
    await #expect(processExitsWith: .failure) {
      _ = Normalization(mean: 0, standardDeviation: 0)
    }
  }
}

@Suite struct `Synthetic shapes` {
  @Test func `the same seed draws the same pictures`() {
    let first = Dataset.synthetic(.train, count: 50, seed: 7)
    let second = Dataset.synthetic(.train, count: 20, seed: 7)
    let other = Dataset.synthetic(.train, count: 20, seed: 8)
    for index in 0..<20 {
      #expect(first[index] == second[index])
      #expect(first[index].pixels != other[index].pixels)
    }
  }

  @Test func `the seed is that of the enclosing device block by default`() {
    let drawn = withDevice(.cpu, seed: 7) { Dataset.synthetic(.train, count: 1) }
    #expect(drawn[0] == Dataset.synthetic(.train, count: 1, seed: 7)[0])
  }

  @Test func `pictures never drift`() {
    let train = Dataset.synthetic(.train, count: 10, seed: 42)
    #expect(hash(train[0].pixels) == 0x2AEB_212F_FFA4_A46D)
    #expect(hash((0..<10).flatMap { train[$0].pixels }) == 0x5ABA_EB4B_04AF_42FD)
    #expect(hash(Dataset.synthetic(.test, count: 1, seed: 42)[0].pixels) == 0xFD9A_8E1A_DEAB_39BC)
  }

  @Test func `classes are balanced in any first samples`() {
    let dataset = Dataset.synthetic(.test, count: 205, seed: 1)
    var counts = [Int](repeating: 0, count: dataset.classCount)
    for index in 0..<dataset.count { counts[dataset[index].label] += 1 }
    #expect(counts == [21, 21, 21, 21, 21, 20, 20, 20, 20, 20])
    #expect(dataset.classNames.count == 10)
    #expect(dataset.imageShape == [1, 28, 28])
  }

  @Test func `training and test pictures differ`() {
    let train = Dataset.synthetic(.train, count: 2000, seed: 5)
    let test = Dataset.synthetic(.test, count: 2000, seed: 5)
    let pictures = Set((0..<2000).map { train[$0].pixels })
    #expect(pictures.count == 2000)
    #expect(!(0..<2000).contains { pictures.contains(test[$0].pixels) })
  }

  @Test func `the default is 10,000 pictures to train and 2,000 to test`() {
    #expect(Dataset.synthetic(.train, seed: 1).count == 10_000)
    #expect(Dataset.synthetic(.test, seed: 1).count == 2_000)
  }

  @Test func `shapes stand out from their background`() {
    let dataset = Dataset.synthetic(.train, count: 200, seed: 3)
    for index in 0..<dataset.count {
      let pixels = dataset[index].pixels
      let bright = pixels.filter { $0 > 100 }.count
      #expect((20..<600).contains(bright), "picture \(index)")
    }
  }
}
