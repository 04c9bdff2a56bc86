#include "adatom/reconstruct/image_check.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "adatom/base/error.h"
#include "adatom/base/random.h"
#include "adatom/columns/evaluate.h"
#include "adatom/simulate/incoherent.h"
#include "adatom/simulate/record.h"

namespace adatom::reconstruct {
namespace {

/// What both kinds of image are compared with.
struct CheckedFrame {
  const Grid<double>& pixels;
  double pixel_size_angstrom;
  std::span<const ObservedColumn> columns;
  const MisfitResult& misfit;
  const ImageCheckOptions& options;
};

void require_matching(const CheckedFrame& frame, const crystal::Structure& structure) {
  require_valid(frame.options.validate());
  if (frame.pixels.empty() || !(frame.pixel_size_angstrom > 0.0)) {
    throw InputError({.what = "no frame to compare the model with",
                      .where = {},
                      .why = "it has no pixels, or pixels without size",
                      .remedy = {}});
  }
  if (frame.misfit.atom_columns.size() != structure.atoms.size() ||
      frame.misfit.columns.size() != frame.columns.size() || frame.columns.empty()) {
    throw InputError({.what = "the misfit is not that of this model and these columns",
                      .where = {},
                      .why = {},
                      .remedy = {}});
  }
}

Eigen::Vector2d place_in_frame(const CheckedFrame& frame, const crystal::Atom& atom) {
  return frame.misfit.map(atom.position_angstrom.head<2>());
}

columns::FitResult fit_at(const Grid<double>& image, const CheckedFrame& frame,
                          std::span<const columns::Position> places, Progress& progress) {
  return columns::fit_columns(image, frame.pixel_size_angstrom, places,
                              {.background = frame.options.background}, progress);
}

std::vector<columns::Position> places_of(std::span<const ObservedColumn> columns) {
  std::vector<columns::Position> places;
  for (const auto& column : columns) places.push_back({column.x_angstrom, column.y_angstrom});
  return places;
}

Grid<double> background_of(const CheckedFrame& frame, const columns::FitResult& fit) {
  return columns::evaluate_model(frame.pixels.width(), frame.pixels.height(),
                                 frame.pixel_size_angstrom, {}, fit.background);
}

/// How well the frame's intensities are calibrated, by least squares.
double fit_intensity(const CheckedFrame& frame, const Grid<double>& image,
                     const Grid<double>& background) {
  double products = 0.0;
  double squares = 0.0;
  for (std::size_t i = 0; i < image.size(); ++i) {
    const double model = image.values()[i] - background.values()[i];
    products += model * (frame.pixels.values()[i] - background.values()[i]);
    squares += model * model;
  }
  return squares > 0.0 ? products / squares : 1.0;
}

/// Residual and chi-square of the image in `result`.
void compare_pixels(const CheckedFrame& frame, const columns::FitResult& fit,
                    ImageCheckResult& result) {
  const std::size_t width = frame.pixels.width();
  const std::size_t height = frame.pixels.height();
  result.residual = Grid<double>(width, height);
  result.standardised = Grid<double>(width, height);
  const double pixel = frame.pixel_size_angstrom;
  const double electrons = frame.options.dose_per_angstrom2.value_or(0.0) * pixel * pixel;
  const auto freedom =
      static_cast<double>(frame.pixels.size()) - static_cast<double>(fit.parameters);
  const double fit_variance = freedom > 0.0 ? fit.sum_squared_residuals / freedom : 0.0;
  double sum = 0.0;
  double variance_of_sum = 0.0;
  for (std::size_t i = 0; i < frame.pixels.size(); ++i) {
    const double expected = result.image.values()[i];
    const double residual = frame.pixels.values()[i] - expected;
    result.residual.values()[i] = residual;
    double variance = fit_variance;
    double excess = 0.0;  // of a Poisson variable's fourth moment over a normal one's
    if (electrons > 0.0) {
      if (electrons * expected < 1.0) continue;
      variance = expected / electrons;
      excess = 1.0 / (electrons * expected);
    }
    if (!(variance > 0.0)) continue;
    const double standardised = residual / std::sqrt(variance);
    result.standardised.values()[i] = standardised;
    sum += standardised * standardised;
    variance_of_sum += 2.0 + excess;
    ++result.pixels_compared;
  }
  if (result.pixels_compared == 0) {
    result.warnings.emplace_back("no pixel where an electron is expected: nothing was compared");
    return;
  }
  const auto compared = static_cast<double>(result.pixels_compared);
  result.chi_square_per_pixel = sum / compared;
  result.chi_square_stderr = std::sqrt(variance_of_sum) / compared;
}

/// Cross-sections of the model's image and their errors, by column.
struct ModelSections {
  std::vector<double> scs_angstrom2;
  std::vector<double> stderr_angstrom2;
};

void compare_columns(const CheckedFrame& frame, const columns::FitResult& fit,
                     const ModelSections& model, ImageCheckResult& result) {
  for (std::size_t c = 0; c < frame.columns.size(); ++c) {
    ColumnCheck check{.column_id = frame.columns[c].column_id,
                      .x_angstrom = fit.columns[c].x_angstrom,
                      .y_angstrom = fit.columns[c].y_angstrom,
                      .atoms = frame.misfit.columns[c].atoms,
                      .frame_scs_angstrom2 = fit.columns[c].scs_angstrom2,
                      .frame_scs_stderr_angstrom2 = fit.columns[c].scs_stderr_angstrom2,
                      .model_scs_angstrom2 = model.scs_angstrom2[c]};
    const double error = std::hypot(check.frame_scs_stderr_angstrom2, model.stderr_angstrom2[c]);
    if (std::isfinite(error) && error > 0.0) {
      check.difference_in_stderr = (check.frame_scs_angstrom2 - check.model_scs_angstrom2) / error;
    }
    result.columns.push_back(check);
  }
}

std::vector<simulate::TrueColumn> columns_to_draw(const CheckedFrame& frame,
                                                  const crystal::Structure& structure,
                                                  const columns::FitResult& fit,
                                                  const simulate::ScsLibrary& library) {
  std::vector<simulate::TrueColumn> drawn;
  for (std::size_t c = 0; c < frame.columns.size(); ++c) {
    const ColumnResidual& model = frame.misfit.columns[c];
    if (model.atoms == 0) continue;
    Eigen::Vector2d at(frame.columns[c].x_angstrom + model.dx_angstrom,
                       frame.columns[c].y_angstrom + model.dy_angstrom);
    if (frame.options.places == ColumnPlaces::frame) {
      at = {fit.columns[c].x_angstrom, fit.columns[c].y_angstrom};
    }
    drawn.push_back({.x_angstrom = at.x(),
                     .y_angstrom = at.y(),
                     .atom_count = model.atoms,
                     .scs_angstrom2 = library.at(model.atoms)});
  }
  for (std::size_t i = 0; i < structure.atoms.size(); ++i) {
    if (frame.misfit.atom_columns[i] >= 0) continue;
    const Eigen::Vector2d at = place_in_frame(frame, structure.atoms[i]);
    drawn.push_back({.x_angstrom = at.x(),
                     .y_angstrom = at.y(),
                     .atom_count = 1,
                     .scs_angstrom2 = library.at(1)});
  }
  return drawn;
}

double mean_width(const columns::FitResult& fit) {
  double sum = 0.0;
  for (const auto& column : fit.columns) sum += column.width_angstrom;
  return sum / static_cast<double>(fit.columns.size());
}

Grid<double> cropped(const Grid<double>& image, std::size_t width, std::size_t height) {
  Grid<double> result(width, height);
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < width; ++x) result(x, y) = image(x, y);
  }
  return result;
}

