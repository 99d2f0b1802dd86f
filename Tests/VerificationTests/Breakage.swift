import BackendOpenCL
import Backends
import Verification

/// A mistake put into a kernel.
struct Breakage: Sendable, CustomStringConvertible {
  /// What the mistake is.
  let description: String
  /// The file of Kernels/, a text in it, and what takes its place.
  let file: String
  let text: String
  let replacement: String
  /// The style of kernels it is in.
  let kernels: KernelStyle
  /// The operation that is wrong then, and the mode that has to show it.
  let operation: String
  var mode = VerificationMode.forward
  /// Whether work-items have to run one after another for it to show for sure, as on processors.
  var isRace = false

  /// The kernels with the mistake; nil where the text does not occur in the file.
  var sources: KernelSources? {
    let source = KernelSources.embedded.text(of: file)
    guard source.contains(text) else { return nil }
    return .embedded.replacing(file, with: source.replacing(text, with: replacement))
  }

  static let all = boundaries + places + synchronization + values
}

extension Breakage {
  /// Ends that are one off.
  private static let boundaries = [
    Breakage(
      description: "a running sum that loses the last element of a chunk", file: "cumulative",
      text: "for (size_t i = chunk * CHUNK; i < end; ++i) {",
      replacement: "for (size_t i = chunk * CHUNK; i + 1 < end; ++i) {", kernels: .cpu,
      operation: "cumulativeSum"),
    Breakage(
      description: "a position of the largest element that is never the last", file: "reduce",
      text: "for (INDEX i = begin; i < end; ++i) {",
      replacement: "for (INDEX i = begin; i + 1 < end; ++i) {", kernels: .gpu,
      operation: "argMax"),
    Breakage(
      description: "a selection that begins one element too late", file: "ranking",
      text: "for (int i = lane; i < length; i += GROUP) {",
      replacement: "for (int i = lane + 1; i < length; i += GROUP) {", kernels: .gpu,
      operation: "topK"),
    Breakage(
      description: "dot products without what is left behind the last vector",
      file: "product-dots", text: "for (long rest = k; rest < end; ++rest)",
      replacement: "for (long rest = k; rest < end - 1; ++rest)", kernels: .cpu,
      operation: "matrixProduct"),
    Breakage(
      description: "a pooling window that ends one row early", file: "pooling",
      text: "for (int y = top; y < bottom; ++y)",
      replacement: "for (int y = top; y < bottom - 1; ++y)", kernels: .gpu,
      operation: "averagePool"),
  ]

  /// Strides and indices of another place.
  private static let places = [
    Breakage(
      description: "a product that walks a transposed operand with stride 1", file: "product",
      text: "target[k * COLUMNS + j] = source[k + j * column_stride];",
      replacement: "target[k * COLUMNS + j] = source[k + j];", kernels: .cpu,
      operation: "matrixProduct"),
    Breakage(
      description: "tiles of a product whose left operand is read along the wrong axis",
      file: "product-tiled", text: "left_lines + first * left_column_stride",
      replacement: "left_lines + first * left_row_stride", kernels: .gpu,
      operation: "matrixProduct"),
    Breakage(
      description: "fragments of a product whose rows are swapped", file: "fragments",
      text: "r * FRAGMENT_ROWS + i % 2 * 8]", replacement: "r * FRAGMENT_ROWS + (1 - i % 2) * 8]",
      kernels: .gpu, operation: "matrixProduct"),
    Breakage(
      description: "taps of images whose rows and columns are swapped",
      file: "convolution-tiled", text: "tap.y = tapY * g->moveY;",
      replacement: "tap.y = tapX * g->moveY;", kernels: .gpu, operation: "convolve"),
    Breakage(
      description: "a run of pixels at the end of a panel that is not shifted",
      file: "convolution-panels", text: "run.x += (shift - run.kept) * STEP;",
      replacement: "run.x += shift * STEP;", kernels: .cpu, operation: "convolve"),
    Breakage(
      description: "gradients that are added where the taps' rows and columns are swapped",
      file: "convolution-scatter", text: "const int down = (int)kx.whole * g->dilationY",
      replacement: "const int down = kx.rest * g->dilationY", kernels: .cpu,
      operation: "convolutionDataGradient"),
    Breakage(
      description: "a Winograd transform with a wrong number",
      file: "winograd", text: "nearOdd + 8.0f * farOdd + x[5 * stride];",
      replacement: "nearOdd + 4.0f * farOdd + x[5 * stride];", kernels: .cpu,
      operation: "convolve"),
    Breakage(
      description: "an interpolation that takes the same pixel for its neighbour",
      file: "upsampling", text: "const int next = min(left + 1, horizontal.inputs - 1);",
      replacement: "const int next = left;", kernels: .gpu, operation: "upsample"),
  ]

