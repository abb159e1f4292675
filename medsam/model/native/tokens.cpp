// The prompts' side of SAM's mask decoder on x86-64 with AVX-512: a list of steps on few rows of floats.
//
// PyTorch's price for a hundred small operators is several times that of their
// arithmetic. native/tokens.py writes the list once; a prompt has an array of
// floats of its own, and steps name places in it.

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#include "tiles.h"

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16")))

// In the order of native/tokens.py. Rows lie from_row and to_row floats apart.
struct Step {
  int64_t kind, from, with, to;
  const float *matrix, *bias;
  int64_t rows, inputs, outputs, from_row, to_row;
  int64_t heads, from_head, to_head, matrix_head;
  int64_t option;
  float number;
};

// What the image shows the first layer's tokens.
struct Shown {
  const float *keys, *values;  // (heads, 16, padded), (heads, padded, 16)
  int64_t cells, padded;       // the same in whole panels of 64
};

namespace {

enum Kind { kLinear, kNorm, kAdd, kAmong, kRead, kGather, kColumns, kRows };

constexpr int kChannels = 16;  // of a head where tokens read the image
constexpr int kFewKeys = 32;

WITH_AVX512 __mmask16 mask_of(int64_t count) { return count >= 16 ? 0xFFFF : (__mmask16)((1u << count) - 1); }

// kRows rows times a panel of 64 columns, of which `there` count.
template <int kCount>
WITH_AVX512 void panel(const Step& s, const float* from, float* to, const float* matrix, const float* bias,
                       int64_t there) {
  __m512 sums[kCount][4];
  for (auto& row : sums)
    for (int v = 0; v < 4; ++v) row[v] = bias ? _mm512_loadu_ps(bias + 16 * v) : _mm512_setzero_ps();
  multiply<Float32>(sums, (const uint32_t*)from, (int)s.from_row, (const uint32_t*)matrix, (int)s.inputs);
  for (int m = 0; m < kCount; ++m)
    for (int v = 0; v < 4 && 16 * v < there; ++v) {
      __m512 x = sums[m][v];
      if (s.option) x = _mm512_max_ps(x, _mm512_setzero_ps());
      _mm512_mask_storeu_ps(to + m * s.to_row + 16 * v, mask_of(there - 16 * v), x);
    }
}

// to = from · matrix + bias, head by head, through ReLU if `option`.
AVX512 void linear(const Step& s, float* floats) {
  for (int64_t head = 0; head < s.heads; ++head)
    for (int64_t c = 0; c < s.outputs; c += 64) {
      const float* matrix = s.matrix + head * s.matrix_head + c * s.inputs;
      const float* bias = s.bias ? s.bias + c : nullptr;
      const int64_t tiles = (s.rows + kTile - 1) / kTile;
      for (int64_t tile = 0, row = 0; tile < tiles; ++tile) {
        const int64_t count = (s.rows - row + tiles - tile - 1) / (tiles - tile);
        const float* from = floats + s.from + head * s.from_head + row * s.from_row;
        float* to = floats + s.to + head * s.to_head + row * s.to_row + c;
        switch (count) {
          case 1: panel<1>(s, from, to, matrix, bias, s.outputs - c); break;
          case 2: panel<2>(s, from, to, matrix, bias, s.outputs - c); break;
          case 3: panel<3>(s, from, to, matrix, bias, s.outputs - c); break;
          case 4: panel<4>(s, from, to, matrix, bias, s.outputs - c); break;
          case 5: panel<5>(s, from, to, matrix, bias, s.outputs - c); break;
          default: panel<6>(s, from, to, matrix, bias, s.outputs - c);
        }
        row += count;
      }
    }
}

// to = the layer norm of from + with, rows of `outputs` channels; `number` is its epsilon.
AVX512 void norm(const Step& s, float* floats) {
  for (int64_t row = 0; row < s.rows; ++row) {
    const float *a = floats + s.from + row * s.outputs, *b = floats + s.with + row * s.outputs;
    float* to = floats + s.to + row * s.outputs;
    __m512 sum = _mm512_setzero_ps(), squares = sum;
    for (int64_t c = 0; c < s.outputs; c += 16) {
      __m512 x = _mm512_loadu_ps(a + c);
      if (s.with >= 0) x = _mm512_add_ps(x, _mm512_loadu_ps(b + c));
      _mm512_storeu_ps(to + c, x);
      sum = _mm512_add_ps(sum, x);
    }
    const __m512 mean = _mm512_set1_ps(_mm512_reduce_add_ps(sum) / s.outputs);
    for (int64_t c = 0; c < s.outputs; c += 16) {
      const __m512 x = _mm512_sub_ps(_mm512_loadu_ps(to + c), mean);
      squares = _mm512_fmadd_ps(x, x, squares);
    }
    const __m512 variance = _mm512_set1_ps(_mm512_reduce_add_ps(squares) / s.outputs + s.number);
    const __m512 factor = _mm512_div_ps(_mm512_set1_ps(1.0f), _mm512_sqrt_ps(variance));
    for (int64_t c = 0; c < s.outputs; c += 16) {
      const __m512 x = _mm512_mul_ps(_mm512_sub_ps(_mm512_loadu_ps(to + c), mean), factor);
      _mm512_storeu_ps(to + c, _mm512_fmadd_ps(x, _mm512_loadu_ps(s.matrix + c), _mm512_loadu_ps(s.bias + c)));
    }
  }
}

AVX512 void add(const Step& s, float* floats) {
  for (int64_t i = 0; i < s.rows * s.outputs; i += 16)
    _mm512_storeu_ps(floats + s.to + i,
                     _mm512_add_ps(_mm512_loadu_ps(floats + s.from + i), _mm512_loadu_ps(floats + s.with + i)));
}

// exp(x - the greatest), and their sum.
WITH_AVX512 float exponentials(float* x, int64_t count) {
  __m512 top = _mm512_set1_ps(kNever), total = _mm512_setzero_ps();
  for (int64_t i = 0; i < count; i += 16) top = _mm512_mask_max_ps(top, mask_of(count - i), top, _mm512_loadu_ps(x + i));
  top = _mm512_set1_ps(_mm512_reduce_max_ps(top));
  for (int64_t i = 0; i < count; i += 16) {
    const __m512 e = exponential(_mm512_sub_ps(_mm512_loadu_ps(x + i), top));
    _mm512_storeu_ps(x + i, e);
    total = _mm512_mask_add_ps(total, mask_of(count - i), total, e);
  }
  return _mm512_reduce_add_ps(total);
}

// Tokens read each other: rows of queries, keys and values, `inputs` floats each; `number` scales the scores.
AVX512 void among(const Step& s, float* floats) {
  const int64_t d = s.inputs / s.heads;
  for (int64_t head = 0; head < s.heads; ++head)
    for (int64_t row = 0; row < s.rows; ++row) {
      alignas(64) float shares[kFewKeys] = {};
      const float* q = floats + s.from + row * s.from_row + head * d;
      const float *keys = floats + s.from + s.inputs + head * d, *values = keys + s.inputs;
      for (int64_t k = 0; k < s.rows; ++k) {
        __m512 sum = _mm512_setzero_ps();
        for (int64_t c = 0; c < d; c += 16)
          sum = _mm512_fmadd_ps(_mm512_loadu_ps(q + c), _mm512_loadu_ps(keys + k * s.from_row + c), sum);
        shares[k] = _mm512_reduce_add_ps(sum) * s.number;
      }
      const float total = exponentials(shares, s.rows);
      for (int64_t c = 0; c < d; c += 16) {
        __m512 sum = _mm512_setzero_ps();
        for (int64_t k = 0; k < s.rows; ++k)
          sum = _mm512_fmadd_ps(_mm512_set1_ps(shares[k]), _mm512_loadu_ps(values + k * s.from_row + c), sum);
        _mm512_storeu_ps(floats + s.to + row * s.to_row + head * d + c, _mm512_div_ps(sum, _mm512_set1_ps(total)));
      }
    }
}

// Tokens read what the image shows them; `with` has room for a score of each cell.
AVX512 void read(const Step& s, float* floats, const Shown& shown) {
  float* scores = floats + s.with;
  for (int64_t head = 0; head < s.heads; ++head)
    for (int64_t row = 0; row < s.rows; ++row) {
      const float *q = floats + s.from + row * s.from_row + head * kChannels;
      const int64_t at = head * kChannels * shown.padded;
      const float *keys = shown.keys + at, *values = shown.values + at;
      for (int64_t i = 0; i < shown.padded; i += 64) {
        __m512 sums[1][4] = {{_mm512_setzero_ps(), _mm512_setzero_ps(), _mm512_setzero_ps(), _mm512_setzero_ps()}};
        multiply<Float32>(sums, (const uint32_t*)q, 0, (const uint32_t*)keys + i, kChannels, 1, (int)shown.padded);
        for (int v = 0; v < 4; ++v) _mm512_storeu_ps(scores + i + 16 * v, sums[0][v]);
      }
      const float total = exponentials(scores, shown.cells);
      for (int64_t i = shown.cells; i < shown.padded; ++i) scores[i] = 0.0f;
      __m512 sums[4] = {_mm512_setzero_ps(), _mm512_setzero_ps(), _mm512_setzero_ps(), _mm512_setzero_ps()};
      for (int64_t i = 0; i < shown.padded; i += 4)
        for (int v = 0; v < 4; ++v)
          sums[v] = _mm512_fmadd_ps(_mm512_set1_ps(scores[i + v]), _mm512_loadu_ps(values + (i + v) * kChannels), sums[v]);
      const __m512 sum = _mm512_add_ps(_mm512_add_ps(sums[0], sums[1]), _mm512_add_ps(sums[2], sums[3]));
      _mm512_storeu_ps(floats + s.to + row * s.to_row + head * kChannels, _mm512_div_ps(sum, _mm512_set1_ps(total)));
    }
}

// What `rows` lanes saw, from `option` parts of an image: tops and totals, [parts][inputs] each, and sums,
// [parts][inputs][outputs], one after the other.
AVX512 void gather(const Step& s, float* floats) {
  const int64_t parts = s.option;
  const float *tops = floats + s.from, *totals = tops + parts * s.inputs, *sums = totals + parts * s.inputs;
  for (int64_t lane = 0; lane < s.rows; ++lane) {
    float top = kNever, total = 0.0f;
    for (int64_t p = 0; p < parts; ++p) top = tops[p * s.inputs + lane] > top ? tops[p * s.inputs + lane] : top;
    float* to = floats + s.to + lane * s.outputs;
    for (int64_t p = 0; p < parts; ++p) {
      const __m512 fade = exponential(_mm512_set1_ps(tops[p * s.inputs + lane] - top));
      total += _mm512_cvtss_f32(fade) * totals[p * s.inputs + lane];
      const float* sum = sums + (p * s.inputs + lane) * s.outputs;
      for (int64_t c = 0; c < s.outputs; c += 16) {
        const __m512 before = p ? _mm512_loadu_ps(to + c) : _mm512_setzero_ps();
        _mm512_storeu_ps(to + c, _mm512_fmadd_ps(fade, _mm512_loadu_ps(sum + c), before));
      }
    }
    for (int64_t c = 0; c < s.outputs; c += 16)
      _mm512_storeu_ps(to + c, _mm512_div_ps(_mm512_loadu_ps(to + c), _mm512_set1_ps(total)));
  }
}

inline uint16_t to_bfloat16(float x) {
  uint32_t bits;
  memcpy(&bits, &x, 4);
  return (uint16_t)((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

// Element `number` of a packed operand, in bfloat16 if the step's option says so.
inline void put(const Step& s, float* to, int64_t word, int64_t second, float x) {
  if (s.option)
    ((uint16_t*)to)[2 * word + second] = to_bfloat16(x);
  else
    to[word] = x;
}

// Lanes of `inputs` channels as right-hand operands [groups][words][64]: lane 8 * token + head. If `from_head` is
// set, a token's row has all heads' channels, so many each, and the others are zero.
void columns(const Step& s, float* floats) {
  const int64_t per_word = s.option ? 2 : 1, words = s.inputs / per_word;
  for (int64_t lane = 0; lane < 8 * s.rows; ++lane) {
    const float* from = floats + s.from + (s.from_head ? lane / 8 * s.from_row : lane * s.inputs);
    for (int64_t c = 0; c < s.inputs; ++c) {
      const bool own = !s.from_head || c / s.from_head == lane % 8;
      put(s, floats + s.to, (lane / 64 * words + c / per_word) * 64 + lane % 64, c % per_word, own ? from[c] : 0.0f);
    }
  }
}

// Lanes of 256 channels as right-hand operands [4][steps of all lanes][64].
void rows(const Step& s, float* floats) {
  const int64_t per_step = s.option ? 2 : 1, steps = s.outputs / per_step;
  for (int64_t lane = 0; lane < 8 * s.rows; ++lane)
    for (int64_t c = 0; c < 256; ++c)
      put(s, floats + s.to, (c / 64 * steps + lane / per_step) * 64 + c % 64, lane % per_step,
          floats[s.from + lane * 256 + c]);
}

}  // namespace

extern "C" void medsam_steps(const Step* steps, int64_t count, float* floats, const Shown* shown) {
  for (const Step* s = steps; s < steps + count; ++s) switch (s->kind) {
      case kLinear: linear(*s, floats); break;
      case kNorm: norm(*s, floats); break;
      case kAdd: add(*s, floats); break;
      case kAmong: among(*s, floats); break;
      case kRead: read(*s, floats, *shown); break;
      case kGather: gather(*s, floats); break;
      case kColumns: columns(*s, floats); break;
      case kRows: rows(*s, floats); break;
    }
}
#endif
