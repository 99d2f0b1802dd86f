import Backends
import OpenCL

extension OpenCLBackend {
  /// An algorithm with its own numbers, and with those that a level tries; without what the device
  /// cannot run.
  func choices(of algorithm: ConvolutionAlgorithm, _ level: TuningLevel) -> [Choice] {
    let hasTiles = algorithm == .implicit && kernelStyle == .gpu
    let sets = hasTiles ? LocalTile.gatheringSets(level, for: device) : []
    return ([[:]] + sets).map { Choice(algorithm.rawValue, $0) }
  }
}

extension LocalTile {
  /// Numbers to try for convolutions: those for products, but for what convolutions have not.
  fileprivate static func gatheringSets(
    _ level: TuningLevel, for device: ComputeDevice
  ) -> [[String: Int]] {
    let all = sets(level).map { $0.filter { $0.key != "loadWidth" } }
    var seen: Set<[String: Int]> = []
    return all.filter {
      seen.insert($0).inserted && LocalTile(gatheringBy: $0, for: device) != nil
    }
  }
}
