// The recipes that float values are made of.
#pragma once

#include <functional>
#include <vector>

#include "runtime/quant/lowering.h"
#include "runtime/quant/value.h"

namespace intloom::quant {

// Behind a DequantizeLinear.
class DequantizedTensor : public FloatValue {
 public:
  DequantizedTensor(std::string tensor_name, const graph::Node& node, TensorId id)
      : FloatValue(std::move(tensor_name), &node), id_(id) {}
  std::optional<TensorId> integers(Lowering&) override { return id_; }
  TensorId quantize(Lowering& lowering, const Target& target) override;
  void absorb(Lowering& lowering, const std::string& node_name) override;

 private:
  TensorId id_;
};

// The output of an operator that rescales (Conv, Add, ...). Each different QuantizeLinear behind it makes a layer; one
// that only clips more than another with the same scale clips the other's integers instead.
class LayerValue : public FloatValue {
 public:
  using MakeParameters = std::function<LayerParameters(const Quantization& output)>;
  LayerValue(std::string tensor_name, const graph::Node& node, Op op, std::vector<TensorId> inputs,
             NetworkBuilder::Output output, MakeParameters parameters);

  std::optional<TensorId> integers(Lowering&) override { return std::nullopt; }
  TensorId quantize(Lowering& lowering, const Target& target) override;

  std::vector<std::string> folded;  // nodes in front of the layer that it absorbs (a Reshape, a bias Add)

 private:
  struct Made {
    Quantization quantization;
    Clamp clamp;
    TensorId id;
  };
  Op op_;
  std::vector<TensorId> inputs_;
  NetworkBuilder::Output output_;
  MakeParameters parameters_;
  std::vector<Made> made_;
};

// Clipped: Relu, Clip.
class ClippedValue : public FloatValue {
 public:
  ClippedValue(std::string tensor_name, const graph::Node& node, FloatPtr inner, Bounds bounds)
      : FloatValue(std::move(tensor_name), &node), inner_(std::move(inner)), bounds_(bounds) {}
  std::optional<TensorId> integers(Lowering& lowering) override;
  TensorId quantize(Lowering& lowering, const Target& target) override;
  std::optional<ByteFunction> function(Lowering& lowering) override;

 private:
  FloatPtr inner_;
  Bounds bounds_;
};

// A function of one input, or a chain of them: a table, once its QuantizeLinear is known.
class TableValue : public FloatValue {
 public:
  // `function`: without `node` among its nodes.
  TableValue(std::string tensor_name, const graph::Node& node, ByteFunction function)
      : FloatValue(std::move(tensor_name), &node), function_(std::move(function)) {}
  std::optional<TensorId> integers(Lowering&) override { return std::nullopt; }
  TensorId quantize(Lowering& lowering, const Target& target) override;
  std::optional<ByteFunction> function(Lowering& lowering) override;

 private:
  ByteFunction function_;
  std::vector<std::pair<TableParameters, TensorId>> made_;
};

// The same numbers, fewer or elsewhere (MaxPool, Reshape, Transpose): quantizing before and after is the same.
class MovedValue : public FloatValue {
 public:
  // Makes the layer on integers; with `rescales` it can apply target's quantization and bounds too.
  using Move = std::function<TensorId(Lowering& lowering, TensorId input, const Target& target)>;
  MovedValue(std::string tensor_name, const graph::Node& node, FloatPtr inner, bool rescales, Move move)
      : FloatValue(std::move(tensor_name), &node),
        inner_(std::move(inner)),
        rescales_(rescales),
        move_(std::move(move)) {}
  std::optional<TensorId> integers(Lowering& lowering) override;
  TensorId quantize(Lowering& lowering, const Target& target) override;

 private:
  TensorId moved(Lowering& lowering, TensorId input, const Target& target);
  struct Made {
    TensorId input;
    Quantization quantization;
    Clamp clamp;
    TensorId id;
  };
  FloatPtr inner_;
  bool rescales_;
  Move move_;
  std::vector<Made> made_;
};

// Sets output `i` of a node that moves its input 0: a float value waits for its QuantizeLinear, integers (any scale)
// move at once. Constants are an error.
void set_moved(Lowering& lowering, const graph::Node& node, bool rescales, MovedValue::Move move, std::size_t i = 0);

}  // namespace intloom::quant
