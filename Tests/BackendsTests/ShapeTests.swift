import Backends
import Testing

@Suite struct ShapeTests {
  @Test func `Extents, rank and count`() {
    let shape: Shape = [128, 1, 28, 28]
    #expect(shape.rank == 4)
    #expect(shape.count == 100_352)
    #expect(shape[-1] == 28)
    #expect(shape.description == "[128, 1, 28, 28]")
    #expect(Shape([]).count == 1)
    #expect(Shape([3, 0, 2]).count == 0)
  }

  @Test func `Broadcasting follows NumPy's rules`() {
    #expect(Shape.broadcast([5, 1, 3], [4, 1]) == [5, 4, 3])
    #expect(Shape.broadcast([], [2, 3]) == [2, 3])
    #expect(Shape.broadcast([], []) == [])
    #expect(Shape.broadcast([1], [0]) == [0])
    #expect(Shape.broadcast([0, 1], [1, 7]) == [0, 7])
    #expect(Shape.broadcast([2], [3]) == nil)
    #expect(Shape.broadcast([2], [0]) == nil)
  }

  @Test func `Reduced axes are kept as 1 or removed`() {
    let shape: Shape = [2, 3, 4]
    let axes = AxisSet([0, -1], of: shape)
    #expect(axes.count == 2)
    #expect(axes.contains(0) && !axes.contains(1) && axes.contains(2))
    #expect(shape.keeping(reduced: axes) == [1, 3, 1])
    #expect(shape.removing(axes) == [3])
    #expect(shape.removing(.all(of: shape)) == [])
  }

  @Test func `Misuse stops the program`() async {
    await #expect(processExitsWith: .failure) { _ = Shape([2, -1]) }
    await #expect(processExitsWith: .failure) { _ = Shape(repeatElement(1, count: 9)) }
    await #expect(processExitsWith: .failure) { _ = ([2, 3] as Shape)[2] }
    await #expect(processExitsWith: .failure) { _ = ([2, 3] as Shape).normalized(-3) }
  }
}
