import Datasets
import Glibc
import Models
import Tensors
import TestSupport
import Testing
import Training

@Suite struct TextEvaluationTests {
  @Test("Scores that are all equal take log₂ of their number as bits", arguments: devices)
  func bits(_ device: Device) throws {
    let text = Text.grammar(count: 5000, seed: 3)
    let vocabulary = Vocabulary(of: text.characters(.train))
    try withDevice(device, seed: 1) { () throws in
      let model = CharacterLSTM(symbols: vocabulary.count, features: 2, units: 3, layers: 1)
      model.output.weight.value = .zeros(model.output.weight.shape)
      model.output.bias!.value = .zeros([vocabulary.count])
      // 500 characters in 7 streams of 71; 30 in one; 2, of which one is predicted.
      for (length, predicted) in [(500, 497), (30, 29), (2, 1)] {
        let part = TextDataset(text, .test, vocabulary).prefix(length)
        let result = try evaluate(model, on: part)
        #expect(result.count == predicted)
        #expect(abs(result.bitsPerCharacter - log2(Float(vocabulary.count))) < 1e-5)
      }
    }
  }
}
