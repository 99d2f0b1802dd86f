import Backends

// Planes (a channel of an image) are independent and shared among the cores.

extension CPUBackend {
  /// The first largest element of each window, or its first NaN.
  public func maxPool(
    _ images: StridedArray, _ pooling: Pooling, to result: StridedArray, indices: StridedArray
  ) throws {
    let geometry = PoolingGeometry("maxPool", images.shape, pooling, result.shape)
    guard indices.shape == result.shape else {
      misuse("maxPool: indices \(indices.shape) for result \(result.shape)")
    }
    let (source, target, positions) = (images.floats, result.floats, indices.integers)
    geometry.forEachPlane { plane, place in
      let start = plane * geometry.planeCount
      geometry.forEachWindow { rows, columns, _ in
        var largest = -Float.infinity
        var position = rows.lowerBound * geometry.width + columns.lowerBound
        for y in rows {
          for x in columns {
            let element = source[start + y * geometry.width + x]
            if isBefore(element, largest) {
              (largest, position) = (element, y * geometry.width + x)
            }
          }
        }
        target[place] = largest
        positions[place] = Int32(position)
        place += 1
      }
    }
  }

  /// Each element collects the gradients of the windows that chose it in their order; indices
  /// outside the plane belong to no element.
  public func maxPoolGradient(
    _ gradient: StridedArray, indices: StridedArray, _ pooling: Pooling, to result: StridedArray
  ) throws {
    let geometry = PoolingGeometry("maxPoolGradient", result.shape, pooling, gradient.shape)
    guard indices.shape == gradient.shape else {
      misuse("maxPoolGradient: indices \(indices.shape) for gradient \(gradient.shape)")
    }
    let (source, positions, target) = (gradient.floats, indices.integers, result.floats)
    target.update(repeating: 0)
    geometry.forEachPlane { plane, place in
      let start = plane * geometry.planeCount
      for window in place..<place + geometry.windowCount {
        let position = Int(positions[window])
        if position >= 0, position < geometry.planeCount {
          target[start + position] += source[window]
        }
      }
    }
  }

  /// Sums in double precision over the elements, divided by how many there are.
  public func averagePool(_ images: StridedArray, _ pooling: Pooling, to result: StridedArray)
    throws
  {
    let geometry = PoolingGeometry("averagePool", images.shape, pooling, result.shape)
    let (source, target) = (images.floats, result.floats)
    geometry.forEachPlane { plane, place in
      let start = plane * geometry.planeCount
      geometry.forEachWindow { rows, columns, area in
        var sum = 0.0
        for y in rows {
          for x in columns { sum += Double(source[start + y * geometry.width + x]) }
        }
        target[place] = Float(sum / Double(area))
        place += 1
      }
    }
  }

  /// Each element collects its part of the gradients of the windows it lies in, in their order.
  public func averagePoolGradient(
    _ gradient: StridedArray, _ pooling: Pooling, to result: StridedArray
  ) throws {
    let geometry = PoolingGeometry("averagePoolGradient", result.shape, pooling, gradient.shape)
    let (source, target) = (gradient.floats, result.floats)
    target.update(repeating: 0)
    geometry.forEachPlane { plane, place in
      let start = plane * geometry.planeCount
      geometry.forEachWindow { rows, columns, area in
        let part = source[place] / Float(area)
        for y in rows {
          for x in columns { target[start + y * geometry.width + x] += part }
        }
        place += 1
      }
    }
  }
}

/// The extents of a pooling operation.
private struct PoolingGeometry {
  let planes: Int
  let height: Int
  let width: Int
  let resultHeight: Int
  let resultWidth: Int
  private let vertical: PoolingSide
  private let horizontal: PoolingSide

  init(_ operation: String, _ images: Shape, _ pooling: Pooling, _ result: Shape) {
    guard case .success(result) = pooling.outputShape(images: images) else {
      misuse("\(operation): images \(images), \(pooling), result \(result)")
    }
    planes = images[0] * images[1]
    (height, width) = (images[2], images[3])
    (resultHeight, resultWidth) = (result[2], result[3])
    (vertical, horizontal) = pooling.sides(images: images, result: result)
  }

  var planeCount: Int { height * width }
  var windowCount: Int { resultHeight * resultWidth }

  /// Calls the body with each plane and the place of its first window in the result.
  @inline(__always)
  func forEachPlane(_ body: (_ plane: Int, _ place: inout Int) -> Void) {
    inParallel(planes, minimumPart: 16) { range in
      for plane in range {
        var place = plane * windowCount
        body(plane, &place)
      }
    }
  }

  /// Calls the body with each window's rows and columns inside the image, and by what an average
  /// divides.
  @inline(__always)
  func forEachWindow(_ body: (Range<Int>, Range<Int>, Int) -> Void) {
    for row in 0..<resultHeight {
      let (rows, height) = (vertical.covered(row), vertical.divisor(row))
      for column in 0..<resultWidth {
        body(rows, horizontal.covered(column), height * horizontal.divisor(column))
      }
    }
  }
}
