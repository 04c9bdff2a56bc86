#include "support/demo.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numbers>
#include <utility>

#include "adatom/base/random.h"
#include "adatom/report/figure_atoms.h"
#include "adatom/report/figure_count_map.h"
#include "adatom/report/figure_curve.h"
#include "adatom/report/figure_histogram.h"
#include "adatom/report/figure_image.h"
#include "adatom/report/number_format.h"
#include "adatom/report/page.h"
#include "support/demo_dynamics.h"
#include "support/particle.h"

namespace adatom::report::testing {
namespace {

constexpr double lattice_angstrom = 4.078;
constexpr double scs_sigma_angstrom2 = 0.011;

std::vector<DemoColumn> make_columns(double centre, double radius, RandomStream random) {
  std::vector<DemoColumn> columns;
  const double step_y = lattice_angstrom / std::numbers::sqrt2;
  const int reach = static_cast<int>(radius / step_y) + 2;
  for (int i = -2 * reach; i <= 2 * reach; ++i) {
    for (int j = -reach; j <= reach; ++j) {
      const double x = 0.5 * lattice_angstrom * i;
      const double y = step_y * (j + 0.5 * std::abs(i % 2));
      const double inside = radius * radius - x * x - y * y;
      if (inside <= 0.0) continue;
      // A lens of 13 layers whose surface is not quite smooth.
      auto atoms = static_cast<std::int64_t>(1.2 + 12.0 * inside / (radius * radius));
      if (atoms < 5 && random.uniform() < 0.3) ++atoms;
      if (atoms < 1) continue;
      columns.push_back({centre + x, centre + 0.97 * y, atoms,
                         demo_cross_section(atoms) + scs_sigma_angstrom2 * random.normal()});
    }
  }
  return columns;
}

DemoFrame make_frame(std::size_t pixels, const RandomStream& random) {
  constexpr double dose_per_angstrom2 = 6e4;
  constexpr double background = 0.012;
  const double extent = static_cast<double>(pixels) * demo_pixel_angstrom;
  DemoFrame out;
  out.columns = make_columns(extent / 2, 0.44 * extent, random.substream(1));
  out.model = Grid<double>(pixels, pixels, background);
  for (const DemoColumn& c : out.columns) {
    const double w2 = demo_width_angstrom * demo_width_angstrom;
    const double height = c.scs_angstrom2 / (2.0 * std::numbers::pi * w2);
    for (std::size_t y = 0; y < pixels; ++y) {
      const double dy = static_cast<double>(y) * demo_pixel_angstrom - c.y_angstrom;
      if (std::abs(dy) > 4.0) continue;
      for (std::size_t x = 0; x < pixels; ++x) {
        const double dx = static_cast<double>(x) * demo_pixel_angstrom - c.x_angstrom;
        if (std::abs(dx) < 4.0) {
          out.model(x, y) += height * std::exp(-(dx * dx + dy * dy) / (2.0 * w2));
        }
      }
    }
  }
  out.frame = out.model;
  out.residual = out.model;
  RandomStream noise = random.substream(2);
  const double electrons = dose_per_angstrom2 * demo_pixel_angstrom * demo_pixel_angstrom;
  for (std::size_t i = 0; i < out.frame.size(); ++i) {
    const double mean = out.model.values()[i];
    out.frame.values()[i] = static_cast<double>(noise.poisson(mean * electrons)) / electrons;
    out.residual.values()[i] = out.frame.values()[i] - mean;
  }
  return out;
}

/// One range of colours for a kind of picture in all frames.
Range common_range(const std::vector<DemoFrame>& frames, Grid<double> DemoFrame::*picture,
                   const ColourScale& scale) {
  std::vector<std::span<const double>> all;
  for (const DemoFrame& frame : frames) all.emplace_back((frame.*picture).values());
  return colour_range(all, scale);
}

std::vector<SliderStep> make_steps(const std::vector<DemoFrame>& frames) {
  ColourScale intensity{.quantity = "intensity", .unit = "fraction of beam"};
  intensity.range = common_range(frames, &DemoFrame::frame, intensity);
  ColourScale residual{.map = ColourMap::cool_warm,
                       .rule = RangeRule::symmetric,
                       .quantity = "frame − model",
                       .unit = "fraction of beam"};
  residual.range = common_range(frames, &DemoFrame::residual, residual);
  std::vector<SliderStep> steps;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    Points found{.label = "fitted column positions"};
    for (const DemoColumn& c : frames[i].columns) {
      found.x_px.push_back(c.x_angstrom / demo_pixel_angstrom);
      found.y_px.push_back(c.y_angstrom / demo_pixel_angstrom);
    }
    ImageFigureOptions frame{.title = "Frame", .scale = intensity, .points = {found}};
    ImageFigureOptions model{.title = "Model", .scale = intensity};
    ImageFigureOptions rest{.title = "Residual", .scale = residual};
    frame.pixel_size_angstrom = demo_pixel_angstrom;
    model.pixel_size_angstrom = demo_pixel_angstrom;
    rest.pixel_size_angstrom = demo_pixel_angstrom;
    steps.push_back({fmt::format("{} of {} (gold_{:03}.tif)", i + 1, frames.size(), i + 1),
                     {draw_image(frames[i].frame, frame), draw_image(frames[i].model, model),
                      draw_image(frames[i].residual, rest)}});
  }
  return steps;
}

std::vector<SliderStep> make_count_steps(const std::vector<DemoFrame>& frames) {
  std::vector<SliderStep> steps;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    std::vector<double> x;
    std::vector<double> y;
    std::vector<double> p;
    std::vector<std::int64_t> n;
    for (const DemoColumn& c : frames[i].columns) {
      x.push_back(c.x_angstrom);
      y.push_back(c.y_angstrom);
      n.push_back(c.atoms);
      p.push_back(x.size() % 41 == 7 ? 0.62 : 0.999);
    }
    CountMapOptions plain{.title = "Atom counts", .highest_count = 13};
    CountMapOptions over{.title = "Atom counts over the frame", .highest_count = 13};
    over.background = &frames[i].frame;
    over.background_pixel_size_angstrom = demo_pixel_angstrom;
    plain.x_angstrom = plain.y_angstrom = over.x_angstrom = over.y_angstrom =
        Range{0.0, static_cast<double>(frames[i].frame.width()) * demo_pixel_angstrom};
    steps.push_back({fmt::format("{} of {}", i + 1, frames.size()),
                     {draw_count_map({x, y, n, p}, plain), draw_count_map({x, y, n, p}, over)}});
  }
  return steps;
}

