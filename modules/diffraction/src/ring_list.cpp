#include "ring_list.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/crystal/reflections.h"
#include "inner_ring.h"

namespace adatom::diffraction {
namespace {

// So far outside the range a strong Lorentzian is still seen.
constexpr double tail = 0.06;  // 1/angstrom

struct Family {
  double s = 0.0;
  std::string hkl;
  std::int64_t multiplicity = 0;
  double area_per_volume = 0.0;
};

double area_per_volume(const crystal::Reflection& reflection, double volume) {
  return reflection.multiplicity * reflection.structure_factor2_angstrom2 * reflection.d_angstrom *
         reflection.d_angstrom / (volume * volume);
}

/// By rising s, without the weakest.
std::vector<Family> families(const crystal::Phase& phase, const RingFitOptions& options,
                             double s_max) {
  const auto reflections = crystal::find_reflections(
      phase, {.s_max_per_angstrom = s_max,
              .default_b_factor_angstrom2 = options.default_b_factor_angstrom2});
  const double volume = phase.cell.volume_angstrom3();
  std::vector<Family> list;
  double strongest = 0.0;
  for (const auto& r : reflections) {
    list.push_back({r.s_per_angstrom, r.label(), r.multiplicity, area_per_volume(r, volume)});
    strongest = std::max(strongest, list.back().area_per_volume);
  }
  std::erase_if(list, [&](const Family& family) {
    return family.area_per_volume < options.weakest_strength * strongest;
  });
  return list;
}

/// Merges families that no fit could tell apart.
std::vector<std::vector<Family>> clusters(const std::vector<Family>& list, double within) {
  std::vector<std::vector<Family>> merged;
  for (const auto& family : list) {
    if (merged.empty() || family.s - merged.back().front().s > within) merged.emplace_back();
    merged.back().push_back(family);
  }
  return merged;
}

ListedRing one_ring(const std::vector<Family>& cluster, std::size_t phase) {
  ListedRing ring{.phase = phase};
  for (const auto& family : cluster) {
    ring.hkl += (ring.hkl.empty() ? "" : "+") + family.hkl;
    ring.multiplicity += family.multiplicity;
    ring.area_per_volume += family.area_per_volume;
    ring.s_per_angstrom += family.s * family.area_per_volume;
  }
  ring.s_per_angstrom /= ring.area_per_volume;
  return ring;
}

/// Index of the ring of `phase` nearest to s. Nothing: it has none.
std::optional<std::size_t> nearest(const std::vector<ListedRing>& rings, std::size_t phase,
                                   double s) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < rings.size(); ++i) {
    if (rings[i].phase != phase) continue;
    if (!best ||
        std::abs(rings[i].s_per_angstrom - s) < std::abs(rings[*best].s_per_angstrom - s)) {
      best = i;
    }
  }
  return best;
}

void add_phase(RingList& list, const crystal::Phase& phase, std::size_t index,
               const RingFitOptions& options, double s_min, double s_max) {
  const auto all =
      clusters(families(phase, options, s_max + tail), options.merge_within_per_angstrom);
  const auto inside = [&](double s) { return s >= s_min && s <= s_max; };
  const bool tied = options.areas == RingAreas::structure_factor;
  double unit = 0.0;  // area per volume that a coefficient of a tied phase stands for
  for (const auto& cluster : all) unit = std::max(unit, one_ring(cluster, index).area_per_volume);
  const std::size_t first_ring = list.rings.size();
  for (const auto& cluster : all) {
    ListedRing ring = one_ring(cluster, index);
    if (!inside(ring.s_per_angstrom)) continue;
    if (tied) {
      ring.coefficient = list.coefficients;
      ring.weight = ring.area_per_volume / unit;
    } else {
      ring.coefficient = list.coefficients++;
    }
    list.rings.push_back(std::move(ring));
  }
  if (list.rings.size() == first_ring) return;
  if (tied) ++list.coefficients;
  for (const auto& cluster : all) {
    const ListedRing whole = one_ring(cluster, index);
    if (whole.s_per_angstrom < s_min - tail) continue;
    const auto& ring = list.rings[*nearest(list.rings, index, whole.s_per_angstrom)];
    const double per_area = tied ? 1.0 / unit : 1.0 / ring.area_per_volume;
    for (const auto& family : cluster) {
      list.lines.push_back({ring.coefficient, index, family.s, family.area_per_volume * per_area});
    }
  }
}

/// Share of its circle that each bin has seen, up to a common factor that is about 1.
std::vector<double> coverage(const Profile& profile) {
  std::vector<double> share(profile.size(), 0.0);
  std::vector<double> positive;
  for (std::size_t i = 0; i < share.size(); ++i) {
    const double s = profile.s_per_angstrom(i);
    if (counts(profile, i) && s > 0.0) share[i] = profile.weight[i] / s;
    if (share[i] > 0.0) positive.push_back(share[i]);
  }
  if (positive.empty()) return share;
  const auto at = positive.begin() + static_cast<std::ptrdiff_t>(positive.size() * 3 / 4);
  std::ranges::nth_element(positive, at);
  for (double& value : share) value /= *at;
  return share;
}

