import Layers
import Tensors
import Testing

/// Recurrent networks name themselves and the shapes that do not fit.
@Suite struct RecurrentMisuseTests {
  private func text(_ result: ExitTest.Result?) -> String {
    String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  }

  @Test func `an input of other numbers is refused`() async {
    let sequence = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = withDevice(.cpu) { LSTM(10, 20)(.zeros([5, 3, 9])) }
    }
    #expect(text(sequence).contains("LSTM: input [5, 3, 9] must be [steps, batch, 10]"))
    let step = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = withDevice(.cpu) { LSTMCell(10, 20)(.zeros([10])) }
    }
    #expect(text(step).contains("LSTMCell: input [10] must be [batch, 10]"))
  }

  @Test func `a state of another shape is refused`() async {
    let sequence = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = withDevice(.cpu) {
        GRU(10, 20, layers: 2)(.zeros([5, 3, 10]), state: .zeros([1, 3, 20]))
      }
    }
    #expect(
      text(sequence).contains("GRU: a state [1, 3, 20] for input [5, 3, 10] must be [2, 3, 20]"))
    let step = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = withDevice(.cpu) { GRUCell(10, 20)(.zeros([3, 10]), state: .zeros([20])) }
    }
    #expect(text(step).contains("GRUCell: a state [20] for input [3, 10] must be [3, 20]"))
  }

  @Test func `lengths of another batch or type are refused`() async {
    let count = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = withDevice(.cpu) {
        RNN(10, 20)(.zeros([5, 3, 10]), state: nil, lengths: Tensor([5, 4] as [Int32]))
      }
    }
    #expect(text(count).contains("lengths int32 [2] for input [5, 3, 10] must be int32 [3]"))
    let type = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = withDevice(.cpu) {
        RNN(10, 20)(.zeros([5, 3, 10]), state: nil, lengths: Tensor([5, 4, 3] as [Float]))
      }
    }
    #expect(text(type).contains("lengths float32 [3] for input [5, 3, 10] must be int32 [3]"))
  }

  @Test func `impossible sizes are refused`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = withDevice(.cpu) { RNN(3, 0) }
    }
    #expect(text(result).contains("RNN: 3 inputs, 0 units"))
    await #expect(processExitsWith: .failure) {
      _ = withDevice(.cpu) { LSTM(3, 4, dropout: 1) }
    }
  }
}
