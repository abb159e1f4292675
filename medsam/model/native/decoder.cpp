// The image's side of SAM's mask decoder, for 256 channels and 8 heads, on x86-64 with AVX-512.
//
// Renewing reads each of the image's tokens once: it takes what it wants of the
// prompt's tokens, is normalised, and is read by the prompt's next question, with
// a running maximum as attention.cpp keeps it. Upscaling goes from a token to its
// 16 pixels of each mask. Nothing between is written further than the cache.
//
// A prompt's lanes are (token, head): lane 8 * token + head, in groups of 64; absent
// tokens' are shifted to never. Matrices lie in panels of 64 columns. An image is cut
// into parts, which threads take in turn: a thread whose core is busy takes fewer.

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#include "tiles.h"

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16")))

// In the order of native/decoder.py.
struct Renewal {
  const void* image;        // (rows, 256); may be the same as `renewed`
  const void* asking;       // (rows, channels of scores), or null for image + places
  const void* places;       // (rows, 256)
  const uint32_t* scores;   // [groups][words][64]
  const float* shifts;      // [groups][64]
  const uint32_t* values;   // [4][steps of all lanes][64]
  const float* bias;        // [256]
  const float* norm_weight; // [256]
  const float* norm_bias;   // [256]
  const uint32_t* questions;// [groups][words of 256][64]
  void* renewed;            // (rows, 256)
  float* tops;              // [parts][lanes], the greatest score of each lane
  float* totals;            // [parts][lanes], the sum of exponentials
  float* sums;              // [parts][lanes][256], of renewed tokens by exponentials
  int64_t score_words, groups, tokens, rows, parts;
  float epsilon;
};

struct Upscaling {
  const void* image;        // (rows, 256)
  const uint32_t* first;    // [4][words of 256][64]
  const float* first_bias;  // [256]
  const float* norm_weight; // [64]
  const float* norm_bias;   // [64]
  const uint32_t* second;   // [2][steps of 64][64]
  const float* second_bias; // [128]
  const float* weights;     // [masks][32]
  float* out;               // (masks, 4 * height, 4 * width)
  int64_t masks, height, width, parts;
  float epsilon;
};

