import BackendOpenCL
import OpenCL
import Testing

@Suite struct KernelLibraryTests {
  @Test func aKernelThatDoesNotCompileShowsTheLog() {
    let error = #expect(throws: OpenCLError.self) {
      try Fixture.backends[0].kernels.compile(
        "broken", source: "__kernel void broken() { nonsense; }")
    }
    #expect(error?.name == "CL_BUILD_PROGRAM_FAILURE")
    #expect(error?.description.contains("'broken'") == true)
    #expect(error?.description.contains("nonsense") == true)
  }

  @Test func aMissingDefinitionIsABuildFailureToo() {
    let error = #expect(throws: OpenCLError.self) {
      try Fixture.backends[0].kernel("uniform", in: "random", options: "-DGROUP=64")
    }
    #expect(error?.name == "CL_BUILD_PROGRAM_FAILURE")
    #expect(error?.description.contains("'random'") == true)
  }

  @Test func kernelsAreKept() throws {
    let backend = Fixture.backends[0]
    let options = "-DITEMS_PER_ROW=1 -DLOGARITHMIC=0"
    let first = try backend.kernel("softmax", in: "softmax", options: options)
    #expect(try backend.kernel("softmax", in: "softmax", options: options) === first)
  }

  @Test func includedFilesArePartOfTheSource() {
    let source = KernelSources.embedded.text(of: "pointwise")
    #expect(!source.contains("#include"))
    #expect(source.contains("#define MAXIMUM(x, y)"))
  }

  @Test func devicesAreDescribed() throws {
    let descriptions = try OpenCLBackend.devices()
    #expect(descriptions.contains { $0.name == "opencl:\(Fixture.device.path)" })
    var unknown = descriptions[0]
    unknown.name = "opencl:9:9"
    let error = #expect(throws: OpenCLError.self) { try OpenCLBackend(unknown) }
    #expect(error?.description.contains("opencl:9:9") == true)
    #expect(try OpenCLBackend(descriptions[0]).description == descriptions[0])
  }
}
