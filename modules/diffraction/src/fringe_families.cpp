#include "adatom/diffraction/fringe_families.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/crystal/reflections.h"

namespace adatom::diffraction {
namespace {

struct Candidate {
  FringeFamily family;
  bool wanted = false;
};

std::string named(const FringeFamily& family, std::span<const crystal::Phase> phases) {
  return fmt::format("{} {} ({:.4g} angstrom)", phases[family.phase].name, family.hkl,
                     10.0 / family.k_per_nm);
}

/// All families of a phase that the image resolves; coinciding ones (333, 511) are both there.
std::vector<FringeFamily> families_of(const crystal::Phase& phase, std::size_t number,
                                      double d_min_angstrom) {
  const auto reflections =
      crystal::find_reflections(phase, {.s_max_per_angstrom = 1.0 / d_min_angstrom});
  std::vector<FringeFamily> families;
  double strongest = 0.0;
  for (const auto& reflection : reflections) {
    const double strength = reflection.multiplicity * reflection.structure_factor2_angstrom2;
    families.push_back({number, reflection.label(), 10.0 * reflection.s_per_angstrom, strength});
    strongest = std::max(strongest, strength);
  }
  for (auto& family : families) family.strength /= strongest;
  return families;
}

/// The families of a phase with what was asked for marked.
std::vector<Candidate> candidates_of(const crystal::Phase& phase, std::size_t number,
                                     const std::vector<std::string>& labels,
                                     const FringeFamilyOptions& options) {
  std::vector<Candidate> candidates;
  std::string there;
  for (const auto& family : families_of(phase, number, options.d_min_angstrom)) {
    const bool asked = std::ranges::find(labels, family.hkl) != labels.end();
    candidates.push_back(
        {family, labels.empty() ? family.strength >= options.strength_min : asked});
    there += (there.empty() ? "" : ", ") + family.hkl;
  }
  for (const auto& label : labels) {
    const bool found = std::ranges::any_of(
        candidates, [&](const Candidate& candidate) { return candidate.family.hkl == label; });
    if (found) continue;
    throw InputError(
        {.what = "there is no such family of reflections",
         .where = phase.name + " " + label,
         .why = fmt::format("down to {:.4g} angstrom {} has {}", options.d_min_angstrom, phase.name,
                            there.empty() ? "none" : there),
         .remedy = "name one of these, or resolve smaller spacings"});
  }
  return candidates;
}

/// Are both so close that fringes of one would count as the other's?
bool one_ring(const FringeFamily& a, const FringeFamily& b, double share) {
  return a.phase != b.phase &&
         std::abs(a.k_per_nm - b.k_per_nm) < share * 0.5 * (a.k_per_nm + b.k_per_nm);
}

}  // namespace

void FringeFamilyOptions::describe(OptionVisitor& v) {
  v.visit({.name = "d_min_angstrom",
           .unit = "angstrom",
           .help = "smallest lattice spacing that the image resolves",
           .min = 0.5,
           .max = 10},
          d_min_angstrom);
  v.visit({.name = "strength_min",
           .help = "families weaker than this share of the phase's strongest (multiplicity times "
                   "squared structure factor) are not looked for",
           .min = 0,
           .max = 1},
          strength_min);
  v.visit({.name = "separation",
           .help = "families of two phases whose 1/d differ by a smaller share cannot be told "
                   "apart",
           .min = 0,
           .max = 0.2},
          separation);
}

std::vector<OptionIssue> FringeFamilyOptions::validate() const { return check_ranges(*this); }

FringeFamilies choose_families(std::span<const crystal::Phase> phases,
                               std::span<const std::vector<std::string>> labels,
                               const FringeFamilyOptions& options) {
  require_valid(options.validate());
  std::vector<Candidate> all;
  std::vector<bool> asked(phases.size(), false);
  for (std::size_t p = 0; p < phases.size(); ++p) {
    const auto& of_phase = p < labels.size() ? labels[p] : std::vector<std::string>();
    asked[p] = !of_phase.empty();
    for (auto& candidate : candidates_of(phases[p], p, of_phase, options)) all.push_back(candidate);
  }
  FringeFamilies chosen;
  for (auto& a : all) {
    if (!a.wanted) continue;
    for (auto& b : all) {
      if (!b.wanted || !one_ring(a.family, b.family, options.separation)) continue;
      if (asked[a.family.phase] && asked[b.family.phase]) {
        throw InputError({.what = "two families cannot be told apart",
                          .where = named(a.family, phases) + " and " + named(b.family, phases),
                          .why = fmt::format("their spacings differ by less than {:.3g} %",
                                             100.0 * options.separation),
                          .remedy = "leave one of them out"});
      }
      const bool b_goes = asked[a.family.phase] ||
                          (!asked[b.family.phase] && b.family.strength < a.family.strength);
      (b_goes ? b : a).wanted = false;
      if (!b_goes) break;
    }
  }
  for (const auto& a : all) {
    if (!a.wanted) continue;
    chosen.families.push_back(a.family);
    for (const auto& b : all) {
      if (b.wanted || !one_ring(a.family, b.family, 2.0 * options.separation)) continue;
      if (b.family.strength < options.strength_min) continue;
      chosen.warnings.push_back("fringes of " + named(b.family, phases) + " may count as " +
                                named(a.family, phases) + ", which they lie beside");
    }
  }
  if (chosen.families.empty()) {
    throw InputError({.what = "no family of reflections is left to look for",
                      .where = "",
                      .why = "none is resolved, strong enough and apart from the other phases'",
                      .remedy = "name families, or lower the smallest spacing"});
  }
  return chosen;
}

}  // namespace adatom::diffraction
