import Needletail

/// `gpu-train devices`: what can be trained on.
struct DevicesCommand: Command {
  static let json = Option(flag: "json", help: "Print a list of JSON objects.")

  static let name = "devices"
  static let abstract = "List every OpenCL device and the CPU reference."
  static let discussion = """
    The device that --device auto selects is marked with an asterisk.
    """
  static let options: [any OptionDeclaration] = [json]

  let printsJSON: Bool

  init(from arguments: ParsedArguments) throws {
    printsJSON = try arguments[Self.json]
  }

  func run() throws {
    let defaultName = try Device.description(named: "auto").name
    let rows = try Device.descriptions().map { DeviceRow($0, defaultName: defaultName) }
    if printsJSON {
      try printJSON(rows)
    } else {
      print(Self.table(rows))
    }
  }

  private static func table(_ rows: [DeviceRow]) -> String {
    var table = TextTable([
      ("", .left), ("NAME", .left), ("KIND", .left), ("UNITS", .right), ("MEMORY", .right),
      ("DESCRIPTION", .left),
    ])
    for row in rows {
      table.append([
        row.default ? "*" : "", row.name, row.kind, String(row.computeUnits),
        formatBytes(row.memoryBytes), row.description,
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
  let `default`: Bool

  init(_ device: DeviceDescription, defaultName: String) {
    name = device.name
    kind = device.kind.rawValue
    description = device.summary
    vendor = device.vendor
    driver = device.driver
    memoryBytes = device.memoryBytes
    computeUnits = device.computeUnits
    languageVersion = device.languageVersion
    self.default = device.name == defaultName
  }
}
