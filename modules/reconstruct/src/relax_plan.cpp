#include "relax_plan.h"

#include <algorithm>
#include <cmath>

namespace adatom::reconstruct {
namespace {

constexpr double fs_per_ns = 1e6;

}  // namespace

RelaxPlan plan_relaxation(const RelaxOptions& options) {
  const double all = std::round(options.relax_ns * fs_per_ns / options.timestep_fs);
  RelaxPlan plan;
  plan.thermalisation = std::llround(all * options.thermalise_share);
  plan.dynamics = static_cast<std::int64_t>(all) - plan.thermalisation;
  plan.averaged =
      std::min(std::llround(all * options.average_share), static_cast<long long>(plan.dynamics));
  return plan;
}

std::int64_t relax_steps(const RelaxOptions& options) {
  const RelaxPlan plan = plan_relaxation(options);
  return plan.thermalisation + plan.dynamics;
}

std::int64_t relax_steps_done(const RelaxOptions& options, const RelaxState& state) {
  switch (state.phase) {
    case RelaxPhase::begin:
      return 0;
    case RelaxPhase::thermalisation:
      return state.state.step;
    case RelaxPhase::dynamics:
      break;
  }
  return plan_relaxation(options).thermalisation + state.state.step;
}

}  // namespace adatom::reconstruct