/// Moves an edge out of strong rings, `way` being -1 or 1; where they lie too dense, it stays.
double out_of_rings(const double edge, double way, std::span<const double> rings) {
  constexpr double reach = 0.012;  // 1/angstrom
  double moved = edge;
  while (std::abs(moved - edge) <= 3.0 * reach) {
    const auto hit = std::ranges::find_if(
        rings, [&](double s) { return std::abs(s - moved) < reach * (1.0 - 1e-9); });
    if (hit == rings.end()) return moved;
    moved = *hit + way * reach;
  }
  return edge;
}

std::vector<double> strong_rings(std::span<const crystal::Phase> phases,
                                 const RingFitOptions& options, double s_max) {
  RingFitOptions strong = options;
  strong.weakest_strength = std::max(options.weakest_strength, 0.02);
  std::vector<double> list;
  for (const auto& phase : phases) {
    for (const auto& family : families(phase, strong, s_max)) list.push_back(family.s);
  }
  std::ranges::sort(list);
  return list;
}

/// After the last bin below s_max that a mask leaves little of.
double after_mask(const Profile& profile, std::span<const double> share, double s_max) {
  double low = 0.0;
  constexpr int outside_shadow = 10;  // so many good bins on end
  int good = 0;
  for (std::size_t i = 0; i < profile.size() && good < outside_shadow; ++i) {
    const double s = profile.s_per_angstrom(i);
    if (s > s_max) break;
    good = share[i] >= 0.3 ? good + 1 : 0;
    if (good == 0) low = s + 4.0 * profile.s_step_per_angstrom;
  }
  return low;
}

/// From 3/4 of the first ring, but after the shadow of the beam stop.
double lower_end(const Profile& profile, double masked, double first_ring) {
  double low = std::max(0.75 * first_ring, masked);
  // An unmasked shadow makes the profile rise to its edge, beyond which diffuse scattering falls.
  // If it rises all the way, that is the foot of a broad ring.
  std::optional<std::size_t> top;
  double end = 0.0;
  for (std::size_t i = 0; i < profile.size(); ++i) {
    const double s = profile.s_per_angstrom(i);
    if (s < low || s > first_ring - 0.03 || !counts(profile, i)) continue;
    end = profile.intensity[i];
    if (!top || end > profile.intensity[*top]) top = i;
  }
  constexpr double sure = 5.0;  // standard errors
  if (!top || end > profile.intensity[*top] - sure * profile.intensity_stderr[*top]) return low;
  if (profile.s_per_angstrom(*top) > low + 3.0 * profile.s_step_per_angstrom) {
    low = profile.s_per_angstrom(*top) + 3.0 * profile.s_step_per_angstrom;
  }
  return low;
}

}  // namespace

RingList list_rings(std::span<const crystal::Phase> phases, const RingFitOptions& options,
                    double s_min, double s_max) {
  RingList list;
  for (std::size_t i = 0; i < phases.size(); ++i) {
    add_phase(list, phases[i], i, options, s_min, s_max);
  }
  return list;
}

bool counts(const Profile& profile, std::size_t bin) {
  return profile.weight[bin] > 0.0 && std::isfinite(profile.intensity[bin]) &&
         std::isfinite(profile.intensity_stderr[bin]) && profile.intensity_stderr[bin] >= 0.0;
}

BinRange choose_range(const Profile& profile, std::span<const crystal::Phase> phases,
                      const RingFitOptions& options) {
  const auto share = coverage(profile);
  double s_max = 0.0;
  for (std::size_t i = 0; i < share.size(); ++i) {
    if (share[i] >= 0.5) s_max = profile.s_per_angstrom(i);
  }
  if (options.s_max_per_angstrom) s_max = std::min(s_max, *options.s_max_per_angstrom);
  if (s_max <= 0.0) {
    throw InputError({.what = "there is nothing to fit",
                      .where = "profile",
                      .why = "no bin has weight",
                      .remedy = "check mask and geometry"});
  }
  const auto strong = strong_rings(phases, options, std::min(s_max + 0.1, 10.0));
  if (!options.s_max_per_angstrom) s_max = out_of_rings(s_max, -1.0, strong);
  double s_min = options.s_min_per_angstrom.value_or(0.0);
  if (!options.s_min_per_angstrom) {
    double first = strong.empty() ? s_max : strong.front();
    const double masked = after_mask(profile, share, s_max);
    if (options.unknown_sigma > 0.0 && options.unknown_limit > 0) {
      constexpr double least = 0.06;  // 1/angstrom: farther in is what is left of the beam
      first = inner_ring(profile, std::max(masked, least), first, options.unknown_sigma)
                  .value_or(first);
    }
    s_min = out_of_rings(lower_end(profile, masked, first), 1.0, strong);
  }
  BinRange range;
  std::size_t used = 0;
  for (std::size_t i = 0; i < profile.size(); ++i) {
    const double s = profile.s_per_angstrom(i);
    if (s < s_min || s > s_max) continue;
    if (range.count == 0) range.first = i;
    range.count = i - range.first + 1;
    if (counts(profile, i)) ++used;
  }
  constexpr std::size_t least = 30;
  if (used < least) {
    throw InputError({.what = "too little of the profile can be fitted",
                      .where = "profile",
                      .why = std::to_string(used) + " bins with weight between " + shortest(s_min) +
                             " and " + shortest(s_max) + " 1/angstrom",
                      .remedy = "check the calibration, s_min and s_max"});
  }
  return range;
}

}  // namespace adatom::diffraction
