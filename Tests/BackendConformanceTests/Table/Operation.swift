/// The operations of a backend, as the conformance table names them.
///
/// `RecordingBackend` ties each to a requirement of the protocol, so a requirement without rows
/// does not go unnoticed.
enum Operation: String, Sendable, CaseIterable {
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
}
