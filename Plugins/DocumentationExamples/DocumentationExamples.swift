import Foundation
import PackagePlugin

/// Makes functions of the examples in the library's documentation, for a test to compile and run.
@main
struct DocumentationExamples: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
    let root = context.package.directoryURL
    let library = context.package.targets.compactMap { $0 as? SwiftSourceModuleTarget }
      .filter { $0.kind == .generic && $0.directoryURL.path.hasPrefix(root.path + "/Sources/") }
    let sources = library.flatMap(\.sourceFiles).filter { $0.type == .source }.map(\.url)
      .sorted { $0.path < $1.path }
    let result = context.pluginWorkDirectoryURL.appending(path: "Examples.swift")
    return [
      .buildCommand(
        displayName: "Extracting the examples of the documentation",
        executable: try context.tool(named: "ExtractExamples").url,
        arguments: [root.path, result.path] + sources.map(\.path),
        inputFiles: sources, outputFiles: [result])
    ]
  }
}
