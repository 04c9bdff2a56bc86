#include "pair_engine.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"

namespace adatom::energetics {
namespace {

/// A table that follows the functions within rounding, if they are smooth. Those of files are
/// cubics of many pieces, which it follows as well as fits into the processor's caches.
PairTable accurate_table(const EmbeddedAtomPotential& potential) {
  constexpr double rounding = 1e-11;
  constexpr std::size_t fewest = 256;
  constexpr std::size_t most = 2048;
  for (std::size_t segments = fewest;; segments *= 2) {
    auto table = make_pair_table(
        potential, make_grid(potential, potential.closest_angstrom(), segments, Count::at_least),
        pair_degree);
    double error = 0.0;
    for (std::size_t a = 0; a < table.elements; ++a) {
      for (std::size_t b = 0; b < table.elements; ++b) {
        error = std::max(error, table_error(potential, a, b, table));
      }
    }
    if (error < rounding || segments == most) return table;
  }
}

}  // namespace

void complain_of_overlap(const EmbeddedAtomPotential& potential,
                         std::span<const Eigen::Vector3d> positions, const crystal::Box& box) {
  const auto list = crystal::find_half_neighbours(positions, box, potential.closest_angstrom());
  std::string atoms = "two atoms";
  double closest = potential.closest_angstrom();
  for (std::size_t i = 0; i + 1 < list.first.size(); ++i) {
    for (std::size_t n = list.first[i]; n < list.first[i + 1]; ++n) {
      Eigen::Vector3d vector = positions[list.atom[n]] - positions[i];
      if (!list.shift.empty()) {
        vector += box.cell_angstrom.transpose() * list.shift[n].cast<double>();
      }
      if (vector.norm() > closest) continue;
      closest = vector.norm();
      atoms = "atoms " + std::to_string(i + 1) + " and " + std::to_string(list.atom[n] + 1);
    }
  }
  throw InputError(
      {.what = atoms + " overlap",
       .where = potential.name(),
       .why = "they are " + shortest(closest) + " angstrom apart, the potential begins at " +
              shortest(potential.closest_angstrom()),
       .remedy = "remove one of them, relax the structure first, or take a shorter time step"});
}

void embed(const EmbeddedAtomPotential& potential, std::span<const std::size_t> elements,
           std::span<const double> densities, std::span<double> energies,
           std::span<double> slopes) {
  potential.embed(elements, densities, energies, slopes);
  std::vector<double> largest;
  for (std::size_t e = 0; e < potential.elements().size(); ++e) {
    largest.push_back(potential.largest_density(e));
  }
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (densities[i] <= largest[elements[i]]) continue;
    throw InputError({.what = "the density at atom " + std::to_string(i + 1) +
                              " lies outside the potential's table",
                      .where = potential.name(),
                      .why = "it is " + shortest(densities[i]) + ", the table ends at " +
                             shortest(largest[elements[i]]),
                      .remedy = "atoms are too close together: relax the structure first"});
  }
}

PairEngine::PairEngine(std::shared_ptr<const EmbeddedAtomPotential> potential,
                       std::vector<std::size_t> elements, const crystal::Box& box,
                       const Kernels& kernels)
    : potential_(std::move(potential)),
      elements_(std::move(elements)),
      box_(box),
      kernels_(kernels) {
  table_ = accurate_table(*potential_);
  rows_.assign(table_.rows.begin(), table_.rows.end());
  embedding_.resize(elements_.size());
}

void PairEngine::take_list(GhostList half_list) {
  lists_[0] = {std::move(half_list.first), std::move(half_list.partner)};
  ghosts_ = std::move(half_list.ghosts);
  const std::size_t total = elements_.size() + ghosts_.size();
  // One more: each neighbour is written down before it is known to be near.
  const std::size_t pairs = lists_[0].partner.size() + 1;
  for (std::size_t level = 1; level < list_levels; ++level) {
    lists_[level].first.resize(elements_.size() + 1);
    lists_[level].partner.resize(pairs);
  }
  position_.assign(4 * total, 0.0);
  force_.assign(4 * total, 0.0);
  near_vector_.resize(4 * pairs);
  near_row_.resize((table_.symmetric ? 1 : 2) * row_width * pairs);
  near_u_.resize(pairs);
  near_partner_.resize(pairs);
  near_first_.resize(elements_.size() + 1);
  density_.resize(total);
  slope_.resize(total);
  element_.resize(total);
  for (std::size_t i = 0; i < total; ++i) {
    const std::size_t atom = i < elements_.size() ? i : ghosts_[i - elements_.size()].owner;
    element_[i] = static_cast<std::uint32_t>(elements_[atom]);
  }
}