Figure make_histogram(const std::vector<DemoFrame>& frames, FigureWidth width) {
  std::vector<double> values;
  std::vector<double> share(64, 0.0);
  std::int64_t highest = 1;
  for (const DemoFrame& frame : frames) {
    for (const DemoColumn& c : frame.columns) {
      values.push_back(c.scs_angstrom2);
      share[static_cast<std::size_t>(c.atoms)] += 1.0;
      highest = std::max(highest, c.atoms);
    }
  }
  std::vector<HistogramComponent> components;
  for (std::int64_t n = 1; n <= highest; ++n) {
    components.push_back({fmt::format("{}", n), demo_cross_section(n), scs_sigma_angstrom2,
                          share[static_cast<std::size_t>(n)] / static_cast<double>(values.size())});
  }
  return draw_histogram(values, components,
                        {.title = "Cross-sections and components", .width = width});
}

Figure make_selection(std::size_t columns) {
  std::vector<double> k;
  std::vector<double> icl;
  std::vector<double> bic;
  std::vector<double> aic;
  const auto n = static_cast<double>(columns);
  for (int i = 1; i <= 20; ++i) {
    const double likelihood = -2.0 * n * std::log(std::min(i, 12)) - 6.0 * std::max(i - 12, 0);
    k.push_back(i);
    aic.push_back(likelihood + 4.0 * i);
    bic.push_back(likelihood + 2.0 * i * std::log(n));
    icl.push_back(bic.back() + (i > 12 ? 55.0 * (i - 12) : 4.0 * i));
  }
  const Curve curves[] = {{.label = "ICL", .x = k, .y = icl},
                          {.label = "BIC", .x = k, .y = bic},
                          {.label = "AIC", .x = k, .y = aic}};
  CurveFigureOptions options{.title = "Choice of the number of components",
                             .x_label = "number of components K",
                             .y_label = "criterion"};
  options.x_kind = AxisKind::integer;
  options.marks = {{12.0, "K = 12"}};
  return draw_curves(curves, options);
}

