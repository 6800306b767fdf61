// Baselines, ratios, rows of layers and orders; expected values by hand.
#include "sim/compare/comparison.h"

#include <gmock/gmock.h>

#include "tests/unit/compare/comparisons.h"

namespace intloom::sim {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(Comparison, RatiosAgainstTheFirstMachine) {
  const Comparison comparison =
      compare({"m"}, {preset("edge_8x8"), preset("edge_16x16")}, {run_of(8, 8, 1000), run_of(16, 16, 400)});
  EXPECT_THAT(comparison.baselines, ElementsAre(0U));
  const ComparedRun& run = comparison.run(0, 1);
  EXPECT_DOUBLE_EQ(run.speedup, 2.5);
  EXPECT_DOUBLE_EQ(run.peak_ratio, 4);
  // 1000 / 4 = 250 cycles would be perfect; compute 300 - 750/4, dram 100 - 250/4.
  EXPECT_THAT(run.lost, ElementsAre(Pair("compute", 112.5), Pair("dram", 37.5)));
  EXPECT_TRUE(comparison.run(0, 0).pareto && run.pareto);
}

TEST(Comparison, TheBaselineIsTheFirstThatRunsEveryModel) {
  const std::vector<ComparedMachine> machines{preset("a"), preset("b"), preset("c")};
  const Comparison comparison =
      compare({"m", "n"}, machines,
              {run_of(4, 4, 10), failed_run("too small\nat great length"), run_of(4, 4, 20),  //
               failed_run("no"), run_of(4, 4, 30), run_of(4, 4, 60)});
  EXPECT_THAT(comparison.baselines, ElementsAre(2U, 2U));
  EXPECT_DOUBLE_EQ(comparison.run(0, 0).speedup, 2);
  EXPECT_EQ(comparison.run(0, 1).failure, "too small");
  EXPECT_FALSE(comparison.run(0, 1).pareto);
  const Comparison none = compare({"m", "n"}, {preset("a"), preset("b")},
                                  {run_of(4, 4, 10), failed_run("no"), failed_run("no"), run_of(4, 4, 30)});
  EXPECT_THAT(none.baselines, ElementsAre(0U, 1U));
}

TEST(Comparison, LayersOfOneNameBelongTogetherInTheirOrder) {
  const Comparison comparison =
      compare({"m"}, {preset("a"), preset("b")},
              {with_layers(run_of(4, 4, 60), {{"x", 10}, {"y", 20}, {"x", 30}}),
               with_layers(run_of(4, 4, 57), {{"x", 5}, {"extra", 2}, {"y", 40}, {"x", 10}})});
  ASSERT_EQ(comparison.layers.size(), 4U);
  const auto row = [&](std::size_t i) {
    const ComparedLayer& layer = comparison.layers[i];
    return std::tuple(layer.layer, layer.machines[0].cycles, layer.machines[1].cycles, layer.machines[1].speedup);
  };
  EXPECT_EQ(row(0), std::tuple("x", 10, 5, 2.0));
  EXPECT_EQ(row(1), std::tuple("y", 20, 40, 0.5));
  EXPECT_EQ(row(2), std::tuple("x", 30, 10, 3.0));
  EXPECT_EQ(row(3), std::tuple("extra", 0, 2, 0.0));
  EXPECT_FALSE(comparison.layers[3].machines[0].present);
}

TEST(Comparison, Orders) {
  // Utilization falls with PEs * cycles: 6400, 51200, 12800, 76800.
  const Comparison comparison = compare(
      {"m"}, {preset("d"), preset("c"), preset("gone"), preset("b"), preset("a")},
      {run_of(8, 8, 100, 7), run_of(16, 32, 100, 9), failed_run("no"), run_of(8, 8, 200, 5), run_of(16, 16, 300, 5)});
  const auto order = [&](SortBy by) { return sorted_machines(comparison, 0, by); };
  EXPECT_THAT(order(SortBy::given), ElementsAre(0U, 1U, 3U, 4U));
  EXPECT_THAT(order(SortBy::cycles), ElementsAre(0U, 1U, 3U, 4U));
  EXPECT_THAT(order(SortBy::array), ElementsAre(0U, 3U, 4U, 1U));
  EXPECT_THAT(order(SortBy::utilization), ElementsAre(0U, 3U, 1U, 4U));
  EXPECT_THAT(order(SortBy::bytes), ElementsAre(3U, 4U, 0U, 1U));
  EXPECT_THAT(order(SortBy::name), ElementsAre(4U, 3U, 1U, 0U));
}

}  // namespace
}  // namespace intloom::sim