void PairEngine::prune(std::size_t level, std::span<const Eigen::Vector3d> positions,
                       double reach_angstrom) {
  place(positions);
  const auto& from = lists_[level - 1];
  auto& to = lists_[level];
  kernels_.pair_prune({.atoms = elements_.size(),
                       .first = from.first.data(),
                       .partner = from.partner.data(),
                       .position = position_.data(),
                       .reach_u = reach_angstrom * reach_angstrom,
                       .new_first = to.first.data(),
                       .new_partner = to.partner.data()});
}

void PairEngine::place(std::span<const Eigen::Vector3d> positions) {
  const std::size_t atoms = elements_.size();
  for (std::size_t i = 0; i < atoms; ++i) {
    std::copy_n(positions[i].data(), 3, position_.data() + 4 * i);
  }
  for (std::size_t g = 0; g < ghosts_.size(); ++g) {
    const Eigen::Vector3d at = positions[ghosts_[g].owner] + ghosts_[g].shift_angstrom;
    std::copy_n(at.data(), 3, position_.data() + 4 * (atoms + g));
  }
}

PairArguments PairEngine::arguments() {
  const double cutoff = potential_->cutoff_angstrom();
  return {.atoms = elements_.size(),
          .first = lists_.back().first.data(),
          .partner = lists_.back().partner.data(),
          .element = element_.data(),
          .position = position_.data(),
          .cutoff_u = cutoff * cutoff,
          .first_u = table_.grid.first_u,
          .segments_per_u = table_.grid.segments_per_u,
          .last_place = std::nextafter(static_cast<double>(table_.grid.segments), 0.0),
          .elements = table_.elements,
          .pair_size = table_.pair_size(),
          .rows = rows_.data(),
          .near_first = near_first_.data(),
          .near_partner = near_partner_.data(),
          .near_vector = near_vector_.data(),
          .near_row = near_row_.data(),
          .near_u = near_u_.data(),
          .density = density_.data(),
          .embedding_slope = slope_.data(),
          .force = force_.data()};
}

double PairEngine::evaluate(std::span<const Eigen::Vector3d> positions,
                            std::span<Eigen::Vector3d> forces) {
  const std::size_t atoms = elements_.size();
  place(positions);
  std::fill(density_.begin(), density_.end(), 0.0);
  std::fill(force_.begin(), force_.end(), 0.0);
  const auto args = arguments();
  const auto sums = kernels_.pair_densities(args, table_.symmetric);
  const double closest = potential_->closest_angstrom();
  if (!(sums.smallest_u >= closest * closest)) {
    complain_of_overlap(*potential_, positions, box_);
  }
  for (std::size_t g = 0; g < ghosts_.size(); ++g) {
    density_[ghosts_[g].owner] += density_[atoms + g];
  }
  embed(*potential_, elements_, std::span(density_).first(atoms), embedding_,
        std::span(slope_).first(atoms));
  for (std::size_t g = 0; g < ghosts_.size(); ++g) {
    slope_[atoms + g] = slope_[ghosts_[g].owner];
  }
  kernels_.pair_forces(args, table_.symmetric);
  for (std::size_t g = 0; g < ghosts_.size(); ++g) {
    for (std::size_t c = 0; c < 3; ++c) {
      force_[4 * std::size_t{ghosts_[g].owner} + c] += force_[4 * (atoms + g) + c];
    }
  }
  double energy = sums.pair_energy;
  for (std::size_t i = 0; i < atoms; ++i) {
    energy += embedding_[i];
    forces[i] = Eigen::Vector3d(force_[4 * i], force_[4 * i + 1], force_[4 * i + 2]);
  }
  return energy;
}

}  // namespace adatom::energetics
