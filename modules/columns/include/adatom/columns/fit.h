#pragma once
// Joint fit of all columns of a frame.
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/base/options.h"
#include "adatom/base/progress.h"
#include "adatom/columns/model.h"

namespace adatom {
template <>
struct EnumNames<columns::WidthModel> {
  static constexpr std::array names = {"common", "individual"};
};
template <>
struct EnumNames<columns::BackgroundModel> {
  static constexpr std::array names = {"none", "constant", "plane"};
};
template <>
struct EnumNames<columns::NoiseModel> {
  static constexpr std::array names = {"gaussian", "poisson"};
};
template <>
struct EnumNames<columns::Termination> {
  static constexpr std::array names = {"converged", "iteration_limit", "stalled"};
};
}  // namespace adatom

namespace adatom::columns {

struct FitOptions {
  WidthModel width = WidthModel::common;
  BackgroundModel background = BackgroundModel::constant;
  NoiseModel noise = NoiseModel::gaussian;
  /// Electrons per A^2; needed by the Poisson likelihood (counts = dose * pixel area * value).
  std::optional<double> dose_per_angstrom2 = std::nullopt;
  /// Starting width; empty: estimated from the image.
  std::optional<double> start_width_angstrom = std::nullopt;
  std::int64_t max_iterations = 100;
  /// Stop when the relative change of the objective and of every parameter falls below it.
  double tolerance = 1e-10;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// Standard errors: Poisson from the Fisher information; Gaussian from J^T J with the pixels'
/// variances modelled as readout + gain * f, fitted to the squared residuals, so that they are
/// right for counting noise, too. What can hardly be determined has a huge error, what cannot be at
/// all (the position of a column of no height; all of an image without noise) the error
/// `undetermined`, never NaN; both with a warning. Nothing depends on the unit of intensity.
struct FitResult {
  std::vector<Column> columns;  ///< in the order of the start positions
  Background background;
  Grid<double> model;  ///< the fitted image, background included; residual = image - model
  double sum_squared_residuals = 0.0;
  /// Misfit per degree of freedom, 1 for noise alone. Poisson: Pearson's over the pixels where at
  /// least one count is expected. Gaussian: residual variance over the noise variance that the
  /// residual's second differences give (Immerkaer 1996).
  /// `undetermined` where there is none.
  double reduced_chi_square = 0.0;
  /// Of the counts (Poisson), or at the best common variance (Gaussian).
  double log_likelihood = 0.0;
  std::size_t parameters = 0;
  std::int64_t iterations = 0;
  Termination termination = Termination::converged;
  std::vector<std::string> warnings;
};

/// @param image fraction of the incident beam, any size
/// @param start where the columns are, angstrom
/// @throws InputError: no start positions, one outside the image, invalid options, non-finite
/// pixels
[[nodiscard]] FitResult fit_columns(const Grid<double>& image, double pixel_size_angstrom,
                                    std::span<const Position> start, const FitOptions& options,
                                    Progress& progress);

}  // namespace adatom::columns
