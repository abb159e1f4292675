// The image's side of SAM's mask decoder, for 256 channels, 8 heads and at most 8 tokens a prompt, on x86-64
// with AVX-512.
//
// Renewing reads each of the image's tokens once: it takes what it wants of the
// prompt's tokens, is normalised, and is read by the prompt's next question before
// the next token's turn, with a running maximum as attention.cpp keeps it. Upscaling
// goes from a token to its 16 pixels of each mask. Neither writes anything between.
//
// A prompt's 64 lanes are (token, head): lane 8 * token + head; absent tokens' are shifted to never.

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#include "tiles.h"

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16")))

// In the order of native/decoder.py.
struct Renewal {
  const void* image;        // (rows, 256)
  const void* asking;       // (rows, channels of scores), or null for image + places
  const void* places;       // (rows, 256)
  const uint32_t* scores;   // [words][64]
  const float* shifts;      // [64]
  const uint32_t* values;   // [steps of 64][256]
  const float* bias;        // [256]
  const float* norm_weight; // [256]
  const float* norm_bias;   // [256]
  const uint32_t* questions;// [words of 256][64]
  void* renewed;            // (rows, 256)
  float* tops;              // [64], the greatest score of each lane
  float* totals;            // [64], the sum of exponentials
  float* sums;              // [64][256], of renewed tokens by exponentials
  int64_t score_words, begin, end;
  float epsilon;
};

struct Upscaling {
  const void* image;        // (rows, 256)
  const uint32_t* first;    // [words of 256][4 * 64]
  const float* first_bias;  // [256]
  const float* norm_weight; // [64]
  const float* norm_bias;   // [64]
  const uint32_t* second;   // [steps of 64][4 * 32]
  const float* second_bias; // [128]
  const float* weights;     // [masks][32]
  float* out;               // (masks, 4 * height, 4 * width)
  int64_t masks, height, width, begin, end;
  float epsilon;
};

