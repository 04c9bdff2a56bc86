#include "adatom/crystal/reflections.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <map>
#include <numbers>
#include <tuple>

#include <Eigen/LU>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/crystal/scattering_factor.h"

namespace adatom::crystal {
namespace {

using Index = std::array<int, 3>;

struct Candidate {
  double s = 0.0;
  double f2 = 0.0;
  bool extinct = false;
};
using Candidates = std::map<Index, Candidate>;

/// Atoms with their scattering factors looked up once.
class Scatterers {
 public:
  Scatterers(const Phase& phase, double default_b) {
    for (const auto& atom : phase.atoms) {
      atoms_.push_back({atom.fraction, *find_scattering_factor(atom.element), atom.occupancy,
                        atom.b_factor_angstrom2.value_or(default_b)});
    }
  }
  [[nodiscard]] Candidate at(const Index& h, double s) const {
    std::complex<double> sum = 0.0;
    double in_phase = 0.0;
    for (const auto& atom : atoms_) {
      const double size =
          atom.occupancy * atom.factor.at(s) * std::exp(-0.25 * atom.b_angstrom2 * s * s);
      const double turns =
          h[0] * atom.fraction.x() + h[1] * atom.fraction.y() + h[2] * atom.fraction.z();
      sum += std::polar(size, 2.0 * std::numbers::pi * turns);
      in_phase += size;
    }
    constexpr double extinct_below = 1e-6;
    const double f2 = std::norm(sum);
    return {s, f2, f2 <= extinct_below * extinct_below * in_phase * in_phase};
  }

