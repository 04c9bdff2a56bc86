#include "lane_engine.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <utility>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "pair_engine.h"
#include "pair_table.h"

namespace adatom::energetics {
namespace {

// Where places without an atom are, far from everything and from one another, in angstrom. Squares
// of distances between them must not become so large that a float's segment is no integer.
constexpr float nowhere_angstrom = 1e4F;

// Atoms within so many angstrom of the origin keep their positions to 1e-4 angstrom.
constexpr double largest_extent_angstrom = 2e3;

// Single precision adds errors of 1e-7 for each of some forty neighbours; a table may add as much.
constexpr double table_tolerance = 3e-6;

/// The table that begins at the smallest distance which it can be accurate from. One that leaves
/// out neighbours would be of no use: every step would be done in double precision.
PairTable lane_table(const EmbeddedAtomPotential& potential, std::size_t element,
                     const Kernels& kernels) {
  const double neighbours = neighbour_distance(potential, element);
  const double latest = 0.85 * neighbours;
  double error = std::numeric_limits<double>::infinity();
  for (const double share : {0.6, 0.65, 0.7, 0.75, 0.8}) {
    const double lowest = std::max(share * neighbours, potential.closest_angstrom());
    auto table = make_pair_table(potential,
                                 make_grid(potential, lowest, kernels.lane_segments, Count::fixed),
                                 kernels.lane_degree);
    if (table.grid.first_u > latest * latest) continue;
    error = std::min(error, table_error(potential, element, element, table));
    if (error < table_tolerance) return table;
  }
  const std::string why =
      std::isfinite(error)
          ? "its tables would be wrong by " + shortest(error) + " of the largest values"
          : "its tables would begin beyond the distance of neighbours, " + shortest(neighbours) +
                " angstrom";
  throw InputError({.what = "mixed precision cannot follow this potential",
                    .where = potential.name(),
                    .why = why,
                    .remedy = "take precision double"});
}

}  // namespace

LaneEngine::LaneEngine(std::shared_ptr<const EmbeddedAtomPotential> potential, std::size_t element,
                       const Kernels& kernels)
    : potential_(std::move(potential)), elements_(1, element), kernels_(kernels) {
  const auto table = lane_table(*potential_, element, kernels);
  const std::size_t powers = table.degree + 1;
  const std::size_t segments = table.grid.segments;
  const double* rows = table.rows.data() + (element * table.elements + element) * table.pair_size();
  tables_.resize(row_width * powers * segments);
  for (std::size_t s = 0; s < segments; ++s) {
    for (std::size_t k = 0; k < powers; ++k) {
      for (std::size_t w = 0; w < row_width; ++w) {
        tables_[(w * powers + k) * segments + s] =
            static_cast<float>(rows[(s * powers + k) * row_width + w]);
      }
    }
  }
  const double cutoff = potential_->cutoff_angstrom();
  arguments_.cutoff_u = static_cast<float>(cutoff * cutoff);
  arguments_.first_u = static_cast<float>(table.grid.first_u);
  arguments_.segments_per_u = static_cast<float>(table.grid.segments_per_u);
  // Rounding must not put a distance below the cut-off behind the last segment.
  const auto place = [&](float u) { return (u - arguments_.first_u) * arguments_.segments_per_u; };
  while (place(std::nextafter(arguments_.cutoff_u, 0.0F)) >= static_cast<float>(segments)) {
    arguments_.cutoff_u = std::nextafter(arguments_.cutoff_u, 0.0F);
  }
  arguments_.tables = tables_.data();
}

void LaneEngine::centre(std::span<const Eigen::Vector3d> positions) {
  origin_.setZero();
  for (const auto& position : positions)
    origin_ += position / static_cast<double>(positions.size());
}

void LaneEngine::take_list(const GhostList& list, std::span<const Eigen::Vector3d> positions) {
  for (const auto& position : positions) {
    if ((position - origin_).cwiseAbs().maxCoeff() < largest_extent_angstrom) continue;
    throw InputError({.what = "the atoms are too far apart for mixed precision",
                      .where = potential_->name(),
                      .why = "one lies more than " + shortest(largest_extent_angstrom) +
                             " angstrom from the middle",
                      .remedy = "take precision double"});
  }
  const std::size_t atoms = positions.size();
  const std::size_t lanes = kernels_.lanes;
  elements_.resize(atoms, elements_.front());
  ghosts_ = list.ghosts;
  const auto count = [&](std::size_t i) { return list.first[i + 1] - list.first[i]; };
  // Atoms with like numbers of neighbours stand together, so that little is filled up; only among
  // those near in the list, so that memory stays near as well.
  std::vector<std::uint32_t> order(atoms);
  std::iota(order.begin(), order.end(), 0U);
  constexpr std::size_t window = 2048;
  for (std::size_t begin = 0; begin < atoms; begin += window) {
    const auto end = order.begin() + static_cast<std::ptrdiff_t>(std::min(begin + window, atoms));
    std::stable_sort(order.begin() + static_cast<std::ptrdiff_t>(begin), end,
                     [&](std::uint32_t a, std::uint32_t b) { return count(a) > count(b); });
  }
  groups_ = (atoms + lanes - 1) / lanes;
  const std::size_t places = groups_ * lanes;
  const std::size_t total = places + ghosts_.size() + 1;
  place_of_.resize(atoms);
  for (std::size_t p = 0; p < atoms; ++p) place_of_[order[p]] = static_cast<std::uint32_t>(p);

  const auto nobody = static_cast<std::int32_t>((total - 1) * place_bytes);
  auto& [last, neighbours] = lists_[0];
  first_.clear();
  last.clear();
  neighbours.clear();
  for (std::size_t g = 0; g < groups_; ++g) {
    std::size_t longest = 0;
    for (std::size_t p = g * lanes; p < std::min(atoms, (g + 1) * lanes); ++p) {
      longest = std::max<std::size_t>(longest, count(order[p]));
    }
    const std::size_t begin = neighbours.size();
    first_.push_back(static_cast<std::uint32_t>(begin / lanes));
    neighbours.resize(begin + longest * lanes, nobody);
    for (std::size_t p = g * lanes; p < std::min(atoms, (g + 1) * lanes); ++p) {
      for (std::size_t n = 0; n < count(order[p]); ++n) {
        const std::uint32_t j = list.partner[list.first[order[p]] + n];
        const std::size_t place = j < atoms ? place_of_[j] : places + j - atoms;
        neighbours[begin + n * lanes + (p - g * lanes)] =
            static_cast<std::int32_t>(place * place_bytes);
      }
    }
    last.push_back(static_cast<std::uint32_t>(neighbours.size() / lanes));
  }

  places_.assign(4 * total, 0.0F);
  for (std::size_t p = atoms; p < places; ++p) places_[4 * p] = -nowhere_angstrom;
  places_[4 * (total - 1)] = nowhere_angstrom;
  for (auto* values : {&density_, &force_x_, &force_y_, &force_z_, &energy_}) {
    values->assign(places, 0.0F);
  }
  for (std::size_t level = 1; level < list_levels; ++level) {
    lists_[level].last.resize(groups_);
    // One vector more: a neighbour is written down before it is known to be near.
    lists_[level].neighbour.resize(neighbours.size() + lanes);
  }
  for (auto* values : {&densities_, &embedding_, &slopes_}) values->resize(atoms);
}

void LaneEngine::put(std::size_t place, const Eigen::Vector3d& position) {
  for (Eigen::Index c = 0; c < 3; ++c) {
    places_[4 * place + static_cast<std::size_t>(c)] = static_cast<float>(position[c] - origin_[c]);
  }
}

void LaneEngine::place(std::span<const Eigen::Vector3d> positions) {
  for (std::size_t i = 0; i < positions.size(); ++i) put(place_of_[i], positions[i]);
  const std::size_t places = groups_ * kernels_.lanes;
  for (std::size_t g = 0; g < ghosts_.size(); ++g) {
    put(places + g, positions[ghosts_[g].owner] + ghosts_[g].shift_angstrom);
  }
}

void LaneEngine::prune(std::size_t level, std::span<const Eigen::Vector3d> positions,
                       double reach_angstrom) {
  place(positions);
  const auto& from = lists_[level - 1];
  auto& to = lists_[level];
  kernels_.lane_prune({.groups = groups_,
                       .first = first_.data(),
                       .last = from.last.data(),
                       .neighbour = from.neighbour.data(),
                       .places = places_.data(),
                       .reach_u = static_cast<float>(reach_angstrom * reach_angstrom),
                       .nobody = static_cast<std::int32_t>((places_.size() / 4 - 1) * place_bytes),
                       .new_last = to.last.data(),
                       .new_neighbour = to.neighbour.data()});
  if (level + 1 < list_levels) return;
  std::size_t vectors = 0;
  for (std::size_t g = 0; g < groups_; ++g) vectors += to.last[g] - first_[g];
  scratch_.resize(std::max(scratch_.size(), 4 * kernels_.lanes * vectors));
}

std::optional<double> LaneEngine::evaluate(std::span<const Eigen::Vector3d> positions,
                                           std::span<Eigen::Vector3d> forces, Wanted wanted) {
  place(positions);
  auto& a = arguments_;
  a.groups = groups_;
  a.first = first_.data();
  a.last = lists_.back().last.data();
  a.neighbour = lists_.back().neighbour.data();
  a.places = places_.data();
  a.density = density_.data();
  a.force_x = force_x_.data();
  a.force_y = force_y_.data();
  a.force_z = force_z_.data();
  a.pair_energy = wanted == Wanted::energy_too ? energy_.data() : nullptr;
  a.scratch = scratch_.data();
  if (!(kernels_.lane_densities(a) >= a.first_u)) return std::nullopt;
  for (std::size_t i = 0; i < positions.size(); ++i) {
    densities_[i] = static_cast<double>(density_[place_of_[i]]);
  }
  embed(*potential_, elements_, densities_, embedding_, slopes_);
  for (std::size_t i = 0; i < positions.size(); ++i) {
    places_[4 * place_of_[i] + 3] = static_cast<float>(slopes_[i]);
  }
  const std::size_t places = groups_ * kernels_.lanes;
  for (std::size_t g = 0; g < ghosts_.size(); ++g) {
    places_[4 * (places + g) + 3] = places_[4 * place_of_[ghosts_[g].owner] + 3];
  }
  kernels_.lane_forces(a);
  double energy = 0.0;
  for (std::size_t i = 0; i < positions.size(); ++i) {
    const std::size_t p = place_of_[i];
    forces[i] = Eigen::Vector3f(force_x_[p], force_y_[p], force_z_[p]).cast<double>();
    if (wanted == Wanted::energy_too) {
      energy += embedding_[i] + 0.5 * static_cast<double>(energy_[p]);
    }
  }
  return energy;
}

}  // namespace adatom::energetics
