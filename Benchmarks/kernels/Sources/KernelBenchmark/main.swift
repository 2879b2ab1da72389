#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// CPU seconds of this process.
func cpuSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// A profiler finds it by its name, and so knows what it counted since the last one.
@inline(never)
func announce(_ work: String) { print(work) }

// KernelBenchmark texts KIND COUNT        the texts, one a line
// KernelBenchmark time KIND COUNT KERNEL  CPU nanoseconds a pair, and a sum of all results
// KernelBenchmark work COUNT              all kernels' work on all kinds, each named before it starts: for a profiler
let arguments = Array(CommandLine.arguments.dropFirst())
switch (arguments.first, arguments.last.flatMap { Work(rawValue: $0) }) {
case ("texts", _) where arguments.count == 3:
  if let kind = BenchmarkTexts(rawValue: arguments[1]), let count = Int(arguments[2]) {
    for text in kind.make(count) { print(text) }
  }
case ("time", let work?) where arguments.count == 4:
  if let kind = BenchmarkTexts(rawValue: arguments[1]), let count = Int(arguments[2]) {
    let units = kind.make(count).map { Array($0.utf16) }
    let start = cpuSeconds()
    let sum = work.run(units)
    print((cpuSeconds() - start) * 1e9 / Double(count * count), sum)
  }
case ("work", _) where arguments.count == 2:
  let kinds = BenchmarkTexts.allCases.map { kind in (kind, kind.make(Int(arguments[1]) ?? 0).map { Array($0.utf16) }) }
  for (kind, units) in kinds {
    for work in Work.allCases {
      announce(kind.rawValue + " " + work.rawValue)
      _ = work.run(units)
    }
  }
  announce("end")
default:
  print("usage: KernelBenchmark texts names|addresses|companies COUNT")
  print("       KernelBenchmark time names|addresses|companies COUNT \(Work.allCases.map(\.rawValue).joined(separator: "|"))")
  print("       KernelBenchmark work COUNT")
  exit(64)
}
