#include "adatom/dynamics/clusters.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <tuple>

#include "adatom/base/error.h"
#include "adatom/crystal/neighbours.h"
#include "centre_of_mass.h"
#include "components.h"

namespace adatom::dynamics {
namespace {

constexpr double never = std::numeric_limits<double>::quiet_NaN();
constexpr unsigned word = 32;

constexpr std::uint64_t bond_of(std::uint32_t low, std::uint32_t high) {
  return (std::uint64_t{low} << word) | high;
}
constexpr std::uint32_t low_of(std::uint64_t bond) {
  return static_cast<std::uint32_t>(bond >> word);
}
constexpr std::uint32_t high_of(std::uint64_t bond) { return static_cast<std::uint32_t>(bond); }

}  // namespace

void ClusterOptions::describe(OptionVisitor& v) {
  v.visit({.name = "bind_angstrom",
           .unit = "angstrom",
           .help = "atoms closer than this bind",
           .min = 0.1,
           .max = 100},
          bind_angstrom);
  v.visit({.name = "release_angstrom",
           .unit = "angstrom",
           .help = "bound atoms stay so until they are farther apart",
           .min = 0.1,
           .max = 100},
          release_angstrom);
  v.visit({.name = "least_duration_ps",
           .unit = "ps",
           .help = "what leaves or comes for a shorter time is no event",
           .min = 0,
           .max = 1e9},
          least_duration_ps);
}

std::vector<OptionIssue> ClusterOptions::validate() const {
  auto issues = check_ranges(*this);
  if (release_angstrom < bind_angstrom) {
    issues.push_back({"release_angstrom",
                      "atoms cannot part before they bind: it must not be "
                      "below bind_angstrom"});
  }
  return issues;
}

ClusterTracker::ClusterTracker(std::size_t atoms, const ClusterOptions& options)
    : atoms_(atoms), options_(options), sizes_(1, atoms + 1) {
  require_valid(options.validate());
  if (atoms == 0) {
    throw InputError({.what = "clusters of no atom", .where = {}, .why = {}, .remedy = {}});
  }
}

ClusterTracker::Bonds ClusterTracker::bind(std::span<const Eigen::Vector3d> positions,
                                           const crystal::Box& box) const {
  const auto list = crystal::find_half_neighbours(positions, box, options_.release_angstrom);
  const double bind2 = options_.bind_angstrom * options_.bind_angstrom;
  Bonds bonds;
  for (std::uint32_t i = 0; i < atoms_; ++i) {
    for (std::uint32_t k = list.first[i]; k < list.first[i + 1]; ++k) {
      const std::uint32_t j = list.atom[k];
      if (i == j) continue;  // an image of itself
      Eigen::Vector3d other = positions[j];
      if (!list.shift.empty()) {
        other += box.cell_angstrom.transpose() * list.shift[k].cast<double>();
      }
      const std::uint64_t bond = bond_of(i, j);
      if ((other - positions[i]).squaredNorm() > bind2 &&
          !std::ranges::binary_search(bonds_, bond)) {
        continue;
      }
      if (bonds.empty() || bonds.back() != bond) bonds.push_back(bond);
    }
  }
  return bonds;
}

std::uint32_t ClusterTracker::find_main(const Clusters& clusters) const {
  if (main_.empty()) return 0;
  std::vector<std::uint32_t> common(clusters.sizes.size(), 0);
  for (std::size_t i = 0; i < atoms_; ++i) {
    if (main_[i]) ++common[clusters.of_atoms[i]];
  }
  // The first of equal ones: the larger.
  return static_cast<std::uint32_t>(std::ranges::max_element(common) - common.begin());
}

FrameClusters ClusterTracker::add(std::span<const Eigen::Vector3d> positions,
                                  const crystal::Box& box, double time_ps) {
  if (positions.size() != atoms_) {
    throw InputError(
        {.what = "the number of atoms changes",
         .where = {},
         .why = std::to_string(positions.size()) + " here, " + std::to_string(atoms_) + " before",
         .remedy = "following clusters needs the same atoms in every frame"});
  }
  if (frames() > 0 && !(time_ps > time_ps_)) {
    throw InputError({.what = "the time does not go on",
                      .where = {},
                      .why = {},
                      .remedy = "frames must be in the order of their times"});
  }
  Bonds bonds = bind(positions, box);
  UnionFind sets(atoms_);
  for (const std::uint64_t bond : bonds) sets.join(low_of(bond), high_of(bond));
  FrameClusters now;
  now.clusters = number_clusters(sets, atoms_);
  now.main = find_main(now.clusters);
  if (states_.empty()) {
    states_.resize(atoms_);
    for (std::size_t i = 0; i < atoms_; ++i) {
      states_[i].inside = now.clusters.of_atoms[i] == now.main;
      states_[i].left_ps = never;
    }
  } else {
    note_changes(positions, box, now, bonds, time_ps);
    now.events = settle(time_ps);
  }
  for (const std::uint32_t size : now.clusters.sizes) sizes_.count(0, size);
  sizes_.end_frame();
  main_.resize(atoms_);
  for (std::size_t i = 0; i < atoms_; ++i) main_[i] = now.clusters.of_atoms[i] == now.main;
  partners_ = lowest_atoms(now.clusters);
  bonds_ = std::move(bonds);
  time_ps_ = time_ps;
  return now;
}

void ClusterTracker::note_changes(std::span<const Eigen::Vector3d> positions,
                                  const crystal::Box& box, const FrameClusters& now,
                                  const Bonds& bonds, double time_ps) {
  std::vector<bool> main(atoms_);
  for (std::size_t i = 0; i < atoms_; ++i) main[i] = now.clusters.of_atoms[i] == now.main;
  const auto partners = lowest_atoms(now.clusters);
  bool left = false;
  bool came = false;
  std::vector<std::size_t> changed;
  for (std::size_t i = 0; i < atoms_; ++i) {
    State& state = states_[i];
    if (main[i] == state.inside) {
      state.changing = false;
      state.site.clear();
      continue;
    }
    if (state.changing) continue;
    state.changing = true;
    state.frame = frames();
    state.time_ps = time_ps;
    // Whom it left with stands in this frame, whom it came with in the one before.
    state.partner = state.inside ? partners[i] : partners_[i];
    state.site.clear();
    (state.inside ? left : came) = true;
    changed.push_back(i);
  }
  if (changed.empty()) return;
  std::vector<Eigen::Vector3d> inside;
  for (std::size_t i = 0; i < atoms_; ++i) {
    if (main[i]) inside.push_back(positions[i]);
  }
  const MinimumImage image(box);
  const Eigen::Vector3d centre =
      centre_of_mass(inside, std::vector<double>(inside.size(), 1.0), image);
  for (const std::size_t i : changed) {
    states_[i].distance_angstrom = image.nearest(positions[i] - centre).norm();
  }
  if (left) add_sites(bonds_, main, frames(), true);
  if (came) add_sites(bonds, main, frames(), false);
}

void ClusterTracker::add_sites(const Bonds& bonds, const std::vector<bool>& main, std::size_t frame,
                               bool inside) {
  const auto starts = [&](std::uint32_t i) {
    return states_[i].changing && states_[i].frame == frame && states_[i].inside == inside;
  };
  for (const std::uint64_t bond : bonds) {
    const std::uint32_t a = low_of(bond);
    const std::uint32_t b = high_of(bond);
    if (starts(a) && main[b] && !starts(b)) states_[a].site.push_back(b);
    if (starts(b) && main[a] && !starts(a)) states_[b].site.push_back(a);
  }
}

std::vector<ClusterEvent> ClusterTracker::settle(double time_ps) {
  // Atoms that changed in one frame and in one cluster are one event.
  std::map<std::tuple<std::size_t, bool, std::uint32_t>, std::vector<std::uint32_t>> groups;
  for (std::uint32_t i = 0; i < atoms_; ++i) {
    const State& state = states_[i];
    // Times are sums of steps: equal but for rounding is long enough.
    constexpr double rounding_ps = 1e-9;
    if (!state.changing || time_ps - state.time_ps < options_.least_duration_ps - rounding_ps) {
      continue;
    }
    groups[{state.frame, state.inside, state.partner}].push_back(i);
  }
  std::vector<ClusterEvent> events;
  for (const auto& [key, atoms] : groups) {
    ClusterEvent event;
    event.frame = std::get<0>(key);
    event.kind = std::get<1>(key) ? ClusterEventKind::detachment : ClusterEventKind::attachment;
    event.time_ps = states_[atoms.front()].time_ps;
    event.atoms = atoms;
    std::set<std::uint32_t> site;
    double away = 0.0;
    double known = 0.0;
    for (const std::uint32_t i : atoms) {
      State& state = states_[i];
      site.insert(state.site.begin(), state.site.end());
      event.distance_angstrom += state.distance_angstrom / static_cast<double>(atoms.size());
      if (state.inside) {
        state.left_ps = state.time_ps;
      } else if (std::isfinite(state.left_ps)) {
        away += state.time_ps - state.left_ps;
        known += 1.0;
      }
      state.inside = !state.inside;
      state.changing = false;
      state.site.clear();
    }
    if (known > 0.0) event.away_ps = away / known;
    event.site.assign(site.begin(), site.end());
    events.push_back(std::move(event));
  }
  return events;
}

}  // namespace adatom::dynamics
