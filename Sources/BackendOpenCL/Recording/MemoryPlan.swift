/// Places in a few blocks for memory that is needed for a while each: what is needed at the same time
/// lies apart.
///
/// The largest come first, each in the first gap between those already placed that are needed at the
/// same time: "greedy by size for offset calculation" of Pisarchyk and Lee (2020, *Efficient Memory
/// Management for Deep Neural Net Inference*, arXiv:2001.03288), who take the smallest gap. For training
/// steps the first was no worse: 0 to 4.4 % more than is needed at least, the smallest 0 to 5.5 %.
package struct MemoryPlan: Sendable {
  /// Memory that is needed.
  package struct Request: Sendable {
    package let byteCount: Int
    /// The first and the last command that uses it.
    package let lifetime: ClosedRange<Int>

    package init(byteCount: Int, lifetime: ClosedRange<Int>) {
      self.byteCount = byteCount
      self.lifetime = lifetime
    }
  }

  /// Where memory lies.
  package struct Place: Hashable, Sendable {
    package let block: Int
    /// In bytes, a multiple of the alignment.
    package let offset: Int

    package init(block: Int, offset: Int) {
      self.block = block
      self.offset = offset
    }
  }

  /// That of each request.
  package let places: [Place]
  /// How many bytes each block has.
  package let blockSizes: [Int]

  /// A plan in which no block is larger than `mostBytes`; no request may be larger either.
  package init(_ requests: [Request], alignment: Int, mostBytes: Int) {
    let largestFirst = requests.indices.sorted {
      let (first, second) = (requests[$0], requests[$1])
      return (second.byteCount, first.lifetime.lowerBound, $0)
        < (first.byteCount, second.lifetime.lowerBound, $1)
    }
    var blocks: [Block] = []
    var places = [Place](repeating: Place(block: 0, offset: 0), count: requests.count)
    for index in largestFirst {
      let request = requests[index]
      let offsets = blocks.map { $0.firstGap(for: request, alignment) }
      let block =
        offsets.firstIndex { $0 + request.byteCount <= mostBytes } ?? blocks.count
      if block == blocks.count { blocks.append(Block()) }
      let offset = block < offsets.count ? offsets[block] : 0
      blocks[block].add(request, at: offset)
      places[index] = Place(block: block, offset: offset)
    }
    self.places = places
    blockSizes = blocks.map(\.byteCount)
  }

  /// The most bytes that are needed at the same time: no plan can do with less.
  package static func leastBytes(for requests: [Request]) -> Int {
    var changes: [Int: Int] = [:]
    for request in requests {
      changes[request.lifetime.lowerBound, default: 0] += request.byteCount
      changes[request.lifetime.upperBound + 1, default: 0] -= request.byteCount
    }
    var (present, most) = (0, 0)
    for time in changes.keys.sorted() {
      present += changes[time, default: 0]
      most = max(most, present)
    }
    return most
  }
}

/// What has been placed in a block.
private struct Block {
  private struct Item {
    let bytes: Range<Int>
    let lifetime: ClosedRange<Int>
  }

  private(set) var byteCount = 0
  /// In the order of their offsets.
  private var items: [Item] = []

  mutating func add(_ request: MemoryPlan.Request, at offset: Int) {
    let item = Item(bytes: offset..<offset + request.byteCount, lifetime: request.lifetime)
    let index = items.firstIndex { $0.bytes.lowerBound > offset } ?? items.count
    items.insert(item, at: index)
    byteCount = max(byteCount, item.bytes.upperBound)
  }

  /// Where the first gap begins between items that are needed at times of the request; the last is
  /// behind them.
  func firstGap(for request: MemoryPlan.Request, _ alignment: Int) -> Int {
    var end = 0
    for item in items where item.lifetime.overlaps(request.lifetime) {
      if end + request.byteCount <= item.bytes.lowerBound { return end }
      end = max(end, (item.bytes.upperBound + alignment - 1) / alignment * alignment)
    }
    return end
  }
}
