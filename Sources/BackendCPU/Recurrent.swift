import Backends
import Glibc

// Products with the weight are `sgemm`; the gates are double precision, and what is stored of them
// is rounded once.

extension CPUBackend {
  /// Step after step: a product with the weight, then the gates of each unit.
  public func recurrentSequence(
    _ recurrence: Recurrence, _ projections: StridedArray, weight: StridedArray,
    bias: StridedArray?, initial: StridedArray, lengths: StridedArray?, to states: StridedArray,
    saved: StridedArray
  ) throws {
    let extents = RecurrentExtents(states: states.shape)
    extents.check(
      recurrence.cell, projections: projections.shape, weight: weight.shape,
      initial: initial.shape, saved: saved.shape, bias: bias?.shape, lengths: lengths?.shape)
    let (batch, units) = (extents.batch, extents.units)
    let (source, target) = (initial.floats, states.floats)
    for state in 0..<recurrence.cell.stateCount {
      let slot = state * extents.slots + recurrence.initialSlot(extents.steps)
      for i in 0..<batch * units {
        target[slot * batch * units + i] = source[state * batch * units + i]
      }
    }
    guard batch * units > 0 else { return }
    let products = try workspace(floatCount: batch * recurrence.cell.gateCount * units)
    let pass = RecurrentPass(
      recurrence, extents, projections: projections.floats, weight: weight.floats,
      bias: bias?.floats, lengths: lengths?.integers, states: target, saved: saved.floats,
      products: products.floats)
    for time in recurrence.times(extents.steps) { pass.step(time) }
  }
}

func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

/// The arrays of a sequence on its way forward.
private struct RecurrentPass {
  let cell: RecurrentCell
  let recurrence: Recurrence
  let extents: RecurrentExtents
  let projections: UnsafeMutableBufferPointer<Float>
  let weight: UnsafeMutableBufferPointer<Float>
  let bias: UnsafeMutableBufferPointer<Float>?
  let lengths: UnsafeMutableBufferPointer<Int32>?
  let states: UnsafeMutableBufferPointer<Float>
  let saved: UnsafeMutableBufferPointer<Float>
  /// `[B, G·H]`: the products of a step.
  let products: UnsafeMutablePointer<Float>

  init(
    _ recurrence: Recurrence, _ extents: RecurrentExtents,
    projections: UnsafeMutableBufferPointer<Float>, weight: UnsafeMutableBufferPointer<Float>,
    bias: UnsafeMutableBufferPointer<Float>?, lengths: UnsafeMutableBufferPointer<Int32>?,
    states: UnsafeMutableBufferPointer<Float>, saved: UnsafeMutableBufferPointer<Float>,
    products: UnsafeMutablePointer<Float>
  ) {
    cell = recurrence.cell
    self.recurrence = recurrence
    self.extents = extents
    self.projections = projections
    self.weight = weight
    self.bias = bias
    self.lengths = lengths
    self.states = states
    self.saved = saved
    self.products = products
  }

  func step(_ time: Int) {
    let (batch, units) = (extents.batch, extents.units)
    let previous = states.baseAddress! + recurrence.previousSlot(time) * batch * units
    let candidate = cell.gateCount - 1
    let isTwofold = cell == .gruResetBefore
    multiply(previous, rowStride: units, gates: 0..<(isTwofold ? candidate : cell.gateCount))
    if isTwofold {
      forEachUnit(time) { unit in reset(unit) }
      let resetStates = saved.baseAddress! + (time * batch * cell.savedCount + 3) * units
      multiply(resetStates, rowStride: cell.savedCount * units, gates: candidate..<cell.gateCount)
    }
    switch cell {
    case .rnnTanh: forEachUnit(time) { unit in states[unit.next] = Float(tanh(sum(unit, 0))) }
    case .rnnReLU:
      forEachUnit(time) { unit in
        let x = sum(unit, 0)
        states[unit.next] = Float(x > 0 || x.isNaN ? x : 0)
      }
    case .lstm: forEachUnit(time) { unit in lstm(unit) }
    case .gru: forEachUnit(time) { unit in gru(unit) }
    case .gruResetBefore: forEachUnit(time) { unit in update(unit) }
    }
  }

