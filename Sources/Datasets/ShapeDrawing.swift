/// A drawn shape, by its signed distance: negative inside, positive outside, in pixels.
///
/// Only additions, products and comparisons, which round alike on every machine, so that the
/// pictures are the same everywhere.
struct ShapeDrawing {
  /// The shapes, in the order of their class numbers.
  enum Kind: Int, CaseIterable {
    case circle, ring, square, frame, triangle, cross, plus
    case horizontalBars, verticalBars, checkerboard

    var name: String {
      switch self {
      case .circle: "circle"
      case .ring: "ring"
      case .square: "square"
      case .frame: "frame"
      case .triangle: "triangle"
      case .cross: "cross"
      case .plus: "plus"
      case .horizontalBars: "horizontal bars"
      case .verticalBars: "vertical bars"
      case .checkerboard: "checkerboard"
      }
    }
  }

  let kind: Kind
  /// The centre, in pixels from the left and the top.
  let x: Float
  let y: Float
  /// Half of the width and height.
  let radius: Float
  /// The width of lines.
  let thickness: Float
  /// How far a pixel is moved sideways for each pixel that it lies below the centre.
  let shear: Float

  /// How much of the pixel at a row and column is covered, from 0 to 1.
  func coverage(row: Int, column: Int) -> Float {
    let down = Float(row) + 0.5 - y
    let right = Float(column) + 0.5 - x - shear * down
    return min(max(0.5 - distance(right, down), 0), 1)
  }

  private func distance(_ right: Float, _ down: Float) -> Float {
    let (a, b) = (abs(right), abs(down))
    let box = max(a, b) - radius
    let fromCentre = (right * right + down * down).squareRoot()
    let halfLine = thickness / 2
    return switch kind {
    case .circle: fromCentre - radius
    case .ring: abs(fromCentre - radius + halfLine) - halfLine
    case .square: box
    case .frame: abs(box + halfLine) - halfLine
    // The slanted sides of height 2 over half-width 1 have the normal (2, −1) / √5.
    case .triangle: max(down - radius, (2 * a - down - radius) * 0.447_213_6)
    case .cross: max(abs(a - b) * 0.707_106_77 - halfLine, box)
    case .plus: max(min(a, b) - halfLine, box)
    case .horizontalBars: max(stripes(down), box)
    case .verticalBars: max(stripes(right), box)
    // The product of two square waves is negative in every other cell.
    case .checkerboard: max(stripes(right) * stripes(down) < 0 ? -1 : 1, box)
    }
  }

  /// The distance to the nearest of three stripes as wide as the two gaps between them.
  private func stripes(_ offset: Float) -> Float {
    let width = 2 * radius / 5
    let place = (offset + radius) / width
    let withinPeriod = place - 2 * (place / 2).rounded(.down)
    return (abs(withinPeriod - 0.5) - 0.5) * width
  }
}
