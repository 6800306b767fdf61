#include "rtl_models/kernels/vector_lines.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "rtl_models/kernels/vector_lines.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "rtl_models/kernels/proven_rounding-inl.h"

HWY_BEFORE_NAMESPACE();
namespace intloom::kernels {
namespace HWY_NAMESPACE {

// Bytes as the integers they are, their zero point subtracted.
class Operand {
 public:
  Operand(int sign, int zero_point) : sign_(hn::Set(Ints(), sign)), subtracted_(hn::Set(Ints(), sign + zero_point)) {}

  HWY_INLINE IntVector operator()(const std::uint8_t* bytes) const {
    const hn::Rebind<std::uint8_t, Ints> tag;
    return hn::Sub(hn::Xor(hn::PromoteTo(Ints(), hn::LoadU(tag, bytes)), sign_), subtracted_);
  }

 private:
  IntVector sign_, subtracted_;
};

template <bool kProduct, bool kWrap>
class LinearVector {
 public:
  explicit LinearVector(const LinearLine& line)
      : rounding_(line.range),
        a_(line.a_sign, line.za),
        b_(line.b_sign, line.zb),
        ma_(hn::Set(Floats(), line.ma)),
        mb_(hn::Set(Floats(), line.mb)),
        constant_(hn::Set(Floats(), line.constant)),
        half_(hn::Set(Floats(), line.range.half)),
        tie_(hn::Set(Floats(), line.tie)),
        beyond_(beyond_of(tie_)) {}

  HWY_INLINE IntVector operator()(const std::uint8_t* a, const std::uint8_t* b, IntVector& saturated,
                                  IntVector& unproven) const {
    const Floats floats;
    FloatVector v;
    if constexpr (kProduct) {
      v = hn::Add(hn::Mul(hn::ConvertTo(floats, hn::Mul(a_(a), b_(b))), ma_), constant_);
    } else {
      const FloatVector second = hn::Add(hn::Mul(hn::ConvertTo(floats, b_(b)), mb_), constant_);
      v = hn::Add(hn::Mul(hn::ConvertTo(floats, a_(a)), ma_), second);
    }
    return rounding_(hn::Sub(v, half_), tie_, beyond_, saturated, unproven);
  }