/// The model on the frame's pixels.
Grid<double> simulate_frame(const CheckedFrame& frame, crystal::Structure structure,
                            const MultisliceCheck& microscope, PartStore& parts,
                            Progress& progress) {
  for (auto& atom : structure.atoms) {
    atom.position_angstrom.head<2>() = place_in_frame(frame, atom);
  }
  const std::int64_t factor = microscope.upsampling;
  const auto probes = [factor](std::size_t pixels) {
    return (static_cast<std::int64_t>(pixels) - 1 + factor - 1) / factor + 1;
  };
  simulate::StemOptions options{.probe = microscope.probe,
                                .scan = {},
                                .thermal = microscope.thermal,
                                .accuracy = microscope.accuracy,
                                .seed = microscope.seed};
  options.scan.width = probes(frame.pixels.width());
  options.scan.height = probes(frame.pixels.height());
  options.scan.step_angstrom = static_cast<double>(factor) * frame.pixel_size_angstrom;
  const std::vector<simulate::Detector> detectors = {microscope.detector};
  const auto simulated = simulate::simulate_stem(structure, simulate::SidewaysCell::single,
                                                 detectors, options, parts, progress);
  const auto recorded = simulate::record(
      simulated.images.front(), options.scan.step_angstrom,
      {.upsampling = factor, .source_fwhm_angstrom = microscope.source_fwhm_angstrom},
      RandomStream(0));
  return cropped(recorded.image, frame.pixels.width(), frame.pixels.height());
}

