#include "mobility/lindemann_curves.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include <fmt/core.h>

#include "adatom/base/number_text.h"

namespace adatom::pipeline {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

/// The coldest trajectory, if all have its atoms.
std::optional<std::size_t> find_coldest(const std::vector<TrajectoryIndices>& trajectories) {
  std::optional<std::size_t> coldest;
  for (std::size_t t = 0; t < trajectories.size(); ++t) {
    const auto& temperature = trajectories[t].input.temperature_k;
    if (!temperature || trajectories[t].elements != trajectories[0].elements) return {};
    if (!coldest || *temperature < *trajectories[*coldest].input.temperature_k) coldest = t;
  }
  return coldest;
}

std::string text_of(const dynamics::Shells& shells) {
  std::string radii;
  for (const double r : shells.borders_angstrom) {
    radii += fmt::format("{}{:.2f}", radii.empty() ? "" : ", ", r);
  }
  switch (shells.rule) {
    case dynamics::ShellRule::given:
      return radii + " angstrom, as asked for";
    case dynamics::ShellRule::gap:
      return radii + " angstrom, in the outermost gap between the atoms' mean distances";
    case dynamics::ShellRule::layer:
      return radii +
             " angstrom, a neighbour's distance inside the outermost atom: there is no gap "
             "between the atoms' mean distances";
  }
  return radii;
}

void add_shells(const std::vector<TrajectoryIndices>& trajectories, const LindemannOptions& options,
                LindemannCurves& curves) {
  const auto shells_of = [&](const TrajectoryIndices& trajectory) {
    return dynamics::find_shells(trajectory.radial.mean_angstrom(),
                                 trajectory.nearest_distance_angstrom,
                                 options.core_radius_angstrom);
  };
  const auto coldest = options.shells_from == ShellsFrom::coldest ? find_coldest(trajectories)
                                                                  : std::optional<std::size_t>();
  for (std::size_t t = 0; t < trajectories.size(); ++t) {
    curves.shells.push_back(shells_of(trajectories[coldest.value_or(t)]));
  }
  curves.shells_text =
      (coldest ? "of the coldest trajectory, at " : "of each trajectory; of the first at ") +
      text_of(curves.shells.front());
  curves.groups = {"all"};
  curves.groups.insert(curves.groups.end(), curves.shells.front().names.begin(),
                       curves.shells.front().names.end());
}

/// The mean of means of different weights, with the error by their own errors or by their scatter.
class PooledMean {
 public:
  void add(const std::vector<double>& windows) {
    const auto count = static_cast<double>(windows.size());
    if (windows.empty()) return;
    const double mean = std::accumulate(windows.begin(), windows.end(), 0.0) / count;
    double square = 0.0;
    for (const double value : windows) square += (value - mean) * (value - mean);
    if (windows.size() > 1) within_ += count * square / (count - 1.0);
    single_ = single_ || windows.size() == 1;
    means_.push_back(mean);
    counts_.push_back(count);
  }
  [[nodiscard]] dynamics::Measured result() const {
    const double total = std::accumulate(counts_.begin(), counts_.end(), 0.0);
    if (total == 0.0) return {unknown, unknown};
    double mean = 0.0;
    for (std::size_t r = 0; r < means_.size(); ++r) mean += counts_[r] / total * means_[r];
    double between = 0.0;
    for (std::size_t r = 0; r < means_.size(); ++r) {
      const double part = counts_[r] * (means_[r] - mean);
      between += part * part;
    }
    const auto runs = static_cast<double>(means_.size());
    const double by_windows = single_ ? unknown : std::sqrt(within_) / total;
    const double by_runs =
        means_.size() < 2 ? unknown : std::sqrt(between * runs / (runs - 1.0)) / total;
    return {mean, std::fmax(by_windows, by_runs)};
  }

