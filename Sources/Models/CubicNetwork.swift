import Layers
import Tensors

/// Six rectifiers that follow a function of one number: y = Σᵢ vᵢ·max(wᵢ·x + aᵢ, 0) + b.
///
/// From `[n, 1]` to `[n, 1]`: a line that bends six times. That a hidden layer wide enough follows any
/// continuous function is shown by Leshno, Lin, Pinkus, Schocken: Multilayer Feedforward Networks with
/// a Nonpolynomial Activation Function Can Approximate Any Function (1993).
public struct CubicNetwork: Layer {
  /// The six slopes wᵢ and offsets aᵢ.
  public let hidden: Linear
  /// What they are added up with, vᵢ and b.
  public let output: Linear

  /// Makes a network with weights drawn from the current random stream on the current device.
  ///
  /// Slopes have variance 2, as He et al. (2015) draw them for ReLU. The line bends at equal distances
  /// from −2 to 2: what is far from every bend stays straight, since training hardly moves them.
  public init() {
    hidden = Linear(1, 6, weightInitializer: .heNormal, biasInitializer: .zeros)
    let bends = Tensor((0..<6).map { (2 * Float($0) - 5) / 3 })
    hidden.bias!.value = -hidden.weight.value.reshaped([6]) * bends
    output = Linear(6, 1)
  }

  /// The function.
  public func callAsFunction(_ input: Tensor) -> Tensor { output(hidden(input).relu()) }

  /// Six rectifiers set by hand, so that they follow x³ + x² − x − 1 from −2 to 1.5 within 0.5:
  /// −n₁ − n₂ − n₃ + n₄ + n₅ + n₆ with the rectified lines n of −5x − 7.7, −1.2x − 1.3, 1.2x + 1,
  /// 1.2x − 0.2, 2x − 1.1 and 5x − 5.
  public static func byHand() -> CubicNetwork {
    let network = CubicNetwork()
    network.hidden.weight.value = Tensor([-5, -1.2, 1.2, 1.2, 2, 5], shape: [6, 1])
    network.hidden.bias!.value = Tensor([-7.7, -1.3, 1, -0.2, -1.1, -5])
    network.output.weight.value = Tensor([-1, -1, -1, 1, 1, 1], shape: [1, 6])
    network.output.bias!.value = Tensor([0])
    return network
  }
}
