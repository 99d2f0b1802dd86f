import Layers
import Tensors

/// What all optimizers have in common that change a parameter by a rule: the parameters and their
/// groups, the schedule, and the state with its checkpoints.
///
/// A step changes all parameters with the same numbers at once. Use one of the subclasses.
public class FusedOptimizer: Optimizer {
  /// The numbers a rule is made of for one parameter.
  struct Settings {
    let learningRate: Float
    let weightDecay: Float
    /// The number of the parameter's step, from 1.
    let step: Int
  }

  private struct Entry {
    let name: String
    let parameter: Parameter
    let schedule: LearningRate
    let weightDecay: Float
    /// A tensor for each of the rule's state names.
    var state: [Tensor]
    /// How many steps the parameter has made; one without a gradient makes none.
    var steps = 0
  }

  private var entries: [Entry]
  private let schedule: LearningRate
  private let plateaus: [ReduceOnPlateau]
  private let rule: (Settings) -> UpdateRule
  private let stateNames: [String]
  private let countsSteps: Bool

  /// How many steps have been made.
  public private(set) var stepCount = 0

  /// Makes an optimizer of the parameters of a model.
  ///
  /// - Parameters:
  ///   - initialState: What every element of the state is at first.
  ///   - rule: The rule of a parameter's step; its state names are always the same.
  init(
    _ model: some Layer, learningRate: LearningRate, weightDecay: Float, groups: [ParameterGroup],
    initialState: Float = 0, rule: @escaping (Settings) -> UpdateRule
  ) {
    let first = rule(Settings(learningRate: 0, weightDecay: weightDecay, step: 1)).step
    let stateNames = first.stateNames
    require(weightDecay, "\(type(of: first).name): the weight decay", in: 0..<Float.infinity)
    let parameters = model.namedParameters
    for (number, group) in groups.enumerated() where !parameters.contains(where: group.contains) {
      misuse("\(type(of: first).name): no parameter is in group \(number) of the groups")
    }
    entries = parameters.map { name, parameter in
      let group = groups.first { $0.contains(name, parameter) }
      // Constants take no memory before the first update.
      let start = Tensor.full(initialState, parameter.shape, device: parameter.device)
      return Entry(
        name: name, parameter: parameter, schedule: group?.learningRate ?? learningRate,
        weightDecay: group?.weightDecay ?? weightDecay, state: stateNames.map { _ in start })
    }
    schedule = learningRate
    plateaus = ([learningRate] + groups.compactMap(\.learningRate)).compactMap(\.plateau).uniqued
    self.rule = rule
    self.stateNames = stateNames
    countsSteps = type(of: first).countsSteps
  }

  /// η of the next step, of the parameters whose group has none of its own.
  public var learningRate: Float { schedule(at: stepCount) }

  /// Makes a step.
  public func update(_ gradients: Gradients) {
    let rounds = rounds { gradients[$0] != nil }
    for round in rounds {
      var updates = TensorUpdates()
      for index in round.entries {
        let parameter = entries[index].parameter
        guard let gradient = gradients[parameter] else { continue }
        parameter.withMutableValue {
          updates.add(&$0, gradient: gradient, state: &entries[index].state)
        }
      }
      updates.perform(by: round.rule)
    }
    advance(rounds)
  }

  /// The updates of the next step.
  ///
  /// Parameters with the same numbers are changed together; most often these are all.
  private func rounds(of isChanged: (Parameter) -> Bool) -> [UpdateRound] {
    var rounds: [UpdateRound] = []
    for (index, entry) in entries.enumerated() where isChanged(entry.parameter) {
      let rule = nextRule(of: entry)
      if let round = rounds.firstIndex(where: { $0.rule == rule }) {
        rounds[round].entries.append(index)
      } else {
        rounds.append(UpdateRound(rule: rule, entries: [index]))
      }
    }
    return rounds
  }

  private func nextRule(of entry: Entry) -> UpdateRule {
    rule(
      Settings(
        learningRate: entry.schedule(at: stepCount), weightDecay: entry.weightDecay,
        step: entry.steps + 1))
  }

  /// Counts a step that has been made.
  private func advance(_ rounds: [UpdateRound]) {
    for index in rounds.lazy.flatMap(\.entries) { entries[index].steps += 1 }
    stepCount += 1
    lastRounds = rounds
  }

