import Backends

/// Runs rows of the conformance table on a backend and compares it with the reference.
struct ConformanceRunner {
  /// What is right.
  let reference: any Backend
  /// Gives what is tested; called for each case.
  let device: @Sendable () throws -> any Backend

  /// What the device gets wrong in the cases of a row.
  func findings(in row: ConformanceRow) -> [Finding] {
    row.cases.indices.flatMap { index in
      report(row, index) {
        let trial = row.cases[index]
        let initial = contents(row, index)
        let expected = try contents(initial, after: trial, on: reference)
        let actual = try contents(initial, after: trial, on: device())
        return trial.operands.indices.compactMap { number in
          let after = Contents(
            initial: initial[number], actual: actual[number], expected: expected[number])
          return problem(trial.operands[number], after, row.bound.tolerance(terms: trial.terms))
            .map { "array \(number): \($0)" }
        }
      }
    }
  }

  /// The cases of a row that give other bits the second time.
  func unrepeatable(in row: ConformanceRow) -> [Finding] {
    row.cases.indices.flatMap { index in
      report(row, index) {
        let initial = contents(row, index)
        let device = try device()
        let first = try contents(initial, after: row.cases[index], on: device)
        let second = try contents(initial, after: row.cases[index], on: device)
        return first == second ? [] : ["the second run gives other bits"]
      }
    }
  }

  private func report(
    _ row: ConformanceRow, _ index: Int, _ problems: () throws -> [String]
  ) -> [Finding] {
    do {
      return try problems().map { Finding(row, case: index, $0) }
    } catch {
      return [Finding(row, case: index, "threw \(error)")]
    }
  }

  /// The bits of an array's memory before and after a case.
  private struct Contents {
    let initial: [UInt32]
    let actual: [UInt32]
    let expected: [UInt32]
  }

  /// The bits of all arrays before a case.
  private func contents(_ row: ConformanceRow, _ index: Int) -> [[UInt32]] {
    row.cases[index].operands.enumerated().map { number, operand in
      operand.initialWords(seed: row.seed(ofCase: index), number: number)
    }
  }

  /// The bits of all arrays of a case after a backend has run it.
  private func contents(
    _ initial: [[UInt32]], after trial: ConformanceCase, on backend: any Backend
  ) throws -> [[UInt32]] {
    let memories = try zip(initial, trial.operands).map { words, operand in
      try backend.array(words, operand.filling.dtype)
    }
    try trial.call(backend, zip(memories, trial.operands).map { $0.with($1.layout) })
    return try memories.map { try backend.words(of: $0) }
  }

  /// What is wrong with an array, or nil.
  private func problem(
    _ operand: Operand, _ contents: Contents, _ tolerance: Tolerance
  ) -> String? {
    let (initial, actual) = (contents.initial, contents.actual)
    if operand.role == .input { return actual == initial ? nil : "an input was changed" }

    var surroundings = actual
    var (results, references) = ([UInt32](), [UInt32]())
    operand.layout.forEachIndex { index in
      results.append(actual[index])
      references.append(contents.expected[index])
      surroundings[index] = initial[index]
    }
    if let difference = difference(surroundings, initial, ==) {
      return "memory that is not the array's was written: \(difference)"
    }
    guard operand.filling.dtype == .float32 else {
      return difference(results, references, ==)
    }
    return problem(results, references, tolerance)
  }

  private func problem(
    _ results: [UInt32], _ references: [UInt32], _ tolerance: Tolerance
  ) -> String? {
    if tolerance.relativeTo == .bits {
      return difference(results, references) { x, y in
        x == y || Float(bitPattern: x).isNaN && Float(bitPattern: y).isNaN
      }
    }
    let results = results.map(Float.init(bitPattern:))
    let references = references.map(Float.init(bitPattern:))
    let measure = ErrorMeasure(results, reference: references, relativeTo: tolerance.relativeTo)
    if let place = measure.mismatch {
      return "element \(place) is \(results[place]) instead of \(references[place])"
    }
    let meanSquareBound = tolerance.meanSquare(count: results.count)
    guard measure.worst > tolerance.worst || measure.meanSquare > meanSquareBound else {
      return nil
    }
    let place = measure.worstPosition
    return "error \(measure.worst) at element \(place) (\(results[place]) instead of "
      + "\(references[place])), bound \(tolerance.worst); mean square \(measure.meanSquare), "
      + "bound \(meanSquareBound)"
  }

  private func difference(
    _ results: [UInt32], _ references: [UInt32], _ same: (UInt32, UInt32) -> Bool
  ) -> String? {
    let places = zip(results, references).enumerated().filter { !same($1.0, $1.1) }
    guard let (place, (x, y)) = places.first else { return nil }
    return "\(places.count) of \(results.count) elements differ, the first at \(place): "
      + "\(Float(bitPattern: x)) (\(Int32(bitPattern: x))) instead of "
      + "\(Float(bitPattern: y)) (\(Int32(bitPattern: y)))"
  }
}

extension Backend {
  /// A dense array of the given bits.
  func array(_ words: [UInt32], _ dtype: DType) throws -> StridedArray {
    let storage = try allocate(byteCount: 4 * words.count)
    let array = StridedArray(storage, dtype, Layout([words.count]))
    try words.withUnsafeBytes { try upload($0, to: array) }
    return array
  }

  /// The bits of a dense array.
  func words(of array: StridedArray) throws -> [UInt32] {
    try startDownload(of: array).wait().withUnsafeBytes { Array($0.bindMemory(to: UInt32.self)) }
  }
}