namespace {

constexpr int kWidth = 256;
constexpr int kBlock = 48;  // tokens between two looks at the running maximum

template <class T>
constexpr int words(int channels) {
  return channels * (int)sizeof(typename T::Element) / 4;
}

WITH_AVX512 void clear(__m512 (&sums)[kTile][4]) {
  for (auto& row : sums)
    for (auto& s : row) s = _mm512_setzero_ps();
}

template <class T>
WITH_AVX512 void load_row(__m512 (&to)[4], const typename T::Element* from) {
  T::load_half(from, &to[0], &to[1]);
  T::load_half(from + 32, &to[2], &to[3]);
}

WITH_AVX512 float mean_of(const float* row, int count) {
  __m512 sum = _mm512_setzero_ps();
  for (int c = 0; c < count; c += 16) sum = _mm512_add_ps(sum, _mm512_loadu_ps(row + c));
  return _mm512_reduce_add_ps(sum) / count;
}

// (row - mean) / deviation * weight + bias, in place.
WITH_AVX512 void normalise(float* row, int count, const float* weight, const float* bias, float epsilon) {
  const __m512 mean = _mm512_set1_ps(mean_of(row, count));
  __m512 squares = _mm512_setzero_ps();
  for (int c = 0; c < count; c += 16) {
    __m512 x = _mm512_sub_ps(_mm512_loadu_ps(row + c), mean);
    squares = _mm512_fmadd_ps(x, x, squares);
  }
  const __m512 variance = _mm512_set1_ps(_mm512_reduce_add_ps(squares) / count + epsilon);
  const __m512 factor = _mm512_div_ps(_mm512_set1_ps(1.0f), _mm512_sqrt_ps(variance));
  for (int c = 0; c < count; c += 16) {
    __m512 x = _mm512_mul_ps(_mm512_sub_ps(_mm512_loadu_ps(row + c), mean), factor);
    _mm512_storeu_ps(row + c, _mm512_fmadd_ps(x, _mm512_loadu_ps(weight + c), _mm512_loadu_ps(bias + c)));
  }
}

WITH_AVX512 __m512 swap_halves(__m512 x) { return _mm512_shuffle_f32x4(x, x, 0x4E); }

// Softmax over the tokens of each head: the lanes that are equal modulo 8.
WITH_AVX512 void share(__m512 (&s)[4]) {
  __m512 top = _mm512_max_ps(_mm512_max_ps(s[0], s[1]), _mm512_max_ps(s[2], s[3]));
  top = _mm512_max_ps(top, swap_halves(top));
  for (auto& x : s) x = exponential(_mm512_sub_ps(x, top));
  __m512 total = _mm512_add_ps(_mm512_add_ps(s[0], s[1]), _mm512_add_ps(s[2], s[3]));
  total = _mm512_div_ps(_mm512_set1_ps(1.0f), _mm512_add_ps(total, swap_halves(total)));
  for (auto& x : s) x = _mm512_mul_ps(x, total);
}

template <class T>
struct Scratch {
  alignas(64) uint32_t asking[kTile * kWidth];
  alignas(64) uint32_t shares[kTile * kLanes];
  alignas(64) float summed[kTile * kWidth];
  alignas(64) uint32_t rows[kBlock * kWidth];
  alignas(64) uint32_t weights[kBlock * kLanes + 16];
  alignas(64) float points[kBlock * kLanes];
};

// One tile: tokens [at, at + 6), of which those from `end` on repeat the last and are not kept.
template <class T>
WITH_AVX512 void renew_tile(const Renewal& r, Scratch<T>& w, int64_t at, int in_block) {
  using Element = typename T::Element;
  const int64_t last = r.end - 1;
  const Element *image = (const Element*)r.image, *places = (const Element*)r.places;
  const int score_words = (int)r.score_words;
  __m512 sums[kTile][4], x[4], y[4];
  for (int m = 0; m < kTile; ++m) {
    const int64_t row = at + m < last ? at + m : last;
    if (r.asking) {
      memcpy(w.asking + m * score_words, (const uint32_t*)r.asking + row * score_words, 4 * (size_t)score_words);
      continue;
    }
    for (int c = 0; c < kWidth; c += 64) {
      load_row<T>(x, image + row * kWidth + c);
      load_row<T>(y, places + row * kWidth + c);
      T::store_row(w.asking + m * score_words + words<T>(c), _mm512_add_ps(x[0], y[0]), _mm512_add_ps(x[1], y[1]),
                   _mm512_add_ps(x[2], y[2]), _mm512_add_ps(x[3], y[3]));
    }
  }
  for (auto& row : sums)
    for (int v = 0; v < 4; ++v) row[v] = _mm512_loadu_ps(r.shifts + 16 * v);
  multiply<T>(sums, w.asking, score_words, r.scores, score_words);
  for (int m = 0; m < kTile; ++m) {
    share(sums[m]);
    T::store_row(w.shares + m * T::kSteps, sums[m][0], sums[m][1], sums[m][2], sums[m][3]);
  }
  for (int c = 0; c < kWidth; c += 64) {
    for (int m = 0; m < kTile; ++m) {
      const int64_t row = at + m < last ? at + m : last;
      load_row<T>(x, image + row * kWidth + c);
      for (int v = 0; v < 4; ++v) sums[m][v] = _mm512_add_ps(x[v], _mm512_loadu_ps(r.bias + c + 16 * v));
    }
    multiply<T>(sums, w.shares, T::kSteps, r.values + c, T::kSteps, 1, kWidth);
    for (int m = 0; m < kTile; ++m)
      for (int v = 0; v < 4; ++v) _mm512_store_ps(w.summed + m * kWidth + c + 16 * v, sums[m][v]);
  }
  constexpr int row_words = words<T>(kWidth);
  for (int m = 0; m < kTile; ++m) {
    float* row = w.summed + m * kWidth;
    normalise(row, kWidth, r.norm_weight, r.norm_bias, r.epsilon);
    const int64_t number = at + m < last ? at + m : last;
    for (int c = 0; c < kWidth; c += 64) {
      for (int v = 0; v < 4; ++v) x[v] = _mm512_load_ps(row + c + 16 * v);
      T::store_row((uint32_t*)r.renewed + number * row_words + words<T>(c), x[0], x[1], x[2], x[3]);
      load_row<T>(y, places + number * kWidth + c);
      T::store_row(w.asking + m * row_words + words<T>(c), _mm512_add_ps(x[0], y[0]), _mm512_add_ps(x[1], y[1]),
                   _mm512_add_ps(x[2], y[2]), _mm512_add_ps(x[3], y[3]));
    }
  }
  constexpr int per_step = kLanes / T::kSteps;
  for (int m = 0; m < kTile; m += per_step)
    for (int c = 0; c < kWidth; c += 16)
      _mm512_store_si512(w.rows + (in_block + m) / per_step * kWidth + c,
                         T::join(_mm512_load_ps(w.summed + m * kWidth + c),
                                 _mm512_load_ps(w.summed + (m + per_step - 1) * kWidth + c)));
  clear(sums);
  multiply<T>(sums, w.asking, row_words, r.questions, row_words);
  for (int m = 0; m < kTile; ++m)
    for (int v = 0; v < 4; ++v) _mm512_store_ps(w.points + (in_block + m) * kLanes + 16 * v, sums[m][v]);
}

// A block's tokens, `count` of them, into the running maximum, total and sums.
template <class T>
WITH_AVX512 void read_block(const Renewal& r, Scratch<T>& w, int count) {
  constexpr int per_step = kLanes / T::kSteps;
  const int steps = (count + per_step - 1) / per_step;
  alignas(64) float fades[kLanes];
  bool fades_any = false;
  for (int l = 0; l < kLanes; l += 16) {
    const __m512 before = _mm512_loadu_ps(r.tops + l);
    __m512 top = before;
    for (int n = 0; n < count; ++n) top = _mm512_max_ps(top, _mm512_load_ps(w.points + n * kLanes + l));
    const __m512 fade = exponential(_mm512_sub_ps(before, top));
    fades_any |= _mm512_cmp_ps_mask(before, top, _CMP_NEQ_OQ) != 0;
    _mm512_store_ps(fades + l, fade);
    _mm512_storeu_ps(r.tops + l, top);
    __m512 total = _mm512_mul_ps(_mm512_loadu_ps(r.totals + l), fade);
    for (int s = 0; s < steps; ++s) {
      __m512 p[2] = {_mm512_setzero_ps(), _mm512_setzero_ps()};
      for (int e = 0; e < per_step; ++e) {
        const int n = s * per_step + e;
        if (n < count) p[e] = exponential(_mm512_sub_ps(_mm512_load_ps(w.points + n * kLanes + l), top));
        total = _mm512_add_ps(total, p[e]);
      }
      _mm512_store_si512(w.weights + s * kLanes + l, T::join(p[0], p[1]));
    }
    _mm512_storeu_ps(r.totals + l, total);
  }
  __m512 sums[kTile][4];
  for (int lane = 0; lane + kTile <= kLanes + 2; lane += kTile) {
    // The last tile would begin at lane 60: its lanes are those from 58, of which two are done already.
    const int first = lane + kTile <= kLanes ? lane : kLanes - kTile;
    const int skip = lane - first;
    for (int c = 0; c < kWidth; c += 64) {
      for (int m = 0; m < kTile; ++m)
        for (int v = 0; v < 4; ++v) {
          __m512 kept = _mm512_loadu_ps(r.sums + (first + m) * kWidth + c + 16 * v);
          sums[m][v] = fades_any ? _mm512_mul_ps(kept, _mm512_set1_ps(fades[first + m])) : kept;
        }
      multiply<T>(sums, w.weights + first, 1, w.rows + c, steps, kLanes, kWidth);
      for (int m = skip; m < kTile; ++m)
        for (int v = 0; v < 4; ++v) _mm512_storeu_ps(r.sums + (first + m) * kWidth + c + 16 * v, sums[m][v]);
    }
  }
}

template <class T>
AVX512 void renew(const Renewal& r) {
  Scratch<T> w;
  memset(w.rows, 0, sizeof w.rows);  // the second of the last pair may be no token
  for (int l = 0; l < kLanes; ++l) r.tops[l] = kNever, r.totals[l] = 0.0f;
  memset(r.sums, 0, sizeof(float) * kLanes * kWidth);
  for (int64_t start = r.begin; start < r.end; start += kBlock) {
    const int count = (int)(r.end - start < kBlock ? r.end - start : kBlock);
    for (int in_block = 0; in_block < count; in_block += kTile) renew_tile<T>(r, w, start + in_block, in_block);
    read_block<T>(r, w, count);
  }
}

// x / 2 * (1 + erf(x / root of 2)); erf as Abramowitz and Stegun 7.1.26, to 1.5e-7.
WITH_AVX512 __m512 gelu(__m512 x) {
  const __m512 z = _mm512_mul_ps(_mm512_abs_ps(x), _mm512_set1_ps(0.70710678118654752f));
  const __m512 one = _mm512_set1_ps(1.0f);
  const __m512 d = _mm512_fmadd_ps(z, _mm512_set1_ps(0.3275911f), one);
  __m512 t = _mm512_rcp14_ps(d);
  t = _mm512_mul_ps(t, _mm512_fnmadd_ps(d, t, _mm512_set1_ps(2.0f)));
  __m512 p = _mm512_set1_ps(1.061405429f);
  p = _mm512_fmadd_ps(p, t, _mm512_set1_ps(-1.453152027f));
  p = _mm512_fmadd_ps(p, t, _mm512_set1_ps(1.421413741f));
  p = _mm512_fmadd_ps(p, t, _mm512_set1_ps(-0.284496736f));
  p = _mm512_fmadd_ps(p, t, _mm512_set1_ps(0.254829592f));
  p = _mm512_mul_ps(_mm512_mul_ps(p, t), exponential(_mm512_sub_ps(_mm512_setzero_ps(), _mm512_mul_ps(z, z))));
  // p is one minus erf of the magnitude; half of it is the weight of a negative x.
  const __m512 half = _mm512_mul_ps(p, _mm512_set1_ps(0.5f));
  const __mmask16 negative = _mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_LT_OQ);
  return _mm512_mul_ps(x, _mm512_mask_mov_ps(_mm512_sub_ps(one, half), negative, half));
}

