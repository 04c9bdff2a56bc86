#pragma once
// The width and shape of a ring, and how they change with what broadens it.
namespace adatom::diffraction {

/// Full width at half maximum of a Gaussian over its standard deviation.
constexpr double fwhm_per_sigma = 2.3548200450309493;
constexpr double fwhm2_per_variance = fwhm_per_sigma * fwhm_per_sigma;
/// Scherrer's constant for the full width at half maximum.
constexpr double scherrer = 0.89;

/// A pseudo-Voigt by the widths of its Gaussian and Lorentzian.
struct RingShape {
  double width = 0.0;            ///< full width at half maximum
  double share = 0.0;            ///< of the Lorentzian, eta
  double width_by_gauss2 = 0.0;  ///< derivatives by the square of the Gaussian's width ...
  double share_by_gauss2 = 0.0;
  double width_by_lorentz = 0.0;  ///< ... and the Lorentzian's width
  double share_by_lorentz = 0.0;
};

/// Thompson, Cox and Hastings, J. Appl. Cryst. 20 (1987) 79, equations 3 and 4.
/// @param gauss2 square of the Gaussian's full width, above zero
[[nodiscard]] RingShape ring_shape(double gauss2, double lorentz);

}  // namespace adatom::diffraction
