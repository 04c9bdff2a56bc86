#include "adatom/diffraction/index_rings.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/crystal/reflections.h"

namespace adatom::diffraction {
namespace {

struct PossibleRing {
  std::string hkl;
  double d = 0.0;
  double strength = 0.0;
  bool found = false;
};

/// All families of a phase; those that coincide are one ring.
std::vector<PossibleRing> possible_rings(const crystal::Phase& phase, const IndexOptions& options,
                                         double d_min) {
  // The strongest lies at 0.2 to 0.6 1/angstrom: |F|^2 falls with the fourth power of s.
  constexpr double s_strong = 1.0;
  const auto reflections = crystal::find_reflections(
      phase, {.s_max_per_angstrom = std::max(1.0 / d_min, s_strong),
              .default_b_factor_angstrom2 = options.default_b_factor_angstrom2});
  std::vector<PossibleRing> rings;
  double strongest = 0.0;
  for (const auto& r : reflections) {
    const double strength =
        r.multiplicity * r.structure_factor2_angstrom2 * r.d_angstrom * r.d_angstrom;
    constexpr double same = 1e-6;
    if (!rings.empty() && std::abs(rings.back().d / r.d_angstrom - 1.0) < same) {
      rings.back().hkl += "+" + r.label();
      rings.back().strength += strength;
    } else {
      rings.push_back({r.label(), r.d_angstrom, strength});
    }
    strongest = std::max(strongest, rings.back().strength);
  }
  for (auto& ring : rings) ring.strength /= strongest;
  std::erase_if(rings, [&](const auto& ring) {
    return ring.strength < options.weakest_strength || ring.d < d_min;
  });
  return rings;
}

void check(std::span<const MeasuredSpacing> spacings, const IndexOptions& options) {
  require_valid(options.validate());
  for (const auto& spacing : spacings) {
    const bool good = spacing.d_angstrom > 0.0 && std::isfinite(spacing.d_angstrom) &&
                      spacing.d_stderr_angstrom >= 0.0 && std::isfinite(spacing.d_stderr_angstrom);
    if (good) continue;
    throw InputError({.what = "a lattice spacing cannot be",
                      .where = "spacings",
                      .why = shortest(spacing.d_angstrom) + " +- " +
                             shortest(spacing.d_stderr_angstrom) + " angstrom",
                      .remedy = "spacings are positive, errors not negative"});
  }
}

/// How far off a ring may be, as a share of d.
double reach_of(const MeasuredSpacing& spacing, const IndexOptions& options) {
  constexpr double rounding = 1e-12;  // what is off by just the tolerance is within it
  return options.tolerance + 3.0 * spacing.d_stderr_angstrom / spacing.d_angstrom + rounding;
}

PhaseMatch match_phase(std::span<const MeasuredSpacing> spacings, const crystal::Phase& phase,
                       std::vector<PossibleRing> rings, const IndexOptions& options,
                       IndexResult& result) {
  PhaseMatch match{.phase = phase.name};
  double sum = 0.0;
  double squares = 0.0;
  for (std::size_t i = 0; i < spacings.size(); ++i) {
    const double d = spacings[i].d_angstrom;
    const double reach = reach_of(spacings[i], options);
    const SpacingMatch* nearest = nullptr;
    auto& matches = result.spacings[i].matches;
    const auto before = matches.size();
    for (auto& ring : rings) {
      const double deviation = d / ring.d - 1.0;
      if (std::abs(deviation) > reach) continue;
      ring.found = true;
      matches.push_back({phase.name, ring.hkl, ring.d, deviation, ring.strength});
    }
    for (std::size_t k = before; k < matches.size(); ++k) {
      if (nearest == nullptr || std::abs(matches[k].deviation) < std::abs(nearest->deviation)) {
        nearest = &matches[k];
      }
    }
    if (nearest == nullptr) continue;
    ++match.explained;
    sum += nearest->deviation;
    squares += nearest->deviation * nearest->deviation;
  }
  double all = 0.0;
  double found = 0.0;
  for (const auto& ring : rings) {
    all += ring.strength;
    if (ring.found) found += ring.strength;
  }
  if (all > 0.0) match.strength_found = found / all;
  if (match.explained > 0) {
    const auto count = static_cast<double>(match.explained);
    match.mean_deviation = sum / count;
    match.rms_deviation =
        std::sqrt(std::max(squares / count - match.mean_deviation * match.mean_deviation, 0.0));
    match.score = match.strength_found * count / static_cast<double>(spacings.size());
  }
  return match;
}

}  // namespace

void IndexOptions::describe(OptionVisitor& v) {
  v.visit({.name = "tolerance",
           .help = "share of d that lattice and calibration may be off",
           .min = 0,
           .max = 0.2},
          tolerance);
  v.visit({.name = "weakest_strength",
           .help = "weaker rings (share of the phase's strongest) are not listed",
           .min = 0,
           .max = 1},
          weakest_strength);
  v.visit({.name = "default_b_factor_angstrom2",
           .unit = "angstrom^2",
           .help = "thermal B factor of atoms whose phase gives none",
           .min = 0,
           .max = 20},
          default_b_factor_angstrom2);
}

std::vector<OptionIssue> IndexOptions::validate() const { return check_ranges(*this); }

IndexResult index_rings(std::span<const MeasuredSpacing> spacings,
                        std::span<const crystal::Phase> phases, const IndexOptions& options) {
  check(spacings, options);
  IndexResult result;
  if (spacings.empty()) return result;
  double shortest_d = spacings[0].d_angstrom;
  constexpr double unlimited = std::numeric_limits<double>::infinity();
  double longest_d = 0.0;
  for (const auto& spacing : spacings) {
    result.spacings.push_back({spacing.d_angstrom, {}});
    // |d / d_ring - 1| <= reach, a little further for rounding.
    const double reach = 1.01 * reach_of(spacing, options);
    shortest_d = std::min(shortest_d, spacing.d_angstrom / (1.0 + reach));
    longest_d = reach < 1.0 ? std::max(longest_d, spacing.d_angstrom / (1.0 - reach)) : unlimited;
  }
  for (const auto& phase : phases) {
    auto rings = possible_rings(phase, options, shortest_d);
    std::erase_if(rings, [&](const auto& ring) { return ring.d > longest_d; });
    result.phases.push_back(match_phase(spacings, phase, std::move(rings), options, result));
  }
  for (auto& spacing : result.spacings) {
    std::ranges::stable_sort(spacing.matches, [](const auto& a, const auto& b) {
      return std::abs(a.deviation) < std::abs(b.deviation);
    });
  }
  std::ranges::stable_sort(result.phases,
                           [](const auto& a, const auto& b) { return a.score > b.score; });
  return result;
}

}  // namespace adatom::diffraction