  /// The updates of the last step.
  package private(set) var lastRounds: [UpdateRound] = []

  /// Where what the rule remembers is kept.
  package var stateCells: [TensorCell] {
    entries.indices.flatMap { entry in
      stateNames.indices.map { state in
        let number = entry * stateNames.count + state
        return TensorCell(.init(self, number), .inPlace) { [unowned self] in
          $0(&entries[entry].state[state])
        }
      }
    }
  }

  /// Makes a step whose updates somebody else carries out, which have to be those of an earlier step
  /// with the numbers of this one.
  ///
  /// Returns false, with no step made, where other parameters would be changed together, or by
  /// another kernel, or where `perform` does.
  package func update(
    repeating rounds: [UpdateRound], perform: (_ rules: [UpdateRule]) -> Bool
  ) -> Bool {
    var next: [UpdateRound] = []
    for round in rounds {
      guard let first = round.entries.first else { return false }
      let rule = nextRule(of: entries[first])
      guard rule.isVariant(of: round.rule),
        round.entries.dropFirst().allSatisfy({ nextRule(of: entries[$0]) == rule })
      else { return false }
      next.append(UpdateRound(rule: rule, entries: round.entries))
    }
    guard perform(next.map(\.rule)) else { return false }
    advance(next)
    return true
  }

  /// What the rule remembers as `<what>.<parameter>`; where the rule depends on the number of the
  /// step, that of each parameter as `step.<parameter>`, int32 `[]`; and plateaus as `plateau.<i>`.
  public var state: [String: Tensor] {
    var result: [String: Tensor] = [:]
    for entry in entries {
      for (kind, tensor) in zip(stateNames, entry.state) {
        result[Self.name(kind, entry)] = tensor
      }
      guard countsSteps else { continue }
      result[Self.name("step", entry)] = Tensor(
        [Int32(entry.steps)], shape: [], device: entry.parameter.device)
    }
    for (index, plateau) in plateaus.enumerated() {
      result[Self.plateauName(index)] = plateau.state(on: entries.first?.parameter.device)
    }
    return result
  }

  /// Goes on from a checkpoint.
  ///
  /// - Throws: `NamedTensorsError` or `InvalidStepError` where the checkpoint is not of such an
  ///   optimizer of such a model; then nothing is changed.
  public func restore(step: Int, state: [String: Tensor]) throws {
    try requireFit(step: step, state, like: self.state)
    let restored = try entries.map { try Self.restored($0, stateNames, countsSteps, state, step) }
    let memories = try plateaus.indices.map { try state[Self.plateauName($0)]!.scalars() }
    for (plateau, memory) in zip(plateaus, memories) { plateau.restore(memory) }
    entries = restored
    stepCount = step
  }

  /// An entry with saved tensors, known to fit, on the device of the present ones.
  private static func restored(
    _ entry: Entry, _ stateNames: [String], _ countsSteps: Bool, _ saved: [String: Tensor],
    _ limit: Int
  ) throws -> Entry {
    var result = entry
    result.state = try stateNames.map {
      try saved[name($0, entry)]!.to(entry.parameter.device)
    }
    guard countsSteps else { return result }
    let stepName = name("step", entry)
    result.steps = Int(try saved[stepName]!.integers()[0])
    try InvalidStepError.check(result.steps, named: stepName, limit: limit)
    return result
  }

  private static func name(_ kind: String, _ entry: Entry) -> String { "\(kind).\(entry.name)" }
  private static func plateauName(_ index: Int) -> String { "plateau.\(index)" }
}

/// Parameters, by their place among those of an optimizer, that a rule changes together.
package struct UpdateRound {
  let rule: UpdateRule
  fileprivate(set) var entries: [Int]
}

extension UpdateRule {
  /// Whether the rules differ in numbers only.
  fileprivate func isVariant(of other: UpdateRule) -> Bool {
    let (step, otherStep) = (step, other.step)
    return type(of: step) == type(of: otherStep) && step.variants == otherStep.variants
      && step.stateNames == otherStep.stateNames
  }
}

extension [ReduceOnPlateau] {
  /// The same without repetitions.
  fileprivate var uniqued: [ReduceOnPlateau] {
    reduce(into: []) { result, plateau in
      if !result.contains(where: { $0 === plateau }) { result.append(plateau) }
    }
  }
}
