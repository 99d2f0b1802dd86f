import BackendOpenCL
import Backends
import Testing

@Suite struct RowsTests {
  @Test(arguments: [1, 3, 16, 70])
  func `Rows are gathered, and their gradients collected in order`(columns: Int) throws {
    let (rows, count) = (7, 40)
    let table = numbers(rows * columns)
    // Some rows often, one never, two that do not exist.
    var indices = (0..<count).map { Int32($0 * $0 % 6) }
    indices[5] = -1
    indices[9] = Int32(rows)
    let changes = numbers(count * columns, seed: 2)
    var expected = [Float](repeating: 0, count: table.count)
    for (place, row) in indices.enumerated() where 0..<Int32(rows) ~= row {
      for column in 0..<columns {
        expected[Int(row) * columns + column] += changes[place * columns + column]
      }
    }
    for backend in Fixture.backends {
      let picked = try backend.array(indices, [count])
      let result = try backend.temporary([count, columns])
      let gradient = try backend.temporary([rows, columns])
      try backend.gatherRows(try backend.array(table, [rows, columns]), picked, to: result)
      try backend.gatherRowsGradient(
        try backend.array(changes, [count, columns]), picked, to: gradient)
      #expect(try backend.elements(gradient) == expected)
      for (place, value) in try backend.elements(result).enumerated() {
        let (i, column) = place.quotientAndRemainder(dividingBy: columns)
        let row = Int(indices[i])
        #expect(0..<rows ~= row ? value == table[row * columns + column] : value.isNaN)
      }
    }
  }

  @Test func `No indices give no rows and a gradient of zeros`() throws {
    for backend in Fixture.backends {
      let table = try backend.array(numbers(6), [2, 3])
      let none = try backend.array([Int32](), [0])
      let result = try backend.array([Float](), [0, 3])
      try backend.gatherRows(table, none, to: result)
      try backend.gatherRowsGradient(result, none, to: table)
      #expect(try backend.elements(table) == [0, 0, 0, 0, 0, 0])
    }
  }
}
