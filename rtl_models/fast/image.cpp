#include "rtl_models/fast/image.h"

#include <atomic>

#include "rtl_models/isa/buffer_layout.h"
#include "rtl_models/kernels/transfer_kernel.h"
#include "rtl_models/kernels/vector_kernel.h"

namespace intloom::fast {

namespace {

std::vector<std::uint8_t> empty_buffer(const isa::MachineDescription& machine, isa::Buffer buffer) {
  return std::vector<std::uint8_t>(isa::capacity_bytes(machine, buffer));
}

}  // namespace

Image::Image(const isa::MachineDescription& machine, const isa::CommandStream& program,
             const std::vector<std::uint32_t>& started, ImageMemory memory, Shared shared)
    : machine_(machine),
      program_(program),
      memory_(std::move(memory)),
      activations_(empty_buffer(machine, isa::Buffer::activations)),
      weights_(empty_buffer(machine, isa::Buffer::weights)),
      parameters_(empty_buffer(machine, isa::Buffer::parameters)),
      accumulators_(machine),
      exec_(machine, std::move(shared.exec)),
      requant_store_(std::move(shared.requant)),
      known_(std::move(shared.known)),
      requant_(known_ != nullptr ? program.size() : 0),
      effects_(program.size()) {
  exec_.set_commands(program.size());
  for (int bank = 0; bank < machine.accumulator.banks; ++bank)
    accumulators_.set_bound(static_cast<std::size_t>(bank), 0);  // sums of zeros
  for (const std::uint32_t command : started)
    if (const auto* transfer = std::get_if<isa::Transfer>(&program[command].body))
      memory_.admit(*transfer, program[command].unit == isa::Unit::store);
}

void Image::write_memory(std::uint64_t address, const std::uint8_t* bytes, std::size_t count) {
  // Constants that have changed are constants no more.
  if (!memory_.write(address, bytes, count)) known_ = nullptr;
}

void Image::begin_run() {
  static std::atomic<std::uint64_t> runs{0};
  run_ = runs.fetch_add(1) + 1;
}

std::vector<std::uint8_t>& Image::buffer(isa::Buffer buffer) {
  return buffer == isa::Buffer::activations ? activations_ : buffer == isa::Buffer::weights ? weights_ : parameters_;
}

std::optional<kernels::Overflow> Image::execute(std::uint32_t number, kernels::ThreadPool& pool) {
  const isa::Command& command = program_[number];
  switch (command.unit) {
    case isa::Unit::load:
      if (is_kept(number)) break;
      [[fallthrough]];
    case isa::Unit::store:
      execute(std::get<isa::Transfer>(command.body), command.unit);
      break;
    case isa::Unit::exec: {
      const kernels::ExecResult result = execute(std::get<isa::Exec>(command.body), number, pool);
      effects_[number].overflows = result.overflows;
      if (result.first_overflow) return result.first_overflow;
      break;
    }
    case isa::Unit::requant:
      effects_[number].saturations = execute(std::get<isa::Requant>(command.body), number, pool);
      break;
    case isa::Unit::vector:
      effects_[number].saturations = kernels::run_vector(std::get<isa::Vector>(command.body), machine_,
                                                         parameters_.data(), activations_.data(), pool);
      break;
  }
  if (observer_) observer_(number);
  return std::nullopt;
}

void Image::execute(const isa::Transfer& transfer, isa::Unit unit) {
  isa::Transfer moved = transfer;
  if (unit == isa::Unit::load) {
    const std::uint8_t* memory = memory_.for_load(moved);
    kernels::run_load(moved, memory, buffer(moved.buffer).data());
  } else {
    std::uint8_t* memory = memory_.for_store(moved);
    kernels::run_store(moved, memory, activations_.data());
  }
}

kernels::ExecResult Image::execute(const isa::Exec& exec, std::uint32_t command, kernels::ThreadPool& pool) {
  kernels::KnownExec known;
  known.same_command = true;
  if (known_ != nullptr) {
    known.constant_weights = known_->constant[command] != 0;
    if (const std::uint32_t group = known_->activations[command]; group != 0) known.activations = run_ << 32 | group;
  }
  return exec_.run(exec, command, activations_.data(), weights_.data(), accumulators_, pool, known);
}

std::int64_t Image::execute(const isa::Requant& requant, std::uint32_t command, kernels::ThreadPool& pool) {
  if (known_ == nullptr || known_->constant[command] == 0)
    return kernels::run_requant(requant, machine_, accumulators_, parameters_.data(), activations_.data(), pool);
  kernels::SharedRequantParameters& kept = requant_[command];
  if (kept == nullptr) kept = requant_store_->find_or_read(requant, parameters_.data());
  return kernels::run_requant(requant, machine_, accumulators_, *kept, activations_.data(), pool);
}

}  // namespace intloom::fast
