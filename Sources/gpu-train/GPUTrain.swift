import Glibc
import Needletail

/// The `gpu-train` command.
@main
struct GPUTrain {
  static let program = Program(
    name: "gpu-train",
    abstract: "Train neural networks on any OpenCL device.",
    version: LibraryVersion.current,
    commands: [
      TrainCommand.self, EvalCommand.self, DevicesCommand.self, ModelsCommand.self,
      VerifyCommand.self, TuneCommand.self, ProfileCommand.self,
    ])

  static func main() {
    exit(program.main(Array(CommandLine.arguments.dropFirst())).rawValue)
  }
}
