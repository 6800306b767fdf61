// Which machines no other beats, on points judged by hand and against the definition applied pair by pair.
#include "sim/compare/front.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

namespace intloom::sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Front, FewerCyclesOrASmallerArray) {
  // 64 PEs in 900, 256 in 300, 256 in 310 (beaten by the one before), 1024 in 300 (no faster, larger), 1024 in 120.
  EXPECT_THAT(pareto_front({{900, 64}, {300, 256}, {310, 256}, {300, 1024}, {120, 1024}}),
              ElementsAre(true, true, false, false, true));
}

TEST(Front, EqualInBothAreBothOnItOrBothNot) {
  EXPECT_THAT(pareto_front({{300, 256}, {300, 256}, {400, 256}, {400, 256}}), ElementsAre(true, true, false, false));
}

TEST(Front, OneAloneIsNotBeaten) {
  EXPECT_THAT(pareto_front({{5, 5}}), ElementsAre(true));
  EXPECT_THAT(pareto_front({}), IsEmpty());
}

RC_GTEST_PROP(Front, IsItsDefinition, ()) {
  std::vector<FrontPoint> points;
  for (int i = *rc::gen::inRange(0, 30); i > 0; --i)
    points.push_back({*rc::gen::inRange<std::int64_t>(0, 8), *rc::gen::inRange<std::int64_t>(0, 8)});
  const std::vector<bool> front = pareto_front(points);
  for (std::size_t i = 0; i < points.size(); ++i) {
    bool beaten = false;
    for (const FrontPoint& other : points)
      beaten = beaten || (other.cycles <= points[i].cycles && other.size <= points[i].size &&
                          (other.cycles < points[i].cycles || other.size < points[i].size));
    RC_ASSERT(front[i] == !beaten);
  }
}

}  // namespace
}  // namespace intloom::sim
