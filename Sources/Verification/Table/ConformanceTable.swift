/// Every operation of a backend, in all its uses.
package enum ConformanceTable {
  /// All rows.
  package static func rows(_ scale: Scale) -> [ConformanceRow] {
    [
      TransferRows.all, PointwiseRows.all, SpecialValueRows.all, ReductionRows.all,
      ProductRows.all, ConvolutionRows.all, EndedRows.all, PoolingRows.all, SoftmaxRows.all,
      GatherRows.all,
      RandomRows.all, OptimizerRows.all, CastRows.all, CumulativeRows.all, RankingRows.all,
      UpsamplingRows.all, RecurrentRows.all,
    ].flatMap { $0(scale) }.map { $0.at(scale) }
  }
}
