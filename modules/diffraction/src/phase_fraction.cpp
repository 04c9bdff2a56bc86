#include "adatom/diffraction/phase_fraction.h"

#include <algorithm>
#include <cmath>

#include <Eigen/Cholesky>
#include <Eigen/LU>

#include "adatom/base/error.h"

namespace adatom::diffraction {
namespace {

/// Is one of the families of "333+511" this one?
bool has_family(const std::string& all, const std::string& hkl) {
  return ("+" + all + "+").find("+" + hkl + "+") != std::string::npos;
}

std::string listed(const RingFit& fit, const std::string& phase) {
  std::string text;
  for (const auto& ring : fit.rings) {
    if (ring.phase == phase) text += (text.empty() ? "" : ", ") + ring.hkl;
  }
  return text;
}

/// 1 where a ring counts.
Eigen::VectorXd selection(const RingFit& fit, const PhaseRings& wanted) {
  Eigen::VectorXd chosen = Eigen::VectorXd::Zero(fit.area_covariance.rows());
  for (const auto& hkl : wanted.hkl) {
    bool found = false;
    for (std::size_t i = 0; i < fit.rings.size(); ++i) {
      if (fit.rings[i].phase != wanted.phase || !has_family(fit.rings[i].hkl, hkl)) continue;
      chosen[static_cast<Eigen::Index>(i)] = 1.0;
      found = true;
    }
    if (found) continue;
    const auto there = listed(fit, wanted.phase);
    throw InputError({.what = "the fit has no ring " + hkl + " of " + wanted.phase,
                      .where = "rings",
                      .why = there.empty() ? "it has none of this phase" : "it has " + there,
                      .remedy = "name one of those, or fit a larger range"});
  }
  return chosen;
}

/// x_p / sum x, with the errors of that.
std::vector<PhaseFraction> shares(const std::vector<std::string>& names, const Eigen::VectorXd& x,
                                  const Eigen::MatrixXd& covariance) {
  const double sum = x.sum();
  std::vector<PhaseFraction> list;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto at = static_cast<Eigen::Index>(i);
    const double share = sum != 0.0 ? x[at] / sum : 0.0;
    Eigen::VectorXd slope = Eigen::VectorXd::Constant(x.size(), -share);
    slope[at] += 1.0;
    const double variance = slope.dot(covariance * slope);
    const double error = sum != 0.0 ? std::sqrt(std::max(variance, 0.0)) / std::abs(sum) : 1.0;
    list.push_back({names[i], {share, error}});
  }
  return list;
}

/// Areas of the rings of phases, what a volume of each phase would give, and their covariance.
struct Strengths {
  std::vector<std::string> phases;
  Eigen::VectorXd areas;
  Eigen::MatrixXd per_volume;  ///< rings x phases
  Eigen::MatrixXd covariance;
};

Strengths strengths(const RingFit& fit) {
  std::vector<Eigen::Index> rows;
  Strengths all;
  for (const auto& phase : fit.phases) {
    const auto has = [&](const Ring& ring) { return ring.phase == phase.name; };
    if (std::ranges::any_of(fit.rings, has)) all.phases.push_back(phase.name);
  }
  for (std::size_t i = 0; i < fit.rings.size(); ++i) {
    if (fit.rings[i].area_per_volume > 0.0) rows.push_back(static_cast<Eigen::Index>(i));
  }
  const auto count = static_cast<Eigen::Index>(rows.size());
  all.areas.resize(count);
  all.per_volume = Eigen::MatrixXd::Zero(count, static_cast<Eigen::Index>(all.phases.size()));
  all.covariance.resize(count, count);
  for (Eigen::Index i = 0; i < count; ++i) {
    const auto& ring = fit.rings[static_cast<std::size_t>(rows[static_cast<std::size_t>(i)])];
    const auto phase = std::ranges::find(all.phases, ring.phase) - all.phases.begin();
    all.areas[i] = ring.area.value;
    all.per_volume(i, phase) = ring.area_per_volume;
    for (Eigen::Index j = 0; j < count; ++j) {
      all.covariance(i, j) =
          fit.area_covariance(rows[static_cast<std::size_t>(i)], rows[static_cast<std::size_t>(j)]);
    }
  }
  // Of a phase whose areas are tied, one number stands for all rings.
  const double tiny = 1e-9;
  all.covariance.diagonal() *= 1.0 + tiny;
  return all;
}

struct Volumes {
  Eigen::VectorXd values;
  Eigen::MatrixXd covariance;
  double chi2 = 0.0;
};

/// Generalised least squares with the strengths' scatter, a share of what `last` expects.
Volumes combine(const Strengths& all, double scatter, const Eigen::VectorXd& last) {
  Eigen::MatrixXd covariance = all.covariance;
  const Eigen::VectorXd expected = all.per_volume * last;
  covariance.diagonal().array() += (scatter * expected.array()).square();
  const Eigen::LDLT<Eigen::MatrixXd> factor(covariance);
  const Eigen::MatrixXd weighted = factor.solve(all.per_volume);
  Volumes result;
  result.covariance = (all.per_volume.transpose() * weighted).inverse();
  result.values = result.covariance * (weighted.transpose() * all.areas);
  const Eigen::VectorXd left = all.areas - all.per_volume * result.values;
  result.chi2 = left.dot(factor.solve(left));
  return result;
}

/// The same, repeated until the scatter's reference is its own result.
Volumes settle(const Strengths& all, double scatter, Eigen::VectorXd last) {
  Volumes result;
  constexpr int rounds = 10;
  for (int i = 0; i < rounds; ++i) {
    result = combine(all, scatter, last);
    last = result.values;
  }
  return result;
}

}  // namespace

