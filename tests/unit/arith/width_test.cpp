#include "rtl_models/arith/width.h"

#include <gtest/gtest.h>

#include <limits>

namespace intloom::arith {
namespace {

TEST(Width, SaturatesToTheLimitsOfTheWidth) {
  EXPECT_EQ(saturate(127, 8), 127);
  EXPECT_EQ(saturate(128, 8), 127);
  EXPECT_EQ(saturate(-128, 8), -128);
  EXPECT_EQ(saturate(-129, 8), -128);
  EXPECT_EQ(saturate(5, 1), 0);
  EXPECT_EQ(saturate(-5, 1), -1);
  EXPECT_EQ(saturate(std::int64_t{1} << 40, 40), (std::int64_t{1} << 39) - 1);
}

TEST(Width, WrapsModuloTheWidth) {
  EXPECT_EQ(wrap(127, 8), 127);
  EXPECT_EQ(wrap(128, 8), -128);
  EXPECT_EQ(wrap(-129, 8), 127);
  EXPECT_EQ(wrap(256, 8), 0);
  EXPECT_EQ(wrap(1, 1), -1);
  EXPECT_EQ(wrap((std::int64_t{1} << 39), 40), -(std::int64_t{1} << 39));
}

TEST(Width, SixtyFourBitsChangeNothing) {
  for (const std::int64_t value : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1}, std::int64_t{0},
                                   std::numeric_limits<std::int64_t>::max()}) {
    EXPECT_EQ(saturate(value, 64), value);
    EXPECT_EQ(wrap(value, 64), value);
  }
}

// Definition by division, over every value of 11 bits and every width up to 9.
TEST(Width, EqualsTheDefinitionOnSmallWidths) {
  for (int bits = 1; bits <= 9; ++bits) {
    const int modulus = 1 << bits, top = modulus / 2 - 1, bottom = -modulus / 2;
    for (int value = -1024; value < 1024; ++value) {
      const int remainder = ((value % modulus) + modulus) % modulus;
      EXPECT_EQ(wrap(value, bits), remainder > top ? remainder - modulus : remainder) << value << " in " << bits;
      EXPECT_EQ(saturate(value, bits), value > top ? top : value < bottom ? bottom : value) << value << " in " << bits;
      EXPECT_EQ(fits(value, bits), value >= bottom && value <= top) << value << " in " << bits;
    }
  }
}

}  // namespace
}  // namespace intloom::arith
