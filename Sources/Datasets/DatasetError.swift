/// Why a data set could not be read: which file, what is wrong with it, and what to do.
public struct DatasetError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public enum Problem: Hashable, Sendable {
    /// The directory lacks this file, plain and gzipped.
    case missing(file: String)
    /// The operating system refused to open or read the file, for this reason.
    case unreadable(reason: String)
    /// It is a directory, a device or a pipe.
    case notAFile
    /// Its first four bytes are not those of an IDX file.
    case notIDX(magic: UInt32)
    /// It is an IDX file of elements other than unsigned bytes.
    case elementType(code: UInt8)
    /// It is an IDX file with another number of axes than images (3) or labels (1) have.
    case rank(found: Int, expected: Int)
    /// Its header names extents, one of them 0, that make no data set.
    case empty(extents: [Int])
    /// Its header claims more elements than a file of this size can hold.
    case tooLarge(extents: [Int], possible: Int)
    /// It ends before the bytes that its header claims.
    case truncated(claimed: Int, found: Int)
    /// It goes on behind the bytes that its header claims.
    case trailingBytes(claimed: Int)
    /// Its gzip stream is damaged, as zlib puts it.
    case corruptGzip(reason: String)
    /// It holds labels for another number of images than there are.
    case countMismatch(labels: Int, images: Int)
    /// A label is not below the number of classes.
    case label(Int, index: Int, classCount: Int)
    /// Its images have another size than those of the other split's file.
    case imageSize([Int], other: [Int], otherPath: String)
    /// It is a text without a character.
    case emptyText
    /// Its bytes from an offset on are no UTF-8.
    case notUTF8(offset: Int)
    /// The text has fewer characters than are needed.
    case textTooShort(characters: Int, needed: Int)
  }

  /// The file, or the directory where the file is missing.
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

extension DatasetError.Problem {
  fileprivate var finding: String {
    switch self {
    case .missing(let file): "no \(file) or \(file).gz here"
    case .unreadable(let reason): "cannot be read: \(reason)"
    case .notAFile: "is not a regular file"
    case .notIDX(let magic): "starts with 0x\(hexadecimal(magic)) and so is no IDX file"
    case .elementType(let code):
      "holds elements of the IDX type 0x\(hexadecimal(code)), not unsigned bytes (0x08)"
    case .rank(let found, let expected):
      "has \(axes(found)) where \(expected == 1 ? "labels have" : "images have") \(axes(expected))"
    case .empty(let extents): "holds nothing: its extents are \(extents)"
    case .tooLarge(let extents, let possible):
      "its header claims \(product(extents)) elements, but a file of its size has at most \(possible)"
    case .truncated(let claimed, let found):
      "is cut off: \(found) of the \(claimed) bytes that its header claims"
    case .trailingBytes(let claimed):
      "goes on behind the \(claimed) bytes that its header claims"
    case .corruptGzip(let reason): "its gzip stream is corrupt (\(reason))"
    case .countMismatch(let labels, let images): "holds \(labels) labels for \(images) images"
    case .label(let label, let index, let classCount):
      "label \(index) is \(label), but there are \(classCount) classes (0 to \(classCount - 1))"
    case .imageSize(let size, let other, let otherPath):
      "its images are \(product(size)) pixels, those of \(otherPath) \(product(other))"
    case .emptyText: "is empty"
    case .notUTF8(let offset): "is no text in UTF-8: byte \(offset) begins no character"
    case .textTooShort(let characters, let needed):
      "has \(characters) characters, fewer than the \(needed) that are needed"
    }
  }

  fileprivate var advice: String {
    switch self {
    case .missing:
      "install Fashion-MNIST with `apt install dataset-fashion-mnist`, give --data a directory with "
        + IDXNames.listing + " (plain or .gz), or use `--data synthetic`"
    case .unreadable, .notAFile: "check the path and its permissions"
    case .notIDX, .elementType, .rank:
      "put the file of that name from the MNIST or Fashion-MNIST distribution here"
    case .empty, .tooLarge, .truncated, .trailingBytes, .corruptGzip:
      "the file is damaged: download or install it again"
    case .countMismatch, .imageSize: "take all four files from the same data set"
    case .label: "take the labels from the same data set as the images, or state its classes"
    case .emptyText, .textTooShort: "give a longer text"
    case .notUTF8(_): "convert it, for example with iconv"
    }
  }
}

private func hexadecimal(_ number: some FixedWidthInteger & UnsignedInteger) -> String {
  let digits = String(number, radix: 16)
  return String(repeating: "0", count: number.bitWidth / 4 - digits.count) + digits
}

private func axes(_ count: Int) -> String { count == 1 ? "1 axis" : "\(count) axes" }

private func product(_ extents: [Int]) -> String { extents.map(String.init).joined(separator: "×") }
