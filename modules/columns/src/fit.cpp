#include "adatom/columns/fit.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "covariance.h"
#include "intensity_unit.h"
#include "likelihood.h"
#include "minimize.h"
#include "start.h"
#include "statistics.h"
#include "warnings.h"

namespace adatom::columns {
namespace {

// A first fit only has to come near; the last one is exact.
constexpr double rough_tolerance = 1e-4;

void check_image(const Grid<double>& image, double pixel_size_angstrom) {
  if (image.empty())
    throw InputError({.what = "the image has no pixels", .where = "fit", .why = {}, .remedy = {}});
  if (!std::isfinite(pixel_size_angstrom) || pixel_size_angstrom <= 0.0) {
    throw InputError({.what = "the pixel size is not a positive number",
                      .where = "fit",
                      .why = shortest(pixel_size_angstrom) + " angstrom",
                      .remedy = "give the pixel size in angstrom"});
  }
  for (std::size_t y = 0; y < image.height(); ++y) {
    for (std::size_t x = 0; x < image.width(); ++x) {
      // Beyond 1e100 squares overflow; no image holds such numbers on purpose.
      if (std::isfinite(image(x, y)) && std::abs(image(x, y)) < 1e100) continue;
      throw InputError({.what = "a pixel is not a usable number",
                        .where = "fit",
                        .why = "pixel (" + std::to_string(x) + ", " + std::to_string(y) + ") is " +
                               shortest(image(x, y)),
                        .remedy = "replace dead and masked pixels before the fit"});
    }
  }
}

std::string name_point(double x, double y) {
  std::string text(1, '(');
  text.append(shortest(x)).append(", ").append(shortest(y)).append(1, ')');
  return text;
}

std::vector<PixelColumn> check_positions(const Grid<double>& image, double pixel_size_angstrom,
                                         std::span<const Position> start) {
  if (start.empty()) {
    throw InputError({.what = "there is no column to fit",
                      .where = "fit",
                      .why = "the list of start positions is empty",
                      .remedy = "detect columns first or give start positions"});
  }
  std::vector<PixelColumn> positions;
  positions.reserve(start.size());
  std::vector<Complaint> complaints;
  const auto inside = [&](double pixel, std::size_t size) {
    return std::isfinite(pixel) && pixel >= -0.5 && pixel <= static_cast<double>(size) - 0.5;
  };
  for (std::size_t i = 0; i < start.size(); ++i) {
    const double x = start[i].x_angstrom / pixel_size_angstrom;
    const double y = start[i].y_angstrom / pixel_size_angstrom;
    positions.push_back({.x = x, .y = y});
    if (inside(x, image.width()) && inside(y, image.height())) continue;
    complaints.push_back(
        {.what = "start position outside the image",
         .where = "column " + std::to_string(i),
         .why = name_point(start[i].x_angstrom, start[i].y_angstrom) +
                " angstrom, the image ends at " +
                name_point(static_cast<double>(image.width() - 1) * pixel_size_angstrom,
                           static_cast<double>(image.height() - 1) * pixel_size_angstrom),
         .remedy = "check the pixel size and that positions are in angstrom, x first"});
    if (complaints.size() == 10) break;
  }
  if (!complaints.empty()) throw InputError(std::move(complaints));
  return positions;
}

// The stages of a fit: a common width by least squares first, then what was asked for.
class Fit {
 public:
  Fit(const Raster& image, const FitOptions& options, double pixel_size_angstrom,
      Progress& progress)
      : image_(image),
        options_(options),
        pixel_size_(pixel_size_angstrom),
        progress_(progress),
        layout_(full_layout(options.width, options.background)) {}

  Outcome run(Scene& scene) {
    const Likelihood squares{.noise = NoiseModel::gaussian};
    if (options_.noise == NoiseModel::gaussian && options_.width == WidthModel::common) {
      return finish(squares, scene);
    }
    const Layout common = full_layout(WidthModel::common, options_.background);
    spend(minimize(image_, common, squares, {left(), rough_tolerance}, progress_, scene));
    if (options_.noise == NoiseModel::gaussian) return finish(squares, scene);
    likelihood_ = poisson(scene);
    if (options_.width == WidthModel::individual) {
      spend(minimize(image_, common, likelihood_, {left(), rough_tolerance}, progress_, scene));
    }
    return finish(likelihood_, scene);
  }

  [[nodiscard]] const Likelihood& likelihood() const { return likelihood_; }
  [[nodiscard]] const Layout& layout() const { return layout_; }

