#pragma once
// States of a run as structures.
#include "adatom/crystal/structure.h"
#include "adatom/md/state.h"

namespace adatom::pipeline {

enum class FrameContent { positions, velocities };  ///< velocities: both

/// The input's atoms where the state has them.
[[nodiscard]] crystal::Structure frame_of(const crystal::Structure& input, const md::State& state,
                                          double time_ps, FrameContent content);

}  // namespace adatom::pipeline
