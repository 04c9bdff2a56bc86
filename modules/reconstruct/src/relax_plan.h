#pragma once
// How the steps of a relaxation are shared out.
#include <cstdint>

#include "adatom/reconstruct/relax.h"

namespace adatom::reconstruct {

struct RelaxPlan {
  std::int64_t thermalisation = 0;
  std::int64_t dynamics = 0;
  std::int64_t averaged = 0;  ///< the last ones of the dynamics
};

[[nodiscard]] RelaxPlan plan_relaxation(const RelaxOptions& options);

}  // namespace adatom::reconstruct
