#include "phase_map/particle_directions.h"

#include <cmath>
#include <utility>

#include "adatom/storage/csv.h"

namespace adatom::pipeline {

ParticleDirections::ParticleDirections(const std::filesystem::path& tracks, std::int64_t reach)
    : given_(true) {
  const auto table = storage::read_csv(tracks);
  const auto frame = table.integers("frame");
  const auto id = table.integers("particle_id");
  const auto x = table.numbers("x_nm");
  const auto y = table.numbers("y_nm");
  const auto specimen_x = table.numbers("x_specimen_nm");
  const auto specimen_y = table.numbers("y_specimen_nm");
  std::map<std::int64_t, std::map<std::int64_t, std::size_t>> rows;  // of a particle, by frame
  for (std::size_t i = 0; i < table.rows(); ++i) rows[id[i]][frame[i]] = i;
  for (const auto& [particle, of_frame] : rows) {
    for (const auto& [now, row] : of_frame) {
      const std::size_t first = of_frame.lower_bound(now - reach)->second;
      const std::size_t last = std::prev(of_frame.upper_bound(now + reach))->second;
      const double dx = specimen_x[last] - specimen_x[first];
      const double dy = specimen_y[last] - specimen_y[first];
      if (dx == 0.0 && dy == 0.0) continue;
      frames_[now].push_back({particle, x[row], y[row], std::atan2(dy, dx)});
    }
  }
}

const std::vector<MovingParticle>& ParticleDirections::in_frame(std::int64_t frame) const {
  static const std::vector<MovingParticle> none;
  const auto found = frames_.find(frame);
  return found == frames_.end() ? none : found->second;
}

}  // namespace adatom::pipeline
