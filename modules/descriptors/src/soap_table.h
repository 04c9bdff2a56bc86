#pragma once
// Radial functions as polynomials, interval by interval.
#include <cstddef>
#include <optional>

#include "adatom/base/aligned_vector.h"
#include "radial_functions.h"
#include "soap_kernel.h"

namespace adatom::descriptors {

/// What `SoapShape` points to.
class SoapTable {
 public:
  [[nodiscard]] SoapShape shape() const;
  [[nodiscard]] std::size_t intervals() const { return intervals_; }

 private:
  friend std::optional<SoapTable> tabulate(const RadialFunctions& functions);
  void set_harmonics();
  double fill(const RadialFunctions& functions, std::size_t intervals);

  std::size_t l_max_ = 0;
  std::size_t n_max_ = 0;
  std::size_t lanes_ = 0;
  std::size_t intervals_ = 0;
  double intervals_per_angstrom_ = 0.0;
  AlignedVector<double> table_;
  AlignedVector<double> rise_;
  AlignedVector<double> fall_;
  AlignedVector<double> diagonal_;
};

/// As many intervals as keep each function within 1e-10 of the largest value of its l; nothing if
/// that takes too many, or too many functions.
[[nodiscard]] std::optional<SoapTable> tabulate(const RadialFunctions& functions);

}  // namespace adatom::descriptors
