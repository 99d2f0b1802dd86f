import BackendOpenCL
import Backends
import Testing

/// Places for memory that is needed for a while each.
@Suite struct MemoryPlanTests {
  private typealias Request = MemoryPlan.Request

  private static let alignment = 128

  /// Expects that nothing lies on what is needed at the same time, nor outside of its block.
  private static func check(_ plan: MemoryPlan, _ requests: [Request], mostBytes: Int = .max) {
    #expect(plan.places.count == requests.count)
    #expect(plan.blockSizes.allSatisfy { $0 <= mostBytes })
    let placed = zip(plan.places, requests).map { place, request in
      (place, place.offset..<place.offset + request.byteCount, request.lifetime)
    }
    for (index, (place, bytes, lifetime)) in placed.enumerated() {
      #expect(place.offset.isMultiple(of: alignment))
      #expect(bytes.upperBound <= plan.blockSizes[place.block])
      for (other, otherBytes, otherLifetime) in placed[..<index] where other.block == place.block {
        #expect(!(bytes.overlaps(otherBytes) && lifetime.overlaps(otherLifetime)))
      }
    }
  }

  /// How much more than needed at least a plan takes, after checking it.
  private static func excess(_ requests: [Request]) -> Double {
    let plan = MemoryPlan(requests, alignment: alignment, mostBytes: .max)
    check(plan, requests)
    #expect(plan.blockSizes.count == 1)
    let least = MemoryPlan.leastBytes(for: requests)
    #expect(plan.blockSizes[0] >= least)
    return Double(plan.blockSizes[0]) / Double(least) - 1
  }

  /// Sizes and lifetimes that look random, the same for each seed.
  private static func randomRequests(_ count: Int, seed: UInt64) -> [Request] {
    (0..<count).map { index in
      let words = Philox.words(RandomPosition(seed: seed, block: UInt64(index)))
      let start = Int(words.x % UInt32(count))
      return Request(
        byteCount: 1 + Int(words.y % 1_000_000), lifetime: start...start + Int(words.z % 20))
    }
  }

  /// The way there and back through layers whose activations have these sizes, each of a gradient
  /// which replaces that of the layer behind, and with gradients of weights that last to the end.
  private static func training(_ activations: [Int], _ weights: [Int]) -> [Request] {
    let count = activations.count
    let end = 2 * count
    var requests: [Request] = []
    for layer in 0..<count {
      let back = end - 1 - layer
      requests += [
        Request(byteCount: activations[layer], lifetime: layer...back),
        Request(byteCount: activations[layer], lifetime: back - 1...back),
        Request(byteCount: weights[layer], lifetime: back...end),
      ]
    }
    return requests
  }

  @Test func whatIsNeededOneAfterAnotherSharesItsPlace() {
    let requests = (0..<10).map { Request(byteCount: 1000 + $0, lifetime: 2 * $0...2 * $0 + 1) }
    let plan = MemoryPlan(requests, alignment: Self.alignment, mostBytes: .max)
    Self.check(plan, requests)
    #expect(plan.blockSizes == [1009])
  }

  @Test func whatIsUsedByOneCommandLiesApart() {
    // The result of each command is the input of the next.
    let requests = (0..<10).map { Request(byteCount: 1024, lifetime: $0...$0 + 1) }
    let plan = MemoryPlan(requests, alignment: Self.alignment, mostBytes: .max)
    Self.check(plan, requests)
    #expect(plan.blockSizes == [2048])
  }

  @Test func aSmallOneFillsTheFirstGap() {
    let requests = [
      Request(byteCount: 4096, lifetime: 0...1), Request(byteCount: 2048, lifetime: 0...9),
      Request(byteCount: 1024, lifetime: 0...1), Request(byteCount: 512, lifetime: 0...9),
      Request(byteCount: 256, lifetime: 5...6), Request(byteCount: 200, lifetime: 1...5),
    ]
    let plan = MemoryPlan(requests, alignment: Self.alignment, mostBytes: .max)
    Self.check(plan, requests)
    #expect(plan.places.map(\.offset) == [0, 4096, 6144, 7168, 0, 7680])
  }

  @Test func plansOfNetworksTakeLittleMoreThanIsNeeded() {
    let mega = 1 << 20
    // Convolutions that halve the maps, with a large layer at the end.
    let shrinking = Self.training(
      [16, 16, 8, 8, 4, 4, 2, 1].map { $0 * mega }, [1, 2, 4, 8, 16, 32, 64, 128].map { $0 << 12 })
    #expect(Self.excess(shrinking) < 0.02)
    let large = Self.training(
      [3, 2, 2, 1, 1].map { $0 * mega }, [1, 2, 4, 151, 67].map { $0 * mega })
    #expect(Self.excess(large) < 0.02)
    // The equal layers of a recurrent network.
    let recurrent = Self.training(
      [Int](repeating: mega, count: 60), [Int](repeating: 1 << 12, count: 60))
    #expect(Self.excess(recurrent) < 0.02)
  }

  @Test func plansForRandomLifetimesTakeLittleMoreThanIsNeeded() {
    for seed in 1...8 as ClosedRange<UInt64> {
      #expect(Self.excess(Self.randomRequests(300, seed: seed)) < 0.2)
    }
  }

  @Test func whatIsTooMuchForOneBlockGetsSeveral() {
    let requests = Self.randomRequests(200, seed: 9)
    let least = MemoryPlan.leastBytes(for: requests)
    let plan = MemoryPlan(requests, alignment: Self.alignment, mostBytes: 1_500_000)
    Self.check(plan, requests, mostBytes: 1_500_000)
    #expect(plan.blockSizes.count > 1)
    #expect(Double(plan.blockSizes.reduce(0, +)) < 1.5 * Double(least))
  }

  @Test func withoutRequestsThereIsNoBlock() {
    #expect(MemoryPlan([], alignment: Self.alignment, mostBytes: .max).blockSizes.isEmpty)
    #expect(MemoryPlan.leastBytes(for: []) == 0)
  }
}
