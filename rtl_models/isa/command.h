// The commands of a machine: what the runtime compiles a model to and the sequencer hands to the units.
//
// Commands are self-contained: no mode registers. Addresses into a buffer are byte addresses over all of its banks
// (bank = address / bank_bytes); a region may span banks, and a unit holds every bank that its command touches from
// start to end (banks.h computes them).
//
// Tokens: a counting semaphore for each ordered pair of units. A command waits until each unit in `waits` has a token
// for its own unit (one is taken from each), and at its end signals one token to each unit in `signals`.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

namespace intloom::isa {

enum class Unit : std::uint8_t { load, exec, requant, vector, store };
inline constexpr int kUnits = 5;

constexpr std::uint8_t unit_bit(Unit unit) { return static_cast<std::uint8_t>(1U << static_cast<unsigned>(unit)); }
std::string_view unit_name(Unit unit);

enum class Buffer : std::uint8_t { activations, weights, parameters };
std::string_view buffer_name(Buffer buffer);

// LOAD (memory to buffer) and STORE (buffer to memory): a box of bytes, extents and strides innermost first.
// Element (i0, i1, i2) lies at memory_address + sum(i*memory_stride) and at buffer_address + sum(i*buffer_stride).
// A run is the longest prefix of the dimensions that is contiguous on one side. Runs of the memory side move in bursts,
// runs of the buffer side by words; where the innermost stride of a side is not 1 it moves single bytes, which is how
// layouts are converted (rtl_models/dma/README.md). Writes of one STORE to the same byte have no order.
struct Transfer {
  Buffer buffer = Buffer::activations;
  std::uint64_t memory_address = 0;
  std::uint32_t buffer_address = 0;
  std::array<std::uint32_t, 3> extents{1, 1, 1};
  std::array<std::int64_t, 3> memory_strides{1, 0, 0};
  std::array<std::int64_t, 3> buffer_strides{1, 0, 0};
};

// A feature map or a part of one in the activation scratchpad: words of one byte per array row, one word a pixel and
// channel block. Pixel (y, x) of block b lies at address + b*block_pitch + y*row_pitch + x*pixel_pitch (bytes).
// Pitches of 0 broadcast. `is_signed`: the bytes are int8, else uint8.
struct MapRegion {
  std::uint32_t address = 0;
  std::uint32_t pixel_pitch = 0;
  std::uint32_t row_pitch = 0;
  std::uint32_t block_pitch = 0;
  std::uint32_t height = 1;
  std::uint32_t width = 1;
  bool is_signed = true;
};

// The window of a convolution or of a pooling. Tap (ky, kx) of output (oy, ox) is input pixel
// (oy*stride_h + ky*dilation_h - pad_top, ox*stride_w + kx*dilation_w - pad_left); outside of the input region it is
// padding. Pads may be negative (a part of a kernel, or of a map).
struct Window {
  int kernel_h = 1, kernel_w = 1;
  int stride_h = 1, stride_w = 1;
  int dilation_h = 1, dilation_w = 1;
  int pad_top = 0, pad_left = 0;
};

// EXEC: acc[row][column] (+)= sum over taps and channels of (x - zx) * (w - zw).
//
// Dense: output channels in groups of array.cols, input channels in blocks of array.rows. The hardware walks
//   for group g in 0..ceil(output_channels/columns): for block b in 0..ceil(channels/rows): for ky: for kx:
//     load the weights of (g, b, ky, kx); for oy: for ox: one activation row enters the array
// and adds to accumulator row acc_row + g*out_height*out_width + oy*out_width + ox. The first (b, ky, kx) of a group
// overwrites unless `accumulate`. Weights lie in that order from weight_address: for each (g, b, ky, kx) as many
// words of array.cols bytes as the block has channels (the last block: channels - b*rows), no gaps.
//
// Depthwise: channels == output_channels; a group is `depthwise_group(machine)` channels (banks.h), one channel a
// column, its input lane (g*group) % rows + column of block (g*group) / rows. Weights: one word for each (g, ky, kx).
//
// Timing, banks and accumulator ownership: rtl_models/feeder/README.md.
struct Exec {
  bool depthwise = false;
  MapRegion x;
  std::uint32_t weight_address = 0;
  bool weights_signed = true;
  Window window;
  std::uint32_t out_height = 1, out_width = 1;
  std::uint32_t channels = 1;         // K: input channels
  std::uint32_t output_channels = 1;  // N
  std::int16_t zx = 0, zw = 0;
  // With `zero_point: folded` nothing is subtracted and padding injects this byte's value; else padding injects 0.
  std::int16_t pad_value = 0;
  std::uint32_t acc_bank = 0, acc_row = 0;
  bool accumulate = false;
};

// REQUANT: for each row (pixel) and channel, out = clamp(R((acc + bias) * m0 * 2^-n) + zy, lo, hi).
// Accumulator row of group g, pixel p: acc_row + g*pixels + p, pixels = out.height*out.width; a group holds
// `group_channels` channels, channel c in column c % group_channels of group c / group_channels. Parameter record of
// channel c: parameter_address + c*kParameterRecordBytes. With `per_channel` false all channels take m0 and n of one
// record at parameter_address (its bias is not used); the bias of channel c, int32 little-endian, lies at
// parameter_address + kParameterRecordBytes + 4*c: three to a word, whose unused bytes are not looked at.
// Channel c goes to lane c % rows of block c / rows of `out`. acc + bias is exact, it does not wrap.
// A chunk is a run of channels inside one group and one output block, at most requant.lanes long.
// lo, hi: the clamp, inside the output type. out.is_signed names that type.
struct Requant {
  std::uint32_t acc_bank = 0, acc_row = 0;
  std::uint32_t channels = 1;
  std::uint32_t group_channels = 1;
  std::uint32_t parameter_address = 0;
  bool per_channel = true;
  std::int16_t zy = 0, lo = -128, hi = 127;
  MapRegion out;
};

enum class VectorOp : std::uint8_t {
  rescale,       // R((a - za) * M) + zy
  add,           // R(((a - za)*Ma + (b - zb)*Mb) * 2^-n) + zy; records: [Ma, n], [Mb, n]
  multiply,      // R((a - za)*(b - zb) * M) + zy
  max_pool,      // max over the taps inside, then as rescale
  average_pool,  // R(sum(a - za) * M(count)) + zy
  lookup,        // table[a]; records: the table
  subtract,      // R(((a - za)*Ma - (b - zb)*Mb) * 2^-n) + zy; records as for add (float32: m of b negative)
  maximum,       // max(R((a - za)*Ma), R((b - zb)*Mb)) + zy; records: [Ma, na], [Mb, nb]
  minimum,       // min of the same
};
std::string_view vector_op_name(VectorOp op);

// VECTOR: one word of a (block) and output pixel after another: for block: for oy: for ox: for ky: for kx.
// Elementwise ops have no window: out.height x out.width x blocks pixels; a and b may broadcast through pitch 0.
// Each result is clamped to lo..hi, or with `out_of_range: wrap` its low 8 bits are kept; lookup's is the table's byte.
// max_pool of a window without a tap inside is the lowest value of a's type.
// average_pool: taps outside the input count only with `count_padding` (as value za); the record of a
// window with `count` counted taps is number min(count, parameter_records) - 1 (so one record serves a pooling whose
// windows all have one count, as a global one of a large map); an empty window takes record 0.
// lookup: the table's 256 bytes, indexed by the bits of a, fill the first kTableRecords records; za, zb, zy, lo, hi and
// out_of_range are not looked at and nothing saturates; chunks are at most vector.table_lanes long.
// `in_lane` < rows: channel c is read from lane (c + in_lane) % rows of block (c + in_lane) / rows of a (a part of the
// channels: Split, Slice); operations with one operand and without a window only.
// `out_lane` < rows: channel c goes to lane (c + out_lane) % rows of block (c + out_lane) / rows, and only those lanes
// are written (Concat of channels that are no multiple of the rows).
// Parameters: records from parameter_address, M = m0 * 2^-n (fixed) or float32.
// float32: rescale rne(f32(a - za) * m) + zy; add rne(fma(f32(a), ma, fma(f32(b), mb, f))) with the constant
// f = fma-contracted(zy - (ma*za + mb*zb)) given as a third record; multiply rne(f32((a - za)(b - zb)) * m + f32(zy));
// maximum, minimum: each operand as rescale without zy; average_pool as rescale of the sum.
struct Vector {
  VectorOp op = VectorOp::rescale;
  MapRegion a, b, out;
  std::uint32_t channels = 1;
  std::uint32_t in_lane = 0, out_lane = 0;
  Window window;
  bool count_padding = false;
  std::uint32_t parameter_address = 0;
  std::uint32_t parameter_records = 1;
  std::int16_t za = 0, zb = 0, zy = 0, lo = -128, hi = 127;
};

// END: the sequencer waits for every unit to finish, then the program has ended.
struct End {};

struct Command {
  std::uint32_t layer = 0;   // index of the layer it belongs to, for counters and waveforms
  std::uint32_t tile = 0;    // number of the tile within the layer
  Unit unit = Unit::load;    // not looked at for END
  std::uint8_t waits = 0;    // unit_bit() of each unit to take a token from
  std::uint8_t signals = 0;  // unit_bit() of each unit to give a token to
  std::variant<Transfer, Exec, Requant, Vector, End> body;
};

using CommandStream = std::vector<Command>;

}  // namespace intloom::isa
