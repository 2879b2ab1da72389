#pragma once
#include <stdint.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

// Bit i is set where bytes[i], of 64, is `delimiter`, a quote or not above CR. Swift has no way to gather a vector's comparison into bits.
static inline uint64_t kindred_csv_marks(const uint8_t *bytes, uint8_t delimiter) {
    uint64_t marks = 0;
#if defined(__SSE2__)
    const __m128i delimiters = _mm_set1_epi8((char)delimiter), quotes = _mm_set1_epi8('"'), controls = _mm_set1_epi8('\r');
    for (int group = 0; group < 4; ++group) {
        const __m128i text = _mm_loadu_si128((const __m128i *)(bytes + group * 16));
        const __m128i found = _mm_or_si128(
            _mm_or_si128(_mm_cmpeq_epi8(text, delimiters), _mm_cmpeq_epi8(text, quotes)),
            _mm_cmpeq_epi8(_mm_min_epu8(text, controls), text));
        marks |= (uint64_t)(uint32_t)_mm_movemask_epi8(found) << (group * 16);
    }
#else
    for (int at = 0; at < 64; ++at) {
        marks |= (uint64_t)(bytes[at] == delimiter || bytes[at] == '"' || bytes[at] <= '\r') << at;
    }
#endif
    return marks;
}
