#include "adatom/diffraction/polar.h"

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "bin_mean.h"
#include "float_pixels.h"
#include "radial_bins.h"
#include "split_matrix.h"

namespace adatom::diffraction {

void PolarOptions::describe(OptionVisitor& v) {
  v.visit({.name = "sectors", .help = "equal shares of the full circle", .min = 1, .max = 3600},
          sectors);
  v.visit_group("radial", "bins along the radius, and errors", radial);
}

std::vector<OptionIssue> PolarOptions::validate() const {
  auto issues = check_ranges(*this);
  for (OptionIssue& issue : radial.validate()) {
    if (issue.name == "s_max_per_angstrom") {
      issues.push_back({"radial." + issue.name, std::move(issue.message)});
    }
  }
  return issues;
}

Profile PolarPattern::sector(std::size_t index) const {
  const auto copy = [&](const Grid<double>& grid) {
    const auto row = grid.row(index);
    return std::vector<double>(row.begin(), row.end());
  };
  return {.s_first_per_angstrom = s_first_per_angstrom,
          .s_step_per_angstrom = s_step_per_angstrom,
          .intensity = copy(intensity),
          .intensity_stderr = copy(intensity_stderr),
          .weight = copy(weight),
          .neighbour_correlation = {},
          .variance_inflation = copy(variance_inflation)};
}

PolarIntegrator::PolarIntegrator(std::size_t width, std::size_t height, const Geometry& geometry,
                                 const Mask& mask, const PolarOptions& options)
    : width_(width), height_(height), options_(options.radial) {
  require_valid(options.validate());
  PolarBins bins = radial_bins(width, height, geometry, mask, options.radial);
  bins.sectors = static_cast<std::size_t>(options.sectors);
  if (bins.radii * bins.sectors > 100'000'000) {
    throw InputError(
        Complaint{.what = fmt::format("{} sectors of {} bins", bins.sectors, bins.radii),
                  .where = "polar pattern",
                  .why = "more than a hundred million in all",
                  .remedy = "ask for fewer"});
  }
  radii_ = bins.radii;
  sectors_ = bins.sectors;
  s_min_ = bins.s_min;
  s_step_ = bins.s_step;
  matrix_ = std::make_unique<const SplitMatrix>(
      split_pixels(width, height, RoundPattern(geometry), mask, options.radial, bins));
  require_pixels(*matrix_);
}

PolarIntegrator::~PolarIntegrator() = default;
PolarIntegrator::PolarIntegrator(PolarIntegrator&&) noexcept = default;
PolarIntegrator& PolarIntegrator::operator=(PolarIntegrator&&) noexcept = default;

void PolarIntegrator::require_size(std::size_t width, std::size_t height) const {
  require_frame(width, height, width_, height_);
}

PolarPattern PolarIntegrator::integrate(const Pixels& frame) const {
  const std::size_t size = FloatPixels::size_of(frame);
  if (size != width_ * height_) require_size(size, 1);
  const FloatPixels pixels(frame);
  const SplitMatrix& matrix = *matrix_;
  PolarPattern pattern;
  pattern.s_first_per_angstrom = s_min_ + 0.5 * s_step_;
  pattern.s_step_per_angstrom = s_step_;
  pattern.azimuth_step_deg = 360.0 / static_cast<double>(sectors_);
  pattern.azimuth_first_deg = 0.5 * pattern.azimuth_step_deg;
  pattern.intensity = Grid<double>(radii_, sectors_);
  pattern.intensity_stderr = Grid<double>(radii_, sectors_);
  pattern.weight = Grid<double>(radii_, sectors_);
  pattern.variance_inflation = Grid<double>(radii_, sectors_, 1.0);
  constexpr std::size_t grain = 512;
  parallel_ranges(matrix.bins(), grain, [&](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) {
      BinSums sums;
      sum_bin(pixels.data(), matrix, i, sums);
      const BinMean mean = mean_of(sums, options_);
      pattern.intensity.values()[i] = mean.intensity;
      pattern.intensity_stderr.values()[i] = mean.stderr_counts;
      pattern.weight.values()[i] = sums.w;
      if (sums.w > 0.0) pattern.variance_inflation.values()[i] = sums.w / sums.w2;
    }
  });
  return pattern;
}

}  // namespace adatom::diffraction
