import COpenCL
import FoundationEssentials
import OpenCL

/// Kernels that the tests launch.
enum Source {
  static let add = """
    __kernel void add(__global const float *a, __global const float *b, __global float *sum,
                      int count) {
      int i = get_global_id(0);
      if (i < count) sum[i] = a[i] + b[i];
    }
    """

  /// Stores one argument of each kind.
  static let arguments = """
    typedef struct { int first, second; } Pair;
    __kernel void store(__global long *out, int i, uint u, long l, ulong w, float f, Pair pair,
                        __local int *scratch, __global const int *absent) {
      scratch[0] = 7;
      out[0] = i;
      out[1] = u;
      out[2] = l;
      out[3] = w;
      out[4] = (long)(f * 2.0f);
      out[5] = pair.first;
      out[6] = pair.second;
      out[7] = scratch[0];
      out[8] = absent == 0;
    }
    """

  static let scale = """
    __kernel void scale(__global float *values) { values[get_global_id(0)] *= FACTOR; }
    """
}

extension Session {
  func makeBuffer<Element: BitwiseCopyable>(_ values: [Element]) throws -> DeviceBuffer {
    let buffer = try makeBuffer(byteCount: values.count * MemoryLayout<Element>.stride)
    try values.withUnsafeBytes { try write($0, to: buffer) }
    return buffer
  }

  func read<Element: BitwiseCopyable>(
    _ buffer: DeviceBuffer, as zero: Element, count: Int
  ) throws -> [Element] {
    var values = [Element](repeating: zero, count: count)
    try values.withUnsafeMutableBytes { try read(buffer, into: $0) }
    return values
  }
}

/// Runs `body` with the path of a new folder, which is removed afterwards.
func withTemporaryDirectory(_ body: (String) throws -> Void) throws {
  let path = FileManager.default.temporaryDirectory
    .appending(path: "OpenCLTests-\(UUID().uuidString)").path
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  let result = Result { try body(path) }
  try FileManager.default.removeItem(atPath: path)
  try result.get()
}
