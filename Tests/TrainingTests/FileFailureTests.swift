import Glibc
import Tensors
import Testing
import Training

@Suite struct FileFailureTests {
  private let directory = TemporaryDirectory()

  @Test("A full disk is an error; the old file stays, and nothing else is left")
  func fullDisk() async throws {
    let old = Array("old".utf8)
    try write(old, to: directory["x.safetensors"])
    let path = directory["x.safetensors"]
    // A limit on the size of files fails in the same place as a full disk, and needs no disk.
    let result = await #expect(
      processExitsWith: .exitCode(3), observing: [\.standardOutputContent]
    ) { [path = path as String] in
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 1000, rlim_max: 1000)
      setrlimit(__rlimit_resource_t(1), &limit)
      do {
        try SafetensorsFile.write(["x": .zeros([1000], device: .cpu)], to: path)
      } catch let error as FileError {
        print(error)
        exit(3)
      }
    }
    let message = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
    #expect(message.contains("\(path).tmp: cannot be written: File too large; free some space"))
    #expect(try contents(of: path) == old)
    #expect(entries(of: directory.path) == ["x.safetensors"])
  }

  /// Root may write where permissions forbid it, so that these are places where nobody can.
  @Test(
    "A place where no file can be made is an error",
    arguments: ["/proc/x.safetensors", "/dev/null/x.safetensors", "/nonexistent/x.safetensors"])
  func unwritable(_ path: String) {
    let error = #expect(throws: FileError.self) {
      try SafetensorsFile.write(["x": .zeros([1], device: .cpu)], to: path)
    }
    #expect(error?.path == path + ".tmp")
    #expect(error?.finding.hasPrefix("cannot be opened") == true)
  }

  @Test("What is not a regular file is not read", arguments: ["/tmp", "/dev/null", "/nonexistent"])
  func notRegular(_ path: String) {
    let error = #expect(throws: FileError.self) { try SafetensorsFile(path) }
    #expect(error?.path == path)
  }

  @Test("A failed replacement of a directory leaves nothing behind")
  func targetIsDirectory() throws {
    let path = directory["d"]
    #expect(mkdir(path, 0o777) == 0)
    #expect(throws: FileError.self) {
      try SafetensorsFile.write(["x": .zeros([1], device: .cpu)], to: path)
    }
    #expect(entries(of: directory.path) == ["d"])
  }
}
