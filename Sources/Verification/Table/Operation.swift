import Backends

/// The operations of a backend, as the conformance table names them.
///
/// `RecordingBackend` ties each to a requirement of the protocol, so a requirement without rows
/// does not go unnoticed.
package enum Operation: String, Sendable, CaseIterable {
  case upload
  case download
  case pointwise
  case reduce
  case argMax
  case matrixProduct
  case convolve
  case convolutionDataGradient
  case convolutionFilterGradient
  case maxPool
  case maxPoolGradient
  case averagePool
  case averagePoolGradient
  case softmax
  case softmaxGradient
  case softmaxCrossEntropy
  case softmaxCrossEntropyGradient
  case gatherRows
  case gatherRowsGradient
  case random
  case dropout
  case sgdUpdate
  case adamUpdate
  case cumulativeSum
  case topK
  case topKGradient
  case upsample
  case upsampleGradient
  case recurrentSequence
  case recurrentSequenceGradient
  case adagradUpdate
  case rmspropUpdate
  case adadeltaUpdate
  case adamaxUpdate
  case nadamUpdate
  case radamUpdate
  case lionUpdate
  case lambUpdate
}

extension Operation {
  /// The operation that makes a step by a rule.
  package init(_ rule: UpdateRule) {
    self =
      switch rule {
      case .sgd: .sgdUpdate
      case .adam: .adamUpdate
      case .adagrad: .adagradUpdate
      case .rmsprop: .rmspropUpdate
      case .adadelta: .adadeltaUpdate
      case .adamax: .adamaxUpdate
      case .nadam: .nadamUpdate
      case .radam: .radamUpdate
      case .lion: .lionUpdate
      case .lamb: .lambUpdate
      }
  }
}
