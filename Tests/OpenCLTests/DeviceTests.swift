import FoundationEssentials
import Glibc
import OpenCL
import Testing

@Suite("Platforms and devices")
struct DeviceTests {
  @Test("every platform and device says what it is")
  func enumeration() throws {
    let platforms = try Platform.all()
    #expect(!platforms.isEmpty, "the tests need at least one OpenCL driver, such as pocl")
    for platform in platforms {
      #expect(!platform.name.isEmpty)
      #expect(!platform.vendor.isEmpty)
      #expect(platform.version.hasPrefix("OpenCL "))
      #expect(platforms[platform.index] === platform)
    }
    let devices = try ComputeDevice.all()
    #expect(!devices.isEmpty)
    #expect(Set(devices.map(\.path)).count == devices.count)
    #expect(try ComputeDevice.all() == devices)
  }

  @Test("a device's properties are plausible", arguments: try ComputeDevice.all())
  func properties(device: ComputeDevice) {
    #expect(!device.name.isEmpty)
    #expect(!device.driverVersion.isEmpty)
    #expect(device.isAvailable)
    #expect(device.maxAllocationBytes >= 128 << 20)
    #expect(device.memoryBytes >= device.maxAllocationBytes)
    #expect(device.localMemoryBytes >= 16 << 10)
    #expect(device.bufferAlignment >= 1)
    #expect(device.computeUnits >= 1)
    #expect(device.preferredFloatVectorWidth >= 1)
    #expect(device.maxWorkGroupSize >= 1)
    #expect(device.maxWorkItemSizes.count >= 3)
    #expect(device.languageVersion >= LanguageVersion(1, 1))
    #expect(device.path == "\(device.platform.index):\(device.index)")
    #expect(device.description == "\(device.path) \(device.name)")
  }

  @Test("without any driver there are no platforms, and that is no error")
  func noPlatform() async {
    await #expect(processExitsWith: .success) {
      let folder = FileManager.default.temporaryDirectory
        .appending(path: "no-drivers-\(getpid())").path
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      setenv("OCL_ICD_VENDORS", folder, 1)
      let platforms = try Platform.all()
      let devices = try ComputeDevice.all()
      try FileManager.default.removeItem(atPath: folder)
      precondition(platforms.isEmpty && devices.isEmpty)
    }
  }

  @Test(
    "the language version is read from what drivers report",
    arguments: [
      ("OpenCL C 1.2 pocl", LanguageVersion(1, 2), "-cl-std=CL1.2"),
      ("OpenCL C 1.1", LanguageVersion(1, 1), "-cl-std=CL1.1"),
      ("OpenCL C 3.0 ", LanguageVersion(3, 0), "-cl-std=CL3.0"),
      ("OpenCL C 1.0 vendor", LanguageVersion(1, 0), ""),
    ])
  func languageVersion(text: String, version: LanguageVersion, option: String) throws {
    let parsed = try LanguageVersion(parsing: text)
    #expect(parsed == version)
    #expect(parsed.buildOption == option)
  }

  @Test("a language version that is none is an error", arguments: ["", "1.2", "OpenCL C x.y"])
  func badLanguageVersion(text: String) {
    let error = #expect(throws: OpenCLError.self) { try LanguageVersion(parsing: text) }
    #expect(error?.name == "CL_INVALID_VALUE")
    #expect(error?.description.contains("'\(text)'") == true)
  }
}