 private:
  ProvenRounding<kWrap> rounding_;
  Operand a_, b_;
  FloatVector ma_, mb_, constant_, half_, tie_, beyond_;
};

template <bool kProduct, bool kWrap>
std::int64_t linear(const LinearLine& line, const std::uint8_t* a, const std::uint8_t* b, std::size_t count,
                    std::uint8_t* out) {
  const Ints ints;
  const std::size_t lanes = hn::Lanes(ints), pair = 2 * lanes;
  const LinearVector<kProduct, kWrap> vector(line);
  std::int64_t exact_saturations = 0;
  IntVector saturations = hn::Zero(ints);
  std::size_t i = 0;
  for (; i + pair <= count; i += pair) {
    IntVector saturated0, saturated1, unproven0, unproven1;
    const IntVector result0 = vector(a + i, b + i, saturated0, unproven0);
    const IntVector result1 = vector(a + i + lanes, b + i + lanes, saturated1, unproven1);
    if (HWY_UNLIKELY(any_sign(hn::Or(unproven0, unproven1)))) {
      exact_saturations += line.exact(line.context, a + i, b + i, pair, out + i);
      continue;
    }
    saturations = hn::Sub(saturations, hn::Add(saturated0, saturated1));
    store_low_bytes(result0, out + i);
    store_low_bytes(result1, out + i + lanes);
  }
  if (i < count) exact_saturations += line.exact(line.context, a + i, b + i, count - i, out + i);
  return exact_saturations + hn::GetLane(hn::SumOfLanes(ints, saturations));
}

std::int64_t linear_on_target(const LinearLine& line, const std::uint8_t* a, const std::uint8_t* b, std::size_t count,
                              std::uint8_t* out) {
  if (line.product)
    return line.range.wrap ? linear<true, true>(line, a, b, count, out) : linear<true, false>(line, a, b, count, out);
  return line.range.wrap ? linear<false, true>(line, a, b, count, out) : linear<false, false>(line, a, b, count, out);
}

// Bytes flipped by `sign` compare as uint8, which every target has a maximum of.
template <std::size_t kBytes>
HWY_INLINE std::size_t max_bytes(std::uint8_t* to, const std::uint8_t* from, std::size_t i, std::size_t bytes,
                                 std::uint8_t sign) {
  const hn::CappedTag<std::uint8_t, kBytes> tag;
  const auto flip = hn::Set(tag, sign);
  const std::size_t lanes = hn::Lanes(tag);
  for (; i + lanes <= bytes; i += lanes) {
    const auto greater = hn::Max(hn::Xor(hn::LoadU(tag, to + i), flip), hn::Xor(hn::LoadU(tag, from + i), flip));
    hn::StoreU(hn::Xor(greater, flip), tag, to + i);
  }
  return i;
}

void max_words_on_target(std::uint8_t* to, const std::uint8_t* from, std::size_t from_pitch, std::size_t words,
                         std::size_t bytes, int sign) {
  const auto flip = static_cast<std::uint8_t>(sign);
  if (from_pitch == bytes) {
    bytes *= words;
    words = 1;
  }
  for (std::size_t word = 0; word < words; ++word, to += bytes, from += from_pitch) {
    std::size_t i = 0;
    if (bytes >= 64) i = max_bytes<HWY_MAX_BYTES>(to, from, i, bytes, flip);
    i = max_bytes<16>(to, from, i, bytes, flip);
    i = max_bytes<4>(to, from, i, bytes, flip);
    for (; i < bytes; ++i) {
      if ((from[i] ^ flip) > (to[i] ^ flip)) to[i] = from[i];
    }
  }
}

void add_words_on_target(std::int32_t* to, const std::uint8_t* from, std::size_t from_pitch, std::size_t words,
                         std::size_t bytes, int sign) {
  const Ints ints;
  const std::size_t lanes = hn::Lanes(ints);
  const Operand operand(sign, 0);
  if (from_pitch == bytes) {
    bytes *= words;
    words = 1;
  }
  for (std::size_t word = 0; word < words; ++word, to += bytes, from += from_pitch) {
    std::size_t i = 0;
    for (; i + lanes <= bytes; i += lanes)
      hn::StoreU(hn::Add(hn::LoadU(ints, to + i), operand(from + i)), ints, to + i);
    for (; i < bytes; ++i) to[i] += (from[i] ^ sign) - sign;
  }
}

void add_sums_on_target(std::int32_t* to, const std::int32_t* from, std::size_t from_pitch, std::size_t words,
                        std::size_t count) {
  const Ints ints;
  const std::size_t lanes = hn::Lanes(ints);
  for (std::size_t word = 0; word < words; ++word, to += count, from += from_pitch) {
    std::size_t i = 0;
    for (; i + lanes <= count; i += lanes)
      hn::StoreU(hn::Add(hn::LoadU(ints, to + i), hn::LoadU(ints, from + i)), ints, to + i);
    for (; i < count; ++i) to[i] += from[i];
  }
}

// A shuffle looks up 16 entries: an index into them becomes 0x70..0x7F, which shuffles by its low half, any other one
// has its top bit set and gives 0.
void look_up_on_target(const std::uint8_t* table, const std::uint8_t* a, std::size_t count, std::uint8_t* out) {
  std::size_t i = 0;
#if HWY_TARGET != HWY_SSE2 && HWY_TARGET != HWY_EMU128 && HWY_TARGET != HWY_SCALAR  // those have no shuffle
  const hn::ScalableTag<std::uint8_t> bytes;
  const std::size_t lanes = hn::Lanes(bytes);
  const auto to_top = hn::Set(bytes, 0x70);
  for (; i + lanes <= count; i += lanes) {
    const auto index = hn::LoadU(bytes, a + i);
    auto result = hn::Zero(bytes);
    for (int part = 0; part < 256; part += 16) {
      const auto own = hn::SaturatedAdd(hn::Xor(index, hn::Set(bytes, static_cast<std::uint8_t>(part))), to_top);
      result = hn::Or(result, hn::TableLookupBytesOr0(hn::LoadDup128(bytes, table + part), own));
    }
    hn::StoreU(result, bytes, out + i);
  }
#endif
  for (; i < count; ++i) out[i] = table[a[i]];
}

}  // namespace HWY_NAMESPACE
}  // namespace intloom::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace intloom::kernels {

HWY_EXPORT(linear_on_target);
HWY_EXPORT(max_words_on_target);
HWY_EXPORT(add_words_on_target);
HWY_EXPORT(add_sums_on_target);
HWY_EXPORT(look_up_on_target);

std::int64_t linear_line(const LinearLine& line, const std::uint8_t* a, const std::uint8_t* b, std::size_t count,
                         std::uint8_t* out) {
  return HWY_DYNAMIC_DISPATCH(linear_on_target)(line, a, b, count, out);
}

void max_words(std::uint8_t* to, const std::uint8_t* from, std::size_t from_pitch, std::size_t words, std::size_t bytes,
               int sign) {
  HWY_DYNAMIC_DISPATCH(max_words_on_target)(to, from, from_pitch, words, bytes, sign);
}

void add_words(std::int32_t* to, const std::uint8_t* from, std::size_t from_pitch, std::size_t words, std::size_t bytes,
               int sign) {
  HWY_DYNAMIC_DISPATCH(add_words_on_target)(to, from, from_pitch, words, bytes, sign);
}

void add_sums(std::int32_t* to, const std::int32_t* from, std::size_t from_pitch, std::size_t words,
              std::size_t lanes) {
  HWY_DYNAMIC_DISPATCH(add_sums_on_target)(to, from, from_pitch, words, lanes);
}

void look_up_line(const std::uint8_t* table, const std::uint8_t* a, std::size_t count, std::uint8_t* out) {
  HWY_DYNAMIC_DISPATCH(look_up_on_target)(table, a, count, out);
}

}  // namespace intloom::kernels
#endif
