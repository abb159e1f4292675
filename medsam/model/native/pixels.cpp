// Bilinear enlargement of logits to a picture's pixels and the threshold in one go, on x86-64 with AVX-512.

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#include "tiles.h"

// In the order of native/pixels.py.
struct Enlargement {
  const float* from;  // planes of rows, each row `width` floats
  float* floats;      // (planes, to_height, to_width), or null
  uint8_t* bits;      // the same, 1 where a value is above `threshold`; or null
  float* scratch;     // width + 4 * to_width
  int64_t planes, plane, row, height, width, to_height, to_width;
  float scale_y, scale_x, threshold;
  int32_t is_sigmoid;  // whether what is enlarged are the logits' probabilities
};

namespace {

WITH_AVX512 __mmask16 mask_of(int64_t count) { return count >= 16 ? 0xFFFF : (__mmask16)((1u << count) - 1); }

WITH_AVX512 __m512 sigmoid(__m512 x) {
  const __m512 one = _mm512_set1_ps(1.0f);
  const __m512 e = exponential(_mm512_sub_ps(_mm512_setzero_ps(), _mm512_abs_ps(x)));
  const __m512 low = _mm512_div_ps(e, _mm512_add_ps(one, e));
  return _mm512_mask_sub_ps(low, _mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_GT_OQ), one, low);
}

// The place before a target and how far it is behind it, as PyTorch computes them.
inline int64_t place(int64_t target, float scale, int64_t count, float* behind) {
  float at = scale * (target + 0.5f) - 0.5f;
  if (at < 0) at = 0;
  int64_t before = (int64_t)at;
  if (before > count - 1) before = count - 1;
  *behind = at - before < 1 ? at - before : 1;
  return before;
}

// A row of the source at the targets' columns.
WITH_AVX512 void widen(const Enlargement& e, const float* row, const int32_t* columns, const float* behind, float* to) {
  if (e.is_sigmoid) {
    for (int64_t x = 0; x < e.width; x += 16) {
      const __mmask16 there = mask_of(e.width - x);
      _mm512_mask_storeu_ps(e.scratch + x, there, sigmoid(_mm512_maskz_loadu_ps(there, row + x)));
    }
    row = e.scratch;
  }
  const __m512i last = _mm512_set1_epi32((int)e.width - 1), one = _mm512_set1_epi32(1);
  for (int64_t x = 0; x < e.to_width; x += 16) {
    const __mmask16 there = mask_of(e.to_width - x);
    const __m512i left = _mm512_maskz_loadu_epi32(there, columns + x);
    const __m512i right = _mm512_min_epi32(_mm512_add_epi32(left, one), last);
    const __m512 share = _mm512_maskz_loadu_ps(there, behind + x);
    const __m512 a = _mm512_i32gather_ps(left, row, 4), b = _mm512_i32gather_ps(right, row, 4);
    const __m512 rest = _mm512_sub_ps(_mm512_set1_ps(1.0f), share);
    _mm512_mask_storeu_ps(to + x, there, _mm512_fmadd_ps(b, share, _mm512_mul_ps(a, rest)));
  }
}

}  // namespace

extern "C" __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16"))) void medsam_enlarge(
    const Enlargement* asked) {
  const Enlargement& e = *asked;
  int32_t* columns = (int32_t*)(e.scratch + e.width);
  float *behind = (float*)(columns + e.to_width), *rows[2] = {behind + e.to_width, behind + 2 * e.to_width};
  for (int64_t x = 0; x < e.to_width; ++x) columns[x] = (int32_t)place(x, e.scale_x, e.width, behind + x);
  for (int64_t p = 0; p < e.planes; ++p) {
    int64_t held[2] = {-1, -1};
    for (int64_t y = 0; y < e.to_height; ++y) {
      float below;
      const int64_t above = place(y, e.scale_y, e.height, &below), next = above + 1 < e.height ? above + 1 : above;
      for (int64_t i = above; i <= next; ++i)
        if (held[i & 1] != i) {
          widen(e, e.from + p * e.plane + i * e.row, columns, behind, rows[i & 1]);
          held[i & 1] = i;
        }
      const float *upper = rows[above & 1], *lower = rows[next & 1];
      const __m512 share = _mm512_set1_ps(below), rest = _mm512_set1_ps(1 - below);
      const int64_t to = (p * e.to_height + y) * e.to_width;
      for (int64_t x = 0; x < e.to_width; x += 16) {
        const __mmask16 there = mask_of(e.to_width - x);
        const __m512 a = _mm512_maskz_loadu_ps(there, upper + x), b = _mm512_maskz_loadu_ps(there, lower + x);
        const __m512 value = _mm512_fmadd_ps(b, share, _mm512_mul_ps(a, rest));
        if (e.floats) _mm512_mask_storeu_ps(e.floats + to + x, there, value);
        if (e.bits) {
          const __mmask16 set = _mm512_cmp_ps_mask(value, _mm512_set1_ps(e.threshold), _CMP_GT_OQ);
          _mm_mask_storeu_epi8(e.bits + to + x, there, _mm_maskz_set1_epi8(set, 1));
        }
      }
    }
  }
}
#endif
