/// Why a safetensors file cannot be used: which, what is wrong with it, and what to do.
public struct SafetensorsError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public enum Problem: Error, Hashable, Sendable {
    /// It has fewer bytes than the length of its header takes.
    case tooShort(size: Int)
    /// It claims a header that is empty, goes past its end, or is above the 100 MB of the format.
    case headerLength(UInt64, fileSize: Int)
    /// Its header is not the JSON that the format asks for, for this reason.
    case header(reason: String)
    /// A tensor has a type of elements that is not supported.
    case dtype(tensor: String, name: String)
    /// A tensor has a negative extent, too many axes, or more elements than memory has bytes.
    case shape(tensor: String, extents: [Int])
    /// The bytes of a tensor do not begin where those of the one before end.
    case offset(tensor: String, begin: Int, expected: Int)
    /// A tensor has not as many bytes as its shape needs.
    case size(tensor: String, bytes: Int, expected: Int)
    /// The tensors together have not as many bytes as there are.
    case dataSize(claimed: Int, found: Int)
    /// A tensor has integers of 64 bits that 32 do not hold.
    case range(tensor: String)
    /// There is no tensor of the name.
    case missing(tensor: String)
  }

  /// The file.
  public let path: String
  /// What is wrong with it.
  public let problem: Problem

  /// Makes an error about a file.
  public init(path: String, problem: Problem) {
    self.path = path
    self.problem = problem
  }

  /// One line: the file, what is wrong with it, and what to do.
  public var description: String { "\(path): \(problem.finding); \(problem.advice)" }
}

extension SafetensorsError.Problem {
  fileprivate var finding: String {
    switch self {
    case .tooShort(let size): "has \(size) bytes, too few for a safetensors file"
    case .headerLength(let length, let fileSize):
      "claims a header of \(length) bytes in a file of \(fileSize)"
    case .header(let reason): "has a broken header (\(reason))"
    case .dtype(let tensor, let name):
      "tensor '\(tensor)' has elements of type \(name), but only F32, I32 and I64 are supported"
    case .shape(let tensor, let extents): "tensor '\(tensor)' has the impossible shape \(extents)"
    case .offset(let tensor, let begin, let expected):
      "tensor '\(tensor)' begins at byte \(begin) of the data, not at \(expected)"
    case .size(let tensor, let bytes, let expected):
      "tensor '\(tensor)' has \(bytes) bytes, but its shape needs \(expected)"
    case .dataSize(let claimed, let found):
      "its tensors have \(claimed) bytes, but \(found) bytes follow the header"
    case .range(let tensor): "tensor '\(tensor)' has integers of more than 32 bits"
    case .missing(let tensor): "holds no tensor '\(tensor)'"
    }
  }

  fileprivate var advice: String {
    switch self {
    case .tooShort, .headerLength, .header, .shape, .offset, .size, .dataSize:
      "the file is damaged: take it from a backup, or train again in another directory"
    case .range: "take a file whose integers are within ±2³¹"
    case .dtype: "convert it, in PyTorch with `tensor.float()`"
    case .missing: "take a file that was written for this model"
    }
  }
}
