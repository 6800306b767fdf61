#include "runtime/reference/float_pick.h"

#include <algorithm>
#include <numeric>

namespace intloom::reference {
namespace {

bool is_contiguous(const std::vector<std::int64_t>& indices) {
  for (std::size_t i = 0; i < indices.size(); ++i) {
    if (indices[i] < 0 || indices[i] != indices[0] + static_cast<std::int64_t>(i)) return false;
  }
  return true;
}

class Picker {
 public:
  Picker(const Value& x, const AxisIndices& indices, float fill) : x_(x.begin()), indices_(indices), fill_(fill) {
    for (std::size_t d = 0; d < x.shape.size(); ++d) {
      strides_.push_back(extent_product(x.shape, d + 1, x.shape.size()));
      runs_.push_back(1);
    }
    for (std::size_t d = x.shape.size(); d-- > 1;) {
      runs_[d - 1] = runs_[d] * static_cast<std::int64_t>(indices[d].size());
    }
    contiguous_ = !indices.empty() && is_contiguous(indices.back());
  }

  // Writes the result's axes from `axis` on, for the elements of x from `offset` on.
  float* write(std::size_t axis, std::int64_t offset, float* to) const {
    const std::vector<std::int64_t>& list = indices_[axis];
    if (axis + 1 == indices_.size()) return write_run(list, x_ + offset, to);
    for (const std::int64_t index : list) {
      to = index < 0 ? std::fill_n(to, runs_[axis], fill_) : write(axis + 1, offset + index * strides_[axis], to);
    }
    return to;
  }

 private:
  float* write_run(const std::vector<std::int64_t>& list, const float* from, float* to) const {
    if (contiguous_ && !list.empty()) return std::copy_n(from + list[0], list.size(), to);
    for (const std::int64_t index : list) *to++ = index < 0 ? fill_ : from[index];
    return to;
  }

  const float* x_;
  const AxisIndices& indices_;
  float fill_;
  std::vector<std::int64_t> strides_;  // of x
  std::vector<std::int64_t> runs_;     // elements of the result behind one index of an axis
  bool contiguous_ = false;
};

}  // namespace

AxisIndices all_indices(const graph::Shape& shape) {
  AxisIndices indices;
  for (const std::int64_t extent : shape) {
    indices.emplace_back(static_cast<std::size_t>(extent));
    std::iota(indices.back().begin(), indices.back().end(), 0);
  }
  return indices;
}

Value pick(const Value& x, const AxisIndices& indices, float fill) {
  if (x.shape.empty()) return x;
  graph::Shape shape;
  for (const auto& list : indices) shape.push_back(static_cast<std::int64_t>(list.size()));
  std::vector<float> y(static_cast<std::size_t>(graph::element_count(shape)));
  if (!y.empty()) Picker(x, indices, fill).write(0, 0, y.data());
  return make_value(x.type, std::move(shape), std::move(y));
}

Value expanded(const Value& x, const graph::Shape& shape) {
  if (x.shape == shape) return x;
  Value aligned = x;
  aligned.shape.insert(aligned.shape.begin(), shape.size() - x.shape.size(), 1);
  AxisIndices indices;
  for (std::size_t d = 0; d < shape.size(); ++d) {
    indices.emplace_back(static_cast<std::size_t>(shape[d]), 0);
    if (aligned.shape[d] != 1) std::iota(indices.back().begin(), indices.back().end(), 0);
  }
  return pick(aligned, indices);
}

}  // namespace intloom::reference
