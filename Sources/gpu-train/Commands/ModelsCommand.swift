import Needletail

/// `gpu-train models`: what can be trained.
struct ModelsCommand: Command {
  static let json = Option(flag: "json", help: "Print a list of JSON objects.")

  static let name = "models"
  static let abstract = "List the models that can be trained, with their numbers of parameters."
  static let options: [any OptionDeclaration] = [json]

  let printsJSON: Bool

  init(from arguments: ParsedArguments) throws {
    printsJSON = try arguments[Self.json]
  }

  func run() throws {
    let rows = ModelCatalog.entries.map(ModelRow.init)
    if printsJSON {
      try printJSON(rows)
    } else {
      print(Self.table(rows))
    }
  }

  private static func table(_ rows: [ModelRow]) -> String {
    var table = TextTable([
      ("NAME", .left), ("PARAMETERS", .right), ("INPUT", .left), ("CLASSES", .right),
      ("TASK", .left), ("DESCRIPTION", .left),
    ])
    for row in rows {
      let input =
        row.input.isEmpty ? "character" : row.input.map(String.init).joined(separator: "×")
      table.append([
        row.name, row.parameters.grouped, input, row.classes.map(String.init) ?? "–", row.task,
        row.description,
      ])
    }
    return table.text
  }
}

/// A model as `models --json` lists it.
private struct ModelRow: Encodable {
  let name: String
  let description: String
  let parameters: Int
  let input: [Int]
  let classes: Int?
  let task: String
  let data: [String]

  init(_ model: ModelCatalog.Entry) {
    name = model.name
    description = model.summary
    parameters = model.parameterCount
    input = model.inputShape.map { $0 }
    classes = model.classCount
    task = model.task.name
    data = model.suitableData.names
  }
}
