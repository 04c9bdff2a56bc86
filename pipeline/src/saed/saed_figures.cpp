#include "saed/saed_figures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>
#include <string>

#include <fmt/core.h>

#include "adatom/report/figure_curve.h"
#include "adatom/report/figure_image.h"
#include "adatom/report/figure_map.h"

namespace adatom::pipeline {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
/// A curve of more points is no finer on paper.
constexpr std::size_t curve_points = 800;

/// Okabe and Ito (2008), as curves have.
constexpr std::array phase_colours = {report::Colour{230, 159, 0},  report::Colour{86, 180, 233},
                                      report::Colour{0, 158, 115},  report::Colour{204, 121, 167},
                                      report::Colour{240, 228, 66}, report::Colour{213, 94, 0}};

std::size_t stride_for(std::size_t count, std::size_t most) {
  return std::max<std::size_t>(1, (count + most - 1) / most);
}

/// Rings are far weaker than what is near the beam: logarithms, from the lowest hundredth on.
Grid<double> logarithms(const Grid<double>& image, const diffraction::Mask& mask) {
  std::vector<double> counted;
  const std::size_t step = stride_for(image.size(), 100'000);
  for (std::size_t i = 0; i < image.size(); i += step) {
    const double value = image.values()[i];
    if (std::isfinite(value) && (mask.empty() || mask.values()[i] != 0)) counted.push_back(value);
  }
  Grid<double> shown(image.width(), image.height(), nan);
  if (counted.empty()) return shown;
  const auto lowest = counted.begin() + static_cast<std::ptrdiff_t>(counted.size() / 100);
  std::ranges::nth_element(counted, lowest);
  const double floor = std::max(*lowest, 1e-3 * *std::ranges::max_element(counted));
  const double least = floor > 0.0 ? floor : 1.0;
  for (std::size_t i = 0; i < image.size(); ++i) {
    const double value = image.values()[i];
    if (!std::isfinite(value) || (!mask.empty() && mask.values()[i] == 0)) continue;
    shown.values()[i] = std::log10(std::max(value, least));
  }
  return shown;
}

report::Points ring_points(const SaedPattern& pattern, const diffraction::Ring& ring) {
  const diffraction::RoundPattern map(pattern.in_use());
  const auto width = static_cast<double>(pattern.mean().width());
  report::Points points{.marker = report::Marker::dot};
  points.radius_px = std::max(0.6, width / 700.0);
  constexpr int dots = 120;
  for (int i = 0; i < dots; ++i) {
    const double azimuth = 2.0 * std::numbers::pi * i / dots;
    const double s = ring.s_per_angstrom.value;
    const auto [x, y] = map.pixel_at(s * std::cos(azimuth), s * std::sin(azimuth));
    points.x_px.push_back(x);
    points.y_px.push_back(y);
  }
  return points;
}

void join(report::Points& all, const report::Points& more) {
  all.x_px.insert(all.x_px.end(), more.x_px.begin(), more.x_px.end());
  all.y_px.insert(all.y_px.end(), more.y_px.begin(), more.y_px.end());
}

report::Curve timed(const std::string& label, const TimedValues& values) {
  report::Curve curve{.label = label, .style = report::CurveStyle::line_and_points};
  const std::size_t step = stride_for(values.time_s.size(), curve_points);
  if (values.time_s.size() > 100) curve.style = report::CurveStyle::line;
  for (std::size_t i = 0; i < values.time_s.size(); i += step) {
    curve.x.push_back(values.time_s[i]);
    curve.y.push_back(values.value[i]);
    if (values.time_s.size() <= 100) curve.y_error.push_back(values.stderr_value[i]);
  }
  return curve;
}

report::Curve sinusoid(const PhaseSeries& series) {
  const numeric::Oscillation& wave = series.periodogram->strongest;
  report::Curve curve{.label = series.name + ", period " + fmt::format("{:.3g} s", wave.period),
                      .style = report::CurveStyle::line};
  const auto& times = series.intensity_fraction.time_s;
  constexpr int steps = 400;
  for (int i = 0; i <= steps; ++i) {
    const double t = times.front() + (times.back() - times.front()) * i / steps;
    curve.x.push_back(t);
    curve.y.push_back(wave.mean +
                      wave.amplitude *
                          std::sin(2.0 * std::numbers::pi * wave.frequency * t + wave.phase_rad));
  }
  return curve;
}

bool oscillates(const PhaseSeries& series) {
  return series.periodogram &&
         series.periodogram->strongest.false_alarm_bound < oscillation_significance;
}

}  // namespace

report::Figure draw_pattern(const SaedPattern& pattern) {
  report::ImageFigureOptions options;
  options.title = "Pattern and rings";
  options.scale.quantity = "log₁₀ of counts";
  options.width = report::FigureWidth::page;
  std::map<std::string, report::Points> by_phase;
  for (const auto& ring : pattern.fit().rings) {
    join(by_phase[ring.phase], ring_points(pattern, ring));
  }
  std::size_t colour = 0;
  for (auto& [phase, points] : by_phase) {
    points.marker = report::Marker::dot;
    points.radius_px = std::max(0.6, static_cast<double>(pattern.mean().width()) / 700.0);
    points.label = phase.empty() ? "no phase" : phase;
    points.colour = phase_colours.at(colour++ % phase_colours.size());
    options.points.push_back(std::move(points));
  }
  return report::draw_image(logarithms(pattern.mean(), pattern.mask().mask), options);
}

report::Figure draw_unrolled(const SaedPolar& polar) {
  const diffraction::PolarPattern& map = polar.pattern;
  report::MapFigureOptions options{
      .title = "Unrolled", .x_label = "s = 1/d (1/Å)", .y_label = "azimuth, from x towards y (°)"};
  const double half = 0.5 * map.s_step_per_angstrom;
  options.x = {map.s_first_per_angstrom - half,
               map.s_first_per_angstrom +
                   map.s_step_per_angstrom * (static_cast<double>(map.radii()) - 0.5)};
  options.y = {0.0, 360.0};
  options.scale.quantity = "log₁₀ of counts per pixel";
  options.scale.clip_percent = 1.0;
  options.width = report::FigureWidth::page;
  options.height_units = 200.0;
  return report::draw_map(logarithms(map.intensity, {}), options);
}

std::vector<report::Figure> draw_profile(const SaedPattern& pattern) {
  const diffraction::Profile& profile = pattern.profile();
  const diffraction::RingFit& fit = pattern.fit();
  report::Curve measured{.label = "measured", .style = report::CurveStyle::points};
  report::Curve fitted{.label = "fit", .style = report::CurveStyle::line};
  report::Curve background{.label = "background", .style = report::CurveStyle::line};
  report::Curve residual{.style = report::CurveStyle::line};
  for (std::size_t i = 0; i < fit.fitted.size(); ++i) {
    const std::size_t bin = fit.first_bin + i;
    const double s = profile.s_per_angstrom(bin);
    for (auto* curve : {&measured, &fitted, &background, &residual}) curve->x.push_back(s);
    measured.y.push_back(profile.intensity[bin]);
    fitted.y.push_back(fit.fitted[i]);
    background.y.push_back(fit.background[i]);
    residual.y.push_back(fit.residual[i]);
  }
  report::CurveFigureOptions options{.title = "Profile and fit",
                                     .x_label = "s = 1/d (1/Å)",
                                     .y_label = "counts per pixel",
                                     .y_scale = report::AxisScale::logarithmic,
                                     .width = report::FigureWidth::page};
  for (const auto& ring : fit.rings) {
    options.marks.push_back(
        {.x = ring.s_per_angstrom.value,
         .label = ring.phase.empty() ? std::string("?") : ring.phase + " " + ring.hkl});
  }
  const std::array curves = {measured, fitted, background};
  const std::array residuals = {residual};
  return {report::draw_curves(curves, options),
          report::draw_curves(residuals, {.title = "Residual",
                                          .x_label = "s = 1/d (1/Å)",
                                          .y_label = "(measured − fit) / standard error",
                                          .width = report::FigureWidth::page})};
}

report::Figure draw_profile_map(const std::filesystem::path& folder, const ProfileBins& bins,
                                std::size_t frames, double frame_time_s) {
  constexpr std::size_t most_rows = 300;
  const std::size_t together = stride_for(frames, most_rows);
  const std::size_t rows = (frames + together - 1) / together;
  Grid<double> map(bins.count, rows, nan);
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t end = std::min(frames, (row + 1) * together);
    std::vector<double> sum(bins.count, 0.0);
    for (std::size_t frame = row * together; frame < end; ++frame) {
      const auto profile = read_profile(folder, bins, frame);
      for (std::size_t bin = 0; bin < bins.count; ++bin) sum[bin] += profile.intensity[bin];
    }
    const auto count = static_cast<double>(end - row * together);
    for (std::size_t bin = 0; bin < bins.count; ++bin) {
      if (sum[bin] > 0.0) map(bin, row) = std::log10(sum[bin] / count);
    }
  }
  report::MapFigureOptions options{
      .title = "Profiles over time", .x_label = "s = 1/d (1/Å)", .y_label = "time (s)"};
  const double half = 0.5 * bins.s_step_per_angstrom;
  options.x = {bins.s_first_per_angstrom - half, bins.s_per_angstrom(bins.count - 1) + half};
  options.y = {0.0, static_cast<double>(frames) * frame_time_s};
  options.scale.map = report::ColourMap::inferno;
  options.scale.quantity = "log₁₀ of counts per pixel";
  options.scale.clip_percent = 1.0;
  options.width = report::FigureWidth::page;
  return report::draw_map(map, options);
}

