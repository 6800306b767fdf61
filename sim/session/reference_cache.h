// References of one workload on one input, for runs of it on several machines: the float reference does not depend on
// the machine, the integer oracle on its arithmetic only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "rtl_models/isa/machine_description.h"
#include "runtime/reference/float_reference.h"
#include "runtime/reference/integer_reference.h"

namespace intloom::sim {

class ReferenceCache {
 public:
  using Integers = std::vector<reference::IntegerTensor>;
  using Floats = std::map<std::string, reference::FloatTensor>;

  // What is computed when so many bytes are kept already is handed out and forgotten.
  explicit ReferenceCache(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  // `kind`: what else than the inference the values depend on. `compute` is called where they are not kept.
  std::shared_ptr<const Integers> integers(const std::string& kind, std::int64_t inference,
                                           const std::function<Integers()>& compute);
  std::shared_ptr<const Floats> floats(const std::string& kind, std::int64_t inference,
                                       const std::function<Floats()>& compute);

  std::size_t bytes() const { return bytes_; }  // kept

 private:
  using Key = std::pair<std::string, std::int64_t>;
  template <class T>
  std::shared_ptr<const T> get(std::map<Key, std::shared_ptr<const T>>& kept, const Key& key,
                               const std::function<T()>& compute);

  std::size_t most_bytes_, bytes_ = 0;
  std::map<Key, std::shared_ptr<const Integers>> integers_;
  std::map<Key, std::shared_ptr<const Floats>> floats_;
};

// Equal for machines to which the integer oracle gives the same integers: all that reference::run_integer_reference
// reads of a machine.
std::string arithmetic_of(const isa::MachineDescription& machine);

}  // namespace intloom::sim