 private:
  Outcome finish(const Likelihood& likelihood, Scene& scene) {
    likelihood_ = likelihood;
    Outcome outcome =
        minimize(image_, layout_, likelihood, {left(), options_.tolerance}, progress_, scene);
    spend(outcome);
    outcome.iterations = spent_;
    return outcome;
  }

  void spend(const Outcome& outcome) { spent_ += outcome.iterations; }
  [[nodiscard]] std::int64_t left() const {
    return std::max<std::int64_t>(1, options_.max_iterations - spent_);
  }

  // The floor is a millionth of the highest column, where Gaussians are cut anyway.
  [[nodiscard]] Likelihood poisson(const Scene& scene) const {
    double highest = 0.0;
    for (const PixelColumn& c : scene.columns) highest = std::max(highest, c.height);
    const double counts = *options_.dose_per_angstrom2 * pixel_size_ * pixel_size_;
    const double least = 1e-6 / counts;  // an image of nothing still needs a floor
    return {.noise = NoiseModel::poisson,
            .counts_per_unit = counts,
            .floor = std::max(1e-6 * highest, least)};
  }

  const Raster& image_;
  const FitOptions& options_;
  double pixel_size_;
  Progress& progress_;
  Layout layout_;
  Likelihood likelihood_;
  std::int64_t spent_ = 0;
};

// Residuals are smaller than the noise where there are many parameters per pixel.
VarianceModel estimate_variance(const Raster& image, const Raster& model, std::size_t parameters) {
  VarianceModel variance = fit_variance(image, model);
  const double pixels = static_cast<double>(image.width() * image.height());
  const double factor = pixels / std::max(1.0, pixels - static_cast<double>(parameters));
  return {.readout = factor * variance.readout, .gain = factor * variance.gain};
}

Covariance estimate_covariance(const Raster& image, const Raster& model, const Scene& scene,
                               const Fit& fit, std::size_t parameters) {
  if (!shows_noise(image, model, fit.likelihood(), parameters)) {
    return nothing_determined(scene, fit.layout());
  }
  if (fit.likelihood().noise == NoiseModel::poisson) {
    return invert_information(scene, fit.layout(), fit.likelihood());
  }
  return estimate_least_squares_covariance(scene, fit.layout(),
                                           estimate_variance(image, model, parameters));
}

// In any unit of intensity.
FitResult fit_raster(const Raster& raster, double pixel_size_angstrom,
                     const std::vector<PixelColumn>& positions, const FitOptions& options,
                     Progress& progress) {
  std::optional<double> width = options.start_width_angstrom;
  if (width) width = *width / pixel_size_angstrom;
  Scene scene = find_start(raster, positions, width, count_terms(options.background));
  Fit fit(raster, options, pixel_size_angstrom, progress);
  const Outcome outcome = fit.run(scene);
  const Layout& layout = fit.layout();

  FitResult result;
  result.iterations = outcome.iterations;
  result.termination = outcome.termination;
  result.parameters = scene.columns.size() * layout.block + layout.border();
  const Raster model = draw_model(scene);
  result.model = model.grid();
  result.sum_squared_residuals = sum_squared_residuals(raster, model);
  result.reduced_chi_square = reduce_chi_square(raster, model, fit.likelihood(), result.parameters);
  result.log_likelihood = evaluate_log_likelihood(raster, model, fit.likelihood());
  const Covariance covariance = estimate_covariance(raster, model, scene, fit, result.parameters);
  for (std::size_t i = 0; i < scene.columns.size(); ++i) {
    result.columns.push_back(
        to_column(scene.columns[i], covariance.columns[i], pixel_size_angstrom));
  }
  result.background = to_background(scene, layout, covariance, pixel_size_angstrom);
  return result;
}

}  // namespace

FitResult fit_columns(const Grid<double>& image, double pixel_size_angstrom,
                      std::span<const Position> start, const FitOptions& options,
                      Progress& progress) {
  require_valid(options.validate());
  check_image(image, pixel_size_angstrom);
  const std::vector<PixelColumn> positions = check_positions(image, pixel_size_angstrom, start);
  progress.begin("fit columns", static_cast<std::size_t>(options.max_iterations));
  const IntensityUnit unit(image);
  FitResult result = fit_raster(unit.to_unit(image), pixel_size_angstrom, positions,
                                unit.to_unit(options), progress);
  unit.restore(options, result);
  result.warnings = list_warnings(result, image, start, pixel_size_angstrom, options);
  return result;
}

}  // namespace adatom::columns