/// Those that the model has, fitted to its image as the frame's were.
columns::FitResult fit_model_image(const CheckedFrame& frame, const Grid<double>& image,
                                   Progress& progress, ModelSections& sections) {
  std::vector<columns::Position> places;
  std::vector<std::size_t> of_column;
  for (std::size_t c = 0; c < frame.columns.size(); ++c) {
    const ColumnResidual& model = frame.misfit.columns[c];
    if (model.atoms == 0) continue;
    places.push_back({frame.columns[c].x_angstrom + model.dx_angstrom,
                      frame.columns[c].y_angstrom + model.dy_angstrom});
    of_column.push_back(c);
  }
  auto fit = fit_at(image, frame, places, progress);
  for (std::size_t i = 0; i < of_column.size(); ++i) {
    sections.scs_angstrom2[of_column[i]] = fit.columns[i].scs_angstrom2;
    sections.stderr_angstrom2[of_column[i]] = fit.columns[i].scs_stderr_angstrom2;
  }
  return fit;
}

ImageCheckResult finish(const CheckedFrame& frame, const columns::FitResult& fit,
                        Grid<double> image, const Grid<double>& background,
                        const ModelSections& sections) {
  ImageCheckResult result{.image = std::move(image), .warnings = fit.warnings};
  result.column_width_angstrom = mean_width(fit);
  result.intensity_scale = fit_intensity(frame, result.image, background);
  compare_pixels(frame, fit, result);
  compare_columns(frame, fit, sections, result);
  return result;
}

}  // namespace

void ImageCheckOptions::describe(OptionVisitor& v) {
  v.visit({.name = "dose_per_angstrom2",
           .unit = "electrons/angstrom^2",
           .help = "not given: the noise is that which the fit to the frame leaves",
           .min = 1e-6,
           .max = 1e12},
          dose_per_angstrom2);
  v.visit(
      {.name = "column_width_angstrom",
       .unit = "angstrom",
       .help = "standard deviation of a column's image; not given: that of the fit to the frame",
       .min = 1e-3,
       .max = 100.0},
      column_width_angstrom);
  v.visit({.name = "places", .help = "whose positions the columns of the incoherent image have"},
          places);
  v.visit({.name = "background", .help = "of the frame"}, background);
}

std::vector<OptionIssue> ImageCheckOptions::validate() const { return check_ranges(*this); }

ImageCheckResult check_incoherent_image(const Grid<double>& frame, double pixel_size_angstrom,
                                        const crystal::Structure& structure,
                                        std::span<const ObservedColumn> columns,
                                        const MisfitResult& misfit,
                                        const simulate::ScsLibrary& library,
                                        const ImageCheckOptions& options, Progress& progress) {
  const CheckedFrame checked{frame, pixel_size_angstrom, columns, misfit, options};
  require_matching(checked, structure);
  const auto fit = fit_at(frame, checked, places_of(columns), progress);
  Grid<double> image = simulate::render_frame(
      columns_to_draw(checked, structure, fit, library),
      {.width = static_cast<std::int64_t>(frame.width()),
       .height = static_cast<std::int64_t>(frame.height()),
       .pixel_size_angstrom = pixel_size_angstrom,
       .column_width_angstrom = options.column_width_angstrom.value_or(mean_width(fit))},
      RandomStream(0));
  const auto background = background_of(checked, fit);
  for (std::size_t i = 0; i < image.size(); ++i) image.values()[i] += background.values()[i];
  ModelSections sections{{}, std::vector<double>(columns.size(), 0.0)};
  for (const auto& model : misfit.columns) {
    sections.scs_angstrom2.push_back(library.at(model.atoms));
  }
  return finish(checked, fit, std::move(image), background, sections);
}

ImageCheckResult check_multislice_image(const Grid<double>& frame, double pixel_size_angstrom,
                                        const crystal::Structure& structure,
                                        std::span<const ObservedColumn> columns,
                                        const MisfitResult& misfit,
                                        const MultisliceCheck& microscope,
                                        const ImageCheckOptions& options, PartStore& parts,
                                        Progress& progress) {
  const CheckedFrame checked{frame, pixel_size_angstrom, columns, misfit, options};
  require_matching(checked, structure);
  if (microscope.upsampling < 1) {
    throw InputError({.what = "an upsampling below one",
                      .where = {},
                      .why = {},
                      .remedy = "give pixels for each probe step"});
  }
  Grid<double> image = simulate_frame(checked, structure, microscope, parts, progress);
  const auto fit = fit_at(frame, checked, places_of(columns), progress);
  ModelSections sections{std::vector<double>(columns.size(), 0.0),
                         std::vector<double>(columns.size(), 0.0)};
  const auto model_fit = fit_model_image(checked, image, progress, sections);
  const auto background = background_of(checked, fit);
  const auto own = background_of(checked, model_fit);
  for (std::size_t i = 0; i < image.size(); ++i) {
    image.values()[i] += background.values()[i] - own.values()[i];
  }
  return finish(checked, fit, std::move(image), background, sections);
}

}  // namespace adatom::reconstruct
