#include "md/trajectory_frame.h"

namespace adatom::pipeline {

crystal::Structure frame_of(const crystal::Structure& input, const md::State& state, double time_ps,
                            FrameContent content) {
  crystal::Structure frame = input;
  for (std::size_t i = 0; i < frame.atoms.size(); ++i) {
    frame.atoms[i].position_angstrom = state.positions_angstrom[i];
  }
  // Positions go through borders unwrapped, so images say nothing.
  frame.images.clear();
  frame.velocities_angstrom_per_ps.clear();
  if (content == FrameContent::velocities) {
    frame.velocities_angstrom_per_ps = state.velocities_angstrom_per_ps;
  }
  frame.timestep = state.step;
  frame.time_ps = time_ps;
  return frame;
}

}  // namespace adatom::pipeline