 private:
  double within_ = 0.0;
  bool single_ = false;
  std::vector<double> means_;
  std::vector<double> counts_;
};

/// The mean of distributions; the longest range of them all.
void add_radial(std::vector<dynamics::RadialBin>& sum, const std::vector<dynamics::RadialBin>& more,
                double share) {
  for (std::size_t k = 0; k < more.size(); ++k) {
    if (k == sum.size()) sum.push_back({more[k].r_angstrom, 0.0, 0.0});
    sum[k].density_per_angstrom += share * more[k].density_per_angstrom;
    sum[k].standard_error_per_angstrom =
        std::hypot(sum[k].standard_error_per_angstrom, share * more[k].standard_error_per_angstrom);
  }
}

GroupIndex pooled(const std::vector<TrajectoryIndices>& trajectories,
                  const std::vector<std::size_t>& at, std::size_t group,
                  const LindemannCurves& curves) {
  GroupIndex pooled;
  pooled.temperature_k = trajectories[at.front()].input.temperature_k.value_or(unknown);
  pooled.group = curves.groups[group];
  pooled.atoms = curves.atoms_of(at.front(), group).size();
  pooled.trajectories = at.size();
  PooledMean mean;
  const double share = 1.0 / static_cast<double>(at.size());
  for (const std::size_t t : at) {
    const TrajectoryIndices& trajectory = trajectories[t];
    std::vector<double> windows;
    for (const auto& window : trajectory.windows) {
      windows.push_back(curves.mean_over(window, t, group));
    }
    mean.add(windows);
    pooled.windows += windows.size();
    pooled.window_ps += share * trajectory.length_ps(trajectory.window_frames);
    pooled.whole_ps += share * trajectory.length_ps(trajectory.frames);
    pooled.whole_index += share * curves.mean_over(trajectory.whole.of_atoms, t, group);
    add_radial(pooled.radial, trajectory.radial.distribution(curves.atoms_of(t, group)), share);
  }
  pooled.index = mean.result();
  return pooled;
}

}  // namespace

std::vector<std::size_t> LindemannCurves::atoms_of(std::size_t trajectory,
                                                   std::size_t group) const {
  if (group > 0) return shells[trajectory].atoms_of(group - 1);
  std::vector<std::size_t> all(shells[trajectory].of_atoms.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}

double LindemannCurves::mean_over(const std::vector<double>& of_atoms, std::size_t trajectory,
                                  std::size_t group) const {
  const auto atoms = atoms_of(trajectory, group);
  if (atoms.empty()) return unknown;
  double sum = 0.0;
  for (const std::size_t i : atoms) sum += of_atoms[i];
  return sum / static_cast<double>(atoms.size());
}

LindemannCurves make_curves(const std::vector<TrajectoryIndices>& trajectories,
                            const LindemannOptions& options) {
  LindemannCurves curves;
  add_shells(trajectories, options, curves);
  std::map<double, std::vector<std::size_t>> by_temperature;
  std::vector<std::vector<std::size_t>> pools;
  for (std::size_t t = 0; t < trajectories.size(); ++t) {
    const auto& temperature = trajectories[t].input.temperature_k;
    if (temperature) {
      by_temperature[*temperature].push_back(t);
    } else {
      pools.push_back({t});
    }
  }
  for (const auto& [temperature, at] : by_temperature) pools.push_back(at);
  for (const auto& at : pools) {
    for (std::size_t group = 0; group < curves.groups.size(); ++group) {
      curves.indices.push_back(pooled(trajectories, at, group, curves));
    }
  }
  if (by_temperature.empty()) return curves;
  for (const std::string& group : curves.groups) {
    GroupOnset onset{.group = group, .points = {}, .onset = {}};
    for (const GroupIndex& index : curves.indices) {
      if (index.group != group || !std::isfinite(index.temperature_k)) continue;
      if (!std::isfinite(index.index.value)) continue;
      onset.points.push_back({index.temperature_k, index.index.value, index.index.standard_error});
    }
    onset.onset = dynamics::find_onset(onset.points, options.onset);
    curves.onsets.push_back(std::move(onset));
  }
  return curves;
}

}  // namespace adatom::pipeline
