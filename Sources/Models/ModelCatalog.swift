import Layers
import Tensors

/// The models that can be chosen by name.
public enum ModelCatalog {
  /// What models are for, which decides the data they learn from and how they are judged.
  ///
  /// Functions make a model with weights drawn from the current random stream on the current device.
  public enum Task: Sendable {
    /// From images `[n, channels, height, width]` to the scores of classes.
    case imageClassification(classCount: Int, make: @Sendable () -> any Layer)
    /// From numbers `[n, inputs]` to the logit of a 1 as against a 0, `[n, 1]`.
    case binaryClassification(make: @Sendable () -> any Layer)
    /// From numbers `[n, inputs]` to numbers `[n, 1]`.
    case regression(make: @Sendable () -> any Layer)
    /// From the characters of a text to the scores of the next, for a number of symbols.
    case nextCharacter(make: @Sendable (_ symbols: Int) -> CharacterLSTM)

    /// What it is called, such as `image classification`.
    public var name: String {
      switch self {
      case .imageClassification: "image classification"
      case .binaryClassification: "binary classification"
      case .regression: "regression"
      case .nextCharacter: "next character"
      }
    }
  }

  /// A model that can be made.
  public struct Entry: Sendable {
    /// By which it is chosen, such as `lenet`.
    public let name: String
    /// What it is, in a line.
    public let summary: String
    /// The shape of a sample; `[]` for a character.
    public let inputShape: Shape
    /// What it is for.
    public let task: Task

    fileprivate init(_ name: String, _ summary: String, inputShape: Shape, _ task: Task) {
      self.name = name
      self.summary = summary
      self.inputShape = inputShape
      self.task = task
    }

    /// Makes a model with weights drawn from the current random stream on the current device; one
    /// of characters for its usual number of symbols.
    public func make() -> any Layer {
      switch task {
      case .imageClassification(_, let make), .binaryClassification(let make),
        .regression(let make):
        make()
      case .nextCharacter(let make): make(CharacterLSTM.usualSymbolCount)
      }
    }

    /// How many classes it tells apart; nil where it does not tell classes apart, or their number
    /// depends on the data.
    public var classCount: Int? {
      switch task {
      case .imageClassification(let count, _): count
      case .binaryClassification: 2
      case .regression, .nextCharacter: nil
      }
    }

    /// How many numbers are trained.
    ///
    /// Makes a model on the CPU reference to count them.
    public var parameterCount: Int { withDevice(.cpu, seed: 0) { make().parameterCount } }
  }

  /// All models, in the order they are listed.
  public static let entries = [
    Entry(
      "lenet", "two convolutions with pooling, 500 hidden units", inputShape: [1, 28, 28],
      .imageClassification(classCount: 10, make: { LeNet() })),
    Entry(
      "mlp", "fully connected, 784–256–128–10", inputShape: [1, 28, 28],
      .imageClassification(classCount: 10, make: { MLP() })),
    Entry(
      "perceptron", "one neuron, for AND and OR", inputShape: [2],
      .binaryClassification(make: { Perceptron() })),
    Entry(
      "xor", "eight hidden neurons, for XOR", inputShape: [2],
      .binaryClassification(make: { XORNetwork() })),
    Entry(
      "cubic", "six rectifiers that follow a cubic function", inputShape: [1],
      .regression(make: { CubicNetwork() })),
    Entry(
      "rbf", "25 radial basis functions of two numbers", inputShape: [2],
      .regression(make: { RadialBasisNetwork() })),
    Entry(
      "char-lstm", "embedding 64, LSTM 2×256; parameters for 96 symbols", inputShape: [],
      .nextCharacter(make: { CharacterLSTM(symbols: $0) })),
  ]

  /// Networks for images of which there are no data at hand: to be measured.
  public static let networks = [
    Entry(
      "vgg", "six convolutions of 3×3, 64 to 256 channels", inputShape: [3, 32, 32],
      .imageClassification(
        classCount: 10,
        make: { VGG([[64, 64], [128, 128], [256, 256]], imageSize: 32, classes: 10) })),
    Entry(
      "alexnet", "five convolutions and three large linear layers", inputShape: [3, 224, 224],
      .imageClassification(classCount: 1000, make: { AlexNet() })),
    Entry(
      "resnet18", "18 layers with residual connections", inputShape: [3, 224, 224],
      .imageClassification(classCount: 1000, make: { ResNet.resNet18() })),
    Entry(
      "resnet34", "34 layers with residual connections", inputShape: [3, 224, 224],
      .imageClassification(classCount: 1000, make: { ResNet.resNet34() })),
    Entry(
      "resnet50", "50 layers with residual connections, in blocks of three",
      inputShape: [3, 224, 224],
      .imageClassification(classCount: 1000, make: { ResNet.resNet50() })),
    Entry(
      "vgg16", "13 convolutions of 3×3 and three large linear layers", inputShape: [3, 224, 224],
      .imageClassification(classCount: 1000, make: { VGG.vgg16() })),
  ]

  /// The model of a name, or nil where there is none.
  public static subscript(name: String) -> Entry? { entries.first { $0.name == name } }
}