 private:
  struct Atom {
    Eigen::Vector3d fraction;
    ElectronScatteringFactor factor;
    double occupancy;
    double b_angstrom2;
  };
  std::vector<Atom> atoms_;
};

Candidates find_candidates(const Phase& phase, const ReflectionOptions& options) {
  const Eigen::Matrix3d reciprocal = phase.cell.metric_angstrom2().inverse();
  const Scatterers scatterers(phase, options.default_b_factor_angstrom2);
  // |h_i| <= s |a_i|: a plane hkl cuts the edge a_i into h_i parts, each at least d long.
  const double s_max = options.s_max_per_angstrom;
  const auto limit = [&](double edge) { return static_cast<int>(std::floor(s_max * edge)); };
  const int h_max = limit(phase.cell.a_angstrom);
  const int k_max = limit(phase.cell.b_angstrom);
  const int l_max = limit(phase.cell.c_angstrom);
  const double count = (2.0 * h_max + 1.0) * (2.0 * k_max + 1.0) * (2.0 * l_max + 1.0);
  if (count > 2e5) {
    throw InputError({.what = "too many reflections",
                      .where = "phase " + phase.name,
                      .why = shortest(count) + " up to " + shortest(s_max) + " 1/angstrom",
                      .remedy = "ask for less of the pattern"});
  }
  Candidates candidates;
  for (int h = -h_max; h <= h_max; ++h) {
    for (int k = -k_max; k <= k_max; ++k) {
      for (int l = -l_max; l <= l_max; ++l) {
        const Eigen::Vector3d v(h, k, l);
        const double s = std::sqrt(std::max(v.dot(reciprocal * v), 0.0));
        if (s > s_max || (h == 0 && k == 0 && l == 0)) continue;
        candidates.emplace(Index{h, k, l}, scatterers.at({h, k, l}, s));
      }
    }
  }
  return candidates;
}

Index mapped(const Eigen::Matrix3i& w, const Index& h) {
  const Eigen::Vector3i v = w * Eigen::Vector3i(h[0], h[1], h[2]);
  return {v.x(), v.y(), v.z()};
}

/// Does every reflection have the same |F|^2 as its image?
bool keeps_structure(const Eigen::Matrix3i& w, const Candidates& candidates, double largest_f2) {
  constexpr double same = 1e-8;  // positions in tables have five digits; rounding is 1e-15
  return std::ranges::all_of(candidates, [&](const auto& entry) {
    const auto image = candidates.find(mapped(w, entry.first));
    // An image just past s_max by rounding says nothing.
    return image == candidates.end() ||
           std::abs(image->second.f2 - entry.second.f2) <= same * largest_f2;
  });
}

std::vector<Eigen::Matrix3i> laue_group(const UnitCell& cell, const Candidates& candidates) {
  const Eigen::Matrix3d reciprocal = cell.metric_angstrom2().inverse();
  const double tolerance = 1e-9 * reciprocal.cwiseAbs().maxCoeff();
  double largest_f2 = 0.0;
  for (const auto& entry : candidates) largest_f2 = std::max(largest_f2, entry.second.f2);
  std::vector<Eigen::Matrix3i> group;
  constexpr int matrices = 19683;  // 3^9
  for (int code = 0; code < matrices; ++code) {
    Eigen::Matrix3i w;
    for (int i = 0, rest = code; i < 9; ++i, rest /= 3) w(i / 3, i % 3) = rest % 3 - 1;
    const Eigen::Matrix3d real = w.cast<double>();
    const Eigen::Matrix3d turned = real.transpose() * reciprocal * real;
    if (((turned - reciprocal).cwiseAbs().maxCoeff()) > tolerance) continue;
    if (keeps_structure(w, candidates, largest_f2)) group.push_back(w);
  }
  return group;
}

/// The member that names a family: few minus signs, those first in hkl, then the largest.
bool names_better(const Index& a, const Index& b) {
  const auto key = [](const Index& h) {
    const int minus = (h[0] < 0) + (h[1] < 0) + (h[2] < 0);
    return std::tuple(-minus, h[2] >= 0, h[1] >= 0, h[0], h[1], h[2]);
  };
  return key(a) > key(b);
}

}  // namespace

std::string Reflection::label() const {
  const bool spaced = std::ranges::any_of(hkl, [](int i) { return std::abs(i) > 9; });
  std::string text;
  for (std::size_t i = 0; i < hkl.size(); ++i) {
    if (spaced && i > 0) text += ' ';
    text += std::to_string(hkl[i]);
  }
  return text;
}

std::vector<Reflection> find_reflections(const Phase& phase, const ReflectionOptions& options) {
  require_possible(phase);
  const double s_max = options.s_max_per_angstrom;
  const double default_b = options.default_b_factor_angstrom2;
  if (!std::isfinite(s_max) || s_max <= 0.0 || s_max > 10.0 || !std::isfinite(default_b) ||
      default_b < 0.0) {
    throw InputError({.what = "reflections cannot be listed",
                      .where = "phase " + phase.name,
                      .why = "up to " + shortest(s_max) +
                             " 1/angstrom with B = " + shortest(default_b) + " angstrom^2",
                      .remedy = "s must be in (0, 10], B not negative"});
  }
  const auto candidates = find_candidates(phase, options);
  const auto group = laue_group(phase.cell, candidates);
  std::vector<Reflection> found;
  std::map<Index, bool> seen;
  for (const auto& [h, candidate] : candidates) {
    if (candidate.extinct || seen.contains(h)) continue;
    Reflection family{.hkl = h,
                      .multiplicity = 0,
                      .d_angstrom = 1.0 / candidate.s,
                      .s_per_angstrom = candidate.s,
                      .structure_factor2_angstrom2 = candidate.f2};
    for (const auto& w : group) {
      const Index member = mapped(w, h);
      if (!seen.emplace(member, true).second) continue;
      ++family.multiplicity;
      if (names_better(member, family.hkl)) family.hkl = member;
    }
    found.push_back(family);
  }
  // Coinciding families differ in s by rounding alone, which must not order them.
  std::ranges::sort(found, [](const Reflection& a, const Reflection& b) { return a.hkl < b.hkl; });
  std::ranges::stable_sort(found, [](const Reflection& a, const Reflection& b) {
    return std::llround(a.s_per_angstrom * 1e10) < std::llround(b.s_per_angstrom * 1e10);
  });
  return found;
}

double ring_strength_per_volume(const Reflection& reflection, double volume_angstrom3) {
  return reflection.multiplicity * reflection.structure_factor2_angstrom2 * reflection.d_angstrom /
         (2.0 * volume_angstrom3 * volume_angstrom3);
}

}  // namespace adatom::crystal
