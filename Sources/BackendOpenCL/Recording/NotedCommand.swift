import OpenCL

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

  /// The command, to be queued again.
  func recorded() throws(OpenCLError) -> RecordedCommand {
    switch self {
    case .launch(let launch):
      .launch(
        try BoundLaunch(
          launch.kernel, global: launch.global, local: launch.local, arguments: launch.arguments,
          purpose: launch.purpose))
    case .library(let call): .library(name: call.name, purpose: call.purpose, call.body)
    case .upload(let upload):
      .copy(
        upload.constant, to: upload.target, offset: upload.offset, byteCount: upload.bytes.count)
    }
  }
}

/// A kernel with its arguments.
struct NotedLaunch: Sendable {
  let kernel: Kernel
  let global: WorkSize
  let local: WorkSize
  let arguments: [KernelArgument]
  /// The arguments that differ each time, by their index.
  let sources: [Int: ArgumentSource]
  let purpose: (any Sendable)?
}

/// What a library queued.
struct NotedLibraryCall: Sendable {
  let name: String
  /// All there is to tell one call from another but the memory.
  let detail: String
  let buffers: [DeviceBuffer]
  let purpose: (any Sendable)?
  let body: RecordedCommand.LibraryCall
}

/// Bytes of the host that are the same each time, kept in memory of their own.
struct NotedUpload: Sendable {
  let bytes: [UInt8]
  let constant: DeviceBuffer
  let target: DeviceBuffer
  let offset: Int
}
