import Foundation
import Testing

@Suite("gpu-train devices and gpu-train models")
struct ListingTests {
  @Test("Every device is listed with what a user needs to know, and one is the default")
  func devices() throws {
    let devices = try CommandFixture.listDevices()
    let keys: Set = [
      "name", "kind", "description", "vendor", "driver", "memoryBytes", "computeUnits", "default",
    ]
    for device in devices {
      #expect(keys.isSubset(of: device.keys), "\(device)")
      #expect(
        ["gpu", "cpu", "accelerator", "reference"].contains(device["kind"] as? String), "\(device)")
      #expect(try #require(device["memoryBytes"] as? Int) > 0)
      #expect(try #require(device["computeUnits"] as? Int) > 0)
      let precisions = try #require(device["precisions"] as? [String])
      #expect(precisions.first == "float32")
      #expect(device["kind"] as? String == "gpu" || precisions.count == 1)
    }
    #expect(devices.filter { $0["default"] as? Bool == true }.count == 1)
    #expect(devices.filter { $0["kind"] as? String == "reference" }.count == 1)
    #expect(devices.last?["name"] as? String == "cpu")
  }

  @Test("Without an OpenCL driver the reference is alone, and the default")
  func referenceAlone() throws {
    let environment = try CommandFixture.withoutOpenCL(in: TemporaryDirectory())
    let devices = try CommandFixture.listDevices(environment: environment)
    #expect(devices.map { $0["name"] as? String } == ["cpu"])
    #expect(devices.first?["default"] as? Bool == true)
  }

  @Test("The table of devices marks the default")
  func deviceTable() throws {
    let result = try CommandProcess.run(["devices"], in: TemporaryDirectory())
    let lines = result.standardOutput.split(separator: "\n")
    #expect(result.exitCode == 0)
    #expect(lines.count == CommandFixture.deviceNames.count + 1)
    #expect(lines.filter { $0.hasPrefix("*") }.count == 1)
    #expect(result.standardError.isEmpty)
  }

  @Test("Models are listed with their numbers of parameters")
  func models() throws {
    let directory = try TemporaryDirectory()
    let table = try CommandProcess.run(["models"], in: directory).standardOutput
    #expect(table.contains("lenet          431,080"))

    let json = try CommandProcess.run(["models", "--json"], in: directory).standardOutput
    let value = try JSONSerialization.jsonObject(with: Data(json.utf8))
    let models = try #require(value as? [[String: Any]])
    let counts = models.map { ($0["name"] as? String, $0["parameters"] as? Int) }
    #expect(counts.contains { $0 == ("lenet", 431_080) })
    #expect(counts.contains { $0 == ("mlp", 235_146) })
    #expect(counts.contains { $0 == ("char-lstm", 886_880) })
    let data = models.map { $0["data"] as? [String] }
    #expect(data[0] == ["fashion-mnist", "synthetic"])
    #expect(data[3] == ["xor", "and", "or"])
    let classes = models.map { $0["classes"] as? Int }
    #expect(classes == [10, 10, 2, 2, nil, nil, nil])
  }
}
