#include "phase_map/phase_map_report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <span>

#include <fmt/core.h>

#include "adatom/pipeline/yaml_options.h"
#include "adatom/report/figure_curve.h"
#include "adatom/report/figure_image.h"
#include "adatom/report/number_format.h"
#include "adatom/report/page.h"

namespace adatom::pipeline {
namespace {

using report::Figure;

/// Of Okabe and Ito (2008), safe for the colour blind; none is grey.
constexpr std::array<report::Colour, 8> phase_colours = {
    report::Colour{230, 159, 0},  report::Colour{86, 180, 233},  report::Colour{0, 158, 115},
    report::Colour{240, 228, 66}, report::Colour{204, 121, 167}, report::Colour{213, 94, 0},
    report::Colour{0, 114, 178},  report::Colour{160, 160, 160}};

/// Points along the borders of each phase, few enough for a figure.
std::vector<report::Points> outlines(const MappedFrame& mapped, const PhaseMapPlan& plan) {
  constexpr std::size_t most = 2500;
  const auto& labels = mapped.labels;
  std::vector<report::Points> all;
  for (std::size_t p = 0; p < plan.phases.size(); ++p) {
    report::Points points{.marker = report::Marker::dot,
                          .colour = phase_colours.at(p % phase_colours.size()),
                          .label = plan.phases[p].name,
                          .radius_px = 0.002 * static_cast<double>(labels.width())};
    std::vector<std::size_t> border;
    for (std::size_t y = 1; y + 1 < labels.height(); ++y) {
      for (std::size_t x = 1; x + 1 < labels.width(); ++x) {
        const auto here = labels(x, y);
        if (here != p + 1) continue;
        const bool inside = labels(x - 1, y) == here && labels(x + 1, y) == here &&
                            labels(x, y - 1) == here && labels(x, y + 1) == here;
        if (!inside) border.push_back(y * labels.width() + x);
      }
    }
    const std::size_t step = border.size() / most + 1;
    for (std::size_t i = 0; i < border.size(); i += step) {
      const std::size_t row = border[i] / labels.width();
      points.x_px.push_back(static_cast<double>(border[i] % labels.width()));
      points.y_px.push_back(static_cast<double>(row));
    }
    if (!border.empty()) all.push_back(std::move(points));
  }
  return all;
}

Figure image_figure(const ShownFrame& frame, const PhaseMapPlan& plan) {
  return report::draw_image(frame.image, {.title = "image, with the borders of the phases",
                                          .pixel_size_angstrom = 10.0 * plan.pixel_size_nm,
                                          .scale = {.quantity = "intensity"},
                                          .points = outlines(frame.mapped, plan)});
}

Figure label_figure(const MappedFrame& mapped, const PhaseMapPlan& plan) {
  Grid<double> values(mapped.labels.width(), mapped.labels.height());
  std::ranges::copy(mapped.labels.values(), values.values().begin());
  std::string names = "0 none";
  for (std::size_t p = 0; p < plan.phases.size(); ++p)
    names += fmt::format(", {} {}", p + 1, plan.phases[p].name);
  return report::draw_image(
      values, {.title = "phases",
               .pixel_size_angstrom = 10.0 * plan.pixel_size_nm,
               .scale = {.map = report::ColourMap::viridis,
                         .range = report::Range{0.0, static_cast<double>(plan.phases.size())},
                         .quantity = names}});
}

Grid<double> as_double(const Grid<float>& values) {
  Grid<double> result(values.width(), values.height());
  std::ranges::copy(values.values(), result.values().begin());
  return result;
}

/// The power spectrum's middle, with the masks.
Figure spectrum_figure(const ShownFrame& frame, const PhaseMapPlan& plan) {
  const auto found = diffraction::find_fringes(frame.image, plan.pixel_size_nm, plan.families,
                                               plan.options.search);
  double reach_per_nm = 0.0;
  for (const auto& family : plan.families) reach_per_nm = std::max(reach_per_nm, family.k_per_nm);
  for (const auto& fringe : frame.mapped.fringes)
    reach_per_nm = std::max(reach_per_nm, diffraction::length_per_nm(fringe));
  const auto& power = found.relative_power;
  const std::size_t middle = power.width() / 2;
  const auto reach =
      std::min(middle - 1, static_cast<std::size_t>(1.25 * reach_per_nm / found.k_step_per_nm));
  Grid<double> part(2 * reach + 1, 2 * reach + 1);
  for (std::size_t y = 0; y < part.height(); ++y) {
    for (std::size_t x = 0; x < part.width(); ++x)
      part(x, y) = std::log10(std::max(0.1, power(middle - reach + x, middle - reach + y)));
  }
  std::vector<report::Points> masks;
  const auto add = [&](const std::string& label, report::Colour colour, const auto& belongs,
                       const std::vector<diffraction::Fringe>& list) {
    report::Points points{.marker = report::Marker::ring,
                          .colour = colour,
                          .label = label,
                          .radius_px = 2.0 * plan.options.map.sigma_k_per_nm / found.k_step_per_nm};
    for (const auto& fringe : list) {
      if (!belongs(fringe)) continue;
      for (const double sign : {1.0, -1.0}) {
        points.x_px.push_back(static_cast<double>(reach) +
                              sign * fringe.kx_per_nm / found.k_step_per_nm);
        points.y_px.push_back(static_cast<double>(reach) +
                              sign * fringe.ky_per_nm / found.k_step_per_nm);
      }
    }
    if (!points.x_px.empty()) masks.push_back(std::move(points));
  };
  for (std::size_t p = 0; p < plan.phases.size(); ++p) {
    add(
        plan.phases[p].name, phase_colours.at(p % phase_colours.size()),
        [p](const diffraction::Fringe& fringe) { return fringe.phase == p; }, frame.mapped.fringes);
  }
  add(
      "other peaks", report::Colour{255, 255, 255}, [](const auto&) { return true; },
      frame.mapped.others);
  return report::draw_image(part, {.title = "power spectrum, with the masks",
                                   .scale = {.map = report::ColourMap::inferno,
                                             .quantity = "log power over the ring's median"},
                                   .points = masks});
}

void add_maps(const ShownFrame& frame, const PhaseMapPlan& plan, report::Page& page) {
  page.section("Map");
  const std::vector<Figure> first = {image_figure(frame, plan), label_figure(frame.mapped, plan)};
  page.figures(first, "The first frame and the phase of each pixel.");
  page.figure(spectrum_figure(frame, plan),
              "Power spectrum of the first frame, smoothed, over the median at the same distance "
              "from the middle. Circles have twice the masks' standard deviation.");
  std::vector<Figure> amplitudes;
  for (std::size_t p = 0; p < plan.phases.size(); ++p) {
    amplitudes.push_back(report::draw_image(as_double(frame.mapped.amplitude[p]),
                                            {.title = "amplitude of " + plan.phases[p].name,
                                             .pixel_size_angstrom = 10.0 * plan.pixel_size_nm,
                                             .scale = {.map = report::ColourMap::viridis,
                                                       .rule = report::RangeRule::full,
                                                       .quantity = "amplitude over noise"}}));
  }
  page.figures(amplitudes,
               "Amplitude of each phase's fringes, over the noise that masks of the same size "
               "beside the reflections see.");
}

void add_strain(const MappedFrame& mapped, const PhaseMapPlan& plan, report::Page& page) {
  if (mapped.strain.empty()) return;
  constexpr std::array titles = {"strain xx", "strain yy", "strain xy", "rotation"};
  std::vector<Figure> figures;
  for (std::size_t i = 0; i < titles.size(); ++i) {
    auto values = as_double(mapped.strain[i]);
    for (double& value : values.values()) value *= 100.0;
    figures.push_back(report::draw_image(values, {.title = titles.at(i),
                                                  .pixel_size_angstrom = 10.0 * plan.pixel_size_nm,
                                                  .scale = {.map = report::ColourMap::cool_warm,
                                                            .rule = report::RangeRule::symmetric,
                                                            .clip_percent = 1.0,
                                                            .quantity = titles.at(i),
                                                            .unit = i == 3 ? "0.01 rad" : "%"}}));
  }
  page.section("Strain");
  const auto phase = static_cast<std::size_t>(plan.options.strain_phase) - 1;
  const std::span<const Figure> all(figures);
  page.figures(all.first(2), "Strain of the lattice of " + plan.phases[phase].name +
                                 " against the reference region, by geometric phase analysis. "
                                 "Pink: fringes are too weak.");
  page.figures(all.last(2), "Shear strain, and rotation (from x towards y, down).");
}

report::Table particle_table(const MappedFrame& mapped, const PhaseMapPlan& plan) {
  report::Table table{.caption =
                          "Particles of the first frame. Asymmetry: 0 where the phase lies "
                          "evenly, 1 where it fills what lies ahead of the centroid along "
                          "the direction and nothing behind",
                      .columns = {{"particle", ""},
                                  {"area", "nm²"},
                                  {"direction", "°"},
                                  {"phase", "", report::Align::left},
                                  {"share", ""},
                                  {"asymmetry", ""},
                                  {"offset", "nm"}},
                      .rows = {}};
  for (const auto& particle : mapped.particles) {
    for (std::size_t p = 0; p < particle.moments.phases.size(); ++p) {
      const auto& phase = particle.moments.phases[p];
      table.rows.push_back({std::to_string(particle.track.value_or(particle.number)),
                            report::significant(particle.moments.area_nm2, 4),
                            report::fixed(particle.direction_rad * 57.29577951308232, 1),
                            plan.phases[p].name,
                            report::with_error(phase.share, phase.share_stderr),
                            report::with_error(phase.asymmetry, phase.asymmetry_stderr),
                            report::with_error(phase.offset_nm, phase.offset_stderr_nm)});
    }
  }
  return table;
}

/// The asymmetry of the first phase over time, of the particles that are in most frames.
Figure asymmetry_figure(const PhaseMapShown& shown) {
  const auto& table = shown.tables.asymmetry();
  const bool tracked = shown.plan.directions.given();
  const auto phase = table.texts("phase");
  const auto number = tracked ? table.integers("particle_id") : table.integers("particle");
  const auto time = shown.times_known ? table.numbers("time_s") : table.numbers("frame");
  const auto value = table.numbers("asymmetry");
  const auto error = table.numbers("asymmetry_stderr");
  std::map<long long, report::Curve> curves;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    if (phase[i] != shown.plan.phases[0].name) continue;
    auto& curve = curves[number[i]];
    curve.label = fmt::format("particle {}", number[i]);
    curve.x.push_back(time[i]);
    curve.y.push_back(value[i]);
    curve.y_error.push_back(error[i]);
  }
  std::vector<report::Curve> list;
  for (auto& entry : curves) list.push_back(std::move(entry.second));
  std::ranges::stable_sort(
      list, [](const report::Curve& a, const report::Curve& b) { return a.x.size() > b.x.size(); });
  constexpr std::size_t most = 6;
  if (list.size() > most) list.resize(most);
  return report::draw_curves(list, {.title = "asymmetry of " + shown.plan.phases[0].name,
                                    .x_label = shown.times_known ? "time (s)" : "frame",
                                    .y_label = "asymmetry"});
}

void add_series(const PhaseMapShown& shown, report::Page& page) {
  if (shown.frames < 2) return;
  page.section("Over time");
  const auto& series = shown.tables.series();
  std::vector<report::Curve> curves;
  for (std::size_t p = 0; p < shown.plan.phases.size(); ++p) {
    curves.push_back({.label = shown.plan.phases[p].name,
                      .x = series.time,
                      .y = series.share[p],
                      .y_error = series.share_stderr[p]});
  }
  const std::vector<Figure> figures = {
      report::draw_curves(curves, {.title = "share of the area of all phases",
                                   .x_label = shown.times_known ? "time (s)" : "frame",
                                   .y_label = "share"}),
      asymmetry_figure(shown)};
  page.figures(figures,
               "Shares of the phases, and how one-sided the first phase lies along each particle's "
               "direction; bars are standard errors.");
  constexpr std::size_t most_steps = 20;
  std::vector<report::SliderStep> steps;
  for (const std::size_t i : report::spread_steps(shown.frames, most_steps)) {
    const ShownFrame frame = shown.frame(i);
    steps.push_back({fmt::format("frame {}", i),
                     {image_figure(frame, shown.plan), label_figure(frame.mapped, shown.plan)}});
  }
  page.slider(steps, {.name = "Frame", .caption = "Frames and their maps."});
}

}  // namespace

std::string phase_map_report(const PhaseMapShown& shown) {
  const PhaseMapPlan& plan = shown.plan;
  const ShownFrame first = shown.frame(0);
  report::Page page("Phase map", "phases of high-resolution images by their lattice fringes");
  std::vector<report::Fact> facts = {
      {"frames", report::count_text(static_cast<long long>(shown.frames))},
      {"resolution of the map", report::significant(shown.kernel_nm, 2) + " nm"}};
  for (std::size_t p = 0; p < plan.phases.size(); ++p) {
    const auto& phase = first.mapped.phases[p];
    facts.emplace_back(plan.phases[p].name + ", first frame",
                       report::with_error(phase.area_nm2, phase.area_stderr_nm2) + " nm²");
  }
  page.key_numbers(facts);
  page.warnings(shown.warnings);
  add_maps(first, plan, page);
  if (!first.mapped.particles.empty()) page.table(particle_table(first.mapped, plan));
  add_strain(first.mapped, plan, page);
  add_series(shown, page);
  page.section("Options");
  page.verbatim("All options", write_yaml(plan.options));
  return page.html();
}

}  // namespace adatom::pipeline
