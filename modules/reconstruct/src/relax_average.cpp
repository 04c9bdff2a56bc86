#include "relax_average.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "adatom/crystal/box.h"
#include "adatom/crystal/neighbours.h"
#include "adatom/numeric/blocking.h"

namespace adatom::reconstruct {
namespace {

double shortest_distance(std::span<const Eigen::Vector3d> positions, const crystal::Box& box,
                         double reach) {
  double shortest = reach;
  const auto list = crystal::find_half_neighbours(positions, box, reach);
  for (std::size_t i = 0; i < positions.size(); ++i) {
    for (auto k = list.first[i]; k < list.first[i + 1]; ++k) {
      Eigen::Vector3d apart = positions[list.atom[k]] - positions[i];
      if (!list.shift.empty()) {
        apart += box.cell_angstrom.transpose() * list.shift[k].cast<double>();
      }
      shortest = std::min(shortest, apart.norm());
    }
  }
  return shortest;
}

class Averaging {
 public:
  Averaging(const crystal::Structure& candidate, const RelaxState& end,
            const AverageConditions& conditions, const BringToRest& bring_to_rest,
            std::vector<std::string>& warnings)
      : candidate_(candidate),
        at_(end),
        conditions_(conditions),
        bring_to_rest_(bring_to_rest),
        warnings_(warnings),
        box_(crystal::box_of(candidate)) {}

  RelaxResult summarise() {
    RelaxResult result;
    result.start = with_positions(at_.start_angstrom);
    result.start_energy_ev = at_.start_energy_ev;
    result.mean = result.start;
    result.quenched = result.start;
    result.energy_ev = at_.start_energy_ev;
    result.rms_displacement_angstrom.assign(at_.start_angstrom.size(), 0.0);
    std::vector<Eigen::Vector3d> sums(at_.start_angstrom.size(), Eigen::Vector3d::Zero());
    for (const RelaxWindow& window : at_.windows) {
      result.frames += window.frames;
      if (window.frames == 0) continue;
      for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += window.displacements_angstrom[i];
    }
    if (result.frames > 0) {
      std::vector<Eigen::Vector3d> rest = quench_windows(result);
      quench_whole(sums, std::move(rest), result);
      add_averages(sums, result);
    }
    return result;
  }

 private:
  std::vector<Eigen::Vector3d> displaced(std::span<const Eigen::Vector3d> sums,
                                         std::int64_t frames) const {
    std::vector<Eigen::Vector3d> positions = at_.start_angstrom;
    for (std::size_t i = 0; i < positions.size(); ++i) {
      positions[i] += sums[i] / static_cast<double>(frames);
    }
    return positions;
  }

  /// Atoms that changed places meet halfway in an average: nothing that could be quenched.
  bool possible(std::span<const Eigen::Vector3d> mean) const {
    constexpr double share = 0.75;  // of the shortest bond
    const double reach = conditions_.reach_angstrom;
    return shortest_distance(mean, box_, reach) >
           share * shortest_distance(at_.start_angstrom, box_, reach);
  }

  crystal::Structure with_positions(std::span<const Eigen::Vector3d> positions) const {
    crystal::Structure structure = candidate_;
    for (std::size_t i = 0; i < positions.size(); ++i) {
      structure.atoms[i].position_angstrom = positions[i];
    }
    structure.velocities_angstrom_per_ps.clear();
    return structure;
  }

  /// @return the last one at its minimum; empty: none could be quenched
  std::vector<Eigen::Vector3d> quench_windows(RelaxResult& result) {
    std::vector<Eigen::Vector3d> rest;
    std::size_t with_frames = 0;
    for (const RelaxWindow& window : at_.windows) {
      if (window.frames == 0) continue;
      ++with_frames;
      auto mean = displaced(window.displacements_angstrom, window.frames);
      if (!possible(mean)) continue;
      result.window_energies_ev.push_back(
          bring_to_rest_(mean, "window " + std::to_string(with_frames)));
      rest = std::move(mean);
    }
    const std::size_t out = with_frames - result.window_energies_ev.size();
    if (out > 0) {
      warnings_.push_back("atoms changed places in " + std::to_string(out) + " of " +
                          std::to_string(with_frames) + " windows, which were left out");
    }
    if (result.window_energies_ev.empty()) return rest;
    const auto energy = numeric::mean_by_blocking(result.window_energies_ev);
    result.energy_ev = energy.mean;
    result.energy_stderr_ev = energy.standard_error;
    return rest;
  }

  /// @param rest what stands for an average that is impossible
  void quench_whole(std::span<const Eigen::Vector3d> sums, std::vector<Eigen::Vector3d> rest,
                    RelaxResult& result) {
    auto mean = displaced(sums, result.frames);
    result.mean = with_positions(mean);
    if (possible(mean)) {
      bring_to_rest_(mean, "the average");
      result.quenched = with_positions(mean);
      return;
    }
    const bool window = !rest.empty();
    warnings_.push_back(
        std::string(
            "atoms changed places during the whole time: the quenched structure is that of ") +
        (window ? "the last window" : "the last frame"));
    if (!window) {
      const auto& last = at_.state.positions_angstrom;
      const RigidMotion back = motion_onto_start(last, at_.start_angstrom, conditions_.held);
      for (const auto& position : last) rest.push_back(back(position));
      result.energy_ev = bring_to_rest_(rest, "the last frame");
    }
    result.quenched = with_positions(rest);
  }

  void add_averages(std::span<const Eigen::Vector3d> sums, RelaxResult& result) {
    const auto potential = numeric::mean_by_blocking(at_.potential_ev);
    result.mean_potential_ev = potential.mean;
    result.mean_potential_stderr_ev = potential.standard_error;
    result.mean_temperature_k = numeric::mean_by_blocking(at_.temperature_k).mean;
    const auto frames = static_cast<double>(result.frames);
    for (std::size_t i = 0; i < sums.size(); ++i) {
      const double variance = at_.squares_angstrom2[i] / frames - (sums[i] / frames).squaredNorm();
      result.rms_displacement_angstrom[i] = std::sqrt(std::max(0.0, variance));
    }
    if (result.frames < static_cast<std::int64_t>(at_.windows.size())) {
      warnings_.push_back("only " + std::to_string(result.frames) +
                          " frames were averaged: too few for the standard errors");
    }
  }

  const crystal::Structure& candidate_;
  const RelaxState& at_;
  const AverageConditions& conditions_;
  const BringToRest& bring_to_rest_;
  std::vector<std::string>& warnings_;
  crystal::Box box_;
};

}  // namespace

RigidMotion motion_onto_start(std::span<const Eigen::Vector3d> positions_angstrom,
                              std::span<const Eigen::Vector3d> start_angstrom,
                              std::span<const std::uint8_t> held) {
  if (!held.empty()) return {};
  return fit_rigid_motion(positions_angstrom, start_angstrom);
}

RelaxResult average_relaxation(const crystal::Structure& candidate, const RelaxState& end,
                               const AverageConditions& conditions,
                               const BringToRest& bring_to_rest,
                               std::vector<std::string>& warnings) {
  return Averaging(candidate, end, conditions, bring_to_rest, warnings).summarise();
}

}  // namespace adatom::reconstruct
