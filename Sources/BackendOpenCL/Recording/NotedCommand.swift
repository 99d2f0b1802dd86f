import OpenCL

/// Memory that a noted command uses.
enum NotedMemory: Sendable {
  /// That which the recording took under this number.
  case own(Int)
  /// Memory that was there before, and stays.
  case outside(DeviceBuffer)
}

/// An argument of a noted launch.
enum NotedArgument: Sendable {
  case memory(NotedMemory)
  /// Anything but memory.
  case value(KernelArgument)
}

/// A command as it was queued while a recording was under way.
enum NotedCommand: Sendable {
  case launch(NotedLaunch)
  case library(NotedLibraryCall)
  case upload(NotedUpload)

  /// What messages call it.
  var name: String {
    switch self {
    case .launch(let launch): "kernel '\(launch.kernel.name)'"
    case .library(let call): call.name
    case .upload: "upload"
    }
  }

  /// All memory it uses.
  var memory: [NotedMemory] {
    switch self {
    case .launch(let launch):
      launch.arguments.compactMap { if case .memory(let memory) = $0 { memory } else { nil } }
    case .library(let call): call.memory
    case .upload(let upload): [upload.target]
    }
  }

  /// The command, to be queued again.
  ///
  /// - Parameter buffer: Which buffer memory is now.
  func recorded(_ buffer: (NotedMemory) -> DeviceBuffer) throws(OpenCLError) -> RecordedCommand {
    switch self {
    case .launch(let launch):
      let arguments = launch.arguments.map { argument in
        switch argument {
        case .memory(let memory): KernelArgument.buffer(buffer(memory))
        case .value(let value): value
        }
      }
      return .launch(
        try BoundLaunch(
          launch.kernel, global: launch.global, local: launch.local, arguments: arguments,
          purpose: launch.purpose))
    case .library(let call):
      return .library(
        name: call.name, purpose: call.purpose, call.body(call.memory.map(buffer)))
    case .upload(let upload):
      return .copy(
        upload.constant, to: buffer(upload.target), offset: upload.offset,
        byteCount: upload.bytes.count)
    }
  }
}

/// A kernel with its arguments.
struct NotedLaunch: Sendable {
  let kernel: Kernel
  let global: WorkSize
  let local: WorkSize
  let arguments: [NotedArgument]
  /// The arguments that differ each time, by their index.
  let sources: [Int: ArgumentSource]
  let purpose: (any Sendable)?
}

/// What a library queued.
struct NotedLibraryCall: Sendable {
  /// The call with buffers in the order of `memory`.
  typealias Body = @Sendable (_ buffers: [DeviceBuffer]) -> RecordedCommand.LibraryCall

  let name: String
  /// All there is to tell one call from another but the memory.
  let detail: String
  let memory: [NotedMemory]
  let purpose: (any Sendable)?
  let body: Body
}

/// Bytes of the host that are the same each time, kept in memory of their own.
struct NotedUpload: Sendable {
  let bytes: [UInt8]
  let constant: DeviceBuffer
  let target: NotedMemory
  let offset: Int
}
