// The operators that become integers: a line each.
#include <array>

#include "runtime/quant/operator_table.h"
#include "runtime/quant/operators.h"

namespace intloom::quant {
namespace {

constexpr std::string_view kTable = "table of 256 entries: quantize(f(dequantize(x)))";

// Sorted by name.
constexpr std::array kOperators{
    Operator{"Abs", lower_unary, 0, "vector", kTable},
    Operator{"Add", lower_add, 0, "vector",
             "R((A-Za)*Ma + (B-Zb)*Mb) + Zy; a constant behind Conv, Gemm, MatMul: their bias"},
    Operator{"AveragePool", lower_average_pool, 0, "vector", "R(sum(X-Zx) * M/count) + Zy"},
    Operator{"BatchNormalization", lower_batch_normalization, 0, "array, requant",
             "depthwise convolution of one pixel, weights +-127, bias rounded to int32"},
    Operator{"Cast", lower_cast, 0, "none", "to its own type only"},
    Operator{"Ceil", lower_unary, 0, "vector", kTable},
    Operator{"Celu", lower_unary, 0, "vector", kTable},
    Operator{"Clip", lower_clip, 0, "none", "clamp of the layer in front; else a copy with a clamp"},
    Operator{"Concat", lower_concat, 0, "vector", "each part R((X-Zx)*M) + Zy into its place"},
    Operator{"Constant", lower_constant, 0, "none", "a constant of the model"},
    Operator{"Conv", lower_conv, 0, "array, requant", "R((sum (X-Zx)(W-Zw) + bias) * M) + Zy"},
    Operator{"ConvTranspose", lower_conv_transpose, 0, "array, requant, dma",
             "a Conv that makes stride*stride phases of each pixel, then phases to their places"},
    Operator{"Cos", lower_unary, 0, "vector", kTable},
    Operator{"DepthToSpace", lower_depth_to_space, 0, "dma", "the same integers elsewhere"},
    Operator{"DequantizeLinear", lower_dequantize_linear, 0, "none", "says which integers a value is"},
    Operator{"Div", lower_div, 0, "vector", "table of 256 entries: quantize(f(dequantize(x))); one input a number"},
    Operator{"Elu", lower_unary, 0, "vector", kTable},
    Operator{"Erf", lower_unary, 0, "vector", kTable},
    Operator{"Exp", lower_unary, 0, "vector", kTable},
    Operator{"FastGelu", lower_unary, 0, "vector", kTable},
    Operator{"Flatten", lower_reshape, 1, "dma",
             "the same integers in another shape; no time where the bytes stay in order"},
    Operator{"Floor", lower_unary, 0, "vector", kTable},
    Operator{"Gelu", lower_unary, 0, "vector", kTable},
    Operator{"Gemm", lower_gemm, 0, "array, requant", "as Conv of one pixel"},
    Operator{"GlobalAveragePool", lower_global_average_pool, 0, "vector", "R(sum(X-Zx) * M/count) + Zy"},
    Operator{"GlobalMaxPool", lower_global_max_pool, 0, "vector", "R((max(X)-Zx) * M) + Zy"},
    Operator{"HardSigmoid", lower_unary, 0, "vector", kTable},
    Operator{"HardSwish", lower_unary, 0, "vector", kTable},
    Operator{"Identity", lower_identity, 0, "none", "no effect"},
    Operator{"LeakyRelu", lower_unary, 0, "vector", kTable},
    Operator{"Log", lower_unary, 0, "vector", kTable},
    Operator{"MatMul", lower_matmul, 0, "array, requant", "as Conv of one pixel; constant weights"},
    Operator{"Max", lower_max, 0, "vector", "max(R((A-Za)*Ma), R((B-Zb)*Mb)) + Zy; one input a number: a table"},
    Operator{"MaxPool", lower_max_pool, 0, "vector", "R((max(X)-Zx) * M) + Zy"},
    Operator{"Min", lower_min, 0, "vector", "min(R((A-Za)*Ma), R((B-Zb)*Mb)) + Zy; one input a number: a table"},
    Operator{"Mish", lower_unary, 0, "vector", kTable},
    Operator{"Mul", lower_mul, 0, "vector", "R((A-Za)*(B-Zb) * M) + Zy; one input a plain number: a table"},
    Operator{"Neg", lower_unary, 0, "vector", kTable},
    Operator{"Pad", lower_pad, 0, "array, requant",
             "zeros: depthwise convolution of single pixels with padding; edge: copies, as Resize"},
    Operator{"Pow", lower_pow, 0, "vector", "table of 256 entries: quantize(f(dequantize(x))); a constant exponent"},
    Operator{"QGemm", lower_qgemm, 0, "array, requant", "as Gemm"},
    Operator{"QLinearAdd", lower_qlinear_add, 0, "vector", "as Add"},
    Operator{"QLinearAveragePool", lower_qlinear_average_pool, 0, "vector", "as AveragePool"},
    Operator{"QLinearConcat", lower_qlinear_concat, 0, "vector", "as Concat"},
    Operator{"QLinearConv", lower_qlinear_conv, 0, "array, requant", "as Conv"},
    Operator{"QLinearGlobalAveragePool", lower_qlinear_global_average_pool, 0, "vector", "as GlobalAveragePool"},
    Operator{"QLinearLeakyRelu", lower_qlinear_leaky_relu, 0, "vector", "as LeakyRelu"},
    Operator{"QLinearMatMul", lower_qlinear_matmul, 0, "array, requant", "as MatMul"},
    Operator{"QLinearMul", lower_qlinear_mul, 0, "vector", "as Mul"},
    Operator{"QLinearSigmoid", lower_qlinear_sigmoid, 0, "vector", "as Sigmoid"},
    Operator{"QuantizeLinear", lower_quantize_linear, 0, "none", "says which integers a value becomes"},
    Operator{"Reciprocal", lower_unary, 0, "vector", kTable},
    Operator{"ReduceMean", lower_reduce_mean, 0, "vector",
             "average pooling over the dimensions that vanish, moved behind the others"},
    Operator{"ReduceSum", lower_reduce_sum, 0, "vector", "as ReduceMean, without the division"},
    Operator{"Relu", lower_relu, 0, "none", "clamp of the layer in front; else a copy with a clamp"},
    Operator{"Reshape", lower_reshape, 1, "dma",
             "the same integers in another shape; no time where the bytes stay in order"},
    Operator{"Resize", lower_resize, 0, "vector", "nearest: copies of evenly lying rows and columns"},
    Operator{"Round", lower_unary, 0, "vector", kTable},
    Operator{"Selu", lower_unary, 0, "vector", kTable},
    Operator{"Sigmoid", lower_unary, 0, "vector", kTable},
    Operator{"Sin", lower_unary, 0, "vector", kTable},
    Operator{"Slice", lower_slice, 0, "vector", "copy of a part; steps along height and width"},
    Operator{"Softplus", lower_unary, 0, "vector", kTable},
    Operator{"Softsign", lower_unary, 0, "vector", kTable},
    Operator{"SpaceToDepth", lower_space_to_depth, 0, "dma", "the same integers elsewhere"},
    Operator{"Split", lower_split, 1, "vector", "copies of the parts"},
    Operator{"Sqrt", lower_unary, 0, "vector", kTable},
    Operator{"Squeeze", lower_reshape, 1, "dma",
             "the same integers in another shape; no time where the bytes stay in order"},
    Operator{"Sub", lower_sub, 0, "vector", "R((A-Za)*Ma - (B-Zb)*Mb) + Zy; one input a plain number: a table"},
    Operator{"Sum", lower_add, 0, "vector", "as Add, two inputs"},
    Operator{"Tanh", lower_unary, 0, "vector", kTable},
    Operator{"Transpose", lower_transpose, 0, "dma",
             "the same integers in another order; no time where the bytes stay in order"},
    Operator{"Unsqueeze", lower_reshape, 1, "dma",
             "the same integers in another shape; no time where the bytes stay in order"},
    Operator{"Upsample", lower_resize, 0, "vector", "as Resize"},
};

}  // namespace

OperatorList operators() { return {kOperators.data(), kOperators.data() + kOperators.size()}; }

}  // namespace intloom::quant
