#include "rtl_models/isa/parameter_record.h"
#include "runtime/compile/concat_emitter.h"
#include "runtime/compile/linear_order.h"

namespace intloom::compile {
namespace {

// Where the axis lies behind another that is part of the map's height, an input's rows are taken apart.
std::vector<VectorJob> spatial_jobs(const quant::Layer& layer, const Context& context,
                                    const std::vector<Operand>& operands) {
  const quant::Tensor& out = context.tensor(layer.output);
  const quant::MapShape out_shape = quant::map_shape(out);
  const std::size_t axis = concat_axis(layer, out), channel = channel_dimension(out.shape, out.channel_axis);
  const std::size_t column = channel + 1 == out.shape.size() ? out.shape.size() - 2 : out.shape.size() - 1;
  std::int64_t outer = 1, inner = 1;
  for (std::size_t d = 1; d < column; ++d) {
    if (d == channel) continue;
    if (d < axis) outer *= out.shape[d];
    if (d > axis) inner *= out.shape[d];
  }
  std::vector<VectorJob> jobs;
  std::int64_t offset = 0;
  for (const Operand& operand : operands) {
    const std::int64_t pieces = axis == column ? 1 : outer;
    for (std::int64_t piece = 0; piece < pieces; ++piece) {
      VectorJob job;
      job.operands = {operand};
      job.output = layer.output;
      const std::int64_t height = operand.shape.height / pieces;
      job.operands[0].first_row = piece * height;
      job.y0 = axis == column ? 0 : piece * (out_shape.height / pieces) + offset * inner;
      job.x0 = axis == column ? offset : 0;
      job.shape.channels = out_shape.channels;
      job.shape.y = {height, height};
      job.shape.x = {operand.shape.width, operand.shape.width};
      jobs.push_back(job);
    }
    offset += axis == column ? operand.shape.width : operand.shape.height / outer / inner;
  }
  return jobs;
}

struct JobsChoice {
  bool found = true;
  mapping::VectorMapping best;  // its cycles are those of all jobs
  bool has_runner_up = false;
  mapping::VectorMapping runner_up;  // of the job where another mapping costs least more, those of all jobs with it
  std::int64_t candidates = 0;
  std::vector<mapping::VectorMapping> mappings;
};

}  // namespace

void emit_spatial_concat(Context& context, const quant::Layer& layer, const std::vector<Operand>& operands) {
  std::vector<VectorJob> jobs = spatial_jobs(layer, context, operands);
  const StorageId output = context.storages.id(layer.output);
  const auto choose = [&](const Placement& placement) {
    JobsChoice result;
    double cycles = 0, least_more = 0;
    for (VectorJob& job : jobs) {
      set_residency(job, context, placement);
      const mapping::VectorChoice& choice = context.mapper.map_vector(job.shape, placement.space);
      result.found = result.found && choice.found;
      result.mappings.push_back(choice.best);
      result.candidates += choice.candidates;
      cycles += choice.best.cycles;
      const double more = choice.runner_up.cycles - choice.best.cycles;
      if (!choice.has_runner_up || (result.has_runner_up && more >= least_more)) continue;
      result.has_runner_up = true;
      result.runner_up = choice.runner_up;
      least_more = more;
    }
    result.best = result.mappings.front();
    result.best.cycles = cycles;
    result.runner_up.cycles = cycles + least_more;
    return result;
  };
  const auto placed = place_layer(context, storages_of(operands), output, choose);
  if (!placed) throw layer_error(layer, mapping::vector_misfit(jobs.front().shape, context.machine));
  apply(context, placed->placement, output);
  context.load_ahead.reset();
  const std::uint32_t parameters = load_parameters(context, concat_parameters(context, layer), layer.name);
  const std::size_t pieces = jobs.size() / operands.size();
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    set_residency(jobs[i], context, placed->placement);
    jobs[i].command = copy_command(context, layer, jobs[i].operands[0],
                                   parameters + static_cast<std::uint32_t>(i / pieces * isa::kParameterRecordBytes));
    emit_job(context, jobs[i], placed->choice.mappings[i], placed->placement);
  }
  context.builder.set_mapping(report_of(*placed, vector_text));
}

}  // namespace intloom::compile