namespace {

constexpr int kWidth = 256;
constexpr int kMost = 256;   // lanes
constexpr int kBlock = 48;   // tokens that share a panel while it is in the first-level cache
alignas(64) const float kNothing[kLanes] = {};

template <class T>
constexpr int words(int channels) {
  return channels * (int)sizeof(typename T::Element) / 4;
}

// Where a part of `rows` begins: at a whole tile.
inline int64_t begin_of(int64_t rows, int64_t part, int64_t parts) {
  return part == parts ? rows : rows * part / parts / kTile * kTile;
}

// to = from + a * b for a tile, as multiply() in tiles.h. A function of its own, so that what its callers
// keep in registers leaves all of them to it; `from` may be `to`, and its rows the same one.
template <class T, int kRows = kTile>
__attribute__((noinline)) AVX512 void product(float* to, int to_row, const float* from, int from_row,
                                              const uint32_t* a, int a_row, const uint32_t* b, int steps,
                                              int a_step = 1) {
  __m512 sums[kRows][4];
  for (int m = 0; m < kRows; ++m)
    for (int v = 0; v < 4; ++v) sums[m][v] = _mm512_loadu_ps(from + m * from_row + 16 * v);
  multiply<T>(sums, a, a_row, b, steps, a_step);
  for (int m = 0; m < kRows; ++m)
    for (int v = 0; v < 4; ++v) _mm512_storeu_ps(to + m * to_row + 16 * v, sums[m][v]);
}

template <class T>
WITH_AVX512 void load_row(__m512 (&to)[4], const typename T::Element* from) {
  T::load_half(from, &to[0], &to[1]);
  T::load_half(from + 32, &to[2], &to[3]);
}

// (x - mean) / deviation * weight + bias over the 16 * kCount values in x.
template <int kCount>
WITH_AVX512 void normalise(__m512 (&x)[kCount], const float* weight, const float* bias, float epsilon) {
  __m512 sum = x[0], squares = _mm512_setzero_ps();
  for (int i = 1; i < kCount; ++i) sum = _mm512_add_ps(sum, x[i]);
  const __m512 mean = _mm512_set1_ps(_mm512_reduce_add_ps(sum) / (16 * kCount));
  for (auto& v : x) {
    v = _mm512_sub_ps(v, mean);
    squares = _mm512_fmadd_ps(v, v, squares);
  }
  const __m512 variance = _mm512_set1_ps(_mm512_reduce_add_ps(squares) / (16 * kCount) + epsilon);
  const __m512 factor = _mm512_div_ps(_mm512_set1_ps(1.0f), _mm512_sqrt_ps(variance));
  for (int i = 0; i < kCount; ++i)
    x[i] = _mm512_fmadd_ps(_mm512_mul_ps(x[i], factor), _mm512_loadu_ps(weight + 16 * i),
                           _mm512_loadu_ps(bias + 16 * i));
}

WITH_AVX512 __m512 swap_halves(__m512 x) { return _mm512_shuffle_f32x4(x, x, 0x4E); }

// Softmax over the tokens of each head: the lanes that are equal modulo 8.
WITH_AVX512 void share(float* lanes, int count) {
  __m512 top = _mm512_set1_ps(kNever), total = _mm512_setzero_ps();
  for (int l = 0; l < count; l += 16) top = _mm512_max_ps(top, _mm512_loadu_ps(lanes + l));
  top = _mm512_max_ps(top, swap_halves(top));
  for (int l = 0; l < count; l += 16) {
    const __m512 x = exponential(_mm512_sub_ps(_mm512_loadu_ps(lanes + l), top));
    total = _mm512_add_ps(total, x);
    _mm512_storeu_ps(lanes + l, x);
  }
  total = _mm512_div_ps(_mm512_set1_ps(1.0f), _mm512_add_ps(total, swap_halves(total)));
  for (int l = 0; l < count; l += 16)
    _mm512_storeu_ps(lanes + l, _mm512_mul_ps(_mm512_loadu_ps(lanes + l), total));
}

struct Scratch {
  alignas(64) uint32_t asking[kBlock * kWidth];
  alignas(64) uint32_t shares[kBlock * kMost];
  alignas(64) float summed[kBlock * kWidth];
  alignas(64) uint32_t rows[kBlock * kWidth];  // panels of [steps][64]
  alignas(64) uint32_t weights[kBlock * kMost + 16];
  alignas(64) float points[kBlock * kMost];
};

// Rows of a block from `at` on: up to the next whole tile the last token is repeated, and not kept.
struct Block {
  int64_t at;
  int count, whole;

