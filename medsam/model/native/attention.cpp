// Attention with decomposed relative positions over a grid of tokens, for x86-64 with AVX-512.
//
// One call does some heads of one grid (the whole picture, or a window). Keys and
// values are packed once a head; then blocks of queries walk over blocks of 64
// keys with a running maximum (Milakov and Gimelshein 2018, Dao and others 2022),
// so that no score is ever written to memory. The position terms start the
// accumulators, which makes them free.
//
// Two element types share the code: pairs of bfloat16 (vdpbf16ps) and float32.
// Either way one lane of a register is 32 bits of operand: a "word".
//
// Plain C symbols, no C++ library, no Python: loaded through ctypes.

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#include "tiles.h"

namespace {

constexpr int kTiles = 4;  // tiles that share a block of keys while it is in the first-level cache
constexpr int kQueries = kTile * kTiles;

struct Grid {
  int height, width, per_row, vectors, blocks;  // registers of 16 keys a row of the grid, and in all
  int lanes_h, lanes_w;                          // places of the position terms, in whole blocks
};

Grid grid_of(int height, int width) {
  Grid g;
  g.height = height;
  g.width = width;
  g.per_row = (width + 15) / 16;
  g.vectors = g.per_row * height;
  g.blocks = (g.vectors + 3) / 4;
  g.lanes_h = (2 * height - 1 + 63) / 64 * 64;
  g.lanes_w = (2 * width - 1 + 63) / 64 * 64;
  return g;
}

// Rows of 64 elements, one a lane, as words [words][64]; absent rows are zero.
template <class T>
void transpose(uint32_t* to, const typename T::Element* const* rows) {
  for (int lane = 0; lane < kLanes; ++lane) {
    const uint32_t* from = (const uint32_t*)rows[lane];
    for (int w = 0; w < T::kWords; ++w) to[w * kLanes + lane] = from[w];
  }
}

template <class T>
struct Work {
  uint32_t *keys, *values, *table_h, *table_w, *queries, *weights;
  float *terms_h, *terms_w, *sums;
};

template <class T>
size_t lay_out(Work<T>* w, const Grid& g, char* scratch) {
  size_t at = 0;
  auto take = [&](size_t words) {
    char* place = scratch ? scratch + at : nullptr;
    at += (words * 4 + 63) / 64 * 64;
    return place;
  };
  w->keys = (uint32_t*)take((size_t)g.blocks * T::kWords * kLanes);
  w->values = (uint32_t*)take((size_t)g.blocks * T::kSteps * kDim);
  w->table_h = (uint32_t*)take((size_t)g.lanes_h * T::kWords);
  w->table_w = (uint32_t*)take((size_t)g.lanes_w * T::kWords);
  w->queries = (uint32_t*)take(kQueries * T::kWords);
  w->weights = (uint32_t*)take(kTile * T::kSteps);
  // 16 floats more: the last load of a term may begin near the end.
  w->terms_h = (float*)take((size_t)kQueries * (g.lanes_h + 16));
  w->terms_w = (float*)take((size_t)kQueries * (g.lanes_w + 16));
  w->sums = (float*)take(kQueries * kDim);
  return at;
}

template <class T>
WITH_AVX512 void pack_table(uint32_t* to, const typename T::Element* table, int rows, int lanes,
                            const typename T::Element* zeros) {
  const typename T::Element* from[kLanes];
  for (int first = 0; first < lanes; first += kLanes) {
    // The largest difference first: the term of key v for query y is then at height - 1 - y + v.
    for (int l = 0; l < kLanes; ++l) from[l] = first + l < rows ? table + (size_t)(rows - 1 - first - l) * kDim : zeros;
    transpose<T>(to + (size_t)first * T::kWords, from);
  }
}

template <class T>
WITH_AVX512 void terms_of(float* terms, int stride, const uint32_t* queries, const uint32_t* table, int lanes,
                          float unscale) {
  const __m512 factor = _mm512_set1_ps(unscale);
  for (int first = 0; first < lanes; first += kLanes) {
    __m512 sums[kTile][4];
    for (auto& row : sums)
      for (auto& s : row) s = _mm512_setzero_ps();
    multiply<T>(sums, queries, T::kWords, table + (size_t)first * T::kWords, T::kWords);
    for (int m = 0; m < kTile; ++m)
      for (int v = 0; v < 4; ++v)
        _mm512_storeu_ps(terms + (size_t)m * stride + first + 16 * v, _mm512_mul_ps(sums[m][v], factor));
  }
}

// Scores of a tile against a block, softmax's running state, and the weighted values.
template <class T>
WITH_AVX512 void step(const Grid& g, const Work<T>& w, int block, const uint32_t* queries, const int* ys,
                      const int* xs, const float* terms_h, const float* terms_w, float* tops, __m512* totals,
                      float* sums_out) {
  __m512 sums[kTile][4];
#pragma GCC unroll 6
  for (int m = 0; m < kTile; ++m) {
    const float* along_w = terms_w + (size_t)m * (g.lanes_w + 16) + g.width - 1 - xs[m];
    const float* along_h = terms_h + (size_t)m * (g.lanes_h + 16) + g.height - 1 - ys[m];
#pragma GCC unroll 4
    for (int v = 0; v < 4; ++v) {
      int vector = 4 * block + v, row = vector / g.per_row, first = vector % g.per_row * 16;
      if (row >= g.height) {
        sums[m][v] = _mm512_set1_ps(kNever);
        continue;
      }
      int there = g.width - first;
      __mmask16 valid = there >= 16 ? (__mmask16)0xFFFF : (__mmask16)((1u << there) - 1);
      __m512 term = _mm512_add_ps(_mm512_loadu_ps(along_w + first), _mm512_set1_ps(along_h[row]));
      sums[m][v] = _mm512_mask_blend_ps(valid, _mm512_set1_ps(kNever), term);
    }
  }
  multiply<T>(sums, queries, T::kWords, w.keys + (size_t)block * T::kWords * kLanes, T::kWords);
  for (int m = 0; m < kTile; ++m) {
    float top = _mm512_reduce_max_ps(
        _mm512_max_ps(_mm512_max_ps(sums[m][0], sums[m][1]), _mm512_max_ps(sums[m][2], sums[m][3])));
    if (top > tops[m]) {
      __m512 fade = exponential(_mm512_set1_ps(tops[m] - top));
      tops[m] = top;
      totals[m] = _mm512_mul_ps(totals[m], fade);
      for (int v = 0; v < 4; ++v) {
        float* place = sums_out + m * kDim + 16 * v;
        _mm512_store_ps(place, _mm512_mul_ps(_mm512_load_ps(place), fade));
      }
    }
    __m512 highest = _mm512_set1_ps(tops[m]), p[4];
    for (int v = 0; v < 4; ++v) p[v] = exponential(_mm512_sub_ps(sums[m][v], highest));
    totals[m] = _mm512_add_ps(totals[m], _mm512_add_ps(_mm512_add_ps(p[0], p[1]), _mm512_add_ps(p[2], p[3])));
    T::store_row(w.weights + m * T::kSteps, p[0], p[1], p[2], p[3]);
  }
#pragma GCC unroll 6
  for (int m = 0; m < kTile; ++m)
#pragma GCC unroll 4
    for (int v = 0; v < 4; ++v) sums[m][v] = _mm512_load_ps(sums_out + m * kDim + 16 * v);
  multiply<T>(sums, w.weights, T::kSteps, w.values + (size_t)block * T::kSteps * kDim, T::kSteps);
#pragma GCC unroll 6
  for (int m = 0; m < kTile; ++m)
#pragma GCC unroll 4
    for (int v = 0; v < 4; ++v) _mm512_store_ps(sums_out + m * kDim + 16 * v, sums[m][v]);
}

template <class T>
__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16"))) void attend(
    const typename T::Element* qkv, const typename T::Element* pad, int64_t token_stride, int64_t part_stride,
    const int32_t* index, int height, int width, const typename T::Element* table_h,
    const typename T::Element* table_w, typename T::Element* out, int64_t out_stride, char* scratch) {
  using Element = typename T::Element;
  alignas(64) static const Element zeros[kDim] = {};
  const Grid g = grid_of(height, width);
  Work<T> w;
  lay_out(&w, g, scratch);
  const Element* rows[kLanes];
  const Element* value_rows[kLanes];
  for (int block = 0; block < g.blocks; ++block) {
    for (int lane = 0; lane < kLanes; ++lane) {
      int vector = 4 * block + lane / 16, y = vector / g.per_row, x = vector % g.per_row * 16 + lane % 16;
      bool there = y < height && x < width;
      int token = there ? index[y * width + x] : 0;
      const Element* at = !there ? nullptr : token < 0 ? pad : qkv + token * token_stride;
      rows[lane] = at ? at + part_stride : zeros;
      value_rows[lane] = at ? at + 2 * part_stride : zeros;
    }
    transpose<T>(w.keys + (size_t)block * T::kWords * kLanes, rows);
    T::pack_values(w.values + (size_t)block * T::kSteps * kDim, value_rows);
  }
  pack_table<T>(w.table_h, table_h, 2 * height - 1, g.lanes_h, zeros);
  pack_table<T>(w.table_w, table_w, 2 * width - 1, g.lanes_w, zeros);

  const float scale = 0.125f;  // one over the root of 64: exact in either type
  const int tokens = height * width;
  int ys[kQueries], xs[kQueries], places[kQueries];
  float tops[kQueries];
  __m512 totals[kQueries];
  for (int next = 0; next < tokens;) {
    int count = 0;
    for (; next < tokens && count < kQueries; ++next) {
      if (index[next] < 0) continue;  // nobody asks for what padding sees
      places[count] = index[next];
      ys[count] = next / width;
      xs[count++] = next % width;
    }
    if (!count) break;
    const int tiles = (count + kTile - 1) / kTile;
    for (int n = count; n < tiles * kTile; ++n) places[n] = places[0], ys[n] = ys[0], xs[n] = xs[0];
    for (int n = 0; n < tiles * kTile; ++n) {
      const Element* from = qkv + places[n] * token_stride;
      __m512 a, b, c, d;
      T::load_half(from, &a, &b);
      T::load_half(from + 32, &c, &d);
      __m512 f = _mm512_set1_ps(scale);
      T::store_row(w.queries + n * T::kWords, _mm512_mul_ps(a, f), _mm512_mul_ps(b, f), _mm512_mul_ps(c, f),
                   _mm512_mul_ps(d, f));
      tops[n] = kNever;
      totals[n] = _mm512_setzero_ps();
    }
    memset(w.sums, 0, sizeof(float) * kQueries * kDim);
    const int stride_h = g.lanes_h + 16, stride_w = g.lanes_w + 16;
    for (int t = 0; t < tiles; ++t) {
      const uint32_t* queries = w.queries + t * kTile * T::kWords;
      terms_of<T>(w.terms_h + (size_t)t * kTile * stride_h, stride_h, queries, w.table_h, g.lanes_h, 1 / scale);
      terms_of<T>(w.terms_w + (size_t)t * kTile * stride_w, stride_w, queries, w.table_w, g.lanes_w, 1 / scale);
    }
    for (int block = 0; block < g.blocks; ++block)
      for (int t = 0; t < tiles; ++t) {
        const int first = t * kTile;
        step<T>(g, w, block, w.queries + first * T::kWords, ys + first, xs + first,
                w.terms_h + (size_t)first * stride_h, w.terms_w + (size_t)first * stride_w, tops + first,
                totals + first, w.sums + first * kDim);
      }
    for (int n = 0; n < count; ++n) {
      const __m512 share = _mm512_set1_ps(1.0f / _mm512_reduce_add_ps(totals[n]));
      const float* from = w.sums + n * kDim;
      T::store_row((uint32_t*)(out + places[n] * out_stride), _mm512_mul_ps(_mm512_load_ps(from), share),
                   _mm512_mul_ps(_mm512_load_ps(from + 16), share),
                   _mm512_mul_ps(_mm512_load_ps(from + 32), share),
                   _mm512_mul_ps(_mm512_load_ps(from + 48), share));
    }
  }
}

}  // namespace

