#include "track/track_figures.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/core.h>

#include "adatom/report/figure_curve.h"
#include "adatom/report/figure_image.h"

namespace adatom::pipeline {
namespace {

/// A curve of more points is no finer on paper.
constexpr std::size_t most_points = 600;
constexpr double place_radius_px = 0.8;

std::size_t stride_of(std::size_t count, std::size_t most) {
  return std::max<std::size_t>(1, (count + most - 1) / most);
}

/// A histogram's outline.
report::Curve outline(const std::string& label, const std::vector<double>& edges,
                      const std::vector<double>& heights) {
  report::Curve curve{.label = label, .style = report::CurveStyle::line};
  for (std::size_t bin = 0; bin < heights.size(); ++bin) {
    for (const std::size_t side : {bin, bin + 1}) {
      curve.x.push_back(edges[side]);
      curve.y.push_back(heights[bin]);
    }
  }
  return curve;
}

/// Paths over the first frame, in its coordinates.
report::Figure draw_paths(const TrackShown& shown, const PathPlaces& places, report::Points points,
                          const std::string& title) {
  const double px = 1.0 / shown.scale.pixel_size_nm;
  for (const double x : places.x_nm) points.x_px.push_back(px * x);
  for (const double y : places.y_nm) points.y_px.push_back(px * y);
  points.value = places.value;
  points.marker = report::Marker::dot;
  points.radius_px =
      place_radius_px * std::max(1.0, static_cast<double>(std::max(shown.first_frame.width(),
                                                                   shown.first_frame.height())) /
                                          500.0);
  report::ImageFigureOptions options;
  options.title = title;
  options.pixel_size_angstrom = 10.0 * shown.scale.pixel_size_nm;
  options.scale.quantity = "intensity";
  options.points.push_back(std::move(points));
  options.width = report::FigureWidth::page;
  return report::draw_image(shown.first_frame, options);
}

std::string lag_text(const tracking::SpeedDistribution& speeds) {
  return fmt::format("{} frame{}, {:.3g} s", speeds.lag_frames, speeds.lag_frames == 1 ? "" : "s",
                     speeds.lag_s);
}

/// Shares of the speeds of a particle at rest whose places have this error.
std::vector<double> rest_shares(const tracking::SpeedDistribution& speeds) {
  const auto beyond = [&](double speed) {
    const double distance = speed * speeds.lag_s / (2.0 * speeds.sigma_nm);
    return std::exp(-distance * distance);
  };
  std::vector<double> shares;
  for (std::size_t bin = 0; bin < speeds.share.size(); ++bin) {
    const bool last = bin + 1 == speeds.share.size();
    shares.push_back(beyond(speeds.edges_nm_per_s[bin]) -
                     (last ? 0.0 : beyond(speeds.edges_nm_per_s[bin + 1])));
  }
  return shares;
}

}  // namespace

report::Figure draw_trajectories_by_time(const TrackShown& shown) {
  report::Points points;
  points.scale.quantity = "time";
  points.scale.unit = "s";
  return draw_paths(shown, shown.statistics.by_time, std::move(points), "Trajectories by time");
}

report::Figure draw_trajectories_by_speed(const TrackShown& shown, std::int64_t lag_frames) {
  const double lag_s = static_cast<double>(lag_frames) * shown.scale.frame_time_s;
  report::Points points;
  points.scale.quantity = fmt::format("speed over {:.3g} s", lag_s);
  points.scale.unit = "nm/s";
  points.scale.map = report::ColourMap::inferno;
  points.scale.rule = report::RangeRule::percentile;
  points.scale.clip_percent = 1.0;
  return draw_paths(shown, shown.statistics.by_speed, std::move(points), "Trajectories by speed");
}

report::Figure draw_mean_square_displacement(const TrackStatistics& statistics) {
  report::Curve measured{.label = "all tracks", .style = report::CurveStyle::points};
  report::Curve fit{.label = "fit", .style = report::CurveStyle::line};
  for (const auto& point : statistics.msd) {
    measured.x.push_back(point.lag_s);
    measured.y.push_back(point.msd_nm2);
    measured.y_error.push_back(std::isfinite(point.stderr_nm2) ? point.stderr_nm2 : 0.0);
  }
  std::vector<report::Curve> curves = {measured};
  if (statistics.active && !statistics.msd.empty()) {
    const auto& active = *statistics.active;
    const double end = statistics.msd.back().lag_s;
    constexpr int steps = 100;
    for (int i = 0; i <= steps; ++i) {
      const double t = end * i / steps;
      const double way = active.speed_nm_per_s * t;
      fit.x.push_back(t);
      fit.y.push_back(4.0 * active.d_nm2_per_s * t + way * way +
                      4.0 * active.localisation_variance_nm2);
    }
    curves.push_back(fit);
  }
  return report::draw_curves(
      curves, {.title = "Mean square displacement", .x_label = "lag (s)", .y_label = "MSD (nm²)"});
}

report::Figure draw_speeds(const tracking::SpeedDistribution& speeds, double threshold_nm_per_s) {
  // As far as the fastest hundredth, and past the threshold.
  constexpr double shown_share = 0.99;
  std::size_t bins = 0;
  for (double sum = 0.0; bins < speeds.share.size() && sum < shown_share; ++bins) {
    sum += speeds.share[bins];
  }
  while (bins < speeds.share.size() && speeds.edges_nm_per_s[bins] < 1.5 * threshold_nm_per_s) {
    ++bins;
  }
  const auto cut = [&](std::vector<double> values) {
    values.resize(std::min(values.size(), bins));
    return values;
  };
  std::vector<report::Curve> curves = {
      outline("measured", speeds.edges_nm_per_s, cut(speeds.share)),
      outline("corrected for noise", speeds.edges_nm_per_s, cut(speeds.corrected_share))};
  if (speeds.sigma_nm > 0.0) {
    curves.push_back(
        outline("all at rest, noise alone", speeds.edges_nm_per_s, cut(rest_shares(speeds))));
  }
  double highest = 0.0;
  for (const auto& curve : curves) highest = std::max(highest, *std::ranges::max_element(curve.y));
  return report::draw_curves(
      curves, {.title = "Speeds at a lag of " + lag_text(speeds),
               .x_label = "speed (nm/s)",
               .y_label = fmt::format("share in {:.3g} nm/s",
                                      speeds.edges_nm_per_s[1] - speeds.edges_nm_per_s[0]),
               .y_range = report::Range{0.0, 1.06 * highest},
               .marks = {{.x = threshold_nm_per_s,
                          .label = fmt::format("{:g} nm/s", threshold_nm_per_s)}}});
}

report::Figure draw_van_hove(const TrackStatistics& statistics) {
  std::vector<report::Curve> curves;
  for (const auto& shape : statistics.van_hove) {
    report::Curve curve{.label = fmt::format("{:.3g} s", shape.lag_s),
                        .x = shape.centres_nm,
                        .y = shape.density_per_nm,
                        .style = report::CurveStyle::line};
    curves.push_back(std::move(curve));
  }
  if (curves.size() > 6) curves.resize(6);
  return report::draw_curves(curves, {.title = "Displacements along an axis",
                                      .x_label = "displacement (nm)",
                                      .y_label = "density (1/nm)",
                                      .y_scale = report::AxisScale::logarithmic});
}

report::Figure draw_particle_counts(const TrackStatistics& statistics) {
  report::Curve curve{.style = report::CurveStyle::line};
  const std::size_t stride = stride_of(statistics.sizes.size(), most_points);
  for (std::size_t i = 0; i < statistics.sizes.size(); i += stride) {
    curve.x.push_back(statistics.sizes[i].time_s);
    curve.y.push_back(static_cast<double>(statistics.sizes[i].particles));
  }
  const std::vector<report::Curve> curves = {curve};
  return report::draw_curves(curves, {.title = "Particles",
                                      .x_label = "time (s)",
                                      .y_label = "particles with a track",
                                      .y_kind = report::AxisKind::integer});
}

report::Figure draw_radii(const TrackStatistics& statistics) {
  report::Curve mean{.label = "mean", .style = report::CurveStyle::line};
  report::Curve median{.label = "median", .style = report::CurveStyle::line};
  const std::size_t stride = stride_of(statistics.sizes.size(), most_points);
  for (std::size_t i = 0; i < statistics.sizes.size(); i += stride) {
    const auto& point = statistics.sizes[i];
    for (report::Curve* curve : {&mean, &median}) curve->x.push_back(point.time_s);
    mean.y.push_back(point.mean_radius_nm);
    median.y.push_back(point.median_radius_nm);
  }
  const std::vector<report::Curve> curves = {mean, median};
  return report::draw_curves(curves,
                             {.title = "Radii", .x_label = "time (s)", .y_label = "radius (nm)"});
}

report::Figure draw_size_histograms(const TrackStatistics& statistics) {
  std::vector<report::Curve> curves;
  const auto add = [&](const std::string& label,
                       const std::optional<tracking::SizeHistogram>& sizes) {
    if (sizes && sizes->radii > 0) {
      curves.push_back(outline(label, sizes->edges_nm, sizes->density_per_nm));
    }
  };
  add("first tenth of the video", statistics.first_sizes);
  add("last tenth", statistics.last_sizes);
  double highest = 0.0;
  for (const auto& curve : curves) highest = std::max(highest, *std::ranges::max_element(curve.y));
  return report::draw_curves(curves, {.title = "Distribution of radii",
                                      .x_label = "radius (nm)",
                                      .y_label = "density (1/nm)",
                                      .y_range = report::Range{0.0, 1.06 * highest}});
}

report::Figure draw_drift(const TrackShown& shown) {
  report::Curve x{.label = "x", .style = report::CurveStyle::line};
  report::Curve y{.label = "y", .style = report::CurveStyle::line};
  const auto& drift = shown.tables.drift;
  for (std::size_t i = 0; i < drift.size(); i += stride_of(drift.size(), most_points)) {
    const double time_s = static_cast<double>(drift[i].frame) * shown.scale.frame_time_s;
    x.x.push_back(time_s);
    x.y.push_back(drift[i].x_nm);
    y.x.push_back(time_s);
    y.y.push_back(drift[i].y_nm);
  }
  const std::vector<report::Curve> curves = {x, y};
  return report::draw_curves(
      curves, {.title = "Drift", .x_label = "time (s)", .y_label = "displacement (nm)"});
}

}  // namespace adatom::pipeline
