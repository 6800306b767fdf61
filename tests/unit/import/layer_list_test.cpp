// Layer lists in CSV: both headers, their variants, and every kind of mistake with its place.
//
// Output sizes are compared with SCALE-Sim's own formula, int(math.ceil((ifmap - filter + stride) / stride)).
#include "runtime/import/layer_list.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "tests/unit/import/small_model.h"

namespace intloom::graph {
namespace {

using testing::HasSubstr;
using Ints = std::vector<std::int64_t>;

const std::string kConvolutions =
    "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,\n";
const std::string kGemms = "Layer, M, N, K,\n";

Graph import_text(const std::string& text) {
  const std::string path = temporary_path("layers.csv");
  write_file(path, text);
  return import_layer_list(path);
}

// Without the folders of the path.
std::string error_of(const std::string& text) {
  try {
    import_text(text);
  } catch (const ModelError& error) {
    const std::string message = error.what();
    const std::size_t place = message.find(".csv");
    return message.substr(place + 4);
  }
  return "none";
}

struct Shapes {
  std::string op;
  Shape input, weights, output;
};
bool operator==(const Shapes& a, const Shapes& b) {
  return a.op == b.op && a.input == b.input && a.weights == b.weights && a.output == b.output;
}
std::ostream& operator<<(std::ostream& out, const Shapes& s) {
  return out << s.op << " " << to_string(s.input) << " * " << to_string(s.weights) << " = " << to_string(s.output);
}

Shapes shapes(const Graph& graph, std::size_t layer) {
  const Node& node = graph.nodes.at(layer);
  return {node.op, graph.tensor(node.inputs[0]).shape, graph.tensor(node.inputs[1]).shape,
          graph.tensor(node.outputs[0]).shape};
}

std::int64_t macs(const Graph& graph, std::size_t layer) {
  const Shapes s = shapes(graph, layer);
  if (s.op == "MatMul") return element_count(s.output) * s.weights[0];
  return element_count(s.output) * s.weights[1] * s.weights[2] * s.weights[3];
}

std::string workload(const std::string& name) { return std::string(INTLOOM_SOURCE_DIR) + "/configs/workloads/" + name; }

TEST(LayerList, ConvolutionsAreIndependentLayers) {
  const Graph graph = import_text(kConvolutions + "A, 9, 7, 3, 2, 5, 4, 2,\nB, 4, 4, 4, 4, 8, 16, 1,\n");
  ASSERT_EQ(graph.nodes.size(), 2U);
  EXPECT_EQ(graph.nodes[0].name, "A");
  EXPECT_EQ(shapes(graph, 0), (Shapes{"Conv", {1, 5, 9, 7}, {4, 5, 3, 2}, {1, 4, 4, 4}}));
  EXPECT_EQ(graph.nodes[0].ints_attribute("strides", {}), (Ints{2, 2}));
  EXPECT_EQ(graph.nodes[0].ints_attribute("pads", {}), (Ints{0, 0, 0, 1}));
  EXPECT_EQ(shapes(graph, 1), (Shapes{"Conv", {1, 8, 4, 4}, {16, 8, 4, 4}, {1, 16, 1, 1}}));
  ASSERT_EQ(graph.inputs.size(), 2U);
  EXPECT_EQ(graph.tensor(graph.inputs[1]).name, "B.input");
  EXPECT_EQ(graph.tensor(graph.outputs[0]).name, "A.output");
  EXPECT_FALSE(graph.tensor(graph.nodes[0].inputs[1]).constant->has_values());
  EXPECT_THAT(graph.path, testing::EndsWith("/" + graph.name + ".csv"));
  EXPECT_EQ(graph.sha256.size(), 64U);
}

// M x K times K x N, as SCALE-Sim has it: entries = [m, k, 1, k, 1, n, 1, 1].
TEST(LayerList, Gemms) {
  const Graph graph = import_text(kGemms + "QK, 128, 64, 32,\n");
  ASSERT_EQ(graph.nodes.size(), 1U);
  EXPECT_EQ(shapes(graph, 0), (Shapes{"MatMul", {1, 128, 32}, {32, 64}, {1, 128, 64}}));
}

TEST(LayerList, DepthwiseRowsAreNamedDp) {
  const Graph graph = import_text(kConvolutions + "DP_1, 114, 114, 3, 3, 32, 1, 1,\nxDP2, 6, 6, 3, 3, 8, 2, 1,\n");
  EXPECT_EQ(shapes(graph, 0), (Shapes{"Conv", {1, 32, 114, 114}, {32, 1, 3, 3}, {1, 32, 112, 112}}));
  EXPECT_EQ(graph.nodes[0].int_attribute("group", 0), 32);
  EXPECT_EQ(shapes(graph, 1), (Shapes{"Conv", {1, 8, 6, 6}, {16, 1, 3, 3}, {1, 16, 4, 4}}));
}

TEST(LayerList, ReadsTheVariantsOfPublishedFiles) {
  const Shapes expected{"Conv", {1, 3, 8, 6}, {4, 3, 3, 2}, {1, 4, 6, 5}};
  const std::string row = "A, 8, 6, 3, 2, 3, 4, 1";
  const std::vector<std::string> texts = {
      "\xEF\xBB\xBFLayer name,Ifmap height,ifmap width,filter height,filter width,channels,num filters,strides,\r\n" +
          row + ",\r\n\r\n",
      "Layer, IFMAP Width, IFMAP Width, Filter Height, Filter Width, Channel, Num Filter, Stride\n" + row,
      "Layer name,\xC2\xA0IFMAP  Height, IFMAP_Width, Filter Height, Filter Width, Channels, Num Filter, Strides,\n" +
          row,
      "\n" + kConvolutions + ",,,,,,,,\n" + row + ", # of the paper, table 1\n",
      "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Stride Height, "
      "Stride Width,\n" +
          row + ", 1,\n",
      "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides, Sparsity,\n" +
          row + ", 1:1,\n",
      "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides, Batch "
      "Size\n" +
          row + ",\n",
      "Strides, Num Filter, Channels, Filter Width, Filter Height, IFMAP Width, IFMAP Height, Layer name\n"
      "1, 4, 3, 2, 3, 6, 8, A\n"};
  for (const std::string& text : texts) {
    const Graph graph = import_text(text);
    ASSERT_EQ(graph.nodes.size(), 1U) << text;
    EXPECT_EQ(graph.nodes[0].name, "A");
    EXPECT_EQ(shapes(graph, 0), expected) << text;
  }
}

TEST(LayerList, StridesMayDiffer) {
  const Graph graph = import_text(
      "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Stride Height, "
      "Stride Width,\nA, 9, 9, 3, 3, 1, 1, 2, 3,\n");
  EXPECT_EQ(shapes(graph, 0).output, (Shape{1, 1, 4, 3}));
  EXPECT_EQ(graph.nodes[0].ints_attribute("strides", {}), (Ints{2, 3}));
}

TEST(LayerList, RowsOfOneNameStayApart) {
  const Graph graph = import_text(kGemms + "A, 1, 1, 1\nA_2, 1, 1, 1\nA, 1, 1, 1\n");
  EXPECT_EQ(graph.nodes[0].name, "A");
  EXPECT_EQ(graph.nodes[1].name, "A_2");
  EXPECT_EQ(graph.nodes[2].name, "A_3");
}

RC_GTEST_PROP(LayerList, SizesAreThoseOfScaleSim, ()) {
  const int height = *rc::gen::inRange(1, 300), width = *rc::gen::inRange(1, 300);
  const int filter_h = *rc::gen::inRange(1, height + 1), filter_w = *rc::gen::inRange(1, width + 1);
  const int stride_h = *rc::gen::inRange(1, 9), stride_w = *rc::gen::inRange(1, 9);
  const Graph graph = import_text(
      fmt::format("Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Stride "
                  "Height, Stride Width,\nA, {}, {}, {}, {}, 2, 3, {}, {},\n",
                  height, width, filter_h, filter_w, stride_h, stride_w));
  const auto outputs = [](int ifmap, int filter, int stride) {
    return static_cast<std::int64_t>(std::ceil(static_cast<double>(ifmap - filter + stride) / stride));
  };
  const Shape expected{1, 3, outputs(height, filter_h, stride_h), outputs(width, filter_w, stride_w)};
  RC_ASSERT(shapes(graph, 0).output == expected);
  // ONNX: the padded input holds exactly the windows.
  const Ints pads = graph.nodes[0].ints_attribute("pads", {});
  RC_ASSERT(height + pads[2] == (expected[2] - 1) * stride_h + filter_h);
  RC_ASSERT(width + pads[3] == (expected[3] - 1) * stride_w + filter_w);
}

// Multiply-accumulates as the papers give them: AlexNet without groups, one block of BERT-base with 128 tokens.
TEST(LayerList, Examples) {
  const Graph alexnet = import_layer_list(workload("alexnet.csv"));
  ASSERT_EQ(alexnet.nodes.size(), 5U);
  const std::vector<std::int64_t> expected = {105415200, 447897600, 149520384, 224280576, 149520384};
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(macs(alexnet, i), expected[i]) << i;

  const Graph layers = import_layer_list(workload("resnet50_mobilenet_layers.csv"));
  ASSERT_EQ(layers.nodes.size(), 10U);
  EXPECT_EQ(shapes(layers, 0).output, (Shape{1, 64, 112, 112}));
  EXPECT_EQ(macs(layers, 0), 118013952);
  EXPECT_EQ(shapes(layers, 4).output, (Shape{1, 512, 28, 28}));
  EXPECT_EQ(macs(layers, 6), 112 * 112 * 9 * 32);
  EXPECT_EQ(shapes(layers, 8).output, (Shape{1, 64, 56, 56}));

  const Graph gemms = import_layer_list(workload("bert_base_block_gemms.csv"));
  ASSERT_EQ(gemms.nodes.size(), 8U);
  EXPECT_EQ(macs(gemms, 0), 128 * 768 * 768);
  EXPECT_EQ(shapes(gemms, 7), (Shapes{"MatMul", {1, 128, 3072}, {3072, 768}, {1, 128, 768}}));
}

TEST(LayerList, IsKnownByItsExtension) {
  EXPECT_TRUE(is_layer_list("a/b.csv"));
  EXPECT_TRUE(is_layer_list("B.CSV"));
  EXPECT_FALSE(is_layer_list("csv"));
  EXPECT_FALSE(is_layer_list("a.csv/b.onnx"));
}

TEST(LayerList, WrongNumbersAreNamedByLineAndColumn) {
  const std::string good = kConvolutions + "A, 8, 8, 3, 3, 3, 4, 1,\n";
  EXPECT_EQ(error_of(good + "\nB, 8, 8, 3, 3, 3, abc, 1,\n"),
            ":4: column 'Num Filter' has 'abc', expected a whole number of at least 1");
  EXPECT_EQ(error_of(good + "B, 8, 8, 3, 3, 3, 4, 0,\n"),
            ":3: column 'Strides' has '0', expected a whole number of at least 1");
  EXPECT_EQ(error_of(good + "B, 8, -8, 3, 3, 3, 4, 1,\n"),
            ":3: column 'IFMAP Width' has '-8', expected a whole number of at least 1");
  EXPECT_EQ(error_of(good + "B, 8.5, 8, 3, 3, 3, 4, 1,\n"),
            ":3: column 'IFMAP Height' has '8.5', expected a whole number of at least 1");
  EXPECT_EQ(error_of(good + "B, 8, 8, , 3, 3, 4, 1,\n"),
            ":3: column 'Filter Height' is empty, expected a whole number of at least 1");
  EXPECT_EQ(error_of(good + "B, 8, 8, 3, 3, 3, 4\n"),
            ":3: column 'Strides' is empty, expected a whole number of at least 1");
  EXPECT_EQ(error_of(good + "B, 8, 8, 9, 3, 3, 4, 1\n"),
            ":3: column 'Filter Height' has '9', expected at most the input's 8 (IFMAP sizes include the padding)");
  EXPECT_EQ(error_of(kGemms + "A, 2147483648, 1, 1,\n"),
            ":2: column 'M' has '2147483648', expected a whole number of at most 2147483647");
  EXPECT_EQ(error_of(kGemms + "A, 99999999999999999999, 1, 1,\n"),
            ":2: column 'M' has '99999999999999999999', expected a whole number of at most 2147483647");
  EXPECT_EQ(error_of(kGemms + "A, 2147483647, 2147483647, 2147483647,\n"),
            ":2: the layer is too large: 2147483647x2147483647x2147483647 is 2^63 or more");
  EXPECT_EQ(error_of(kGemms + ", 1, 1, 1,\n"), ":2: column 'Layer' is empty, expected the layer's name");
  EXPECT_EQ(error_of(kGemms + "A, 1, 1, 1, 7,\n"), ":2: 5 cells, but the header names 4 columns: '7' belongs to none");
}

TEST(LayerList, WhatIsNotModelledIsRefused) {
  EXPECT_EQ(error_of("Layer, M, N, K, Sparsity,\nA, 1, 1, 1, 2:4,\n"),
            ":2: column 'Sparsity' has '2:4', expected 1:1: sparse weights are not modelled, 1:1 computes them as "
            "dense ones");
  EXPECT_EQ(error_of("Layer, M, N, K, Sparsity,\nA, 1, 1, 1, 4:4,\n"), "none");
  EXPECT_THAT(error_of("Layer, M, N, K, Sparsity,\nA, 1, 1, 1, 0:0,\n"), HasSubstr("'0:0', expected 1:1"));
  EXPECT_EQ(error_of("Layer, M, N, K, batch size,\nA, 1, 1, 1, 8,\n"),
            ":2: column 'batch size' has '8', expected 1: a batch runs as so many inferences");
}

TEST(LayerList, WrongHeadersNameWhatIsUnderstood) {
  const std::string conv =
      "'Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides'";
  EXPECT_EQ(error_of("a, b\n1, 2\n"),
            ":1: the header is 'a, b', expected " + conv + " (convolutions) or 'Layer, M, N, K' (GEMMs)");
  EXPECT_THAT(error_of("A, 8, 8, 3, 3, 3, 4, 1\n"), HasSubstr(":1: the header is 'A, 8, 8, 3, 3, 3, 4, 1', expected"));
  EXPECT_EQ(error_of("Layer, M, N,\nA, 1, 1,\n"),
            ":1: column 'K' is missing; the header of a list of GEMMs is 'Layer, M, N, K'");
  EXPECT_EQ(error_of("Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter,\n"),
            ":1: column 'Strides' is missing; the header of a list of convolutions is " + conv);
  EXPECT_THAT(error_of("M, N, K\n1, 1, 1\n"), HasSubstr(":1: column 'Layer name' is missing"));
  EXPECT_THAT(error_of("Layer, M, N, K, Rows,\n"),
              HasSubstr(":1: column 5 of the header is 'Rows', which is not known"));
  EXPECT_EQ(error_of("Layer, M, M, K,\n"), ":1: column 'M' is there twice");
  EXPECT_THAT(error_of("Layer, M, N, K, Channels,\n"), HasSubstr(":1: column 'Channels' beside M, N, K"));
  EXPECT_THAT(error_of("Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, "
                       "Strides, Stride Height\n"),
              HasSubstr("column 'Strides' beside"));
}

TEST(LayerList, EmptyAndAbsentFiles) {
  EXPECT_EQ(error_of(""), ": the file is empty, expected a header and layers");
  EXPECT_EQ(error_of(" \n,,\n"), ": the file is empty, expected a header and layers");
  EXPECT_EQ(error_of(kGemms + "\n"), ":1: no layer stands below the header");
  try {
    import_layer_list(workload("absent.csv"));
    FAIL();
  } catch (const ModelError& error) {
    EXPECT_THAT(error.what(), HasSubstr("absent.csv: No such file or directory"));
  }
}

RC_GTEST_PROP(LayerList, AnyTextIsReadOrRefused, ()) {
  const auto cell = rc::gen::element<std::string>("1", "0", "-1", "K", "M", "2:4", "", "\xEF\xBB\xBF", "#", ":", "A",
                                                  "9223372036854775808", "\r", " ", "3");
  const auto row = *rc::gen::container<std::vector<std::string>>(cell);
  std::string text = *rc::gen::element(kGemms, kConvolutions, std::string());
  for (const std::string& c : row) text += c + *rc::gen::element<std::string>(",", "\n", "");
  try {
    const Graph graph = import_text(text);
    RC_ASSERT(!graph.nodes.empty());
    validate(graph);
  } catch (const ModelError&) {
  }
}

}  // namespace
}  // namespace intloom::graph
