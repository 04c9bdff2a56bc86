#pragma once
// The exact scattering of one atom in a thin slice.
#include <complex>
#include <vector>

#include "adatom/crystal/scattering_factor.h"

namespace adatom::simulate {

/// g(k) = 2 pi int_0^inf (exp(i sigma v(r)) - 1) J0(2 pi k r) r dr: the Fourier transform of what
/// an atom adds to the transmission function. Free of the bias that comes with exponentiating a
/// sampled potential, which for a gold atom is ten percent and more.
class AtomAmplitude {
 public:
  /// Tabulated up to `largest_k` (1/angstrom).
  AtomAmplitude(const crystal::ElectronScatteringFactor& factor, double interaction,
                double largest_k);
  /// angstrom^2, k from 0 to largest_k; cubic between the table's nodes.
  [[nodiscard]] std::complex<double> at(double k) const;

 private:
  std::vector<std::complex<double>> nodes_;
};

}  // namespace adatom::simulate
