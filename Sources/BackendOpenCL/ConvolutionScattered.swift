import Backends
import OpenCL

/// The gradient of a convolution by its images as products that are added to them while they are in
/// a cache, see Kernels/convolution-scatter.cl.
extension OpenCLBackend {
  func dataGradientScattered(_ call: ConvolutionCall) throws {
    let geometry = call.geometry
    let tile = RegisterTile.widest(width: device.cpuVectorWidth)
    let planes = geometry.images * geometry.groups
    let wanted = (unitsPerCore * device.computeUnits + planes - 1) / planes
    let partChannels = (geometry.inputs + wanted - 1) / wanted
    let parts = (geometry.inputs + partChannels - 1) / partChannels
    let scratch = try temporary([planes * parts, geometry.outputs, tile.columns])
    try launch(
      try kernel("scatterProducts", in: "convolution-scatter", options: tile.options),
      global: WorkSize(parts, geometry.groups, geometry.images), local: WorkSize(1, 1, 1),
      [
        call.source.argument, call.filter.argument, call.result.resultArgument, scratch.argument,
        .int32(Int32(partChannels)), geometry.argument,
      ])
    try finish(call.result, call.epilogue)
  }
}

/// So many work-items for each core even out what one core loses to other work.
private let unitsPerCore = 8