extern "C" {

// 0: nothing here runs on this processor; 1: float32; 2: bfloat16 as well.
int medsam_attention_support(void) {
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw") ||
      !__builtin_cpu_supports("avx512dq") || !__builtin_cpu_supports("avx512vl"))
    return 0;
  return __builtin_cpu_supports("avx512bf16") ? 2 : 1;
}

int64_t medsam_attention_scratch(int height, int width, int is_bfloat16) {
  const Grid g = grid_of(height, width);
  Work<BFloat16> brief;
  Work<Float32> exact;
  return 64 + (int64_t)(is_bfloat16 ? lay_out(&brief, g, nullptr) : lay_out(&exact, g, nullptr));
}

// Attention of `heads` heads of 64 channels. All strides count elements.
//   qkv: tokens of `token_stride`; query, key and value lie `part_stride` apart, heads 64.
//   pad: one token, which stands for every place whose index is negative.
//   index: for each place of the grid, row by row, the token there.
//   table_h, table_w: (2 * height - 1, 64) and (2 * width - 1, 64), relative positions.
//   out: tokens of `out_stride`; those of padding are not written.
//   scratch: medsam_attention_scratch() bytes, aligned to 64.
void medsam_attend_bfloat16(const uint16_t* qkv, const uint16_t* pad, int64_t token_stride, int64_t part_stride,
                            const int32_t* index, int height, int width, int heads, const uint16_t* table_h,
                            const uint16_t* table_w, uint16_t* out, int64_t out_stride, char* scratch) {
  for (int64_t at = 0; at < (int64_t)heads * kDim; at += kDim)
    attend<BFloat16>(qkv + at, pad + at, token_stride, part_stride, index, height, width, table_h, table_w,
                     out + at, out_stride, scratch);
}