std::vector<report::Figure> draw_fractions(const SaedResults& results) {
  std::vector<report::Curve> intensities;
  std::vector<report::Curve> volumes;
  for (const PhaseSeries& series : results.phases) {
    intensities.push_back(timed(series.name, series.intensity_fraction));
    volumes.push_back(timed(series.name, series.volume_fraction));
  }
  if (oscillates(results.phases.front())) intensities.push_back(sinusoid(results.phases.front()));
  return {report::draw_curves(intensities, {.title = "Share of the rings' intensities",
                                            .x_label = "time (s)",
                                            .y_label = "intensity fraction"}),
          report::draw_curves(volumes, {.title = "Share of the volume",
                                        .x_label = "time (s)",
                                        .y_label = "volume fraction"})};
}

std::vector<report::Figure> draw_periods(const SaedResults& results) {
  const PhaseSeries& series = results.phases.front();
  std::vector<report::Figure> figures;
  if (series.periodogram) {
    const auto& strongest = series.periodogram->strongest;
    const report::Curve power{.x = series.periodogram->frequency,
                              .y = series.periodogram->power,
                              .style = report::CurveStyle::line};
    figures.push_back(report::draw_curves(
        std::span(&power, 1), {.title = "Periodogram of " + series.name,
                               .x_label = "frequency (1/s)",
                               .y_label = "share of the variance",
                               .marks = {{.x = strongest.frequency,
                                          .label = fmt::format("{:.3g} s", strongest.period)}}}));
  }
  if (series.autocorrelation) {
    const report::Curve curve{.x = series.autocorrelation->lag,
                              .y = series.autocorrelation->correlation,
                              .style = report::CurveStyle::line};
    figures.push_back(report::draw_curves(
        std::span(&curve, 1),
        {.title = "Autocorrelation of " + series.name, .x_label = "lag (s)", .y_label = "r"}));
  }
  return figures;
}

