import Backends

// Planes (a channel of an image) are independent and shared among the cores.

extension CPUBackend {
  /// Reads each output's pixels.
  public func upsample(
    _ images: StridedArray, _ upsampling: Upsampling, to result: StridedArray
  ) throws {
    let geometry = UpsamplingGeometry("upsample", images.shape, upsampling, result.shape)
    let (source, target) = (images.floats, result.floats)
    geometry.forEachPlane { input, output in
      for y in geometry.rows {
        for x in geometry.columns {
          // The sums of the rows first, as the kernels have them.
          func mixed(_ row: Int) -> Float {
            let start = input + row * geometry.width
            return x.weight * source[start + x.first] + x.fraction * source[start + x.second]
          }
          target[output] = y.weight * mixed(y.first) + y.fraction * mixed(y.second)
          output += 1
        }
      }
    }
  }

  /// Gives each output's gradient to its pixels, in the order of the outputs and in double
  /// precision.
  public func upsampleGradient(
    _ gradient: StridedArray, _ upsampling: Upsampling, to result: StridedArray
  ) throws {
    let geometry = UpsamplingGeometry(
      "upsampleGradient", result.shape, upsampling, gradient.shape)
    let (source, target) = (gradient.floats, result.floats)
    geometry.forEachPlane { input, output in
      var sums = [Double](repeating: 0, count: geometry.planeCount)
      for y in geometry.rows {
        for x in geometry.columns {
          let dy = Double(source[output])
          for (row, a) in [(y.first, y.weight), (y.second, y.fraction)] where a != 0 {
            for (column, b) in [(x.first, x.weight), (x.second, x.fraction)] where b != 0 {
              sums[row * geometry.width + column] += Double(a) * Double(b) * dy
            }
          }
          output += 1
        }
      }
      for (place, sum) in sums.enumerated() { target[input + place] = Float(sum) }
    }
  }
}

/// Which pixels along one side an output is the mean of.
private struct Taps {
  let first: Int
  let second: Int
  let weight: Float
  let fraction: Float

  static func all(_ axis: Upsampling.Axis, _ mode: Upsampling.Mode) -> [Taps] {
    (0..<axis.outputs).map { output in
      let (first, fraction) = axis.place(of: output)
      if mode == .nearest { return Taps(first: first, second: first, weight: 1, fraction: 0) }
      return Taps(
        first: first, second: min(first + 1, axis.inputs - 1), weight: 1 - fraction,
        fraction: fraction)
    }
  }
}

/// The extents of an upsampling, and where its outputs come from.
private struct UpsamplingGeometry {
  let planes: Int
  let width: Int
  /// The elements of a plane of the images.
  let planeCount: Int
  let rows: [Taps]
  let columns: [Taps]

  init(_ operation: String, _ images: Shape, _ upsampling: Upsampling, _ result: Shape) {
    guard case .success(result) = upsampling.outputShape(images: images) else {
      misuse("\(operation): images \(images), \(upsampling), result \(result)")
    }
    planes = images[0] * images[1]
    width = images[3]
    planeCount = images[2] * images[3]
    let axes = upsampling.axes(images: images)
    rows = Taps.all(axes.vertical, upsampling.mode)
    columns = Taps.all(axes.horizontal, upsampling.mode)
  }

  /// Calls the body with the start of each plane, of the images and of the result.
  @inline(__always)
  func forEachPlane(_ body: (_ input: Int, _ output: inout Int) -> Void) {
    inParallel(planes, minimumPart: 16) { range in
      for plane in range {
        var output = plane * rows.count * columns.count
        body(plane * planeCount, &output)
      }
    }
  }
}