template <class T>
AVX512 void upscale(const Upscaling& u) {
  using Element = typename T::Element;
  constexpr int row_words = words<T>(kWidth);
  alignas(64) uint32_t rows[kTile * kWidth], hidden[kTile * kLanes];
  alignas(64) float normed[kLanes];
  const int64_t last = u.end - 1, across = 4 * u.width, plane = 16 * u.width * u.height;
  __m512 sums[kTile][4];
  for (int64_t start = u.begin; start < u.end; start += kTile) {
    const int count = (int)(u.end - start < kTile ? u.end - start : kTile);
    for (int m = 0; m < kTile; ++m) {
      const int64_t row = start + m < last ? start + m : last;
      memcpy(rows + m * row_words, (const Element*)u.image + row * kWidth, sizeof(Element) * kWidth);
    }
    for (int cell = 0; cell < 4; ++cell) {
      for (auto& row : sums)
        for (int v = 0; v < 4; ++v) row[v] = _mm512_loadu_ps(u.first_bias + cell * 64 + 16 * v);
      multiply<T>(sums, rows, row_words, u.first + cell * 64, row_words, 1, kWidth);
      for (int m = 0; m < kTile; ++m) {
        for (int v = 0; v < 4; ++v) _mm512_store_ps(normed + 16 * v, sums[m][v]);
        normalise(normed, kLanes, u.norm_weight, u.norm_bias, u.epsilon);
        for (int v = 0; v < 4; ++v) sums[m][v] = gelu(_mm512_load_ps(normed + 16 * v));
        T::store_row(hidden + m * T::kSteps, sums[m][0], sums[m][1], sums[m][2], sums[m][3]);
      }
      for (int down = 0; down < 2; ++down) {
        for (auto& row : sums)
          for (int v = 0; v < 4; ++v) row[v] = _mm512_loadu_ps(u.second_bias + down * 64 + 16 * v);
        multiply<T>(sums, hidden, T::kSteps, u.second + down * 64, T::kSteps, 1, 128);
        for (int m = 0; m < count; ++m) {
          for (auto& s : sums[m]) s = gelu(s);
          const int64_t y = (start + m) / u.width, x = (start + m) % u.width;
          float* out = u.out + (4 * y + 2 * (cell / 2) + down) * across + 4 * x + 2 * (cell % 2);
          for (int64_t n = 0; n < u.masks; ++n) {
            const __m512 low = _mm512_loadu_ps(u.weights + n * 32), high = _mm512_loadu_ps(u.weights + n * 32 + 16);
            for (int right = 0; right < 2; ++right)
              out[n * plane + right] = _mm512_reduce_add_ps(
                  _mm512_fmadd_ps(sums[m][2 * right + 1], high, _mm512_mul_ps(sums[m][2 * right], low)));
          }
        }
      }
    }
  }
}

}  // namespace

extern "C" {

void medsam_renew_float32(const Renewal* r) { renew<Float32>(*r); }
void medsam_renew_bfloat16(const Renewal* r) { renew<BFloat16>(*r); }
void medsam_upscale_float32(const Upscaling* u) { upscale<Float32>(*u); }
void medsam_upscale_bfloat16(const Upscaling* u) { upscale<BFloat16>(*u); }
}
#endif
