import OpenCL
import Testing

@Suite("Statuses and errors")
struct StatusTests {
  private static let core = [Int32](-19 ... -1) + [Int32](-72 ... -30)
  private static let extensions: [Int32] = [-1000, -1001, -1057, -1058, -1059]

  @Test("every status of OpenCL and its loader has a name of its own")
  func names() {
    let names = (Self.core + Self.extensions).map { OpenCLError(status: $0, call: "").name }
    for name in names {
      #expect(name.hasPrefix("CL_"))
    }
    #expect(Set(names).count == names.count)
  }

  @Test(
    "statuses have the names of the headers",
    arguments: [
      (-4, "CL_MEM_OBJECT_ALLOCATION_FAILURE"), (-11, "CL_BUILD_PROGRAM_FAILURE"),
      (-30, "CL_INVALID_VALUE"), (-52, "CL_INVALID_KERNEL_ARGS"),
      (-61, "CL_INVALID_BUFFER_SIZE"), (-72, "CL_MAX_SIZE_RESTRICTION_EXCEEDED"),
      (-1001, "CL_PLATFORM_NOT_FOUND_KHR"),
    ] as [(Int32, String)])
  func name(status: Int32, name: String) {
    #expect(OpenCLError(status: status, call: "clCall").name == name)
  }

  @Test("every status comes with advice")
  func advice() {
    for status in Self.core + Self.extensions {
      let advice = OpenCLError(status: status, call: "").advice
      #expect(advice.hasSuffix(".") && !advice.contains("\n"))
    }
  }

  @Test("success passes, anything else is thrown with call and detail")
  func checking() throws {
    try check(0, "clFinish")
    let error = #expect(throws: OpenCLError.self) {
      try check(-4, "clCreateBuffer", detail: "asked for 8 bytes")
    }
    #expect(
      error?.description.hasPrefix(
        "clCreateBuffer: CL_MEM_OBJECT_ALLOCATION_FAILURE (-4): asked for 8 bytes. Use a smaller")
        == true)
    #expect(error?.isOutOfMemory == true)
  }

  @Test("a detail of several lines stands below the message")
  func longDetail() {
    let error = OpenCLError(status: -11, call: "clBuildProgram", detail: "log:\nline 2")
    #expect(error.description.hasSuffix("\nlog:\nline 2"))
    #expect(!error.isOutOfMemory)
  }

  @Test("a status that no header names still has a message")
  func unknown() {
    let error = OpenCLError(status: -9999, call: "clFinish")
    #expect(error.description.hasPrefix("clFinish: status without a name (-9999). "))
  }
}
