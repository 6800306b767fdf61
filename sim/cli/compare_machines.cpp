#include "sim/cli/compare_machines.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <set>

#include "runtime/compile/compile.h"
#include "sim/cli/exit_code.h"
#include "sim/cli/limit.h"
#include "sim/cli/run_files.h"
#include "sim/cli/simulate.h"
#include "sim/config/scalar.h"

namespace intloom::sim {

namespace {

// References that runs on several machines share; more is computed again for each.
constexpr std::size_t kMostReferenceBytes = std::size_t{256} << 20;

// What is loaded of a machine, without the origins of its keys: there may be very many.
struct LoadedMachine {
  ComparedMachine names;
  isa::MachineDescription description;
  bool of_alternatives = false;
  std::string failure;  // the values do not make a machine
};

// "name", or "name#2" where one before has it: equal names would make equal columns.
std::string distinct(const std::string& name, std::set<std::string>& taken) {
  std::string result = name;
  for (int number = 2; !taken.insert(result).second; ++number) result = fmt::format("{}#{}", name, number);
  return result;
}

// Later ones win, as in the machine itself.
void add_sets(const std::vector<std::string>& sets, std::vector<std::pair<std::string, std::string>>& changes) {
  for (const std::string& set : sets) {
    const Scalar setting = read_assignment(set, "--set");
    const auto same =
        std::find_if(changes.begin(), changes.end(), [&](const auto& change) { return change.first == setting.key; });
    if (same == changes.end())
      changes.emplace_back(setting.key, setting.text);
    else
      same->second = setting.text;
  }
}

std::vector<LoadedMachine> load_machines(const CompareJob& job) {
  std::vector<LoadedMachine> machines;
  MachineLoader loader(job.sets, job.machine_source), base_loader({}, job.machine_source);
  std::set<std::string> taken, bases;
  for (const MachineVariant& variant : job.machines) {
    // Its errors are no matter of alternatives.
    if (variant.of_alternatives && bases.insert(variant.base).second) base_loader.load(variant.base);
    LoadedMachine machine;
    machine.of_alternatives = variant.of_alternatives;
    machine.names = {"", variant.base, variant.changes};
    add_sets(job.sets, machine.names.changes);
    std::string name = variant.spec;
    try {
      machine.description = loader.load(variant.spec).description;
      name = machine.description.name;
    } catch (const ConfigError& error) {
      if (!variant.of_alternatives) throw;
      machine.failure = error.what();
    }
    machine.names.name = distinct(name, taken);
    machines.push_back(std::move(machine));
  }
  return machines;
}

class ComparisonRun {
 public:
  ComparisonRun(const CompareJob& job, ResultFiles* files)
      : job_(job), files_(files), machines_(load_machines(job)), progress_("", job.quiet) {
    std::set<std::string> taken;
    for (const LoadedMachine& machine : machines_)
      folders_.push_back(distinct(file_name_of(machine.names.name), taken));
  }

  CompareOutcome run() {
    std::vector<ComparedRun> runs;
    for (std::size_t m = 0; m < job_.models.size(); ++m) {
      std::vector<ComparedRun> of_model = run_model(m);
      std::move(of_model.begin(), of_model.end(), std::back_inserter(runs));
    }
    std::vector<ComparedMachine> names;
    for (LoadedMachine& machine : machines_) names.push_back(std::move(machine.names));
    return {compare(job_.models, std::move(names), std::move(runs)), exit_code_};
  }

 private:
  std::vector<ComparedRun> run_model(std::size_t number) {
    const std::string& path = job_.models[number];
    const LoadedModel model = load_model(path, job_.dims, job_.simulation);
    ReferenceCache references(machines_.size() > 1 ? kMostReferenceBytes : 0);
    std::vector<ComparedRun> runs;
    bool any = false;
    for (std::size_t m = 0; m < machines_.size(); ++m) {
      progress_.next(
          fmt::format("{}machine {} of {}", job_.models.size() > 1 ? path + ", " : "", m + 1, machines_.size()));
      runs.push_back(run_machine(model, number, m, references));
      any = any || runs.back().runs();
    }
    if (!any)
      throw compile::CompileError(fmt::format("{}: none of the {} machines can run it; machine {}: {}", path,
                                              machines_.size(), machines_.front().names.name, runs.front().failure));
    return runs;
  }

  ComparedRun run_machine(const LoadedModel& model, std::size_t model_number, std::size_t m,
                          ReferenceCache& references) {
    const LoadedMachine& machine = machines_[m];
    if (!machine.failure.empty()) return failed_run(machine.failure);
    try {
      return simulated(model, model_number, m, references);
    } catch (const MachineFailure& failure) {
      if (!machine.of_alternatives)
        throw MachineFailure(fmt::format("machine {}: {}", machine.names.name, failure.what()));
      note_code(kMachineFailed);
      return failed_run(failure.what());
    } catch (const compile::CompileError& error) {
      if (!machine.of_alternatives)
        throw compile::CompileError(fmt::format("machine {}: {}", machine.names.name, error.what()));
      return failed_run(error.what());
    }
  }

  ComparedRun simulated(const LoadedModel& model, std::size_t model_number, std::size_t m, ReferenceCache& references) {
    const LoadedMachine& machine = machines_[m];
    SimulationDetails details;
    details.keep_tensors = job_.dump == "tensors";
    details.statistics = false;
    details.quiet = job_.quiet;
    details.progress = &progress_;
    details.references = &references;
    const Simulation simulation = simulate(model, {machine.description, {}}, job_.simulation, details);
    judge(machine.names.name, simulation.result);
    if (files_ != nullptr && job_.dump != "none") add_dump(*files_, dump_folder(model_number, m), simulation.result);
    return compared_run(machine.description, simulation.result, job_.layers);
  }

  void judge(const std::string& machine, const RunResult& result) {
    const int code = exit_code_of(result);
    if (code != kDone) std::cerr << fmt::format("intloom: machine {}: integers differ from the oracle\n", machine);
    note_code(code);
    if (!limit_holds(job_.limit, result, fmt::format("machine {}: ", machine))) note_code(kConditionFailed);
  }

  void note_code(int code) {
    if (exit_code_ == kDone) exit_code_ = code;
  }

  std::string dump_folder(std::size_t model, std::size_t machine) const {
    std::string folder = folders_[machine] + "/";
    if (job_.models.size() == 1) return folder;
    return folder + fmt::format("{}_{}/", model + 1, file_name_of(std::filesystem::path(job_.models[model]).stem()));
  }

  const CompareJob& job_;
  ResultFiles* files_;
  std::vector<LoadedMachine> machines_;
  std::vector<std::string> folders_;  // of machines
  ProgressLine progress_;
  int exit_code_ = kDone;
};

}  // namespace

CompareOutcome run_comparison(const CompareJob& job, ResultFiles* files) { return ComparisonRun(job, files).run(); }

}  // namespace intloom::sim
