import BackendOpenCL
import Backends
import Foundation
import Testing

@Suite struct ChoiceFileTests {
  private let directory = FileManager.default.temporaryDirectory
    .appending(path: "needletail-choices-\(UUID().uuidString)")
  private var path: String { directory.appending(path: "deep/choices.json").path }

  private static let shape = TunedShape(productOf: 1, rows: 30, columns: 40, depth: 50)
  private static let tuned = TunedChoice(
    shape, isClass: true, Choice("panels", ["rows": 4]), seconds: 0.001, defaultSeconds: 0.002)

  private func write(_ text: String) throws {
    try FileManager.default.createDirectory(
      at: directory.appending(path: "deep"), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(filePath: path))
  }

  private func removeAll() throws { try FileManager.default.removeItem(at: directory) }

  @Test func `What is saved is found again, for that device and driver alone`() throws {
    #expect(try ChoiceFile(path: path) == nil)
    var file = ChoiceFile()
    let library = LibraryParameters(["GemmRoutine": ["XGEMM_MIN_INDIRECT_SIZE": 128]])
    file.merge([Self.tuned], library: library, device: "a", driver: "1")
    try file.write(to: path)
    let read = try #require(try ChoiceFile(path: path))
    let table = read.table(device: "a", driver: "1")
    #expect(table[Self.shape] == Choice("panels", ["rows": 4]))
    #expect(table.library == library)
    #expect(read.table(device: "a", driver: "2")[Self.shape] == nil)
    #expect(read.table(device: "b", driver: "1")[Self.shape] == nil)
    try removeAll()
  }

  @Test func `A shape that is tuned again is replaced, what else there is stays`() throws {
    var file = ChoiceFile()
    var exact = Self.tuned
    exact.isClass = false
    exact.choice = Choice("dots")
    file.merge([Self.tuned], library: nil, device: "a", driver: "1")
    file.merge([Self.tuned], library: nil, device: "b", driver: "1")
    var again = Self.tuned
    again.choice = Choice("tiles")
    file.merge([exact, again], library: nil, device: "a", driver: "1")
    #expect(file.devices.map(\.choices.count) == [2, 1])
    #expect(file.table(device: "a", driver: "1")[Self.shape] == Choice("dots"))
    let other = TunedShape(productOf: 1, rows: 31, columns: 40, depth: 50)
    #expect(file.table(device: "a", driver: "1")[other] == Choice("tiles"))
    #expect(file.table(device: "b", driver: "1")[other] == Choice("panels", ["rows": 4]))
  }

  @Test(arguments: [
    ("damaged", "{\"format\": \"needletail choices\", \"version\": 1, \"devices\": 7}"),
    ("damaged", "no JSON"), ("damaged", "[1, 2]"), ("not a file of tuned choices", "{}"),
    ("not a file of tuned choices", "{\"format\": \"other\", \"version\": 1}"),
    (
      "XgemmDirect cannot work by, for a",
      "{\"format\": \"needletail choices\", \"version\": 1, \"devices\": [{\"device\": \"a\", "
        + "\"driver\": \"1\", \"choices\": [], \"clblast\": {\"XgemmDirect\": {\"WGD\": 17}}}]}"
    ),
    ("version 2", "{\"format\": \"needletail choices\", \"version\": 2, \"devices\": []}"),
  ])
  func `A file that is not one of these is refused and left as it is`(
    reason: String, text: String
  ) throws {
    try write(text)
    let error = #expect(throws: ChoiceFileError.self) { try ChoiceFile(path: path) }
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    #expect(error?.description.contains(path) == true)
    let backend = Fixture.backends[0]
    #expect(throws: ChoiceFileError.self) {
      try backend.save([Self.tuned], library: nil, to: path)
    }
    #expect(try String(contentsOf: URL(filePath: path), encoding: .utf8) == text)
    try removeAll()
  }

  @Test func `A backend adds what was tuned for its device`() throws {
    let backend = Fixture.backends[0]
    #expect(try backend.save([Self.tuned], library: nil, to: path) == path)
    let file = try #require(try ChoiceFile(path: path))
    let section = try #require(file.devices.first)
    #expect(section.device == Fixture.device.name)
    #expect(file.table(device: section.device, driver: section.driver)[Self.shape] != nil)
    try removeAll()
  }

  @Test func `The user's file follows the XDG specification`() {
    #expect(
      ChoiceFile.userPath(["XDG_CONFIG_HOME": "/x", "HOME": "/h"])
        == "/x/needletail/choices.json")
    #expect(
      ChoiceFile.userPath(["XDG_CONFIG_HOME": "x", "HOME": "/h"])
        == "/h/.config/needletail/choices.json")
    #expect(ChoiceFile.userPath([:]) == nil)
  }
}
