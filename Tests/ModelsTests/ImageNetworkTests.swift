import Layers
import Models
import Tensors
import TestSupport
import Testing

/// Names, shapes and counts are those of torchvision's models.
@Suite struct ImageNetworkTests {
  @Test(arguments: devices)
  func `AlexNet has torchvision's names and counts`(_ device: Device) {
    on(device) {
      let model = AlexNet()
      let layers = model.namedParameters.map(\.name).filter { $0.hasSuffix("weight") }
      #expect(
        layers == [
          "features.0.weight", "features.3.weight", "features.6.weight", "features.8.weight",
          "features.10.weight", "classifier.1.weight", "classifier.4.weight", "classifier.6.weight",
        ])
      #expect(model.parameterCount == 61_100_840)
      #expect(AlexNet(classes: 3)(.zeros([1, 3, 64, 80])).shape == [1, 3])
    }
  }

  @Test(arguments: devices)
  func `ResNet-18 has torchvision's names and counts`(_ device: Device) {
    on(device) {
      let model = ResNet.resNet18()
      #expect(model.parameterCount == 11_689_512)
      let names = model.namedParameters.map(\.name)
      #expect(names.prefix(3) == ["conv1.weight", "bn1.weight", "bn1.bias"])
      #expect(
        names.filter { $0.hasPrefix("layer2.0.") } == [
          "layer2.0.conv1.weight", "layer2.0.bn1.weight", "layer2.0.bn1.bias",
          "layer2.0.conv2.weight", "layer2.0.bn2.weight", "layer2.0.bn2.bias",
          "layer2.0.downsample.0.weight", "layer2.0.downsample.1.weight",
          "layer2.0.downsample.1.bias",
        ])
      #expect(!names.contains { $0.hasPrefix("layer1.0.downsample") })
      #expect(names.suffix(2) == ["fc.weight", "fc.bias"])
      #expect(model.namedBuffers.map(\.name).contains("layer4.1.bn2.running_var"))
      #expect(ResNet.resNet18(classes: 5)(.zeros([2, 3, 33, 40])).shape == [2, 5])
    }
  }

  @Test func `ResNet-34 has torchvision's count`() {
    on(.cpu) { #expect(ResNet.resNet34().parameterCount == 21_797_672) }
  }

  @Test func `ResNet-50 has torchvision's names and count`() {
    on(.cpu) {
      let model = ResNet.resNet50()
      #expect(model.parameterCount == 25_557_032)
      let names = model.namedParameters.map(\.name)
      #expect(
        names.filter { $0.hasPrefix("layer1.0.") && $0.hasSuffix("weight") } == [
          "layer1.0.conv1.weight", "layer1.0.bn1.weight", "layer1.0.conv2.weight",
          "layer1.0.bn2.weight", "layer1.0.conv3.weight", "layer1.0.bn3.weight",
          "layer1.0.downsample.0.weight", "layer1.0.downsample.1.weight",
        ])
      #expect(!names.contains { $0.hasPrefix("layer1.1.downsample") })
    }
  }

  @Test(arguments: devices)
  func `a network of bottlenecks gives scores`(_ device: Device) {
    on(device) {
      let model = ResNet(blocks: (1, 1, 1, 1), of: .bottleneck, classes: 5)
      #expect(model(.zeros([2, 3, 33, 40])).shape == [2, 5])
    }
  }

  /// With weights that make each convolution pass on its first channel, the block doubles it.
  @Test(arguments: devices)
  func `a bottleneck adds its input to what its convolutions give`(_ device: Device) throws {
    try on(device) {
      let block = Bottleneck(4, 1)
      for convolution in [block.conv1, block.conv2, block.conv3] {
        let weight = convolution.weight.value
        var numbers = [Float](repeating: 0, count: weight.count)
        // The middle of the kernel, from and to the first channel.
        numbers[weight.shape[2] * weight.shape[3] / 2] = 1
        convolution.weight.value = Tensor(numbers, shape: weight.shape)
      }
      let input = Tensor((0..<16).map { Float($0) }, shape: [1, 4, 2, 2])
      let output = try block(input).scalars()
      expectClose(
        output, try input.scalars().enumerated().map { $0 < 4 ? 2 * $1 : $1 }, within: 1e-4)
    }
  }

  @Test func `VGG-16 has torchvision's count`() {
    on(.cpu) { #expect(VGG.vgg16().parameterCount == 138_357_544) }
  }

  @Test(arguments: devices)
  func `VGG may have hidden linear layers`(_ device: Device) {
    on(device) {
      let model = VGG([[4]], imageSize: 4, hidden: [6, 5], classes: 3)
      let shapes = model.namedParameters.filter { $0.name.hasPrefix("classifier") }
        .map(\.parameter.value.shape)
      #expect(shapes == [[6, 16], [6], [5, 6], [5], [3, 5], [3]])
      #expect(model(.zeros([2, 3, 4, 4])).shape == [2, 3])
    }
  }

  @Test(arguments: devices)
  func `VGG halves the image in each stage`(_ device: Device) {
    on(device) {
      let model = VGG([[8, 8], [16]], imageSize: 12, classes: 4)
      let shapes = model.features.summary(input: [3, 12, 12]).rows.map(\.outputShape)
      #expect(
        shapes == [
          [1, 8, 12, 12], [1, 8, 12, 12], [1, 8, 12, 12], [1, 8, 12, 12], [1, 8, 6, 6],
          [1, 16, 6, 6], [1, 16, 6, 6], [1, 16, 3, 3],
        ])
      #expect(model(.zeros([2, 3, 12, 12])).shape == [2, 4])
    }
  }

  @Test func `a ResNet's loss falls when it learns`() throws {
    try withDevice(.cpu, seed: 3) { () throws in
      let model = ResNet.resNet18(classes: 2)
      let optimizer = ImageNetworkDescent(model)
      let images = Tensor.normal([4, 3, 32, 32])
      let labels = Tensor([0, 1, 0, 1] as [Int32])
      let losses = try (0..<3).map { _ in try optimizer.step(images, labels) }
      #expect(losses[2] < losses[0])
    }
  }
}

/// Plain gradient descent: the suite has no optimizers.
private struct ImageNetworkDescent {
  let model: ResNet

  init(_ model: ResNet) { self.model = model }

  func step(_ images: Tensor, _ labels: Tensor) throws -> Float {
    let (loss, gradients) = valueAndGradient(of: model) { crossEntropy(model(images), labels) }
    for (_, parameter) in model.namedParameters {
      if let gradient = gradients[parameter] { parameter.value = parameter.value - 0.01 * gradient }
    }
    return try loss.item()
  }
}
