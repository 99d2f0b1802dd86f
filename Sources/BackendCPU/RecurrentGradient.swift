import Backends
import Glibc

extension CPUBackend {
  /// Step after step backwards: a product brings the gradient by the state, the gates' derivatives
  /// carry it on.
  public func recurrentSequenceGradient(
    _ recurrence: Recurrence, _ gradient: StridedArray, weight: StridedArray,
    states: StridedArray, saved: StridedArray, lengths: StridedArray?,
    projections: StridedArray, products: StridedArray?, initial: StridedArray
  ) throws {
    let extents = RecurrentExtents(states: states.shape)
    extents.check(
      recurrence.cell, projections: projections.shape, weight: weight.shape,
      initial: initial.shape, saved: saved.shape, lengths: lengths?.shape)
    guard gradient.shape == states.shape, (recurrence.cell == .gru) == (products != nil) else {
      misuse("recurrentSequenceGradient: gradient \(gradient.shape) for states \(states.shape)")
    }
    let count = extents.batch * extents.units
    guard count > 0 else { return }
    let incoming = try workspace(floatCount: count)
    incoming.floats.update(repeating: 0, count: count)
    initial.floats.update(repeating: 0)
    let pass = RecurrentGradientPass(
      recurrence: recurrence, extents: extents, gradient: gradient.floats, weight: weight.floats,
      states: states.floats, saved: saved.floats, lengths: lengths?.integers,
      projections: projections.floats, products: (products ?? projections).floats,
      carry: initial.floats, incoming: incoming.floats)
    for time in recurrence.times(extents.steps).reversed() { pass.step(time) }
    pass.finish()
  }
}

/// The arrays of a sequence on its way back.
private struct RecurrentGradientPass {
  let recurrence: Recurrence
  let extents: RecurrentExtents
  /// By all states.
  let gradient: UnsafeMutableBufferPointer<Float>
  let weight: UnsafeMutableBufferPointer<Float>
  let states: UnsafeMutableBufferPointer<Float>
  let saved: UnsafeMutableBufferPointer<Float>
  let lengths: UnsafeMutableBufferPointer<Int32>?
  /// The gradients by the projections, and by the products with the weight.
  let projections, products: UnsafeMutableBufferPointer<Float>
  /// `[C, B, H]`: what of the gradient by the states reaches the step before without a product.
  let carry: UnsafeMutableBufferPointer<Float>
  /// `[B, H]`: what reaches it through the product.
  let incoming: UnsafeMutablePointer<Float>

  private var cell: RecurrentCell { recurrence.cell }

  func step(_ time: Int) {
    switch cell {
    case .rnnTanh: forEachUnit(time) { unit in rnn(unit) { h in 1 - h * h } }
    case .rnnReLU: forEachUnit(time) { unit in rnn(unit) { h in h > 0 || h.isNaN ? 1 : 0 } }
    case .lstm: forEachUnit(time) { unit in lstm(unit) }
    case .gru: forEachUnit(time) { unit in gru(unit) }
    case .gruResetBefore:
      forEachUnit(time) { unit in update(unit) }
      multiply(time, gates: 2..<3)
      forEachActiveUnit(time) { unit in reset(unit) }
    }
    multiply(time, gates: 0..<(cell == .gruResetBefore ? 2 : cell.gateCount))
  }

  /// Completes the gradient by the initial state.
  func finish() {
    let count = extents.batch * extents.units
    for i in 0..<count { carry[i] = Float(Double(carry[i]) + Double(incoming[i])) }
    for state in 0..<cell.stateCount {
      let slot = state * extents.slots + recurrence.initialSlot(extents.steps)
      for i in 0..<count { carry[state * count + i] += gradient[slot * count + i] }
    }
  }

  /// Where the numbers of a unit at a step lie.
  private struct Unit {
    /// In the gradients by projections and products, at gate 0.
    let gate: Int
    /// In what is saved.
    let saved: Int
    /// In the states.
    let previous, next: Int
    /// In one state of one slot.
    let carry: Int
  }

  private func rnn(_ unit: Unit, _ derivative: (Double) -> Double) {
    projections[unit.gate] = Float(stateGradient(unit) * derivative(Double(states[unit.next])))
    carry[unit.carry] = 0
  }

