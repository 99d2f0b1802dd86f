import Glibc

/// A number of bytes in the largest binary unit that leaves a number of at least 1, such as
/// `3.8 GiB`.
func formatBytes(_ count: Int) -> String {
  let units = ["KiB", "MiB", "GiB", "TiB"]
  guard count >= 1024 else { return "\(count) bytes" }
  var value = Double(count) / 1024
  var unit = 0
  while value >= 1024, unit < units.count - 1 {
    value /= 1024
    unit += 1
  }
  return "\(formatDecimal(value, places: 1)) \(units[unit])"
}

/// A duration such as `8.4 s`, `2 min 05 s` or `1 h 02 min`.
func formatDuration(seconds: Double) -> String {
  guard seconds >= 60 else { return "\(formatDecimal(seconds, places: 1)) s" }
  let whole = Int(seconds.rounded())
  let (unit, large, small) =
    whole < 3600
    ? (("min", "s"), whole / 60, whole % 60)
    : (("h", "min"), whole / 3600, whole % 3600 / 60)
  return "\(large) \(unit.0) \(small < 10 ? "0" : "")\(small) \(unit.1)"
}

/// A number rounded to that many places behind the point.
func formatDecimal(_ value: Double, places: Int) -> String {
  guard value.isFinite else { return "\(value)" }
  var scale = 1.0
  for _ in 0..<places { scale *= 10 }
  let scaled = (value.magnitude * scale).rounded()
  guard scaled < 0x1p53 else { return "\(value)" }
  let whole = Int(scaled)
  let sign = value < 0 && whole > 0 ? "-" : ""
  guard places > 0 else { return sign + String(whole) }
  let fraction = String(whole % Int(scale))
  let zeros = String(repeating: "0", count: places - fraction.count)
  return "\(sign)\(whole / Int(scale)).\(zeros)\(fraction)"
}

/// A number that is not negative in two digits and a power of ten, such as `2.1e-07`.
func formatScientific(_ value: Double) -> String {
  guard value.isFinite else { return "\(value)" }
  guard value > 0 else { return "0" }
  var exponent = Int(log10(value).rounded(.down))
  var tenths = (value / pow(10, Double(exponent)) * 10).rounded()
  if tenths >= 100 {
    exponent += 1
    tenths /= 10
  }
  let sign = exponent < 0 ? "-" : "+"
  let digits = String(exponent.magnitude)
  return "\(formatDecimal(tenths / 10, places: 1))e\(sign)\(digits.count < 2 ? "0" : "")\(digits)"
}
