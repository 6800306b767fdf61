// What all parts of the compiler share while one network is compiled for one machine.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "rtl_models/isa/machine_description.h"
#include "runtime/compile/buffers.h"
#include "runtime/compile/compile.h"
#include "runtime/compile/load_ahead.h"
#include "runtime/compile/memory_plan.h"
#include "runtime/compile/program_builder.h"
#include "runtime/compile/storage.h"
#include "runtime/mapping/mapper.h"
#include "runtime/quant/network.h"

namespace intloom::compile {

struct Context {
  Context(const quant::Network& net, const isa::MachineDescription& target, const CompileOptions& options,
          const std::vector<bool>& aliased)
      : network(net),
        machine(target),
        values(options.values),
        builder(options.values, net.layers.size()),
        memory(target),
        scratchpad(target),
        weights(target, isa::Buffer::weights),
        parameters(target, isa::Buffer::parameters),
        storages(net, target, aliased),
        mapper(target),
        load_ahead(target) {}

  const quant::Network& network;
  const isa::MachineDescription& machine;
  const bool values;  // CompileOptions
  ProgramBuilder builder;
  MemoryPlan memory;
  ScratchpadBanks scratchpad;
  BankRing weights, parameters;
  StorageTable storages;
  mapping::Mapper mapper;
  LoadAhead load_ahead;
  std::uint32_t accumulator_bank = 0;  // of the next output tile: they take turns, across layers too
  int now = 0;                         // index of the network's layer that is compiled

  const quant::Tensor& tensor(quant::TensorId id) const { return network.tensor(id); }
};

inline bool is_signed(const quant::Tensor& tensor) { return tensor.type == graph::DataType::int8; }

// A CompileError about a layer of the network.
CompileError layer_error(const quant::Layer& layer, const std::string& text);

// STOREs the whole tensor unless memory has it, and gives its banks back.
void evict(Context& context, StorageId id);
// Gives back the banks and the memory of storages that no layer behind `now` reads.
void release_dead(Context& context);

}  // namespace intloom::compile
