// The example of README.md; `ReadmeTests` sees to it that both are the same.
import Needletail

func train() throws {
  try withDevice(Device(named: "auto"), seed: 42) {
    let model = Sequential {
      Conv2D(1, 20, kernel: 5)
      ReLU()
      MaxPool2D(2)
      Flatten()
      Linear(20 * 12 * 12, 10)
    }
    let optimizer = AdamW(model, learningRate: 0.001)
    for epoch in 1...3 {
      for batch in try Dataset.fashionMNIST(.train).batches(of: 64, shuffledBy: epoch) {
        let (_, gradients) = valueAndGradient(of: model) {
          crossEntropy(model(batch.images), batch.labels)
        }
        optimizer.update(gradients)
      }
      print(epoch, try evaluate(model, on: .fashionMNIST(.test)).accuracy)
    }
  }
}
