import Foundation
import Testing

@Suite("Bad input to gpu-train ends with one clear line, and loses nothing")
struct BadInputTests {
  /// Something wrong, and what is said about it.
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let arguments: [String]
    let exitCode: Int32
    let message: String
    /// What happens to the run in `runs/good` or the images in `images` before.
    var prepare: @Sendable (TemporaryDirectory) throws -> Void = { _ in }

    init(
      _ description: String, _ arguments: String, _ exitCode: Int32, _ message: String,
      prepare: @escaping @Sendable (TemporaryDirectory) throws -> Void = { _ in }
    ) {
      testDescription = description
      self.arguments = arguments.split(separator: " ").map(String.init)
      self.exitCode = exitCode
      self.message = message
      self.prepare = prepare
    }
  }

  static let commandLines = [
    Case(
      "unknown option", "train --epoch 3", 64, "Unknown option '--epoch'. Did you mean '--epochs'"),
    Case("unknown subcommand", "trian", 64, "Unknown subcommand 'trian'. Did you mean 'train'"),
    Case("unknown device", "train --device cup", 64, "Unknown device 'cup': there are auto, cpu"),
    Case(
      "absent device", "train --device opencl:99 --data synthetic", 1, "unknown device 'opencl:99'"),
    Case(
      "unknown model", "train --model lenat", 64,
      "expected one of lenet, mlp, perceptron, xor, cubic, rbf, char-lstm. Did you mean 'lenet'"
    ),
    Case(
      "unknown optimizer", "train --optimizer adan", 64, "lion, lamb. Did you mean 'adam'"),
    Case(
      "unknown precision", "train --precision tf23", 64,
      "expected one of float32, tf32, bf16. Did you mean 'tf32'"),
    Case("a precision for usual shapes", "tune --precision tf32", 64, "--precision needs --model"),
    Case("unknown data", "train --data syntetic", 64, "Did you mean 'synthetic'"),
    Case(
      "images for a gate", "train --model xor --data fashion-mnist", 64,
      "There are no data 'fashion-mnist' for xor, which takes 'xor', 'and', 'or'"),
    Case(
      "a gate for images", "train --data xor", 64,
      "for lenet, which takes 'fashion-mnist', 'synthetic', or a directory with the four files"),
    Case(
      "points of a square for a function of a number", "train --model cubic --data franke", 64,
      "for cubic, which takes 'cubic'"),
    Case(
      "images for text", "train --model char-lstm --data synthetic", 64,
      "for char-lstm, which takes 'grammar', or a text file"),
    Case(
      "a text that is absent", "train --model char-lstm --data absent.txt", 64,
      "There are no data 'absent.txt'"),
    Case("an empty text", "train --model char-lstm --data text", 1, "text: is empty") {
      try $0.write(Data(), to: "text")
    },
    Case("a directory for text", "train --model char-lstm --data images", 1, "not a regular file") {
      try $0.write(Data(), to: "images/picture")
    },
    Case("a text that is too short", "train --model char-lstm --data text", 1, "has 5 characters") {
      try $0.write(Data("short".utf8), to: "text")
    },
    Case("a text in Latin-1", "train --model char-lstm --data text", 1, "byte 4 begins no") {
      try $0.write(Data([0x50, 0x6F, 0x73, 0x74, 0xE4, 0x6D, 0x74, 0x65, 0x72]), to: "text")
    },
    Case(
      "too many streams", "train --model char-lstm --limit 32", 1,
      "grammar: 32 characters to train on are too few for 32 streams"),
    Case("batch size 0", "train --batch-size 0", 64, "expected a whole number of at least 1"),
    Case("no epochs", "train --epochs 0", 64, "expected a whole number of at least 1"),
    Case("limit 0", "train --limit 0", 64, "expected a whole number of at least 1"),
    Case("learning rate NaN", "train --learning-rate nan", 64, "expected a finite number"),
    Case("learning rate infinite", "train --learning-rate 1e999", 64, "expected a finite number"),
    Case("learning rate below 0", "train --learning-rate -1", 64, "of at least 0"),
    Case("momentum 1", "train --optimizer sgd --momentum 1", 64, "below 1"),
    Case("momentum of AdamW", "train --momentum 0.5", 64, "'adamw' has no momentum"),
    Case(
      "unknown operation", "verify --op softmx", 64,
      "No operation matches 'softmx'. Near it are softmax"),
    Case(
      "unknown mode", "verify --mode backward", 64,
      "expected one of forward, gradient, repeat, all"),
    Case("unknown scale", "verify --scale large", 64, "expected one of reduced, standard, full"),
    Case("unknown device to verify", "verify --device cup", 64, "Unknown device 'cup'"),
    Case("an operation without a gradient", "verify --op convolve --mode gradient", 64, "no cases"),
    Case("a case of several rows", "verify --case 1", 64, "--case needs --op to name a single row"),
    Case(
      "a case beyond the last", "verify --op exp/default --case 10", 64,
      "'exp/default' has no case 10: the last is 9"),
    Case("two forms of output", "verify --json --markdown", 64, "exclude each other"),
    Case("no run to evaluate", "eval", 64, "Missing expected argument '--run <directory>'"),
    Case("no run to resume", "train --model mlp --resume", 1, "there is no run of mlp in runs/"),
    Case(
      "a run that is absent", "eval --run runs/absent", 1, "runs/absent: cannot be opened: No such"),
    Case("a file for a run", "train --data synthetic --run file/run", 1, "file/run: ") {
      try $0.write(Data(), to: "file")
    },
    Case("a directory that is no run", "eval --run images", 1, "it is no run") {
      try $0.write(Data(), to: "images/picture")
    },
    Case(
      "training in a directory that is no run", "train --data synthetic --run images", 1,
      "it is no run"
    ) { try $0.write(Data(), to: "images/picture") },
  ]

  @Test("Command lines that make no sense", arguments: commandLines)
  func commandLine(_ input: Case) throws {
    let directory = try TemporaryDirectory()
    try input.prepare(directory)
    try check(input, in: directory)
  }

  @Test("No OpenCL platform, where one is asked for", arguments: ["opencl", "gpu", "opencl:0:0"])
  func noPlatform(device: String) throws {
    let directory = try TemporaryDirectory()
    try check(
      Case("", "train --data synthetic --device \(device)", 1, "pocl-opencl-icd"), in: directory,
      environment: CommandFixture.withoutOpenCL(in: directory))
  }

  static let runs = [
    Case(
      "a run that is there already", "train --data synthetic --run runs/good", 1,
      "holds a run already"),
    Case(
      "another model", "train --resume --run runs/good --model lenet", 1, "has model mlp, not lenet"
    ),
    Case(
      "data of another model", "train --resume --run runs/good --data xor", 64,
      "There are no data 'xor' for mlp"),
    Case("a sample of a classifier", "eval --run runs/good --sample 9", 64, "leave --sample out"),
    Case("another seed", "train --resume --run runs/good --seed 8", 1, "has seed 42, not 8"),
    Case("truncated weights", "eval --run runs/good", 1, "model.safetensors") {
      try $0.change("runs/good/model.safetensors") { $0.removeLast(1000) }
    },
    Case(
      "no more than the start of the weights", "eval --run runs/good", 1,
      "too few for a safetensors"
    ) {
      try $0.change("runs/good/model.safetensors") { $0 = $0.prefix(5) }
    },
    Case("a header longer than the file", "eval --run runs/good", 1, "claims a header of") {
      try $0.change("runs/good/model.safetensors") { $0[6] = 0x7F }
    },
    Case("a shape that lies", "eval --run runs/good", 1, "model.safetensors") {
      try $0.change("runs/good/model.safetensors") { data in
        let range = try #require(data.range(of: Data("[256,784]".utf8)))
        data.replaceSubrange(range, with: Data("[956,784]".utf8))
      }
    },
    Case("offsets that lie", "eval --run runs/good", 1, "model.safetensors") {
      try $0.change("runs/good/model.safetensors") { data in
        let range = try #require(data.range(of: Data("\"data_offsets\":[0,".utf8)))
        data.replaceSubrange(range, with: Data("\"data_offsets\":[9,".utf8))
      }
    },
    Case(
      "a truncated checkpoint", "train --resume --run runs/good --epochs 2", 1,
      "training.safetensors"
    ) {
      try $0.change("runs/good/training.safetensors") { $0.removeLast(1000) }
    },
    Case("no weights", "eval --run runs/good", 1, "no checkpoint has been saved yet") {
      try FileManager.default.removeItem(atPath: $0.path("runs/good/model.safetensors"))
    },
    Case("a configuration that is no JSON", "eval --run runs/good", 1, "config.json is damaged") {
      try $0.write(Data("{".utf8), to: "runs/good/config.json")
    },
    Case(
      "a configuration of an unknown model", "eval --run runs/good", 1,
      "config.json: model cannot be"
    ) {
      try $0.replace("\"mlp\"", with: "\"mlq\"", in: "runs/good/config.json")
    },
    Case(
      "a configuration with a batch size of 0", "train --resume --run runs/good", 1,
      "config.json: batchSize cannot be '0'"
    ) {
      try $0.replace("\"batchSize\" : 64", with: "\"batchSize\" : 0", in: "runs/good/config.json")
    },
    Case(
      "a loss that becomes NaN", "train --resume --run runs/good --epochs 3", 1, "at step"
    ) {
      try $0.replace("0.001,", with: "1e29,", in: "runs/good/config.json")
    },
  ]

  @Test("Runs that are damaged, or are not what is asked for", arguments: runs)
  func damagedRun(_ input: Case) throws {
    let directory = try TemporaryDirectory()
    try CommandFixture.train("good", ["--model", "mlp", "--device", "cpu"], in: directory)
    try input.prepare(directory)
    let files = ["model.safetensors", "training.safetensors"]
    func contents() throws -> [Data?] {
      try files.map {
        try directory.has("runs/good/\($0)") ? directory.data(of: "runs/good/\($0)") : nil
      }
    }
    let before = try contents()
    try check(input, in: directory)
    #expect(try contents() == before)
  }

  static let images = [
    Case("missing files", "train --data images", 1, "no train-labels-idx1-ubyte or") {
      try FileManager.default.removeItem(atPath: $0.path("images/train-labels-idx1-ubyte"))
    },
    Case("no test files", "train --data images", 1, "no t10k-images-idx3-ubyte or") {
      try FileManager.default.removeItem(atPath: $0.path("images/t10k-images-idx3-ubyte"))
    },
    Case("truncated images", "train --data images", 1, "elements, but a file of its size has") {
      try $0.change("images/train-images-idx3-ubyte") { $0.removeLast(10) }
    },
    Case("a file that is no IDX file", "train --data images", 1, "is no IDX file") {
      try $0.change("images/train-images-idx3-ubyte") { $0[0] = 7 }
    },
    Case("an extent that lies", "train --data images", 1, "its header claims") {
      try $0.change("images/train-images-idx3-ubyte") { $0[4] = 0x70 }
    },
    Case("a corrupt gzip stream", "train --data images", 1, "gzip stream is corrupt") {
      try FileManager.default.removeItem(atPath: $0.path("images/train-images-idx3-ubyte"))
      try $0.write(
        Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9]),
        to: "images/train-images-idx3-ubyte.gz")
    },
    Case("fewer labels than images", "train --data images", 1, "holds 3 labels for 4 images") {
      try $0.write(MNISTFile.labels([0, 1, 2]), to: "images/train-labels-idx1-ubyte")
    },
    Case("a label of no class", "train --data images", 1, "label 1 is 10") {
      try $0.write(MNISTFile.labels([0, 10, 2, 3]), to: "images/train-labels-idx1-ubyte")
    },
    Case("images of two sizes", "train --data images", 1, "take all four files from the same") {
      try $0.write(MNISTFile.images(count: 4, size: 32), to: "images/t10k-images-idx3-ubyte")
    },
    Case(
      "images too large for the model", "train --data images", 1,
      "but lenet takes images [1, 28, 28]"
    ) {
      for split in ["train", "t10k"] {
        try $0.write(MNISTFile.images(count: 4, size: 32), to: "images/\(split)-images-idx3-ubyte")
      }
    },
  ]

  @Test("Images that cannot be trained on", arguments: images)
  func damagedImages(_ input: Case) throws {
    let directory = try TemporaryDirectory()
    for split in ["train", "t10k"] {
      try directory.write(
        MNISTFile.images(count: 4, size: 28), to: "images/\(split)-images-idx3-ubyte")
      try directory.write(MNISTFile.labels([0, 1, 2, 3]), to: "images/\(split)-labels-idx1-ubyte")
    }
    try input.prepare(directory)
    try check(input, in: directory)
    #expect(!directory.has("runs"), "no run is begun")
  }

  @Test("A directory that may not be written to")
  func readOnlyRun() throws {
    let directory = try TemporaryDirectory()
    try CommandFixture.train("good", ["--model", "mlp", "--device", "cpu"], in: directory)
    let run = directory.path("runs/good")
    let files = try FileManager.default.subpathsOfDirectory(atPath: run)
    try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: run)
    let result = try CommandProcess.runUnprivileged(
      ["train", "--resume", "--run", "runs/good", "--epochs", "2", "--device", "cpu"],
      in: directory)
    expect(result, exitCode: 1, message: "runs/good: cannot be")
    #expect(try FileManager.default.subpathsOfDirectory(atPath: run).sorted() == files.sorted())
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: run)
  }

  @Test(
    "A kernel that the driver cannot build",
    .enabled(if: CommandFixture.usesPocl, "only pocl can be made to fail from outside"))
  func kernelBuildFailure() throws {
    let directory = try TemporaryDirectory()
    let result = try CommandProcess.run(
      CommandFixture.quickTraining, in: directory,
      environment: ["POCL_EXTRA_BUILD_FLAGS": "-no-such-flag"])
    expect(result, exitCode: 1, message: "clBuildProgram: CL_INVALID_BUILD_OPTIONS")
  }

  @Test(
    "A batch that takes more memory than the device has",
    .enabled(if: CommandFixture.usesPocl, "only pocl's memory can be limited from outside"))
  func memoryExhausted() throws {
    let directory = try TemporaryDirectory()
    try check(
      Case(
        "", "train --data synthetic --batch-size 10000 --quiet", 1,
        "CL_MEM_OBJECT_ALLOCATION_FAILURE"),
      in: directory, environment: ["POCL_MEMORY_LIMIT": "1"])
  }

  /// Runs the command, and checks how it failed.
  private func check(
    _ input: Case, in directory: TemporaryDirectory, environment: [String: String] = [:]
  ) throws {
    let result = try CommandProcess.run(input.arguments, in: directory, environment: environment)
    expect(result, exitCode: input.exitCode, message: input.message)
  }

  /// Checks that a message says what is wrong in its first line, and no result is printed.
  private func expect(
    _ result: CommandProcess.Result, exitCode: Int32, message: String
  ) {
    #expect(result.exitCode == exitCode, "\(result.standardError)")
    #expect(result.standardOutput.isEmpty)
    let error = result.messages.first { $0.hasPrefix("Error: ") }
    #expect(error?.contains(message) == true, "\(result.standardError)")
    #expect(!result.standardError.contains("Fatal error"))
    #expect(!result.standardError.contains("Backtrace"))
  }
}
