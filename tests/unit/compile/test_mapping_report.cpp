// What a program says of the mapper's choices.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/compile/compile.h"
#include "runtime/compile/placement.h"
#include "runtime/mapping/choice.h"
#include "tests/unit/compile/random_network.h"

namespace intloom {
namespace {

using testing::HasSubstr;

struct Labelled {
  double cycles = 0;
  int label = 0;
};
using LabelledChoice = mapping::Choice<Labelled>;

LabelledChoice choice_of(std::initializer_list<double> cycles, int first_label) {
  LabelledChoice choice;
  for (const double each : cycles) choice.consider({each, first_label++});
  return choice;
}

TEST(PlacedChoice, TheNextBestOverAllPlacements) {
  compile::Placement on_chip, to_memory;
  on_chip.output_on_chip = true;
  compile::PlacedChoice<LabelledChoice> placed;
  placed.consider(on_chip, choice_of({50, 40, 70}, 1), 0);  // 40, then 50
  placed.consider(to_memory, choice_of({20, 33}, 11), 15);  // 35, then 48
  placed.consider(on_chip, choice_of({100, 36.5}, 21), 0);  // 36.5
  EXPECT_EQ(placed.choice.best.label, 11);
  EXPECT_EQ(placed.cost, 35);
  EXPECT_FALSE(placed.placement.output_on_chip);
  ASSERT_TRUE(placed.runner_up.found);
  EXPECT_EQ(placed.runner_up.mapping.label, 22);
  EXPECT_EQ(placed.runner_up.cost, 36.5);
  EXPECT_TRUE(placed.runner_up.output_on_chip);
  EXPECT_EQ(placed.candidates, 7);
}

TEST(PlacedChoice, TheBestOfBeforeBecomesTheNextBest) {
  compile::PlacedChoice<LabelledChoice> placed;
  placed.consider({}, choice_of({40}, 1), 0);
  EXPECT_FALSE(placed.runner_up.found);
  placed.consider({}, choice_of({30, 41}, 2), 0);
  EXPECT_EQ(placed.runner_up.mapping.label, 1);
  placed.consider({}, choice_of({10, 20}, 4), 0);
  EXPECT_EQ(placed.choice.best.label, 4);
  EXPECT_EQ(placed.runner_up.mapping.label, 5);
}

TEST(MappingReport, EveryMappedLayerHasItsCostAndItsNextBest) {
  test::Random random(1);
  test::NetworkBuilder builder(random);
  quant::ConvParameters conv;
  conv.channels = 16;
  conv.output_channels = 48;
  conv.window.kernel_h = conv.window.kernel_w = 3;
  const quant::TensorId out = builder.add_conv(builder.add_input({1, 16, 30, 30}), conv);
  builder.add_output(builder.add_rescale(out));
  const compile::Program program = compile::compile(builder.network(), {});
  ASSERT_EQ(program.layers.size(), 4U);
  for (const compile::ProgramLayer& layer : program.layers) {
    EXPECT_GT(layer.mapping_cost_cycles, 0) << layer.name;
    EXPECT_GE(layer.mappings_compared, 1) << layer.name;
    if (!layer.runner_up.empty()) {
      EXPECT_GE(layer.runner_up_cost_cycles, layer.mapping_cost_cycles) << layer.name;
    }
  }
  const compile::ProgramLayer& layer = program.layers[1];
  EXPECT_GT(layer.mappings_compared, 10);
  EXPECT_THAT(layer.runner_up, HasSubstr("tile "));
  EXPECT_NE(layer.runner_up, layer.mapping);
}

}  // namespace
}  // namespace intloom
