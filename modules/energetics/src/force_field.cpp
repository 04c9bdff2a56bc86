#include "adatom/energetics/force_field.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <utility>

#include "adatom/base/error.h"
#include "adatom/crystal/neighbours.h"
#include "ghost_list.h"
#include "kernels.h"
#include "lane_engine.h"
#include "pair_engine.h"

namespace adatom::energetics {
namespace {

const Kernels& kernels_for(InstructionSet wanted) {
  switch (choose_instruction_set(wanted)) {
#if defined(__x86_64__)
    case InstructionSet::avx512:
      return avx512_kernels;
    case InstructionSet::avx2:
      return avx2_kernels;
#endif
    default:
      return portable_kernels;
  }
}

// Skins of the lists, as shares of the whole. Measured on gold at 673 K in steps of 5 fs, where the
// lists last 40 and 7 steps.
constexpr std::array<double, list_levels> skin_shares = {1.0, 0.16};

/// False also where there is nothing to compare with, and for positions that are not numbers.
bool moved_less(std::span<const Eigen::Vector3d> from, std::span<const Eigen::Vector3d> to,
                double limit_angstrom) {
  if (from.size() != to.size()) return false;
  const double limit = limit_angstrom * limit_angstrom;
  bool less = true;
  for (std::size_t i = 0; i < to.size(); ++i) {
    // Quiet about numbers that are none: the search complains of those.
    less = less && std::islessequal((to[i] - from[i]).squaredNorm(), limit);
  }
  return less;
}

}  // namespace

struct ForceField::Impl {
  Impl(std::shared_ptr<const EmbeddedAtomPotential> the_potential,
       std::vector<std::size_t> the_elements, const crystal::Box& the_box,
       Surroundings the_surroundings, const ForceFieldOptions& the_options)
      : potential(std::move(the_potential)),
        elements(std::move(the_elements)),
        box(the_box),
        surroundings(std::move(the_surroundings)),
        options(the_options),
        kernels(kernels_for(options.instruction_set)),
        pairs(potential, elements, box, kernels) {
    require_valid(options.validate());
    if (options.precision != Precision::mixed || elements.empty()) return;
    if (std::any_of(elements.begin(), elements.end(),
                    [&](std::size_t element) { return element != elements.front(); })) {
      throw InputError({.what = "mixed precision is for particles of one element",
                        .where = "precision",
                        .why = "the structure holds several",
                        .remedy = "take precision double"});
    }
    lanes.emplace(potential, elements.front(), kernels);
  }

  // A search makes the longest list; each other list is made of the one before it, which is cheap.
  // No list changes a bit of the sums: all keep the order, and what is beyond the cut-off adds
  // zero.
  [[nodiscard]] double skin(std::size_t level) const {
    return options.skin_angstrom * skin_shares[level];
  }
  [[nodiscard]] double reach(std::size_t level) const {
    return potential->cutoff_angstrom() + skin(level);
  }
  /// Half of the skin that a list has beyond the one after it.
  [[nodiscard]] double allowance(std::size_t level) const {
    return 0.5 * (level + 1 < list_levels ? skin(level) - skin(level + 1) : skin(level));
  }

  void centre(std::span<const Eigen::Vector3d> positions) {
    centred_at.assign(positions.begin(), positions.end());
    if (lanes) lanes->centre(positions);
  }

  void look(std::span<const Eigen::Vector3d> positions) {
    if (centred_at.size() != positions.size()) centre(positions);
    if (lanes) {
      lanes->take_list(with_ghosts(crystal::find_neighbours(positions, box, reach(0)), box),
                       positions);
      pairs_have_list = false;
    } else {
      look_for_pairs(positions);
    }
    made_at[0].assign(positions.begin(), positions.end());
    for (std::size_t level = 1; level < list_levels; ++level) made_at[level].clear();
    ++searches;
  }

  void look_for_pairs(std::span<const Eigen::Vector3d> positions) {
    pairs.take_list(with_ghosts(crystal::find_half_neighbours(positions, box, reach(0)), box));
  }

  void refresh(std::span<const Eigen::Vector3d> positions) {
    if (positions.size() != elements.size()) {
      throw std::logic_error("ForceField: as many positions as atoms");
    }
    std::size_t good = list_levels;
    while (good > 0 && !moved_less(made_at[good - 1], positions, allowance(good - 1))) --good;
    if (good == list_levels) return;
    if (good == 0) {
      look(positions);
      good = 1;
    }
    for (std::size_t level = good; level < list_levels; ++level) {
      if (lanes) {
        lanes->prune(level, positions, reach(level));
      } else {
        pairs.prune(level, positions, reach(level));
      }
      made_at[level].assign(positions.begin(), positions.end());
    }
  }

