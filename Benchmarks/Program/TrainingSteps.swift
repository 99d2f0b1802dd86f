import Needletail

extension Work {
  /// Whole steps of training: forward, backward and the update by Adam.
  static let trainingSteps = [
    imageClassifier(
      "lenet", "LeNet (20/50/500), batch 128", images: [128, 1, 28, 28], classes: 10
    ) { LeNet() },
    imageClassifier(
      "vgg", "VGG-style 64-64-128-128-256-256, batch 64", images: [64, 3, 32, 32], classes: 10
    ) { VGG([[64, 64], [128, 128], [256, 256]], imageSize: 32, classes: 10) },
    lstm,
    imageClassifier(
      "resnet18", "ResNet-18, batch 4", images: [4, 3, 224, 224], classes: 1000
    ) { ResNet.resNet18() },
    imageClassifier(
      "alexnet", "AlexNet, batch 4", images: [4, 3, 224, 224], classes: 1000
    ) { AlexNet() },
  ]

  /// Steps that keep a GPU busy.
  static let largeTrainingSteps = [
    imageClassifier(
      "resnet50", "ResNet-50, batch 32", images: [32, 3, 224, 224], classes: 1000
    ) { ResNet.resNet50() },
    imageClassifier(
      "vgg16", "VGG-16, batch 32", images: [32, 3, 224, 224], classes: 1000
    ) { VGG.vgg16() },
  ]

  /// A program that makes one step.
  static let startUp: Work = {
    let step = trainingSteps[0]
    var work = Work(
      "start-up", "process start to the first finished step of LeNet, with warm caches",
      prepare: step.prepare)
    work.startedAnew = step.name
    return work
  }()

  private static func imageClassifier(
    _ name: String, _ summary: String, images shape: Shape, classes: Int,
    make: @escaping @Sendable () -> any Layer
  ) -> Work {
    Work(name, "training step: \(summary), Adam") {
      let model = make()
      let optimizer = Adam(model)
      let images = Tensor.normal(shape)
      let labels = Tensor((0..<shape[0]).map { Int32($0 % classes) })
      let step = RecordedStep(model, optimizer) { crossEntropy(model($0), $1) }
      return { step(images, labels) }
    }
  }

  private static let lstm = Work(
    "lstm", "training step: LSTM 2×256, embedding 64, 96 symbols, batch 32 × 64 steps, Adam"
  ) {
    let (symbols, batch, steps) = (96, 32, 64)
    let model = CharacterLSTM(symbols: symbols)
    let optimizer = Adam(model)
    let text = (0..<steps * batch).map { Int32($0 * 7 % symbols) }
    let input = Tensor(text, shape: [steps, batch])
    let targets = Tensor(text.map { ($0 + 7) % Int32(symbols) })
    let step = RecordedStep(model, optimizer) {
      crossEntropy(model($0).reshaped([steps * batch, symbols]), $1)
    }
    return { step(input, targets) }
  }
}
