// REQUANT on the host: a whole tile of sums to bytes, equal to the requantizer's in every bit.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"
#include "rtl_models/kernels/accumulator_banks.h"
#include "rtl_models/kernels/thread_pool.h"

namespace intloom::kernels {

// The parameter records of a command as the kernel reads them.
class RequantParameters {
 public:
  RequantParameters(const isa::Requant& requant, const isa::MachineDescription& machine,
                    const std::uint8_t* parameters);
  ~RequantParameters();

  struct Impl;
  const Impl& operator*() const { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

using SharedRequantParameters = std::shared_ptr<const RequantParameters>;

// Of one machine; for any number of threads. The tiles of a layer have equal parameters: they share what is read.
class RequantStore {
 public:
  explicit RequantStore(const isa::MachineDescription& machine) : machine_(machine) {}

  SharedRequantParameters find_or_read(const isa::Requant& requant, const std::uint8_t* parameters);

 private:
  isa::MachineDescription machine_;
  std::mutex mutex_;
  std::unordered_map<std::string, SharedRequantParameters> by_content_;
};

// Writes the channels' bytes of requant.out into `activations` (the whole buffer), no others. `parameters`: the whole
// parameter buffer. Returns the saturations, counted as the requantizer counts them.
std::int64_t run_requant(const isa::Requant& requant, const isa::MachineDescription& machine,
                         const AccumulatorBanks& accumulators, const std::uint8_t* parameters,
                         std::uint8_t* activations, ThreadPool& pool);

// The same with parameters that were read before, of this command.
std::int64_t run_requant(const isa::Requant& requant, const isa::MachineDescription& machine,
                         const AccumulatorBanks& accumulators, const RequantParameters& parameters,
                         std::uint8_t* activations, ThreadPool& pool);

}  // namespace intloom::kernels
