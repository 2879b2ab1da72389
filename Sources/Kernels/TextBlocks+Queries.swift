import CKernels
import KernelsAVX2
import KernelsBaseline

extension TextBlocks {
  /// Levenshtein distances of one query to all texts, in the order in which they were given; distances of more than `limit` become
  /// `limit + 1`. `results` has a place for each text.
  public func levenshtein(
    _ query: UnsafeBufferPointer<UInt16>, atMost limit: Int = .max, into results: UnsafeMutableBufferPointer<Int32>
  ) {
    edits(query, limit, results, levenshteinKernel(Processor.hasAVX2)) { $0.levenshtein($1, atMost: $2) }
  }

  /// The same for optimal string alignment.
  public func optimalStringAlignment(
    _ query: UnsafeBufferPointer<UInt16>, atMost limit: Int = .max, into results: UnsafeMutableBufferPointer<Int32>
  ) {
    edits(query, limit, results, alignmentKernel(Processor.hasAVX2)) { $0.optimalStringAlignment($1, atMost: $2) }
  }

  /// The same for indel distance.
  public func indel(
    _ query: UnsafeBufferPointer<UInt16>, atMost limit: Int = .max, into results: UnsafeMutableBufferPointer<Int32>
  ) {
    edits(query, limit, results, indelKernel(Processor.hasAVX2)) { $0.indel($1, atMost: $2) }
  }

  /// Jaro-Winkler similarities in thousandths of one query to all texts, in the order in which they were given; similarities of
  /// less than `threshold` become 0. `results` has a place for each text.
  public func jaroWinkler(
    _ query: UnsafeBufferPointer<UInt16>, atLeast threshold: Int = 0, into results: UnsafeMutableBufferPointer<Int32>
  ) {
    similarities(query, threshold, results, jaroWinklerKernel(Processor.hasAVX2))
  }
}

/// A kernel that counts edits: the query's vectors and their number, the blocks, the limit, memory to work in, results.
typealias EditKernel = (UnsafePointer<UInt32>, Int, Blocks, Int32, UnsafeMutableRawPointer, UnsafeMutablePointer<Int32>) -> Void
/// A kernel that finds similarities: as above, but with a threshold and the least number of matches that can reach it.
typealias SimilarityKernel = (UnsafePointer<UInt32>, Int, Blocks, Int32, Int, UnsafeMutableRawPointer, UnsafeMutablePointer<Int32>) -> Void

func levenshteinKernel(_ fast: Bool) -> EditKernel {
  if fast { return KernelsAVX2.levenshtein(_:_:_:limit:scratch:results:) }
  return KernelsBaseline.levenshtein(_:_:_:limit:scratch:results:)
}

func alignmentKernel(_ fast: Bool) -> EditKernel {
  if fast { return KernelsAVX2.optimalStringAlignment(_:_:_:limit:scratch:results:) }
  return KernelsBaseline.optimalStringAlignment(_:_:_:limit:scratch:results:)
}

func indelKernel(_ fast: Bool) -> EditKernel {
  if fast { return KernelsAVX2.indel(_:_:_:limit:scratch:results:) }
  return KernelsBaseline.indel(_:_:_:limit:scratch:results:)
}

func jaroWinklerKernel(_ fast: Bool) -> SimilarityKernel {
  if fast { return KernelsAVX2.jaroWinkler(_:_:_:threshold:enough:scratch:results:) }
  return KernelsBaseline.jaroWinkler(_:_:_:threshold:enough:scratch:results:)
}

extension TextBlocks {
  /// Runs a kernel over the blocks, and `single` over the texts that no block holds.
  func edits(
    _ query: UnsafeBufferPointer<UInt16>, _ limit: Int, _ results: UnsafeMutableBufferPointer<Int32>, _ kernel: EditKernel,
    _ single: (borrowing PreparedText, UnsafeBufferPointer<UInt16>, Int) -> Int
  ) {
    precondition(results.count == count, "a place for each text")
    guard let base = results.baseAddress else { return }
    let limit = min(limit, Int(Int32.max) - 1)
    look(up: query, scratchVectors: max(query.count, 2)) { vectors, scratch in
      for run in runs {
        if abs(query.count - run.length) > limit {
          fill(run, Int32(limit + 1), base)
        } else {
          kernel(vectors, query.count, blocks(run), Int32(limit), scratch, base)
        }
      }
    }
    if apart.isEmpty { return }
    let prepared = PreparedText(query)
    for (place, units) in apart {
      results[place] = Int32(truncatingIfNeeded: units.withUnsafeBufferPointer { single(prepared, $0, limit) })
    }
  }

  func similarities(
    _ query: UnsafeBufferPointer<UInt16>, _ threshold: Int, _ results: UnsafeMutableBufferPointer<Int32>, _ kernel: SimilarityKernel
  ) {
    precondition(results.count == count, "a place for each text")
    guard let base = results.baseAddress else { return }
    let query = UnsafeBufferPointer(rebasing: query.prefix(jaroWinklerReach))
    look(up: query, scratchVectors: 2 * query.count + 3) { vectors, scratch in
      for run in runs {
        if let enough = leastMatches(query.count, run.length, threshold) {
          kernel(vectors, query.count, blocks(run), Int32(clamping: threshold), enough, scratch, base)
        } else {
          fill(run, 0, base)
        }
      }
    }
    if apart.isEmpty { return }
    let prepared = PreparedText(query)
    for (place, units) in apart {
      results[place] = Int32(truncatingIfNeeded: units.withUnsafeBufferPointer { prepared.jaroWinkler($0, atLeast: threshold) })
    }
  }

  /// Looks the query's units up once for all blocks, and gives memory for the kernels to work in.
  private func look(
    up query: UnsafeBufferPointer<UInt16>, scratchVectors: Int, _ body: (UnsafePointer<UInt32>, UnsafeMutableRawPointer) -> Void
  ) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: query.count * alphabet.digitCount + 1) { vectors in
      for (index, unit) in query.enumerated() {
        alphabet.eachVector(of: unit) { digit, vector in
          vectors.initializeElement(at: digit * query.count + index, to: UInt32(vector * vectorBytes))
        }
      }
      withUnsafeTemporaryAllocation(byteCount: scratchVectors * vectorBytes, alignment: vectorBytes) { scratch in
        if let vectors = vectors.baseAddress, let scratch = scratch.baseAddress { body(vectors, scratch) }
      }
    }
  }

  private func fill(_ run: Run, _ value: Int32, _ results: UnsafeMutablePointer<Int32>) {
    for text in run.firstText..<run.firstText + run.textCount { results[Int(order[text])] = value }
  }

  private func blocks(_ run: Run) -> Blocks {
    Blocks(
      vectors: memory + run.firstVector * vectorBytes, blockBytes: alphabet.vectorsPerBlock * vectorBytes, textCount: run.textCount,
      length: run.length, digitCount: alphabet.digitCount, order: order + run.firstText)
  }
}
