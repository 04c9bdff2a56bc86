#pragma once
// The cross-correlation of two images as a function of a continuous displacement.
#include <cstddef>
#include <vector>

#include <Eigen/Core>

#include "adatom/base/grid.h"
#include "adatom/numeric/fft.h"
#include "adatom/preprocess/register.h"

namespace adatom::preprocess {

/// C(s) = sum over k of W(k) conj(R(k)) F(k) exp(2 pi i k s), its maximum where F is R displaced by
/// s. Evaluated at any s from the spectra themselves (the matrix Fourier transform of
/// Guizar-Sicairos et al., Opt. Lett. 33 (2008) 156, at single points), with derivatives.
class Correlation {
 public:
  /// @param reference, frame spectra of real images of width x height (numeric::RealFft2d)
  Correlation(const Grid<numeric::Complex>& reference, const Grid<numeric::Complex>& frame,
              std::size_t width, std::size_t height, const RegisterOptions& options);

  struct Value {
    double value = 0.0;
    Eigen::Vector2d gradient = Eigen::Vector2d::Zero();
    Eigen::Matrix2d hessian = Eigen::Matrix2d::Zero();
  };
  [[nodiscard]] Value at(const Eigen::Vector2d& shift_px) const;

  struct Peak {
    Eigen::Vector2d shift_px = Eigen::Vector2d::Zero();
    double value = 0.0;
  };
  /// Newton's method from `start`; stays there if it leads further than a pixel and a half away.
  [[nodiscard]] Peak climb(const Eigen::Vector2d& start) const;

  /// The highest maxima within `reach` of `centre` along x and along y, highest first, at most
  /// eight, at least one.
  [[nodiscard]] std::vector<Peak> peaks(const Eigen::Vector2d& centre, double reach) const;

  /// sqrt(sum W |R|^2 * sum W |F|^2): what C(s) could reach at most.
  [[nodiscard]] double bound() const { return bound_; }
  /// W(k), on the half spectrum.
  [[nodiscard]] const Grid<double>& weights() const { return weights_; }

 private:
  struct Term {
    std::size_t u;
    std::size_t v;
    numeric::Complex product;  ///< weighted; twice where the other half spectrum has it too
  };
  std::size_t width_;
  std::size_t height_;
  Grid<double> weights_;
  std::vector<Term> terms_;
  Grid<numeric::Complex> product_;  ///< weighted, for the map of integer displacements
  double bound_ = 0.0;
};

}  // namespace adatom::preprocess
