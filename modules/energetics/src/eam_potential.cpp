#include "adatom/energetics/eam_potential.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "adatom/base/error.h"

namespace adatom::energetics {
namespace {

/// Distance of neighbours in the lattice that the file names.
double neighbours_angstrom(const EamElement& element) {
  std::string lattice = element.lattice;
  std::ranges::transform(lattice, lattice.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  if (lattice == "fcc") return element.lattice_angstrom / std::sqrt(2.0);
  if (lattice == "bcc") return element.lattice_angstrom * std::sqrt(0.75);
  if (lattice.starts_with("dia")) return element.lattice_angstrom * std::sqrt(3.0) / 4.0;
  return element.lattice_angstrom;
}

std::vector<double> slopes_of(const std::vector<double>& f) {
  const std::size_t n = f.size();
  std::vector<double> slopes(n);
  slopes[0] = f[1] - f[0];
  slopes[1] = 0.5 * (f[2] - f[0]);
  slopes[n - 2] = 0.5 * (f[n - 1] - f[n - 3]);
  slopes[n - 1] = f[n - 1] - f[n - 2];
  for (std::size_t m = 2; m + 2 < n; ++m) {
    slopes[m] = ((f[m - 2] - f[m + 2]) + 8.0 * (f[m + 1] - f[m - 1])) / 12.0;
  }
  return slopes;
}

}  // namespace

EamSpline::EamSpline(const std::vector<double>& values, double step) : step_(step) {
  // Larger values are those of no potential, and differences of them would overflow.
  const auto is_possible = [](double v) { return std::isfinite(v) && std::abs(v) < 1e60; };
  const bool good = values.size() >= 5 && std::isfinite(step) && step > 0.0 &&
                    std::ranges::all_of(values, is_possible);
  if (!good) {
    throw InputError(Complaint{"an impossible table of a potential", "",
                               "it has less than 5 points, a step that is not positive, or a value "
                               "that is not finite or beyond 1e60",
                               "mend the file"});
  }
  const auto slopes = slopes_of(values);
  coefficients_.resize(values.size());
  for (std::size_t m = 0; m + 1 < values.size(); ++m) {
    const double rise = values[m + 1] - values[m];
    coefficients_[m] = {slopes[m] + slopes[m + 1] - 2.0 * rise,
                        3.0 * rise - 2.0 * slopes[m] - slopes[m + 1], slopes[m], values[m]};
  }
  coefficients_.back() = {0.0, 0.0, slopes.back(), values.back()};
}

ValueSlope EamSpline::at(double x) const {
  const double place = std::max(x, 0.0) / step_;
  const double last = static_cast<double>(coefficients_.size() - 2);
  const double interval = std::min(std::floor(place), last);
  const double p = std::min(place - interval, 1.0);
  const auto& c = coefficients_[static_cast<std::size_t>(interval)];
  return {((c[0] * p + c[1]) * p + c[2]) * p + c[3],
          ((3.0 * c[0] * p + 2.0 * c[1]) * p + c[2]) / step_};
}

double EamSpline::end() const { return step_ * static_cast<double>(coefficients_.size() - 1); }

EamPotential::EamPotential(std::string name, const EamTables& tables)
    : name_(std::move(name)), cutoff_angstrom_(tables.cutoff_angstrom) {
  closest_angstrom_ = std::numeric_limits<double>::infinity();
  for (const auto& element : tables.elements) {
    elements_.push_back(element.symbol);
    masses_u_.push_back(element.mass_u);
    // Without a lattice, the size of a small atom.
    const double bond = neighbours_angstrom(element);
    closest_angstrom_ = std::min(closest_angstrom_, 0.4 * (bond > 0.0 ? bond : 2.0));
  }
  closest_angstrom_ = std::max(closest_angstrom_, 2.0 * tables.r_step_angstrom);
  if (!(cutoff_angstrom_ > closest_angstrom_) || !std::isfinite(cutoff_angstrom_)) {
    throw InputError(Complaint{"the potential's cut-off is not beyond its nearest neighbours",
                               name_, std::to_string(cutoff_angstrom_) + " angstrom", ""});
  }
  for (const auto& values : tables.embedding_ev) {
    embedding_.emplace_back(values, tables.density_step);
  }
  for (const auto& values : tables.density) density_.emplace_back(values, tables.r_step_angstrom);
  for (const auto& values : tables.r_times_pair) {
    r_times_pair_.emplace_back(values, tables.r_step_angstrom);
  }
}

ValueSlope EamPotential::pair(std::size_t a, std::size_t b, double r) const {
  if (r >= cutoff_angstrom_) return {};
  const auto z = r_times_pair_[a * elements_.size() + b].at(r);
  const double phi = z.value / r;
  return {phi, (z.slope - phi) / r};
}

ValueSlope EamPotential::density(std::size_t at, std::size_t from, double r) const {
  if (r >= cutoff_angstrom_) return {};
  return density_[at * elements_.size() + from].at(r);
}

ValueSlope EamPotential::embedding(std::size_t element, double density) const {
  return embedding_[element].at(density);
}

double EamPotential::largest_density(std::size_t element) const {
  return embedding_[element].end();
}

}  // namespace adatom::energetics
