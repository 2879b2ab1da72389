import CKernels

/// Which compilation of the batch kernels runs. Both give the same numbers.
enum Processor {
  /// Asked once.
  static let hasAVX2 = kindred_processor_has_avx2()
}