  /// Local memory that is read before it is written.
  private static let synchronization = [
    Breakage(
      description: "a tree of sums without a barrier", file: "reduce",
      text: "barrier(CLK_LOCAL_MEM_FENCE);\n    if (lane < size) results[lane] =",
      replacement: "if (lane < size) results[lane] =", kernels: .gpu, operation: "reduce",
      isRace: true),
    Breakage(
      description: "tiles of a product that are multiplied before they are there",
      file: "product-tiled", text: "    barrier(CLK_LOCAL_MEM_FENCE);\n    multiplyTiles(",
      replacement: "    multiplyTiles(", kernels: .gpu, operation: "matrixProduct", isRace: true),
    Breakage(
      description: "fragments that are read before all of them are there", file: "fragments",
      text: "  barrier(CLK_LOCAL_MEM_FENCE);\n  for (int i = 0; i < 4; ++i)",
      replacement: "  for (int i = 0; i < 4; ++i)", kernels: .gpu, operation: "matrixProduct",
      isRace: true),
    Breakage(
      description: "partial results of a row that are added without waiting for each other",
      file: "softmax", text: "    barrier(CLK_LOCAL_MEM_FENCE);\n  }\n  value = scratch[0];",
      replacement: "  }\n  value = scratch[0];", kernels: .gpu, operation: "softmax", isRace: true),
  ]

  /// Values that are wrong at the right place.
  private static let values = [
    Breakage(
      description: "the gradient of max pooling keeps the last of several", file: "pooling",
      text: "plane[indices[n * outputs + i]] += gradient",
      replacement: "plane[indices[n * outputs + i]] = gradient", kernels: .cpu,
      operation: "maxPoolGradient"),
    Breakage(
      description: "the gradient of softmax has a wrong sign", file: "softmax",
      text: "y * (dy - sum)", replacement: "y * (dy + sum)", kernels: .cpu,
      operation: "softmaxGradient"),
    Breakage(
      description: "the gradient of softmax has a wrong sign, by finite differences",
      file: "softmax", text: "y * (dy - sum)", replacement: "y * (dy + sum)", kernels: .gpu,
      operation: "softmax", mode: .gradient),
    Breakage(
      description: "the gradient of LSTM's forget gate has a wrong sign",
      file: "recurrent-gradient", text: "* forget * (1.0f - forget));",
      replacement: "* forget * (1.0f + forget));", kernels: .cpu, operation: "lstm",
      mode: .gradient),
    Breakage(
      description: "a step of gradient descent goes up", file: "optimizers",
      text: "*parameter = p - rate * g;", replacement: "*parameter = p + rate * g;",
      kernels: .cpu, operation: "sgdUpdate"),
    Breakage(
      description: "a sigmoid that falls", file: "pointwise",
      text: "#define SIGMOID(x) (1.0f / (1.0f + exp(-(x))))",
      replacement: "#define SIGMOID(x) (1.0f / (1.0f + exp(x)))", kernels: .cpu,
      operation: "pointwise"),
  ]
}
