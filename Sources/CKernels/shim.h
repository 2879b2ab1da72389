#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif
#if defined(__GLIBC__)
#include <malloc.h>
#endif
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

// Blocks of texts of one length, as both compilations of the batch kernels read them. A type of C has no copy functions that the linker
// might take from the AVX2 compilation for all.
//
// A block holds 512 bits / lane width texts of `length` units, one a lane; bit i of a lane stands for the unit at place i. The units'
// codes are written in `digitCount` digits, and for every digit's every value a vector tells where it stands: the places of a unit are
// the conjunction of its digits' vectors. The last vector of a block is zero, for units that no text has.
struct __attribute__((swift_name("Blocks"))) kindred_blocks {
  const void *_Nonnull vectors;
  long blockBytes;
  long textCount;
  long length;
  long digitCount;
  // The place of every text's result.
  const uint32_t *_Nonnull order;
};

// Whether this processor and its operating system run code compiled for AVX2, BMI and POPCNT.
static inline bool kindred_processor_has_avx2(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2")
    && __builtin_cpu_supports("popcnt");
#else
  return false;
#endif
}

// Asks for large pages behind some memory. Nothing but its speed depends on it.
static inline void kindred_prefer_large_pages(void *_Nonnull address, size_t size) {
#if defined(__linux__)
  (void)madvise(address, size, 14 /* MADV_HUGEPAGE */);
#endif
}

// Blocks from a size on are mapped by themselves, always: glibc stops raising that size once it is set.
static inline void kindred_return_freed_blocks(int size) {
#if defined(__GLIBC__)
  mallopt(M_MMAP_THRESHOLD, size);
#endif
}

// Asks for the line of memory at an address, without waiting for it.
static inline void kindred_prefetch(const void *_Nonnull address) { __builtin_prefetch(address); }

// Bit i is set where units[i] is `unit`, of 16. Swift has no way to gather a vector's comparison into bits.
static inline uint64_t kindred_equal_units(const uint16_t *units, uint16_t unit) {
#if defined(__SSE2__)
  __m128i wanted = _mm_set1_epi16((short)unit);
  __m128i low = _mm_cmpeq_epi16(_mm_loadu_si128((const __m128i *)units), wanted);
  __m128i high = _mm_cmpeq_epi16(_mm_loadu_si128((const __m128i *)(units + 8)), wanted);
  return (uint32_t)_mm_movemask_epi8(_mm_packs_epi16(low, high));
#else
  uint64_t bits = 0;
  for (int index = 0; index < 16; index++) bits |= (uint64_t)(units[index] == unit) << index;
  return bits;
#endif
}
