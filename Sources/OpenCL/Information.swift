import COpenCL

/// Reads what `clGet…Info` calls report, whatever the object asked about.
struct Information {
  /// Asks with the parameters that all `clGet…Info` calls end with: name, size, value, true size.
  typealias Query = (
    cl_uint, Int, UnsafeMutableRawPointer?, UnsafeMutablePointer<Int>?
  ) -> cl_int

  let call: String
  let query: Query

  init(_ call: String, query: @escaping Query) {
    self.call = call
    self.query = query
  }

  /// A value of fixed size, such as a `cl_uint`; `value` is what it starts from.
  func value<Value: BitwiseCopyable>(
    _ name: Int32, _ value: Value
  ) throws(OpenCLError) -> Value {
    var value = value
    let size = MemoryLayout<Value>.size
    let status = withUnsafeMutableBytes(of: &value) { bytes in
      query(cl_uint(name), size, bytes.baseAddress, nil)
    }
    try check(status, call, detail: unanswered(name))
    return value
  }

  /// A number OpenCL gives as `cl_uint`.
  func number(_ name: Int32) throws(OpenCLError) -> Int { Int(try value(name, cl_uint(0))) }

  /// A number OpenCL gives as `cl_ulong`.
  func longNumber(_ name: Int32) throws(OpenCLError) -> Int {
    Int(clamping: try value(name, cl_ulong(0)))
  }

  /// A number OpenCL gives as `size_t`.
  func size(_ name: Int32) throws(OpenCLError) -> Int { try value(name, 0) }

  /// A truth value OpenCL gives as `cl_bool`.
  func flag(_ name: Int32) throws(OpenCLError) -> Bool { try number(name) != 0 }

  /// Values of unknown number.
  func array<Element: BitwiseCopyable>(
    _ name: Int32, of zero: Element
  ) throws(OpenCLError) -> [Element] {
    var byteCount = 0
    try check(query(cl_uint(name), 0, nil, &byteCount), call, detail: unanswered(name))
    guard byteCount > 0 else { return [] }
    let count = byteCount / MemoryLayout<Element>.stride
    var elements = [Element](repeating: zero, count: count)
    let status = elements.withUnsafeMutableBytes { bytes in
      query(cl_uint(name), bytes.count, bytes.baseAddress, nil)
    }
    try check(status, call, detail: unanswered(name))
    return elements
  }

  /// A text without the zero it ends with and without blanks around it.
  func text(_ name: Int32) throws(OpenCLError) -> String {
    let bytes = try array(name, of: UInt8(0)).prefix { $0 != 0 }
    let text = Substring(String(decoding: bytes, as: UTF8.self))
    let start = text.drop(while: \.isWhitespace)
    guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...end])
  }

  private func unanswered(_ name: Int32) -> String {
    "asked for parameter 0x\(String(name, radix: 16))"
  }
}