std::vector<Figure> make_series(const std::vector<DemoFrame>& frames) {
  Curve total{.label = "total"};
  Curve drift_x{.label = "x"};
  Curve drift_y{.label = "y"};
  for (std::size_t i = 0; i < frames.size(); ++i) {
    double atoms = 0.0;
    for (const DemoColumn& c : frames[i].columns) atoms += static_cast<double>(c.atoms);
    const auto frame = static_cast<double>(i + 1);
    total.x.push_back(frame);
    total.y.push_back(atoms);
    total.y_error.push_back(3.0);
    drift_x.x.push_back(frame);
    drift_x.y.push_back(0.8 * frame + 0.4 * std::sin(frame));
    drift_y.x.push_back(frame);
    drift_y.y.push_back(-0.3 * frame + 0.5 * std::cos(2.0 * frame));
  }
  total.label.clear();
  CurveFigureOptions atoms{
      .title = "Atoms in the particle", .x_label = "frame", .y_label = "atoms (95 % interval)"};
  atoms.x_kind = AxisKind::integer;
  CurveFigureOptions drift{.title = "Drift", .x_label = "frame", .y_label = "drift (Å)"};
  drift.x_kind = AxisKind::integer;
  const Curve drifts[] = {drift_x, drift_y};
  return {draw_curves({&total, 1}, atoms), draw_curves(drifts, drift)};
}

Table make_table(const DemoFrame& frame) {
  Table table{"Fitted columns of frame 1, with standard errors.",
              {{"column", ""},
               {"x", "Å"},
               {"y", "Å"},
               {"cross-section", "Å²"},
               {"atoms", ""},
               {"probability", ""}},
              {}};
  for (std::size_t i = 0; i < frame.columns.size(); ++i) {
    const DemoColumn& c = frame.columns[i];
    table.rows.push_back({fmt::format("{}", i), with_error(c.x_angstrom, 0.0061),
                          with_error(c.y_angstrom, 0.0058),
                          with_error(c.scs_angstrom2, scs_sigma_angstrom2),
                          fmt::format("{}", c.atoms), fixed(0.999, 3)});
  }
  return table;
}

/// A wavy surface with a hole in its data.
Grid<double> make_odd_image() {
  Grid<double> image(90, 60);
  for (std::size_t y = 0; y < 60; ++y) {
    for (std::size_t x = 0; x < 90; ++x) {
      const auto u = static_cast<double>(x);
      const auto v = static_cast<double>(y);
      image(x, y) = 3e-5 * std::sin(u / 9.0) * std::cos(v / 7.0);
      if (std::hypot(u - 60.0, v - 20.0) < 8.0) image(x, y) = std::nan("");
    }
  }
  return image;
}

Figure make_value_points() {
  Points points{.marker = Marker::disc, .label = "columns by height"};
  for (int i = 0; i < 40; ++i) {
    points.x_px.push_back(5.0 + 10.0 * (i % 8));
    points.y_px.push_back(6.0 + 11.0 * (i / 8));  // NOLINT(bugprone-integer-division): rows
    points.value.push_back(0.1 + 0.02 * i);
  }
  points.x_px.push_back(std::nan(""));
  points.y_px.push_back(3.0);
  points.value.push_back(1.0);
  points.scale.quantity = "height";
  points.scale.unit = "fraction of beam";
  ImageFigureOptions options{.title = "Values and a hole", .points = {points}};
  options.pixel_size_angstrom = 0.3;
  options.scale = {.map = ColourMap::inferno, .rule = RangeRule::full, .quantity = "signal"};
  return draw_image(make_odd_image(), options);
}

Figure make_log_curve() {
  Curve falling{.label = "sum of squared residuals of the joint fit"};
  Curve slow{.label = "a second one", .style = CurveStyle::line};
  for (int i = 0; i < 30; ++i) {
    falling.x.push_back(i);
    falling.y.push_back(i == 12 ? std::nan("") : 3.0 * std::exp(-0.6 * i));
    falling.y_error.push_back(0.4 * falling.y.back());
    slow.x.push_back(i);
    slow.y.push_back(i == 20 ? -1.0 : 1.0 / (1.0 + i));
  }
  const Curve curves[] = {falling, slow};
  CurveFigureOptions options{.title = "Convergence", .x_label = "iteration", .y_label = "cost"};
  options.y_scale = AxisScale::logarithmic;
  options.marks = {{0.0, "start here, a long label"}};
  return draw_curves(curves, options);
}

Figure make_atoms() {
  const Particle particle = make_octahedron(12, 8, 4.08);
  return draw_atoms(particle.shown(), {.title = "Truncated octahedron, 1289 atoms",
                                       .kinds = coordination_kinds(),
                                       .kinds_label = "neighbours"});
}

}  // namespace

