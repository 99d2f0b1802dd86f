/// What a run was started with; `config.json` in its directory.
///
/// All of it is for people and for `gpu-train`: a run does not act on it. What is nil was not
/// stated.
public struct RunConfiguration: Codable, Hashable, Sendable {
  /// The name of the model.
  public var model: String?
  /// The name of the data set, or the directory it is read from.
  public var data: String?
  /// What distinguishes the data from others of that name, such as a file that was changed.
  public var dataChecksum: String?
  /// The characters of a model of text, by their numbers.
  public var vocabulary: String?
  /// How many samples of it are used; nil where it is all.
  public var limit: Int?
  /// The name of the device.
  public var device: String?
  /// What matrix products may be computed with: the name of a `MatrixPrecision`.
  public var precision: String?
  /// The seed of weights, dropout masks and shuffles.
  public var seed: UInt64?
  /// The name of the optimizer.
  public var optimizer: String?
  /// The numbers of the optimizer and of the model, such as `learningRate`, by their names.
  public var hyperparameters: [String: Double]
  /// How many samples a step uses.
  public var batchSize: Int?
  /// How many epochs were asked for.
  public var epochs: Int?
  /// The version of the library that wrote the configuration.
  public private(set) var libraryVersion: String

  /// Makes a configuration of what is known.
  public init(
    model: String? = nil, data: String? = nil, limit: Int? = nil, device: String? = nil,
    precision: String? = nil, seed: UInt64? = nil, optimizer: String? = nil,
    hyperparameters: [String: Double] = [:],
    batchSize: Int? = nil, epochs: Int? = nil
  ) {
    self.model = model
    self.data = data
    self.limit = limit
    self.device = device
    self.precision = precision
    self.seed = seed
    self.optimizer = optimizer
    self.hyperparameters = hyperparameters
    self.batchSize = batchSize
    self.epochs = epochs
    libraryVersion = LibraryVersion.current
  }
}

extension RunConfiguration {
  /// A setting on which two configurations disagree.
  struct Difference: Hashable, Sendable {
    let setting: String
    let saved: String
    let asked: String
  }

  /// The first setting that would make a resumed run another run.
  ///
  /// The device and the number of epochs may change, and so may the library.
  func firstDifference(asked: RunConfiguration) -> Difference? {
    if let difference = compare("model", model, asked.model)
      ?? compare("data", data, asked.data)
      ?? compare("data of checksum", dataChecksum, asked.dataChecksum)
      ?? compare("vocabulary", vocabulary, asked.vocabulary)
      ?? compare("precision", precision, asked.precision)
      ?? compare("seed", seed, asked.seed)
      ?? compare("optimizer", optimizer, asked.optimizer)
      ?? compare("batch size", batchSize, asked.batchSize)
    {
      return difference
    }
    // Where the data is stated, so is that there is no limit.
    if data != nil, asked.data != nil, limit != asked.limit {
      return Difference(
        setting: "limit", saved: limit.map(String.init) ?? "none",
        asked: asked.limit.map(String.init) ?? "none")
    }
    let names = Set(hyperparameters.keys).union(asked.hyperparameters.keys).sorted()
    return names.lazy
      .compactMap { compare($0, hyperparameters[$0], asked.hyperparameters[$0]) }.first
  }

  private func compare<Value: Equatable>(
    _ setting: String, _ saved: Value?, _ asked: Value?
  ) -> Difference? {
    guard let saved, let asked, saved != asked else { return nil }
    return Difference(setting: setting, saved: "\(saved)", asked: "\(asked)")
  }
}

/// The version of the library.
public enum LibraryVersion {
  /// As in the names of releases.
  public static let current = "0.1.0"
}