  private func lstm(_ unit: Unit) {
    let cells = extents.slots * extents.batch * extents.units
    let cellCarry = unit.carry + extents.batch * extents.units
    let (i, f) = (saved(unit, 0), saved(unit, 1))
    let (g, o) = (saved(unit, 2), saved(unit, 3))
    let c = tanh(Double(states[unit.next + cells]))
    let dh = stateGradient(unit)
    let dc =
      Double(carry[cellCarry]) + Double(gradient[unit.next + cells]) + dh * o * (1 - c * c)
    let df = dc * Double(states[unit.previous + cells])
    put(
      dc * g * i * (1 - i), df * f * (1 - f), dc * i * (1 - g * g), dh * c * o * (1 - o), in: unit)
    carry[unit.carry] = 0
    carry[cellCarry] = Float(dc * f)
  }

  private func gru(_ unit: Unit) {
    let (r, z) = (saved(unit, 0), saved(unit, 1))
    let (n, s) = (saved(unit, 2), saved(unit, 3))
    let dh = stateGradient(unit)
    let dn = dh * (1 - z) * (1 - n * n)
    let dr = dn * s * r * (1 - r)
    let dz = dh * (Double(states[unit.previous]) - n) * z * (1 - z)
    put(dr, dz, dn, in: unit)
    let units = extents.units
    for (gate, value) in [dr, dz, dn * r].enumerated() {
      products[unit.gate + gate * units] = Float(value)
    }
    carry[unit.carry] = Float(dh * z)
  }

  /// z and n of a GRU that resets before the product.
  private func update(_ unit: Unit) {
    let (z, n) = (saved(unit, 1), saved(unit, 2))
    let dh = stateGradient(unit)
    let dz = dh * (Double(states[unit.previous]) - n) * z * (1 - z)
    put(0, dz, dh * (1 - z) * (1 - n * n), in: unit)
    carry[unit.carry] = Float(dh * z)
  }

  /// r of a GRU that resets before the product, from the gradient by r∘h.
  private func reset(_ unit: Unit) {
    let r = saved(unit, 0)
    let product = Double(incoming[unit.carry])
    projections[unit.gate] = Float(product * Double(states[unit.previous]) * r * (1 - r))
    carry[unit.carry] = Float(Double(carry[unit.carry]) + product * r)
  }

  /// The gradient by h after the step: from the step behind it and from outside.
  private func stateGradient(_ unit: Unit) -> Double {
    Double(incoming[unit.carry]) + Double(carry[unit.carry]) + Double(gradient[unit.next])
  }

  private func saved(_ unit: Unit, _ number: Int) -> Double {
    Double(saved[unit.saved + number * extents.units])
  }

  private func put(_ values: Double..., in unit: Unit) {
    for (gate, value) in values.enumerated() {
      projections[unit.gate + gate * extents.units] = Float(value)
    }
  }

  /// incoming = the step's gradients by the products of some gates · their weights.
  private func multiply(_ time: Int, gates: Range<Int>) {
    let (batch, units) = (extents.batch, extents.units)
    let width = cell.gateCount * units
    let left = products.baseAddress! + time * batch * width + gates.lowerBound * units
    let right = weight.baseAddress! + gates.lowerBound * units * units
    BackendCPU.multiply(
      Matrix(UnsafePointer(left), rowStride: width),
      Matrix(UnsafePointer(right), rowStride: units),
      m: batch, n: units, k: gates.count * units, adding: false, to: incoming, rowStride: units)
  }

  /// Calls the body for each unit of each sample that goes on at the step; others pass on.
  private func forEachUnit(_ time: Int, _ body: (Unit) -> Void) {
    forEach(time, body, passive: pass)
  }

  private func forEachActiveUnit(_ time: Int, _ body: (Unit) -> Void) {
    forEach(time, body, passive: { _ in })
  }

  private func forEach(_ time: Int, _ active: (Unit) -> Void, passive: (Unit) -> Void) {
    let (batch, units) = (extents.batch, extents.units)
    let (previous, next) = (recurrence.previousSlot(time), recurrence.nextSlot(time))
    for sample in 0..<batch {
      let row = time * batch + sample
      let isActive = lengths.map { time < Int($0[sample]) } ?? true
      for i in 0..<units {
        let unit = Unit(
          gate: row * cell.gateCount * units + i, saved: row * cell.savedCount * units + i,
          previous: (previous * batch + sample) * units + i,
          next: (next * batch + sample) * units + i, carry: sample * units + i)
        if isActive { active(unit) } else { passive(unit) }
      }
    }
  }

  /// A state that is kept passes its gradient on.
  private func pass(_ unit: Unit) {
    carry[unit.carry] = Float(stateGradient(unit))
    if cell == .lstm {
      let count = extents.batch * extents.units
      carry[unit.carry + count] += gradient[unit.next + extents.slots * count]
    }
    for gate in 0..<cell.gateCount {
      projections[unit.gate + gate * extents.units] = 0
      products[unit.gate + gate * extents.units] = 0
    }
  }
}