std::vector<report::Figure> draw_course(const SaedOptions& options, const SaedPattern& pattern,
                                        const SaedResults& results) {
  std::vector<report::Figure> figures;
  for (const PhaseSeries& series : results.phases) {
    if (series.a_angstrom.time_s.empty()) continue;
    const report::Curve lattice = timed({}, series.a_angstrom);
    figures.push_back(report::draw_curves(
        std::span(&lattice, 1),
        {.title = "Lattice of " + series.name, .x_label = "time (s)", .y_label = "a (Å)"}));
  }
  const auto from_reference = [](TimedValues values, double reference) {
    for (double& value : values.value) value -= reference;
    return values;
  };
  const std::array centres = {
      timed("x", from_reference(results.centre_x_px, pattern.in_use().centre_x_px)),
      timed("y", from_reference(results.centre_y_px, pattern.in_use().centre_y_px))};
  figures.push_back(report::draw_curves(
      centres, {.title = "Centre", .x_label = "time (s)", .y_label = "from the reference's (px)"}));
  if (options.centre == CentreModel::with_ellipse) {
    const report::Curve ratio = timed({}, results.ellipse_ratio);
    figures.push_back(report::draw_curves(
        std::span(&ratio, 1),
        {.title = "Ellipse", .x_label = "time (s)", .y_label = "long over short axis"}));
  }
  report::Curve chi2 = timed({}, results.chi2_per_dof);
  chi2.y_error.clear();
  figures.push_back(report::draw_curves(
      std::span(&chi2, 1),
      {.title = "Fit", .x_label = "time (s)", .y_label = "χ² per degree of freedom"}));
  return figures;
}

}  // namespace adatom::pipeline
