// swift-tools-version: 6.2
import PackageDescription

/// Warnings stop the build where the environment asks for it, as `make test` does: a newer
/// compiler's new warning should not keep a user from building.
let warnings: [SwiftSetting] =
  Context.environment["NEEDLETAIL_STRICT"] == "1" ? [.treatAllWarnings(as: .error)] : []

/// A target of the library; what it may depend on is checked by Scripts/check-imports.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: warnings)
}

/// A suite of tests, named after the target it tests.
func suite(
  _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
  .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: warnings)
}

/// A C library from a Debian package, found with pkg-config.
func systemLibrary(_ name: String, pkgConfig: String, apt: [String]) -> Target {
  .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt(apt)])
}

let package = Package(
  name: "needletail",
  products: [
    .library(name: "Needletail", targets: ["Needletail"]),
    .executable(name: "gpu-train", targets: ["gpu-train"]),
  ],
  targets: [
    systemLibrary("COpenCL", pkgConfig: "OpenCL", apt: ["ocl-icd-opencl-dev", "opencl-headers"]),
    systemLibrary("CCLBlast", pkgConfig: "clblast", apt: ["libclblast-dev"]),
    systemLibrary("COpenBLAS", pkgConfig: "openblas", apt: ["libopenblas-dev"]),
    systemLibrary("CZlib", pkgConfig: "zlib", apt: ["zlib1g-dev"]),

    .target(name: "Kernels", path: "Kernels"),
    module("OpenCL", ["COpenCL"]),
    module("Backends"),
    module("BackendCPU", ["Backends", "COpenBLAS"]),
    module("BackendOpenCL", ["Backends", "OpenCL", "CCLBlast", "Kernels"]),
    module("Tensors", ["Backends", "BackendCPU", "BackendOpenCL"]),
    module("Verification", ["Backends", "Tensors"]),
    module("Layers", ["Tensors"]),
    module("Optimizers", ["Tensors", "Layers"]),
    module("Datasets", ["Tensors", "Layers", "CZlib"]),
    module("Models", ["Tensors", "Layers"]),
    module("Training", ["Tensors", "Layers", "Optimizers", "Datasets", "Models"]),
    module(
      "Needletail",
      ["Tensors", "Layers", "Optimizers", "Datasets", "Models", "Training", "Verification"]),
    .executableTarget(
      name: "gpu-train", dependencies: ["Needletail"], swiftSettings: warnings),
    .executableTarget(
      name: "benchmark", dependencies: ["Needletail"], path: "Benchmarks/Program",
      swiftSettings: warnings),

    // What several suites share.
    .target(
      name: "TestSupport", dependencies: ["OpenCL", "Tensors"], path: "Tests/TestSupport",
      swiftSettings: warnings),
    suite("OpenCLTests", ["OpenCL"]),
    suite("BackendsTests", ["Backends"]),
    suite("BackendCPUTests", ["Backends", "BackendCPU"]),
    suite("BackendOpenCLTests", ["Backends", "BackendOpenCL", "OpenCL", "TestSupport"]),
    suite(
      "BackendConformanceTests",
      ["Backends", "BackendCPU", "BackendOpenCL", "OpenCL", "Tensors", "Verification"]),
    suite("TensorsTests", ["Tensors", "BackendOpenCL", "TestSupport", "Verification"]),
    suite("VerificationTests", ["Verification", "Tensors", "Backends", "BackendOpenCL", "OpenCL"]),
    suite("LayersTests", ["Layers", "Tensors", "BackendOpenCL", "TestSupport"]),
    suite("OptimizersTests", ["Optimizers", "Layers", "Tensors", "TestSupport"]),
    suite("DatasetsTests", ["Datasets", "Tensors", "CZlib"]),
    suite("ModelsTests", ["Models", "Layers", "Tensors", "TestSupport"]),
    suite(
      "TrainingTests",
      ["Training", "Models", "Optimizers", "Layers", "Tensors", "Datasets", "TestSupport"],
      exclude: ["Goldens"]),
    suite(
      "NeedletailTests", ["Needletail", "BackendOpenCL", "OpenCL", "TestSupport"],
      exclude: ["Goldens"]),
    suite("CommandTests", ["gpu-train", "Backends", "Tensors", "Verification"]),

    .plugin(
      name: "DocumentationExamples", capability: .buildTool(), dependencies: ["ExtractExamples"]),
    .executableTarget(
      name: "ExtractExamples", path: "Plugins/ExtractExamples", swiftSettings: warnings),
    // Examples compute values that they do nothing with.
    .testTarget(
      name: "DocumentationTests", dependencies: ["Needletail", "Backends"],
      swiftSettings: [.unsafeFlags(["-suppress-warnings"])], plugins: ["DocumentationExamples"]),
  ],
  swiftLanguageModes: [.v6]
)