std::vector<std::pair<std::string, Figure>> demo_figures(const std::vector<DemoFrame>& frames) {
  std::vector<std::pair<std::string, Figure>> out;
  out.emplace_back("values", make_value_points());
  out.emplace_back("log", make_log_curve());
  out.emplace_back("histogram", make_histogram(frames, FigureWidth::column));
  out.emplace_back("selection", make_selection(800));
  out.emplace_back("frame", make_steps(frames).front().panels.front());
  out.emplace_back("residual", make_steps(frames).front().panels.back());
  out.emplace_back("counts", make_count_steps(frames).front().panels.front());
  out.emplace_back("atoms", make_atoms());
  out.emplace_back("empty_atoms", draw_atoms({}, {}));
  out.emplace_back("empty_image", draw_image({}, {.title = "Empty & <odd> \"title\""}));
  out.emplace_back("empty_map", draw_count_map({}, {}));
  out.emplace_back("empty_histogram", draw_histogram({}, {}, {}));
  out.emplace_back("empty_curve", draw_curves({}, {.x_label = "frame", .y_label = "atoms"}));
  out.emplace_back("thin_image", draw_image(Grid<double>(200, 3, 1.0), {.title = "Thin"}));
  out.emplace_back("tall_image", draw_image(Grid<double>(20, 90, 0.0), {.title = "Tall"}));
  const std::vector<double> plain = {1.0, 2.0, 2.5, 2.6, 2.7, 3.1, 3.4, std::nan(""), 8.0};
  out.emplace_back("plain_histogram", draw_histogram(plain, {}, {.quantity = "height"}));
  auto dynamics = dynamics_figures();
  std::move(dynamics.begin(), dynamics.end(), std::back_inserter(out));
  return out;
}

double demo_cross_section(std::int64_t atoms) {
  return 0.085 * std::pow(static_cast<double>(atoms), 0.97);
}

std::vector<DemoFrame> make_demo_frames(std::size_t frames, std::size_t pixels) {
  std::vector<DemoFrame> out;
  for (std::size_t i = 0; i < frames; ++i) {
    out.push_back(make_frame(pixels, RandomStream(11).substream(i)));
  }
  return out;
}

std::string demo_page(const std::vector<DemoFrame>& frames) {
  Page page("Gold particle along [110]", "run sample-series");
  const std::vector<Fact> keys = {{"atoms, mean of frames", "1,092 ± 4"},
                                  {"columns per frame", "163"},
                                  {"components", "12 (ICL)"},
                                  {"column width", with_error(0.6574, 0.0004) + " Å"},
                                  {"reduced χ²", "1.002"}};
  page.key_numbers(keys);
  const std::vector<std::string> warnings = {
      "frame 3: 2 columns at the edge were dropped (their height is below 3 standard errors)",
      "detector <normalisation> was not given; intensities are taken as fractions & not checked"};
  page.warnings(warnings);
  page.section("Frames, model and residual");
  page.paragraph(
      "Every frame is fitted with one Gaussian for each atom column on a constant background. The "
      "colours of all frames share one range, so that frames can be compared.");
  page.slider(make_steps(frames), {.caption = "Frame with fitted column positions, fitted model "
                                              "and their difference."});
  page.section("Atom counts");
  page.slider(make_count_steps(frames),
              {.caption = "Atoms in each column. A red rim marks counts below 90 % probability."});
  page.section("Choice of components");
  const std::vector<Figure> choice = {make_histogram(frames, FigureWidth::column),
                                      make_selection(frames.size() * 160)};
  page.figures(choice,
               "Left: scattering cross-sections of all frames with the components of the "
               "mixture (numbers: atoms) and their sum (black). Right: criteria against "
               "the number of components; the dashed line is the choice.");
  page.figure(make_histogram(frames, FigureWidth::page), "The same over two journal columns.");
  page.section("Over time");
  page.figures(make_series(frames), "Atoms per frame with 95 % intervals, and drift.");
  page.section("Tables");
  page.table(make_table(frames.front()));
  page.table(make_table(frames.back()), Fold::closed);
  page.section("Provenance");
  const std::vector<Fact> facts = {
      {"program", "adatom 0.1.0"},
      {"seed", "20240101"},
      {"input",
       "gold_001.tif, sha256 "
       "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
      {"stages", "preprocess 3, columns 5, counts 2"}};
  page.facts(facts);
  page.verbatim("Configuration", "columns:\n  width: common\n  background: constant\n");
  return page.html();
}

}  // namespace adatom::report::testing
