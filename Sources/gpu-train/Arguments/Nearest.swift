/// The candidate that was most likely meant by a misspelt `name`, or `nil` if none is close.
///
/// Close is at most one edit for each three characters, capital letters counting as small ones;
/// of equally close candidates the first is taken. Failing that, a candidate is taken that begins
/// with `name`, if it is the only one: `batch` stands for `batch-size`.
package func nearest(to name: String, in candidates: [String]) -> String? {
  let written = Array(name.lowercased())
  guard !written.isEmpty else { return nil }

  let distances = candidates.map { candidate in
    (candidate, distance: editDistance(written, Array(candidate.lowercased())))
  }
  let closest = distances.min { $0.distance < $1.distance }
  if let (candidate, distance) = closest, distance <= max(written.count, candidate.count) / 3 {
    return candidate
  }
  let continuations = candidates.filter { $0.lowercased().hasPrefix(name.lowercased()) }
  return continuations.count == 1 ? continuations[0] : nil
}

/// The number of characters to insert, delete, replace or swap with their neighbour that turns
/// `first` into `second`.
///
/// This is the optimal string alignment distance, the Damerau–Levenshtein distance in which no
/// part is edited twice (Boytsov, "Indexing methods for approximate dictionary searching", 2011).
func editDistance(_ first: [Character], _ second: [Character]) -> Int {
  // The rows of the table of distances between prefixes: the two before, and the current one.
  var beforeLast: [Int] = []
  var last = Array(0...second.count)
  for i in first.indices {
    var row = [i + 1]
    for j in second.indices {
      let replaced = last[j] + (first[i] == second[j] ? 0 : 1)
      var best = min(replaced, last[j + 1] + 1, row[j] + 1)
      if i > 0, j > 0, first[i] == second[j - 1], first[i - 1] == second[j] {
        best = min(best, beforeLast[j - 1] + 1)
      }
      row.append(best)
    }
    (beforeLast, last) = (last, row)
  }
  return last[second.count]
}