  /// Where the numbers of a unit at a step lie.
  private struct Unit {
    /// In the projections and products, at gate 0.
    let projection, product: Int
    /// In the bias.
    let bias: Int
    /// In what is saved.
    let saved: Int
    /// In the states.
    let previous, next: Int
  }

  private func lstm(_ unit: Unit) {
    let cells = extents.slots * extents.batch * extents.units
    let i = sigmoid(sum(unit, 0))
    let f = sigmoid(sum(unit, 1))
    let g = tanh(sum(unit, 2))
    let o = sigmoid(sum(unit, 3))
    let c = f * Double(states[unit.previous + cells]) + i * g
    states[unit.next + cells] = Float(c)
    states[unit.next] = Float(o * tanh(c))
    save(unit, i, f, g, o)
  }

  private func gru(_ unit: Unit) {
    let r = sigmoid(sum(unit, 0))
    let z = sigmoid(sum(unit, 1))
    let s = product(unit, 2)
    let n = tanh(projection(unit, 2) + r * s)
    states[unit.next] = Float((1 - z) * n + z * Double(states[unit.previous]))
    save(unit, r, z, n, s)
  }

  /// r, z and r∘h of a GRU that resets before the product.
  private func reset(_ unit: Unit) {
    let r = sigmoid(sum(unit, 0))
    save(unit, r, sigmoid(sum(unit, 1)), 0, r * Double(states[unit.previous]))
  }

  /// n and h' of a GRU that resets before the product.
  private func update(_ unit: Unit) {
    let z = Double(saved[unit.saved + extents.units])
    let n = tanh(sum(unit, 2))
    saved[unit.saved + 2 * extents.units] = Float(n)
    states[unit.next] = Float((1 - z) * n + z * Double(states[unit.previous]))
  }

  private func projection(_ unit: Unit, _ gate: Int) -> Double {
    Double(projections[unit.projection + gate * extents.units])
  }

  /// With its bias.
  private func product(_ unit: Unit, _ gate: Int) -> Double {
    let product = Double(products[unit.product + gate * extents.units])
    return bias.map { product + Double($0[unit.bias + gate * extents.units]) } ?? product
  }

  private func sum(_ unit: Unit, _ gate: Int) -> Double {
    projection(unit, gate) + product(unit, gate)
  }

  private func save(_ unit: Unit, _ values: Double...) {
    for (number, value) in values.enumerated() {
      saved[unit.saved + number * extents.units] = Float(value)
    }
  }

  /// The products of `[B, H]`, rows at a distance, with the weights of some gates.
  private func multiply(
    _ left: UnsafeMutablePointer<Float>, rowStride: Int, gates: Range<Int>
  ) {
    let (batch, units) = (extents.batch, extents.units)
    let rows = weight.baseAddress! + gates.lowerBound * units * units
    BackendCPU.multiply(
      Matrix(UnsafePointer(left), rowStride: rowStride),
      Matrix(UnsafePointer(rows), isTransposed: true, rowStride: units),
      m: batch, n: gates.count * units, k: units, adding: false,
      to: products + gates.lowerBound * units, rowStride: cell.gateCount * units)
  }

  /// Calls the body for each unit of each sample that goes on at the step; others keep their state.
  private func forEachUnit(_ time: Int, _ body: (Unit) -> Void) {
    let (batch, units) = (extents.batch, extents.units)
    let (previous, next) = (recurrence.previousSlot(time), recurrence.nextSlot(time))
    for sample in 0..<batch {
      let row = time * batch + sample
      let isActive = lengths.map { time < Int($0[sample]) } ?? true
      for i in 0..<units {
        let unit = Unit(
          projection: row * cell.gateCount * units + i,
          product: sample * cell.gateCount * units + i, bias: i,
          saved: row * cell.savedCount * units + i,
          previous: (previous * batch + sample) * units + i,
          next: (next * batch + sample) * units + i)
        if isActive { body(unit) } else { keep(unit) }
      }
    }
  }

  private func keep(_ unit: Unit) {
    for state in 0..<cell.stateCount {
      let plane = state * extents.slots * extents.batch * extents.units
      states[plane + unit.next] = states[plane + unit.previous]
    }
    for number in 0..<cell.savedCount { saved[unit.saved + number * extents.units] = 0 }
  }
}