void medsam_attend_float32(const float* qkv, const float* pad, int64_t token_stride, int64_t part_stride,
                           const int32_t* index, int height, int width, int heads, const float* table_h,
                           const float* table_w, float* out, int64_t out_stride, char* scratch) {
  for (int64_t at = 0; at < (int64_t)heads * kDim; at += kDim)
    attend<Float32>(qkv + at, pad + at, token_stride, part_stride, index, height, width, table_h, table_w,
                    out + at, out_stride, scratch);
}

// to[i] = round(from[i] / scale) + zero, cut to 0..255.
__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl"))) void medsam_quantise(const float* from, int64_t count,
                                                                                    float scale, int zero,
                                                                                    uint8_t* to) {
  const __m512 factor = _mm512_set1_ps(1.0f / scale);
  const __m512i shift = _mm512_set1_epi32(zero), none = _mm512_setzero_si512();
  for (int64_t i = 0; i < count; i += 16) {
    __mmask16 there = count - i >= 16 ? (__mmask16)0xFFFF : (__mmask16)((1u << (count - i)) - 1);
    __m512 x = _mm512_mul_ps(_mm512_maskz_loadu_ps(there, from + i), factor);
    __m512i n = _mm512_max_epi32(_mm512_add_epi32(_mm512_cvtps_epi32(x), shift), none);
    _mm512_mask_cvtusepi32_storeu_epi8(to + i, there, n);
  }
}
}
#else
extern "C" int medsam_attention_support(void) { return 0; }
#endif