  Block(int64_t at, int count) : at(at), count(count), whole((count + kTile - 1) / kTile * kTile) {}
  int64_t row_of(int n) const { return at + (n < count ? n : count - 1); }
};

// `shares`: what each token of the image takes of the prompt's.
template <class T>
WITH_AVX512 void ask_prompt(const Renewal& r, Scratch& w, const Block& block) {
  using Element = typename T::Element;
  const Element *image = (const Element*)r.image, *places = (const Element*)r.places;
  const int score_words = (int)r.score_words, lanes = kLanes * (int)r.groups, share_words = T::kSteps * (int)r.groups;
  __m512 x[4], y[4];
  for (int n = 0; n < block.whole; ++n) {
    uint32_t* to = w.asking + n * score_words;
    if (r.asking) {
      memcpy(to, (const uint32_t*)r.asking + block.row_of(n) * score_words, 4 * (size_t)score_words);
      continue;
    }
    for (int c = 0; c < kWidth; c += 64) {
      load_row<T>(x, image + block.row_of(n) * kWidth + c);
      load_row<T>(y, places + block.row_of(n) * kWidth + c);
      T::store_row(to + words<T>(c), _mm512_add_ps(x[0], y[0]), _mm512_add_ps(x[1], y[1]),
                   _mm512_add_ps(x[2], y[2]), _mm512_add_ps(x[3], y[3]));
    }
  }
  for (int g = 0; g < r.groups; ++g)
    for (int n = 0; n < block.whole; n += kTile)
      product<T>(w.points + n * lanes + g * kLanes, lanes, r.shifts + g * kLanes, 0, w.asking + n * score_words,
                 score_words, r.scores + g * score_words * kLanes, score_words);
  for (int n = 0; n < block.whole; ++n) {
    float* row = w.points + n * lanes;
    share(row, lanes);
    for (int g = 0; g < r.groups; ++g, row += kLanes)
      T::store_row(w.shares + n * share_words + g * T::kSteps, _mm512_loadu_ps(row), _mm512_loadu_ps(row + 16),
                   _mm512_loadu_ps(row + 32), _mm512_loadu_ps(row + 48));
  }
}

// `summed`: tokens with what they took, normalised; they are kept, and with their places in `asking`.
template <class T>
WITH_AVX512 void take_shares(const Renewal& r, Scratch& w, const Block& block) {
  using Element = typename T::Element;
  const Element *image = (const Element*)r.image, *places = (const Element*)r.places;
  const int share_words = T::kSteps * (int)r.groups;
  constexpr int row_words = words<T>(kWidth);
  __m512 x[4], y[4];
  for (int n = 0; n < block.whole; ++n)
    for (int c = 0; c < kWidth; c += 64) {
      load_row<T>(x, image + block.row_of(n) * kWidth + c);
      for (int v = 0; v < 64; v += 16)
        _mm512_store_ps(w.summed + n * kWidth + c + v, _mm512_add_ps(x[v / 16], _mm512_loadu_ps(r.bias + c + v)));
    }
  for (int c = 0; c < kWidth; c += 64)
    for (int n = 0; n < block.whole; n += kTile)
      product<T>(w.summed + n * kWidth + c, kWidth, w.summed + n * kWidth + c, kWidth, w.shares + n * share_words,
                 share_words, r.values + c * share_words, share_words);
  for (int n = 0; n < block.whole; ++n) {
    __m512 row[16];
    for (int i = 0; i < 16; ++i) row[i] = _mm512_load_ps(w.summed + n * kWidth + 16 * i);
    normalise(row, r.norm_weight, r.norm_bias, r.epsilon);
    for (int i = 0; i < 16; ++i) _mm512_store_ps(w.summed + n * kWidth + 16 * i, row[i]);
    for (int c = 0; c < kWidth; c += 64) {
      const __m512* z = row + c / 16;
      if (n < block.count)
        T::store_row((uint32_t*)r.renewed + (block.at + n) * row_words + words<T>(c), z[0], z[1], z[2], z[3]);
      load_row<T>(y, places + block.row_of(n) * kWidth + c);
      T::store_row(w.asking + n * row_words + words<T>(c), _mm512_add_ps(z[0], y[0]), _mm512_add_ps(z[1], y[1]),
                   _mm512_add_ps(z[2], y[2]), _mm512_add_ps(z[3], y[3]));
    }
  }
}

// `rows` in panels, and in `points` their scores for the prompt's questions.
template <class T>
WITH_AVX512 void be_asked(const Renewal& r, Scratch& w, const Block& block) {
  constexpr int row_words = words<T>(kWidth), per_step = kLanes / T::kSteps;
  const int lanes = kLanes * (int)r.groups;
  for (int n = 0; n < block.whole; n += per_step)
    for (int c = 0; c < kWidth; c += 16) {
      uint32_t* panel = w.rows + c / 64 * (kBlock / per_step * 64) + n / per_step * 64 + c % 64;
      _mm512_store_si512(panel, T::join(_mm512_load_ps(w.summed + n * kWidth + c),
                                        _mm512_load_ps(w.summed + (n + per_step - 1) * kWidth + c)));
    }
  for (int g = 0; g < r.groups; ++g)
    for (int n = 0; n < block.whole; n += kTile)
      product<T>(w.points + n * lanes + g * kLanes, lanes, kNothing, 0, w.asking + n * row_words, row_words,
                 r.questions + g * row_words * kLanes, row_words);
}

// A block's tokens, `count` of them, into a part's running maximum, total and sums.
template <class T>
WITH_AVX512 void read_block(const Renewal& r, Scratch& w, int count, float* tops, float* totals, float* sums) {
  constexpr int per_step = kLanes / T::kSteps;
  const int steps = (count + per_step - 1) / per_step, lanes = kLanes * (int)r.groups;
  const int used = 8 * (int)r.tokens;
  alignas(64) float fades[kMost];
  bool fades_any = false;
  for (int l = 0; l < lanes; l += 16) {
    const __m512 before = _mm512_loadu_ps(tops + l);
    __m512 top = before;
    for (int n = 0; n < count; ++n) top = _mm512_max_ps(top, _mm512_load_ps(w.points + n * lanes + l));
    const __m512 fade = exponential(_mm512_sub_ps(before, top));
    fades_any |= _mm512_cmp_ps_mask(before, top, _CMP_NEQ_OQ) != 0;
    _mm512_store_ps(fades + l, fade);
    _mm512_storeu_ps(tops + l, top);
    __m512 total = _mm512_mul_ps(_mm512_loadu_ps(totals + l), fade);
    for (int s = 0; s < steps; ++s) {
      __m512 p[2] = {_mm512_setzero_ps(), _mm512_setzero_ps()};
      for (int e = 0; e < per_step; ++e) {
        const int n = s * per_step + e;
        if (n < count) p[e] = exponential(_mm512_sub_ps(_mm512_load_ps(w.points + n * lanes + l), top));
        total = _mm512_add_ps(total, p[e]);
      }
      _mm512_store_si512(w.weights + s * lanes + l, T::join(p[0], p[1]));
    }
    _mm512_storeu_ps(totals + l, total);
  }
  if (fades_any)
    for (int lane = 0; lane < used; ++lane)
      for (int c = 0; c < kWidth; c += 16) {
        float* kept = sums + lane * kWidth + c;
        _mm512_storeu_ps(kept, _mm512_mul_ps(_mm512_loadu_ps(kept), _mm512_set1_ps(fades[lane])));
      }
  for (int c = 0; c < kWidth; c += 64) {
    const uint32_t* panel = w.rows + c * (kBlock / per_step);
    int lane = 0;
    for (; lane + kTile <= used; lane += kTile)
      product<T>(sums + lane * kWidth + c, kWidth, sums + lane * kWidth + c, kWidth, w.weights + lane, 1, panel, steps,
                 lanes);
    for (; lane < used; lane += 2)  // lanes are a multiple of eight
      product<T, 2>(sums + lane * kWidth + c, kWidth, sums + lane * kWidth + c, kWidth, w.weights + lane, 1, panel,
                    steps, lanes);
  }
}

template <class T>
AVX512 void renew(const Renewal& r, int64_t part) {
  Scratch w;
  const int lanes = kLanes * (int)r.groups;
  float *tops = r.tops + part * lanes, *totals = r.totals + part * lanes, *sums = r.sums + part * lanes * kWidth;
  for (int l = 0; l < lanes; ++l) tops[l] = kNever, totals[l] = 0.0f;
  memset(sums, 0, sizeof(float) * 8 * (size_t)r.tokens * kWidth);
  const int64_t end = begin_of(r.rows, part + 1, r.parts);
  for (int64_t at = begin_of(r.rows, part, r.parts); at < end; at += kBlock) {
    const int count = (int)(end - at < kBlock ? end - at : kBlock);
    const Block block(at, count);
    ask_prompt<T>(r, w, block);
    take_shares<T>(r, w, block);
    be_asked<T>(r, w, block);
    read_block<T>(r, w, count, tops, totals, sums);
  }
}

// x times the normal distribution function: x / 2 * (1 + erf(x / root of 2)).
WITH_AVX512 __m512 gelu(__m512 x, Float32) {
  // erf as Abramowitz and Stegun 7.1.26, to 1.5e-7.
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

WITH_AVX512 __m512 gelu(__m512 x, BFloat16) {
  // The function less a half is x times a polynomial in t = 2 (x / 5)² - 1, a least-squares fit
  // on |x| <= 5, to 1e-5: far below what bfloat16 tells apart.
  const float series[] = {2.29068365e-03f, -6.26194848e-03f, 6.96587881e-03f, -8.34949795e-03f,
                          1.56106213e-02f, -2.42107058e-02f, 3.17182973e-02f, -4.03180096e-02f,
                          5.14914693e-02f, -7.03007728e-02f, 1.41364238e-01f};
  const __m512 near = _mm512_max_ps(_mm512_min_ps(x, _mm512_set1_ps(5.0f)), _mm512_set1_ps(-5.0f));
  const __m512 t = _mm512_fmadd_ps(_mm512_mul_ps(near, near), _mm512_set1_ps(0.08f), _mm512_set1_ps(-1.0f));
  __m512 p = _mm512_set1_ps(series[0]);
#pragma GCC unroll 10
  for (int i = 1; i < 11; ++i) p = _mm512_fmadd_ps(p, t, _mm512_set1_ps(series[i]));
  return _mm512_mul_ps(x, _mm512_fmadd_ps(near, p, _mm512_set1_ps(0.5f)));
}

template <class T>
AVX512 void upscale(const Upscaling& u, int64_t part) {
  using Element = typename T::Element;
  constexpr int row_words = words<T>(kWidth);
  alignas(64) uint32_t rows[kBlock * kWidth], hidden[kTile * kLanes];
  alignas(64) float wide[kTile * kLanes];
  const int64_t across = 4 * u.width, plane = 16 * u.width * u.height, all = u.width * u.height;
  const int64_t end = begin_of(all, part + 1, u.parts);
  __m512 x[4];
  for (int64_t at = begin_of(all, part, u.parts); at < end; at += kBlock) {
    const int count = (int)(end - at < kBlock ? end - at : kBlock);
    for (int n = 0; n < (count + kTile - 1) / kTile * kTile; ++n)
      memcpy(rows + n * row_words, (const Element*)u.image + (at + (n < count ? n : count - 1)) * kWidth,
             sizeof(Element) * kWidth);
    for (int cell = 0; cell < 4; ++cell)
      for (int n = 0; n < count; n += kTile) {
        product<T>(wide, kLanes, u.first_bias + cell * 64, 0, rows + n * row_words, row_words,
                   u.first + cell * row_words * 64, row_words);
        for (int m = 0; m < kTile; ++m) {
          for (int v = 0; v < 4; ++v) x[v] = _mm512_load_ps(wide + m * kLanes + 16 * v);
          normalise(x, u.norm_weight, u.norm_bias, u.epsilon);
          for (auto& v : x) v = gelu(v, T());
          T::store_row(hidden + m * T::kSteps, x[0], x[1], x[2], x[3]);
        }
        for (int down = 0; down < 2; ++down) {
          product<T>(wide, kLanes, u.second_bias + down * 64, 0, hidden, T::kSteps, u.second + down * T::kSteps * 64,
                     T::kSteps);
          for (int m = 0; m < kTile && n + m < count; ++m) {
            for (int v = 0; v < 4; ++v) x[v] = gelu(_mm512_load_ps(wide + m * kLanes + 16 * v), T());
            const int64_t row = (at + n + m) / u.width, column = (at + n + m) % u.width;
            float* out = u.out + (4 * row + 2 * (cell / 2) + down) * across + 4 * column + 2 * (cell % 2);
            for (int64_t i = 0; i < u.masks; ++i) {
              const __m512 low = _mm512_loadu_ps(u.weights + i * 32), high = _mm512_loadu_ps(u.weights + i * 32 + 16);
              for (int right = 0; right < 2; ++right)
                out[i * plane + right] =
                    _mm512_reduce_add_ps(_mm512_fmadd_ps(x[2 * right + 1], high, _mm512_mul_ps(x[2 * right], low)));
            }
          }
        }
      }
  }
}

// Parts of `count` jobs, from the first that nobody has taken.
template <class Job>
AVX512 void take_turns(const Job* jobs, int64_t count, int64_t* next, void (*work)(const Job&, int64_t)) {
  const int64_t parts = jobs->parts;
  for (int64_t n; (n = __atomic_fetch_add(next, 1, __ATOMIC_RELAXED)) < count * parts;) work(jobs[n / parts], n % parts);
}

}  // namespace

extern "C" {

// Each of these may be called by several threads at once with the same arguments; *next begins at 0.
void medsam_renewals_float32(const Renewal* r, int64_t count, int64_t* next) { take_turns(r, count, next, renew<Float32>); }
void medsam_renewals_bfloat16(const Renewal* r, int64_t count, int64_t* next) { take_turns(r, count, next, renew<BFloat16>); }
void medsam_upscalings_float32(const Upscaling* u, int64_t count, int64_t* next) {
  take_turns(u, count, next, upscale<Float32>);
}
void medsam_upscalings_bfloat16(const Upscaling* u, int64_t count, int64_t* next) {
  take_turns(u, count, next, upscale<BFloat16>);
}
}
#endif
