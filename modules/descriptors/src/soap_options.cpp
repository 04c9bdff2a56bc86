#include <cmath>

#include "adatom/base/number_text.h"
#include "adatom/descriptors/soap.h"

namespace adatom::descriptors {
namespace {

void describe_weighting(SoapOptions& options, OptionVisitor& v) {
  v.visit({.name = "weighting",
           .help = "weight of an atom at distance r: polynomial c (1 + 2 (r/r0)^3 - 3 (r/r0)^2)^m, "
                   "power c / (d + (r/r0)^m), exponential c / (d + exp(-r/r0))"},
          options.weighting);
  v.visit({.name = "weighting_c", .help = "c of the weighting", .min = 0.0, .max = 1e6},
          options.weighting_c);
  v.visit({.name = "weighting_m",
           .help = "m of the polynomial and power weightings",
           .min = 0.0,
           .max = 100.0},
          options.weighting_m);
  v.visit({.name = "weighting_d",
           .help = "d of the power and exponential weightings",
           .min = 0.0,
           .max = 1e6},
          options.weighting_d);
  v.visit({.name = "weighting_r0",
           .unit = "angstrom",
           .help = "r0 of the weighting",
           .min = 0.01,
           .max = 100.0},
          options.weighting_r0_angstrom);
  v.visit({.name = "weighting_threshold",
           .help = "weight at the cut-off, where that is found by the weighting",
           .min = 1e-12,
           .max = 1.0},
          options.weighting_threshold);
}

/// The distance at which the weighting of DScribe ends; not finite where it does not.
double end_of_weighting(const SoapOptions& o) {
  const double ratio = o.weighting_c / o.weighting_threshold - o.weighting_d;
  switch (o.weighting) {
    case Weighting::polynomial:
      return o.weighting_r0_angstrom;
    case Weighting::power:
      return ratio > 0.0 && o.weighting_m > 0.0
                 ? o.weighting_r0_angstrom * std::pow(ratio, 1.0 / o.weighting_m)
                 : HUGE_VAL;
    case Weighting::exponential:
      return ratio > 0.0 ? o.weighting_r0_angstrom * std::log(ratio) : HUGE_VAL;
    case Weighting::none:
      break;
  }
  return HUGE_VAL;
}

}  // namespace

void SoapOptions::describe(OptionVisitor& v) {
  v.visit({.name = "r_cut",
           .unit = "angstrom",
           .help = "size of an environment (smeared atoms count further out); above 1 with the gto "
                   "basis; 0: where the weighting ends",
           .min = 0.0,
           .max = 50.0},
          r_cut_angstrom);
  v.visit({.name = "n_max", .help = "number of radial functions", .min = 1, .max = 16}, n_max);
  v.visit({.name = "l_max", .help = "highest degree of spherical harmonics", .min = 0, .max = 20},
          l_max);
  v.visit({.name = "sigma",
           .unit = "angstrom",
           .help = "standard deviation of the Gaussian that stands for an atom",
           .min = 0.05,
           .max = 10.0},
          sigma_angstrom);
  v.visit({.name = "basis", .help = "radial functions: Gaussian type orbitals, or polynomials"},
          basis);
  v.visit({.name = "centre_weight",
           .help = "weight of the atom in the middle; 0: left out; empty: as the weighting has it "
                   "at r = 0, 1 without weighting",
           .min = 0.0,
           .max = 1e6},
          centre_weight);
  describe_weighting(*this, v);
}

std::vector<OptionIssue> SoapOptions::validate() const {
  std::vector<OptionIssue> issues = check_ranges(*this);
  if (!issues.empty()) {
    return issues;
  }
  const double cut_off = cut_off_angstrom();
  const double least = basis == RadialBasis::gto ? 1.0 : 0.1;
  if (r_cut_angstrom == 0.0 && weighting == Weighting::none) {
    issues.push_back({"r_cut", "is 0, which needs a weighting that tells where it ends"});
  } else if (!std::isfinite(cut_off)) {
    issues.push_back({"weighting_threshold", "is never reached by this weighting: give a cut-off"});
  } else if (cut_off <= least || cut_off > 50.0) {
    issues.push_back({"r_cut", "is " + shortest(cut_off) + " angstrom, but has to be above " +
                                   shortest(least) +
                                   (basis == RadialBasis::gto ? " with the gto basis" : "") +
                                   " and at most 50"});
  } else if (cut_off / sigma_angstrom > 200.0) {
    issues.push_back(
        {"sigma", "is below the 200th part of the cut-off, " + shortest(cut_off) + " angstrom"});
  }
  const bool endless_weight =
      weighting == Weighting::power && weighting_d == 0.0 && weighting_m > 0.0;
  if (endless_weight && !centre_weight.has_value()) {
    issues.push_back({"centre_weight",
                      "has to be given: with d = 0 the power weighting has no "
                      "value at r = 0"});
  }
  return issues;
}

double SoapOptions::cut_off_angstrom() const {
  return r_cut_angstrom > 0.0 ? r_cut_angstrom : end_of_weighting(*this);
}

double SoapOptions::weight(double distance_angstrom) const {
  const double x = distance_angstrom / weighting_r0_angstrom;
  switch (weighting) {
    case Weighting::polynomial:
      return x < 1.0 ? weighting_c * std::pow((1.0 + 2.0 * x) * (1.0 - x) * (1.0 - x), weighting_m)
                     : 0.0;
    case Weighting::power:
      return weighting_c / (weighting_d + std::pow(x, weighting_m));
    case Weighting::exponential:
      return weighting_c / (weighting_d + std::exp(-x));
    case Weighting::none:
      break;
  }
  return 1.0;
}

double SoapOptions::weight_of_centre() const {
  return centre_weight.has_value() ? *centre_weight : weight(0.0);
}

}  // namespace adatom::descriptors
