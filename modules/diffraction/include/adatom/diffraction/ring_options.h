#pragma once
// What a fit of rings is told.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adatom/base/options.h"

namespace adatom::diffraction {

/// Of degree d in s. The exponential follows both the steep start and the flat end of diffuse
/// scattering, and is never negative; the polynomial allows negative backgrounds (dark frames
/// subtracted).
enum class BackgroundModel { exp_polynomial, polynomial };
enum class RingAreas { free, structure_factor };
enum class WidthModel { each_phase, common, none };
enum class ErrorScale { stated, misfit };

struct RingFitOptions {
  BackgroundModel background = BackgroundModel::exp_polynomial;
  std::int64_t background_degree = 5;
  std::vector<double> halo_d_angstrom = {};          ///< rings of an amorphous film: start values
  std::vector<double> halo_width_per_angstrom = {};  ///< their full widths at half maximum
  /// Nothing: chosen from the reference, see README.
  std::optional<double> s_min_per_angstrom = std::nullopt;
  std::optional<double> s_max_per_angstrom = std::nullopt;
  RingAreas areas = RingAreas::free;
  /// Full width at half maximum of the instrument, Gaussian. Nothing: fitted.
  std::optional<double> instrument_width_per_angstrom = std::nullopt;
  WidthModel size = WidthModel::each_phase;  ///< none: no size broadening
  WidthModel microstrain = WidthModel::none;
  /// How far off cells and calibration are looked for; the fit may go twice as far.
  double scale_range = 0.02;
  /// Its lattice is held, and the calibration fitted; empty: the calibration is held.
  std::string reference_phase = {};
  double merge_within_per_angstrom = 0.002;  ///< families of one phase so close are one ring
  double weakest_strength =
      1e-4;  ///< weaker families (share of the phase's strongest) are left out
  /// Standard deviation of what pixels and bins blur, in bins: for bins as wide as a pixel
  /// sqrt(3/12) with full splitting (pixel square, splitting, bin), sqrt(2/12) without.
  double blur_bins = 0.5;
  std::optional<double> s_per_px = std::nullopt;  ///< nothing: the bin's width
  double unknown_sigma = 6.0;                     ///< unknown rings above so many errors; 0: none
  std::int64_t unknown_limit = 5;
  double default_b_factor_angstrom2 = 0.5;
  double frame_scale_tolerance = 0.002;
  double frame_width_tolerance = 0.3;
  ErrorScale errors = ErrorScale::misfit;
  std::int64_t iterations = 60;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

}  // namespace adatom::diffraction

namespace adatom {
template <>
struct EnumNames<diffraction::BackgroundModel> {
  static constexpr std::array names = {"exp_polynomial", "polynomial"};
};
template <>
struct EnumNames<diffraction::RingAreas> {
  static constexpr std::array names = {"free", "structure_factor"};
};
template <>
struct EnumNames<diffraction::WidthModel> {
  static constexpr std::array names = {"each_phase", "common", "none"};
};
template <>
struct EnumNames<diffraction::ErrorScale> {
  static constexpr std::array names = {"stated", "misfit"};
};
}  // namespace adatom
