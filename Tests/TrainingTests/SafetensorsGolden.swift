import FoundationEssentials
import Tensors

/// A file made by Goldens/make-safetensors.py, and the tensors in it.
enum SafetensorsGolden {
  static let bytes = [UInt8](Data(base64Encoded: base64)!)

  static let metadata = ["format": "pt"]

  /// In the order of the file.
  static let names = ["a.bias", "b.weight", "empty", "odd \"name\"\n\u{e9}", "labels"]

  static func tensors(on device: Device = .cpu) -> [String: Tensor] {
    [
      "b.weight": Tensor([1.5, -2, 0.25, 3, 1e-30, -0.0], shape: [2, 3], device: device),
      "a.bias": Tensor([Float(0.1)], device: device),
      "empty": Tensor([Float](), shape: [0, 4], device: device),
      "labels": Tensor([Int32(7), -1], device: device),
      "odd \"name\"\n\u{e9}": Tensor(Float(42), device: device),
    ]
  }

  private static let base64 = """
    WAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJmb3JtYXQiOiJwdCJ9LCJhLmJpYXMiOnsiZHR5cGUiOiJGMzIiLCJzaGFw
    ZSI6WzFdLCJkYXRhX29mZnNldHMiOlswLDRdfSwiYi53ZWlnaHQiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzIsM10s
    ImRhdGFfb2Zmc2V0cyI6WzQsMjhdfSwiZW1wdHkiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzAsNF0sImRhdGFfb2Zm
    c2V0cyI6WzI4LDI4XX0sIm9kZCBcIm5hbWVcIlxuw6kiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6W10sImRhdGFfb2Zm
    c2V0cyI6WzI4LDMyXX0sImxhYmVscyI6eyJkdHlwZSI6IkkzMiIsInNoYXBlIjpbMl0sImRhdGFfb2Zmc2V0cyI6WzMy
    LDQwXX19IM3MzD0AAMA/AAAAwAAAgD4AAEBAYEKiDQAAAIAAAChCBwAAAP////8=
    """.filter { $0 != "\n" }
}
