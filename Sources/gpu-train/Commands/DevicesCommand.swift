import Needletail

/// `gpu-train devices`: what can be trained on.
struct DevicesCommand: Command {
  static let json = Option(flag: "json", help: "Print a list of JSON objects.")

  static let name = "devices"
  static let abstract = "List every OpenCL device and the CPU reference."
  static let discussion = """
    The device that --device auto selects is marked with an asterisk. PRECISIONS are those that it has \
    units for, see 'gpu-train train --help'; '-' where it cannot be opened.
    """
  static let options: [any OptionDeclaration] = [json]

  let printsJSON: Bool

  init(from arguments: ParsedArguments) throws {
    printsJSON = try arguments[Self.json]
  }

  func run() throws {
    let defaultName = try Device.description(named: "auto").name
    let rows = try Device.descriptions().map {
      DeviceRow($0, defaultName: defaultName, precisions: Self.precisions(of: $0))
    }
    if printsJSON {
      try printJSON(rows)
    } else {
      print(Self.table(rows))
    }
  }

  /// What matrix products may be computed with; nil where the device cannot be opened.
  private static func precisions(of description: DeviceDescription) -> [MatrixPrecision]? {
    // Why, is told to whoever wants to compute on it.
    guard let device = try? Device.open(description) else { return nil }
    return MatrixPrecision.allCases.filter(device.offers)
  }

  private static func table(_ rows: [DeviceRow]) -> String {
    var table = TextTable([
      ("", .left), ("NAME", .left), ("KIND", .left), ("UNITS", .right), ("MEMORY", .right),
      ("PRECISIONS", .left), ("DESCRIPTION", .left),
    ])
    for row in rows {
      table.append([
        row.default ? "*" : "", row.name, row.kind, String(row.computeUnits),
        formatBytes(row.memoryBytes), row.precisions?.joined(separator: ", ") ?? "-",
        row.description,
      ])
    }
    return table.text
  }
}

/// A device as `devices --json` lists it.
private struct DeviceRow: Encodable {
  let name: String
  let kind: String
  let description: String
  let vendor: String
  let driver: String
  let memoryBytes: Int
  let computeUnits: Int
  let languageVersion: String?
  let precisions: [String]?
  let `default`: Bool

  init(_ device: DeviceDescription, defaultName: String, precisions: [MatrixPrecision]?) {
    name = device.name
    kind = device.kind.rawValue
    description = device.summary
    vendor = device.vendor
    driver = device.driver
    memoryBytes = device.memoryBytes
    computeUnits = device.computeUnits
    languageVersion = device.languageVersion
    self.precisions = precisions?.map(\.rawValue)
    self.default = device.name == defaultName
  }
}