  double evaluate(std::span<const Eigen::Vector3d> positions, std::span<Eigen::Vector3d> forces,
                  Wanted wanted) {
    if (elements.empty()) return 0.0;
    refresh(positions);
    double energy = 0.0;
    std::optional<double> quick;
    if (lanes) quick = lanes->evaluate(positions, forces, wanted);
    if (quick) {
      energy = *quick;
    } else {
      if (lanes && !pairs_have_list) {
        // Two atoms are closer than the tables in single precision go.
        look_for_pairs(made_at[0]);
        pairs_have_list = true;
      }
      if (lanes) {
        for (std::size_t level = 1; level < list_levels; ++level) {
          pairs.prune(level, positions, reach(level));
        }
      }
      energy = pairs.evaluate(positions, forces);
    }
    for (const auto& field : surroundings.fields) energy += field->add(positions, forces);
    for (std::size_t i = 0; i < surroundings.held.size(); ++i) {
      if (surroundings.held[i] != 0) forces[i].setZero();
    }
    return energy;
  }

  std::shared_ptr<const EmbeddedAtomPotential> potential;
  std::vector<std::size_t> elements;
  crystal::Box box;
  Surroundings surroundings;
  ForceFieldOptions options;
  const Kernels& kernels;
  PairEngine pairs;
  bool pairs_have_list = false;
  std::optional<LaneEngine> lanes;
  /// Where atoms were when each list was made.
  std::array<std::vector<Eigen::Vector3d>, list_levels> made_at;
  std::vector<Eigen::Vector3d> centred_at;
  std::int64_t searches = 0;
};

ForceField::ForceField(std::shared_ptr<const EmbeddedAtomPotential> potential,
                       std::vector<std::size_t> elements, const crystal::Box& box,
                       Surroundings surroundings, const ForceFieldOptions& options)
    : impl_(std::make_unique<Impl>(std::move(potential), std::move(elements), box,
                                   std::move(surroundings), options)) {}

ForceField::~ForceField() = default;

std::size_t ForceField::size() const { return impl_->elements.size(); }

double ForceField::evaluate(std::span<const Eigen::Vector3d> positions_angstrom,
                            std::span<Eigen::Vector3d> forces_ev_per_angstrom) {
  return impl_->evaluate(positions_angstrom, forces_ev_per_angstrom, Wanted::energy_too);
}

void ForceField::forces(std::span<const Eigen::Vector3d> positions_angstrom,
                        std::span<Eigen::Vector3d> forces_ev_per_angstrom) {
  impl_->evaluate(positions_angstrom, forces_ev_per_angstrom, Wanted::forces);
}

std::span<const std::uint8_t> ForceField::held() const { return impl_->surroundings.held; }

std::span<const Eigen::Vector3d> ForceField::list_positions() const { return impl_->centred_at; }

void ForceField::look_for_neighbours(std::span<const Eigen::Vector3d> positions_angstrom) {
  impl_->centre(positions_angstrom);
  impl_->look(positions_angstrom);
}

std::int64_t ForceField::neighbour_searches() const { return impl_->searches; }

std::string ForceField::kernel_name() const {
  return std::string(impl_->lanes ? "mixed" : "double") + " precision, " + impl_->kernels.name;
}

PrecisionError measure_precision(const std::shared_ptr<const EmbeddedAtomPotential>& potential,
                                 const std::vector<std::size_t>& elements, const crystal::Box& box,
                                 std::span<const Eigen::Vector3d> positions_angstrom,
                                 const ForceFieldOptions& options) {
  PrecisionError error;
  if (elements.empty()) return error;
  std::vector<Eigen::Vector3d> forces(elements.size());
  std::vector<Eigen::Vector3d> exact_forces(elements.size());
  const auto evaluate = [&](Precision precision, std::vector<Eigen::Vector3d>& into) {
    ForceFieldOptions same = options;
    same.precision = precision;
    return ForceField(potential, elements, box, {}, same).evaluate(positions_angstrom, into);
  };
  const double energy = evaluate(Precision::mixed, forces);
  const double exact = evaluate(Precision::full, exact_forces);
  error.energy_ev_per_atom = std::abs(energy - exact) / static_cast<double>(elements.size());
  for (std::size_t i = 0; i < forces.size(); ++i) {
    error.largest_force_ev_per_angstrom =
        std::max(error.largest_force_ev_per_angstrom, (forces[i] - exact_forces[i]).norm());
  }
  return error;
}

}  // namespace adatom::energetics
