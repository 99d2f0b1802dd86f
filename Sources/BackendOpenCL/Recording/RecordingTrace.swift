import Backends
import OpenCL

/// A recording as it is compared with another of the same work.
struct RecordingTrace: Sendable {
  /// A command without what may differ: the numbers that are given anew each time.
  private struct Command: Equatable {
    let name: String
    var kernel: ObjectIdentifier?
    var sizes: [WorkSize] = []
    var values: [Value] = []
  }

  /// An argument.
  private enum Value: Equatable {
    /// Memory of the recording's own, counted in the order of first use.
    case ownMemory(Int)
    case cell(Int)
    /// Other memory, which must not change.
    case constant(ObjectIdentifier)
    case number(KernelArgument)
    case source(ArgumentSource)
    case bytes([UInt8])
    case text(String)
  }

  private let commands: [Command]

  /// Describes commands, with the memory from outside as it was found.
  init(_ commands: [NotedCommand], outside: [ObjectIdentifier: OutsideMemory]) {
    var positions: [Int: Int] = [:]
    func value(_ memory: NotedMemory) -> Value {
      switch memory {
      case .own(let number):
        let position = positions[number] ?? positions.count
        positions[number] = position
        return .ownMemory(position)
      case .outside(let buffer):
        switch outside[ObjectIdentifier(buffer)] {
        case .cell(let number): return .cell(number)
        case .constant(let storage): return .constant(ObjectIdentifier(storage))
        case nil: misuse("recording: memory of nobody is used")
        }
      }
    }
    self.commands = commands.map { command in
      var result = Command(name: command.name)
      switch command {
      case .launch(let launch):
        result.kernel = ObjectIdentifier(launch.kernel)
        result.sizes = [launch.global, launch.local]
        result.values = launch.arguments.enumerated().map { index, argument in
          if let source = launch.sources[index] { return .source(source) }
          return switch argument {
          case .memory(let memory): value(memory)
          case .value(let number): .number(number)
          }
        }
      case .library(let call): result.values = [.text(call.detail)] + call.memory.map(value)
      case .upload(let upload):
        result.values = [.bytes(upload.bytes), .text("\(upload.offset)"), value(upload.target)]
      }
      return result
    }
  }

  /// What differs from an earlier trace; nil where nothing does.
  func difference(from earlier: RecordingTrace) -> String? {
    for (number, (old, new)) in zip(earlier.commands, commands).enumerated() where old != new {
      let place = "command \(number) of the step, \(new.name),"
      if old.name != new.name { return "\(place) was \(old.name) the time before" }
      if old.kernel != new.kernel || old.sizes != new.sizes {
        return "\(place) has another kernel or size each time"
      }
      return "\(place) is given other \(Self.difference(old.values, new.values)) each time"
    }
    if earlier.commands.count == commands.count { return nil }
    return "the step took \(commands.count) commands and \(earlier.commands.count) the time before"
  }

  private static func difference(_ old: [Value], _ new: [Value]) -> String {
    for (old, new) in zip(old, new) where old != new {
      if case .constant = new {
        return "tensors from outside (inputs have to be handed to the step)"
      }
      if case .bytes = new {
        return "numbers of the program (inputs have to be handed to the step)"
      }
    }
    return "numbers or memory"
  }
}

/// Memory that a recording uses and that was not made in it.
enum OutsideMemory: Sendable {
  /// That of a cell, which is not kept alive.
  case cell(Int)
  /// That of anything else.
  case constant(OpenCLStorage)
}