std::vector<PhaseFraction> intensity_fractions(const RingFit& fit,
                                               const std::vector<PhaseRings>& rings) {
  std::vector<std::string> names;
  Eigen::MatrixXd chosen(fit.area_covariance.rows(), static_cast<Eigen::Index>(rings.size()));
  for (std::size_t i = 0; i < rings.size(); ++i) {
    if (rings[i].hkl.empty() || std::ranges::find(names, rings[i].phase) != names.end()) {
      throw InputError(
          {.what = rings[i].hkl.empty() ? "no ring of a phase is named" : "a phase is named twice",
           .where = "rings",
           .why = rings[i].phase,
           .remedy = "name each phase once, with its rings"});
    }
    names.push_back(rings[i].phase);
    chosen.col(static_cast<Eigen::Index>(i)) = selection(fit, rings[i]);
  }
  Eigen::VectorXd areas(chosen.rows());
  for (Eigen::Index i = 0; i < areas.size(); ++i) {
    areas[i] = fit.rings[static_cast<std::size_t>(i)].area.value;
  }
  return shares(names, chosen.transpose() * areas,
                chosen.transpose() * fit.area_covariance * chosen);
}

std::vector<PhaseRings> default_rings(const RingFit& fit) {
  constexpr double strong = 0.4;
  std::vector<PhaseRings> list;
  for (const auto& phase : fit.phases) {
    double strongest = 0.0;
    for (const auto& ring : fit.rings) {
      if (ring.phase == phase.name) strongest = std::max(strongest, ring.area_per_volume);
    }
    PhaseRings own{phase.name, {}};
    for (const auto& ring : fit.rings) {
      if (ring.phase != phase.name || ring.area_per_volume < strong * strongest) continue;
      own.hkl.push_back(ring.hkl.substr(0, ring.hkl.find('+')));
    }
    if (!own.hkl.empty()) list.push_back(std::move(own));
  }
  return list;
}

VolumeFractions volume_fractions(const RingFit& fit) {
  const Strengths all = strengths(fit);
  if (all.phases.empty()) {
    throw InputError({.what = "there is no volume fraction",
                      .where = "rings",
                      .why = "the fit has no ring of a phase",
                      .remedy = "fit a larger range"});
  }
  VolumeFractions result;
  const auto start = Eigen::VectorXd::Zero(all.per_volume.cols());
  Volumes volumes = combine(all, 0.0, start);
  const auto freedom = static_cast<double>(all.areas.size() - all.per_volume.cols());
  if (freedom > 0.0) {
    result.chi2_per_dof = volumes.chi2 / freedom;
    if (result.chi2_per_dof > 1.0) {
      double low = 0.0;
      double high = 3.0;
      constexpr int halvings = 40;
      const Eigen::VectorXd first = volumes.values;
      for (int i = 0; i < halvings; ++i) {
        const double middle = 0.5 * (low + high);
        volumes = settle(all, middle, first);
        (volumes.chi2 > freedom ? low : high) = middle;
      }
      result.strength_scatter = 0.5 * (low + high);
    }
  }
  result.phases = shares(all.phases, volumes.values, volumes.covariance);
  return result;
}

}  // namespace adatom::diffraction
