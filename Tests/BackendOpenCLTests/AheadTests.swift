import BackendOpenCL
import Foundation
import OpenCL
import Synchronization
import Testing

@Suite final class AheadTests {
  private let directory = FileManager.default.temporaryDirectory
    .appending(path: "needletail-ahead-\(UUID().uuidString)")
  private var path: String { directory.appending(path: "deep/list.json").path }
  private var remembered: RememberedPrograms { RememberedPrograms(path: path) }

  private static let recipes = (1...5).map { number in
    ProgramRecipe("kernel\(number)", source: "text \(number)", options: "-DN=\(number)")
  }

  deinit {
    do { try FileManager.default.removeItem(at: directory) } catch CocoaError.fileNoSuchFile {
      // The test wrote nothing.
    } catch { Issue.record(error) }
  }

  private func write(_ text: String) throws {
    let url = URL(filePath: path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  @Test func `Programs are remembered in their order, the first of many`() {
    #expect(remembered.programs.isEmpty)
    let recipes = (0..<2 * RememberedPrograms.mostPrograms).map {
      ProgramRecipe(file: "reduce", options: "-DN=\($0)")
    }
    remembered.replace(with: Self.recipes.reversed())
    #expect(remembered.programs == Self.recipes.reversed())
    remembered.replace(with: recipes)
    #expect(remembered.programs == Array(recipes.prefix(RememberedPrograms.mostPrograms)))
  }

  @Test(arguments: [
    "", "no JSON", "[1]", #"{"format": "needletail programs", "version": 1}"#,
    #"{"format": "other", "version": 1, "programs": [{"name": "rows", "options": ""}]}"#,
    #"{"format": "needletail programs", "version": 2, "programs": [{"name": "a", "options": ""}]}"#,
  ])
  func `A list that is damaged, foreign or of another version counts as none`(
    text: String
  ) throws {
    try write(text)
    #expect(remembered.programs.isEmpty)
    remembered.replace(with: Self.recipes)
    #expect(remembered.programs == Self.recipes)
  }

  @Test func `A place that cannot be written disturbs nothing`() {
    let place = RememberedPrograms(path: "/dev/null/list.json")
    place.replace(with: Self.recipes)
    #expect(place.programs.isEmpty)
  }

  @Test func `The list lies in the user's cache, one for each program`() {
    func path(_ program: String, _ environment: [String: String]) -> String? {
      RememberedPrograms.standardPath(
        for: Fixture.device, program: program, environment: environment)
    }
    let cache = ["XDG_CACHE_HOME": "/c"]
    #expect(path("/bin/a", cache)?.hasPrefix("/c/needletail/ahead/") == true)
    #expect(path("/bin/a", cache) == path("a", cache))
    #expect(path("/bin/a", cache) != path("/bin/b", cache))
    #expect(path("a", [:]) == nil)
  }

  @Test func `What the last run asked for is built in its order`() {
    remembered.replace(with: Self.recipes)
    let built = Mutex<[ProgramRecipe]>([])
    let builder = AheadBuilder(remembered) { recipe in built.withLock { $0.append(recipe) } }
    builder.start(threads: 1)
    builder.wait()
    #expect(built.withLock { $0 } == Self.recipes)
    builder.note(Self.recipes[3])
    builder.finish()
    #expect(remembered.programs == Self.recipes, "less than was expected is no new list")
  }

  @Test func `A run that asks for something else stops it and is remembered instead`() {
    remembered.replace(with: Self.recipes)
    let others = [ProgramRecipe(file: "a", options: ""), ProgramRecipe(file: "b", options: "")]
    let built = Mutex<[ProgramRecipe]>([])
    let builder = AheadBuilder(remembered) { recipe in built.withLock { $0.append(recipe) } }
    for recipe in others + others { builder.note(recipe) }
    builder.start(threads: 1)
    builder.wait()
    #expect(built.withLock { $0 }.isEmpty)
    builder.finish()
    builder.finish()
    #expect(remembered.programs == others)
  }

  @Test func `A finished builder builds nothing more`() {
    remembered.replace(with: Self.recipes)
    let builder = AheadBuilder(remembered) { recipe in Issue.record("built \(recipe.name)") }
    builder.finish()
    builder.start()
    builder.wait()
  }

  @Test func `A program that does not compile fails where it is asked for, and nothing else does`()
    throws
  {
    let text = "__kernel void broken() { nonsense; }"
    let good = ProgramRecipe(file: "softmax", options: "-DITEMS_PER_ROW=1 -DLOGARITHMIC=0")
    remembered.replace(with: [
      ProgramRecipe("broken", source: text, options: ""), good,
      ProgramRecipe(file: "no-such-file", options: ""),
    ])
    do {
      let backend = try OpenCLBackend(Fixture.device, kernelStyle: .cpu)
      backend.kernels.buildAhead(rememberingIn: path)
      backend.waitForBuilds()
      _ = try backend.kernel("softmax", in: good.name, options: good.options)
      let error = #expect(throws: OpenCLError.self) {
        try backend.kernels.compile("broken", source: text)
      }
      #expect(error?.name == "CL_BUILD_PROGRAM_FAILURE")
      _ = try backend.kernels.compile("fine", source: "__kernel void fine() {}")
    } catch { Issue.record(error) }
    // The backend is closed: what it asked for has been noted.
    let names = remembered.programs.map(\.name)
    #expect(names == ["softmax", "broken", "fine"])
  }
}
