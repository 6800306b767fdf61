// JSON and CSV of a comparison made by hand.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/unit/compare/comparisons.h"

namespace intloom::sim {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

Comparison three() {
  return compare({"m.onnx"}, {variant({{"array.rows", "8"}}), preset("edge_16x16"), variant({{"array.rows", "99"}})},
                 {with_layers(run_of(8, 16, 300), {{"a,b", 100}, {"c", 200}}),
                  with_layers(run_of(16, 16, 150), {{"a,b", 50}, {"c", 100}}), failed_run("too large")});
}

TEST(Data, Json) {
  const auto json = nlohmann::json::parse(json_text(three(), SortBy::cycles));
  EXPECT_EQ(json["schema"], "intloom.compare/1");
  EXPECT_EQ(json["baseline"], "edge_16x16:array.rows=8");
  EXPECT_EQ(json["machines"][0]["base"], "edge_16x16");
  EXPECT_EQ(json["machines"][0]["changes"]["array.rows"], "8");
  ASSERT_EQ(json["results"].size(), 4U);
  EXPECT_EQ(json["results"][1]["machine"], "edge_16x16");
  EXPECT_EQ(json["results"][1]["speedup"], 2.0);
  ASSERT_EQ(json["totals"].size(), 2U);
  const auto& first = json["totals"][0];  // by cycles
  EXPECT_EQ(first["machine"], "edge_16x16");
  EXPECT_EQ(first["array_rows"], 16);
  EXPECT_EQ(first["pes"], 256);
  EXPECT_EQ(first["dram_bytes"], 1000);
  EXPECT_EQ(first["pareto"], true);
  EXPECT_EQ(first["lost"]["compute"], 113 - 225 / 2.0);
  EXPECT_EQ(json["front"].size(), 2U);
  EXPECT_EQ(json["failed"][0]["machine"], "edge_16x16:array.rows=99");
  EXPECT_EQ(json["failed"][0]["reason"], "too large");
}

TEST(Data, Csv) {
  EXPECT_EQ(csv_text(three()),
            "model,machine,scheme,layer,cycles,speedup,bound_by\n"
            "m.onnx,edge_16x16:array.rows=8,static,\"a,b\",100,1,compute\n"
            "m.onnx,edge_16x16,static,\"a,b\",50,2,compute\n"
            "m.onnx,edge_16x16:array.rows=8,static,c,200,1,compute\n"
            "m.onnx,edge_16x16,static,c,100,2,compute\n");
  const std::string totals = totals_csv_text(three(), SortBy::given);
  EXPECT_THAT(totals, StartsWith("model,machine,scheme,array_rows,array_cols,pes,cycles,"));
  EXPECT_THAT(totals, HasSubstr("\nm.onnx,edge_16x16:array.rows=8,static,8,16,128,300,0.3,1,1,1,"));
}

}  // namespace
}  // namespace intloom::sim
