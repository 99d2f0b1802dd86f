import Glibc
import Layers
import Optimizers
import Tensors
import Testing
import Training

@Suite struct RunErrorTests {
  private let directory = TemporaryDirectory()
  private var path: String { directory["run"] }
  private var run: SmallRun { SmallRun(directory: path, device: .cpu) }
  private var resumed: SmallRun { SmallRun(directory: path, device: .cpu, resume: true) }

  private func expect(
    _ problem: RunError.Problem, from run: SmallRun,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(
      throws: RunError(directory: path, problem: problem), sourceLocation: sourceLocation
    ) { try run.train() }
  }

  @Test("A run is not overwritten")
  func existingRun() throws {
    try run.train()
    let files = try SmallRun.files(in: path)
    expect(.exists, from: run)
    #expect(try SmallRun.files(in: path) == files)
  }

  @Test("A directory with something else in it is not a run", arguments: [false, true])
  func notARun(_ resume: Bool) throws {
    #expect(mkdir(path, 0o777) == 0)
    try write([1], to: path + "/thesis.txt")
    expect(.notARun, from: SmallRun(directory: path, device: .cpu, resume: resume))
    #expect(entries(of: path) == ["thesis.txt"])
  }

  @Test("An empty directory and one that does not exist become runs, resumed or not")
  func newDirectories() throws {
    #expect(mkdir(path, 0o777) == 0)
    #expect(try resumed.train().step == 15)
    #expect(try SmallRun(directory: path + "/a/b/", device: .cpu).train().step == 15)
  }

  @Test("A run of another model names both")
  func otherModel() throws {
    try run.train()
    var other = resumed
    other.model = "large"
    expect(.setting("model", saved: "small", asked: "large"), from: other)
    other = resumed
    other.seed = 12
    expect(.setting("seed", saved: "11", asked: "12"), from: other)
  }

  @Test("The device and the number of epochs may change and are recorded; other settings may not")
  func changedSettings() throws {
    func begin(_ configuration: RunConfiguration, resume: Bool = true) throws {
      try withDevice(.cpu, seed: 1) {
        _ = try Run(path, resume: resume, configuration: configuration, progress: .quiet)
      }
    }
    var configuration = RunConfiguration(
      data: "synthetic", hyperparameters: ["learningRate": 0.1], epochs: 3)
    try begin(configuration, resume: false)
    configuration.epochs = 5
    configuration.device = "opencl:0:0"
    try begin(configuration)
    configuration.seed = 1
    #expect(try SavedRun(path).configuration == configuration)
    try begin(RunConfiguration())
    #expect(try SavedRun(path).configuration.hyperparameters == ["learningRate": 0.1])

    configuration.limit = 100
    #expect(
      throws: RunError(directory: path, problem: .setting("limit", saved: "none", asked: "100"))
    ) { try begin(configuration) }
    configuration.limit = nil
    configuration.hyperparameters["learningRate"] = 0.2
    #expect(
      throws: RunError(
        directory: path, problem: .setting("learningRate", saved: "0.1", asked: "0.2"))
    ) { try begin(configuration) }
  }

  @Test("A damaged configuration is an error")
  func damagedConfiguration() throws {
    try run.train()
    try write(Array("{".utf8), to: path + "/config.json")
    let error = #expect(throws: RunError.self) { try resumed.train() }
    #expect(error?.description.hasPrefix("\(path): config.json is damaged (") == true)
  }

  @Test("A run another program trains in is left alone")
  func inUse() throws {
    let open = try withDevice(.cpu, seed: 1) { try Run(path, progress: .quiet) }
    expect(.inUse, from: resumed)
    #expect(open.position.step == 0)
  }

  @Test(
    "A place where no directory can be is an error",
    arguments: ["/dev/null/run", "/proc/run", "/dev/null"])
  func impossiblePlace(_ place: String) {
    let error = #expect(throws: FileError.self) {
      try SmallRun(directory: place, device: .cpu).train()
    }
    #expect(error?.path == place)
  }

  @Test("Damaged weights or optimizer state stop a resumption, and nothing is changed")
  func damagedCheckpoint() throws {
    var interrupted = run
    interrupted.interruptedAt = 7
    try interrupted.train()
    for name in ["model.safetensors", "training.safetensors"] {
      let files = try SmallRun.files(in: path)
      let file = path + "/" + name
      for damaged in [files[name]!.dropLast(), files[name]!.prefix(20), files[name]!.prefix(0)] {
        try write(Array(damaged), to: file)
        let error = #expect(throws: SafetensorsError.self) { try resumed.train() }
        #expect(error?.path == file)
      }
      try write(files[name]!, to: file)
    }
    #expect(try resumed.train().step == 15)
  }

  @Test("Weights of another network are an error that says so")
  func otherWeights() throws {
    try run.train()
    withDevice(.cpu, seed: 11) {
      let model = Sequential { Linear(2, 3) }
      let error = #expect(throws: CheckpointError.self) {
        try SavedRun(path).loadWeights(of: model)
      }
      #expect(error?.path == path + "/model.safetensors")
      let sgd = SGD(model, learningRate: 0.1)
      let other = #expect(throws: CheckpointError.self) {
        try Run(path, resume: true, progress: .quiet).restore(model, sgd)
      }
      #expect(other?.problem == .optimizer(saved: "Adam", given: "SGD"))
    }
  }

  @Test("A checkpoint of another seed is an error, whatever the configuration says")
  func otherSeed() throws {
    try run.train()
    let error = withDevice(.cpu, seed: 12) {
      #expect(throws: CheckpointError.self) {
        let model = SmallNetwork()
        try Run(
          path, resume: true, configuration: RunConfiguration(seed: 11), progress: .quiet
        ).restore(model, Adam(model))
      }
    }
    #expect(error?.problem == .seed(saved: 11, given: 12))
  }

  @Test("The weights of a run are read without changing it")
  func savedRun() throws {
    try run.train()
    let files = try SmallRun.files(in: path)
    try withDevice(.cpu, seed: 99) {
      let model = SmallNetwork()
      let saved = try SavedRun(path)
      #expect(saved.configuration.model == "small")
      #expect(saved.configuration.seed == 11)
      try saved.loadWeights(of: model)
      let result = try evaluate(model, on: SmallRun.dataset, batchSize: 8)
      let last = try #require(try lines(of: path + "/metrics.jsonl").last)
      #expect(last.contains("\"test/loss\":\(result.loss)"))
    }
    #expect(try SmallRun.files(in: path) == files)
    #expect(throws: RunError(directory: directory.path, problem: .notARun)) {
      try SavedRun(directory.path)
    }
  }
}
