// Tiles of 6 rows by 64 columns in the registers of x86-64 with AVX-512, in float32 and in
// pairs of bfloat16 (vdpbf16ps). Either way one lane of a register is 32 bits of operand: a "word".

#ifndef MEDSAM_TILES_H
#define MEDSAM_TILES_H

#include <immintrin.h>
#include <stdint.h>
#include <string.h>

#define WITH_AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16"), always_inline)) static inline

namespace {

constexpr int kDim = 64;    // channels of a head
constexpr int kLanes = 64;  // columns of a tile: four registers
constexpr int kTile = 6;    // rows of a tile: as many as the registers hold
constexpr float kNever = -1e30f;

struct BFloat16 {
  using Element = uint16_t;
  static constexpr int kWords = kDim / 2;  // of one row of 64 channels
  static constexpr int kSteps = kLanes / 2;  // of a block's keys
  WITH_AVX512 __m512 fma(__m512 sum, uint32_t a, __m512i b) {
    return _mm512_dpbf16_ps(sum, (__m512bh)_mm512_set1_epi32((int)a), (__m512bh)b);
  }
  WITH_AVX512 void store_row(uint32_t* to, __m512 a, __m512 b, __m512 c, __m512 d) {
    _mm512_storeu_si512(to, (__m512i)_mm512_cvtne2ps_pbh(b, a));
    _mm512_storeu_si512(to + 16, (__m512i)_mm512_cvtne2ps_pbh(d, c));
  }
  // Half a row of 64 elements as two registers of floats.
  WITH_AVX512 void load_half(const Element* from, __m512* low, __m512* high) {
    __m512i both = _mm512_loadu_si512(from);
    *low = _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm512_castsi512_si256(both)), 16));
    *high = _mm512_castsi512_ps(
        _mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm512_extracti64x4_epi64(both, 1)), 16));
  }
  // Words of a right-hand operand's step: of two rows here, of one below.
  WITH_AVX512 __m512i join(__m512 even, __m512 odd) {
    __m512i low = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(even));
    __m512i high = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(odd));
    return _mm512_or_si512(low, _mm512_slli_epi32(high, 16));
  }
  WITH_AVX512 void pack_values(uint32_t* to, const Element* const* rows) {
    for (int pair = 0; pair < kSteps; ++pair) {
      const Element *a = rows[2 * pair], *b = rows[2 * pair + 1];
      for (int d = 0; d < kDim; ++d) to[pair * kDim + d] = (uint32_t)a[d] | ((uint32_t)b[d] << 16);
    }
  }
};

struct Float32 {
  using Element = float;
  static constexpr int kWords = kDim;
  static constexpr int kSteps = kLanes;
  WITH_AVX512 __m512 fma(__m512 sum, uint32_t a, __m512i b) {
    return _mm512_fmadd_ps(_mm512_castsi512_ps(_mm512_set1_epi32((int)a)), _mm512_castsi512_ps(b), sum);
  }
  WITH_AVX512 void store_row(uint32_t* to, __m512 a, __m512 b, __m512 c, __m512 d) {
    _mm512_storeu_ps(to, a);
    _mm512_storeu_ps(to + 16, b);
    _mm512_storeu_ps(to + 32, c);
    _mm512_storeu_ps(to + 48, d);
  }
  WITH_AVX512 void load_half(const Element* from, __m512* low, __m512* high) {
    *low = _mm512_loadu_ps(from);
    *high = _mm512_loadu_ps(from + 16);
  }
  WITH_AVX512 __m512i join(__m512 even, __m512) { return _mm512_castps_si512(even); }
  WITH_AVX512 void pack_values(uint32_t* to, const Element* const* rows) {
    for (int key = 0; key < kSteps; ++key) memcpy(to + key * kDim, rows[key], kDim * sizeof(float));
  }
};

// sums[m][v] += a[m][s] * b[s][v]; rows and steps of a, and steps of b, lie as many words apart as is said.
template <class T, int kRows>
WITH_AVX512 void multiply(__m512 (&sums)[kRows][4], const uint32_t* a, int a_row, const uint32_t* b, int steps,
                          int a_step = 1, int b_step = 64) {
  for (int s = 0; s < steps; ++s) {
    const uint32_t* row = b + (int64_t)s * b_step;
    __m512i b0 = _mm512_loadu_si512(row), b1 = _mm512_loadu_si512(row + 16);
    __m512i b2 = _mm512_loadu_si512(row + 32), b3 = _mm512_loadu_si512(row + 48);
#pragma GCC unroll 6
    for (int m = 0; m < kRows; ++m) {
      uint32_t word = a[m * a_row + s * a_step];
      sums[m][0] = T::fma(sums[m][0], word, b0);
      sums[m][1] = T::fma(sums[m][1], word, b1);
      sums[m][2] = T::fma(sums[m][2], word, b2);
      sums[m][3] = T::fma(sums[m][3], word, b3);
    }
  }
}

// e to the x for x <= 0, to about one unit in the last place: Cody and Waite's
// reduction, then the Taylor series of the remainder.
WITH_AVX512 __m512 exponential(__m512 x) {
  x = _mm512_max_ps(x, _mm512_set1_ps(-87.0f));
  __m512 n = _mm512_roundscale_ps(_mm512_mul_ps(x, _mm512_set1_ps(1.44269504088896341f)), 0x08);
  __m512 r = _mm512_fnmadd_ps(n, _mm512_set1_ps(0.693145751953125f), x);
  r = _mm512_fnmadd_ps(n, _mm512_set1_ps(1.42860682030941723e-6f), r);
  __m512 p = _mm512_set1_ps(1.0f / 720);
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f / 120));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f / 24));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f / 6));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(0.5f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f));
  return _mm512_scalef_ps(p, n);
}

}  // namespace

#endif
