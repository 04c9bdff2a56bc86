#include "radial_functions.h"

#include <algorithm>
#include <cmath>

namespace adatom::descriptors {
namespace {

std::variant<GtoBasis, PolynomialBasis> make_basis(const SoapOptions& options) {
  require_valid(options.validate());
  const double cut_off = options.cut_off_angstrom();
  const auto n_max = static_cast<std::size_t>(options.n_max);
  const auto l_max = static_cast<std::size_t>(options.l_max);
  if (options.basis == RadialBasis::gto) {
    return GtoBasis(cut_off, options.sigma_angstrom, n_max, l_max);
  }
  return PolynomialBasis(cut_off, options.sigma_angstrom, n_max, l_max);
}

}  // namespace

RadialFunctions::RadialFunctions(const SoapOptions& options)
    : options_(options), basis_(make_basis(options)) {}

double RadialFunctions::reach_angstrom() const {
  return options_.cut_off_angstrom() + options_.sigma_angstrom * std::sqrt(-2.0 * std::log(1e-3));
}

void RadialFunctions::evaluate(double distance_angstrom, std::span<double> values) const {
  evaluate_plain(distance_angstrom, values);
  if (options_.weighting != Weighting::none) {
    const double weight = options_.weight(distance_angstrom);
    std::transform(values.begin(), values.end(), values.begin(),
                   [weight](double value) { return weight * value; });
  }
}

void RadialFunctions::evaluate_plain(double distance_angstrom, std::span<double> values) const {
  std::visit([&](const auto& basis) { basis.evaluate(distance_angstrom, values); }, basis_);
}

void RadialFunctions::functions(double x_angstrom, std::span<double> values) const {
  if (const auto* polynomial = std::get_if<PolynomialBasis>(&basis_)) {
    polynomial->functions(x_angstrom, values.first(n_max()));
    for (std::size_t l = 1; l <= l_max(); ++l) {
      std::copy_n(values.begin(), n_max(), values.subspan(l * n_max()).begin());
    }
  } else {
    std::get<GtoBasis>(basis_).functions(x_angstrom, values);
  }
}

}  // namespace adatom::descriptors
