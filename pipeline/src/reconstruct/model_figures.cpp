#include "reconstruct/model_figures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numbers>
#include <span>

#include <fmt/core.h>

#include "adatom/report/figure_atoms.h"
#include "adatom/report/figure_curve.h"
#include "adatom/report/figure_image.h"
#include "compare/surface_kinds.h"

namespace adatom::pipeline {
namespace {

/// Lower bounds of the kinds of confidence, the last for all that are below.
constexpr std::array confidence_from = {0.99, 0.9, 0.5};

std::vector<report::AtomKind> confidence_kinds() {
  return {{"99 % or more", {190, 190, 190}},
          {"90 to 99 %", {86, 180, 233}},
          {"50 to 90 %", {230, 159, 0}},
          {"below 50 %", {213, 94, 0}}};
}

std::size_t confidence_kind(double confidence) {
  std::size_t kind = 0;
  while (kind < confidence_from.size() && confidence < confidence_from[kind]) ++kind;
  return kind;
}

double radius_of(double lattice_parameter_angstrom) {
  return 0.25 * lattice_parameter_angstrom * std::numbers::sqrt2;
}

/// By the names in the column "facet".
std::vector<std::size_t> facets_of(const crystal::Structure& structure) {
  const auto& names = EnumNames<reconstruct::SurfaceClass>::names;
  std::vector<std::size_t> kinds(structure.atoms.size(), 0);
  for (const auto& column : structure.columns) {
    const auto* facets = std::get_if<std::vector<std::string>>(&column.values);
    if (column.name != "facet" || facets == nullptr) continue;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      const auto place = std::find(names.begin(), names.end(), (*facets)[i]);
      if (place != names.end()) kinds[i] = static_cast<std::size_t>(place - names.begin());
    }
  }
  return kinds;
}

/// Where the eye is: the beam comes from it, as the frame shows the particle; behind; beside.
struct ModelView {
  const char* title;
  const char* file;
  std::array<double, 3> towards_eye;
  std::array<double, 3> up;
};

constexpr ModelView along_beam{
    "Along the beam", "model_beam.svg", {0.0, 0.0, -1.0}, {0.0, -1.0, 0.0}};
constexpr ModelView from_behind{"Against the beam", "back.svg", {0.0, 0.0, 1.0}, {0.0, -1.0, 0.0}};
constexpr ModelView along_y{
    "From below the frame (beam upwards)", "model_y.svg", {0.0, 1.0, 0.0}, {0.0, 0.0, 1.0}};
constexpr ModelView along_x{
    "From the right of the frame (beam upwards)", "model_x.svg", {1.0, 0.0, 0.0}, {0.0, 0.0, 1.0}};

/// One value for each atom, of a column of numbers of either kind; `missing` where there is none.
std::vector<double> numbers_of(const crystal::Structure& structure, const std::string& name,
                               double missing) {
  for (const auto& column : structure.columns) {
    if (column.name != name || column.width != 1) continue;
    if (const auto* reals = std::get_if<std::vector<double>>(&column.values)) return *reals;
    if (const auto* whole = std::get_if<std::vector<std::int64_t>>(&column.values)) {
      return {whole->begin(), whole->end()};
    }
  }
  return std::vector<double>(structure.atoms.size(), missing);
}

NamedFigure draw_view(const DrawnAtoms& drawn, const ModelView& view,
                      report::AtomFigureOptions options) {
  options.title = view.title;
  options.towards_eye = view.towards_eye;
  options.up = view.up;
  if (!options.side_angstrom) options.side_angstrom = report::side_for(drawn.shown());
  return {view.file, report::draw_atoms(drawn.shown(), options)};
}

/// Candidates and lines of equal fitness, among them that through the chosen one.
NamedFigure draw_fitness(const FrameModel& model) {
  const auto& ranked = model.fitness.ranked;
  report::Curve relaxed{.label = "relaxed candidates", .style = report::CurveStyle::points};
  report::Curve chosen{.label = "chosen", .style = report::CurveStyle::points};
  for (std::size_t i = 0; i < ranked.size(); ++i) {
    auto& curve = i == 0 ? chosen : relaxed;
    curve.x.push_back(ranked[i].chi);
    curve.y.push_back(ranked[i].energy_per_atom_ev);
    curve.y_error.push_back(ranked[i].energy_per_atom_stderr_ev);
  }
  std::vector<report::Curve> curves = {relaxed, chosen};
  const auto by_chi = [](const auto& a, const auto& b) { return a.chi < b.chi; };
  const auto [low, high] = std::minmax_element(ranked.begin(), ranked.end(), by_chi);
  const double margin = std::max(0.1 * (high->chi - low->chi), 0.01);
  const double from = low->chi - margin;
  const double to = high->chi + margin;
  const double worst = ranked.back().fitness_ev;
  for (int line = 0; line <= 3; ++line) {
    const double fitness =
        ranked[0].fitness_ev + (worst - ranked[0].fitness_ev) * static_cast<double>(line) / 3.0;
    if (line > 0 && worst <= ranked[0].fitness_ev) break;
    report::Curve curve{
        .label = line == 0 ? "equal fitness" : "",
        .x = {from, to},
        .y = {fitness - model.fitness.alpha_ev * from, fitness - model.fitness.alpha_ev * to},
        .style = report::CurveStyle::line,
        .looks_like = {}};
    if (line > 0) curve.looks_like = 2;
    curves.push_back(std::move(curve));
  }
  return {"fitness.svg", report::draw_curves(curves, {.title = "Fitness",
                                                      .x_label = "misfit χ",
                                                      .y_label = "energy (eV per atom)"})};
}

/// What the search found, before anything was relaxed.
NamedFigure draw_iterations(const FrameModel& model) {
  std::map<std::int64_t, std::vector<std::pair<double, double>>> restarts;
  for (std::size_t i = 0; i < model.search.candidates.size(); ++i) {
    const auto& candidate = model.search.candidates[i];
    const double atoms = static_cast<double>(std::max<std::int64_t>(candidate.model.atoms(), 1));
    restarts[candidate.restart].emplace_back(
        static_cast<double>(candidate.iteration),
        candidate.energy_ev / atoms + model.fitness.alpha_ev * model.lattice_chi[i]);
  }
  std::vector<report::Curve> curves;
  for (auto& [restart, points] : restarts) {
    std::sort(points.begin(), points.end());
    report::Curve curve{.label = fmt::format("search {}", restart + 1),
                        .style = report::CurveStyle::line_and_points};
    for (const auto& [x, y] : points) {
      curve.x.push_back(x);
      curve.y.push_back(y);
    }
    curves.push_back(std::move(curve));
  }
  return {"iterations.svg", report::draw_curves(curves, {.title = "Candidates on the lattice",
                                                         .x_label = "iteration",
                                                         .y_label = "fitness (eV per atom)",
                                                         .x_kind = report::AxisKind::integer})};
}

std::vector<NamedFigure> draw_image_check(const FrameModel& model, const FrameImage& frame) {
  const auto& check = *model.image_check;
  const std::array<std::span<const double>, 2> both = {frame.image.values(), check.image.values()};
  report::ImageFigureOptions options;
  options.pixel_size_angstrom = frame.pixel_size_angstrom;
  options.scale.quantity = "intensity";
  options.scale.range = report::colour_range(both, options.scale);
  options.title = "Frame";
  std::vector<NamedFigure> figures = {{"frame.svg", report::draw_image(frame.image, options)}};
  options.title = "Image of the model";
  figures.push_back({"image.svg", report::draw_image(check.image, options)});
  report::ImageFigureOptions residual;
  residual.pixel_size_angstrom = frame.pixel_size_angstrom;
  residual.title = "Frame − model";
  residual.scale = {.map = report::ColourMap::cool_warm,
                    .rule = report::RangeRule::symmetric,
                    .quantity = "standard deviations"};
  figures.push_back({"residual.svg", report::draw_image(check.standardised, residual)});
  return figures;
}

}  // namespace

std::vector<const NamedFigure*> ModelFigures::all() const {
  std::vector<const NamedFigure*> list;
  for (const auto* group : {&sides, &surface, &confidence, &fitness, &image}) {
    for (const NamedFigure& one : *group) list.push_back(&one);
  }
  return list;
}

std::vector<NamedFigure> draw_sides(const crystal::Structure& structure,
                                    double lattice_parameter_angstrom,
                                    std::optional<double> side_angstrom) {
  const auto drawn =
      drawn_atoms(structure, radius_of(lattice_parameter_angstrom), facets_of(structure));
  const report::AtomFigureOptions options{
      .kinds = surface_kinds(), .kinds_label = "site", .side_angstrom = side_angstrom};
  std::vector<NamedFigure> sides;
  for (const ModelView& view : {along_beam, along_x, along_y}) {
    sides.push_back(draw_view(drawn, view, options));
  }
  return sides;
}

report::Model model_to_turn(const std::string& title, const std::vector<ShownModel>& models,
                            double lattice_parameter_angstrom) {
  report::Model model{.title = title,
                      .colourings = {{.name = "site", .kinds = surface_kinds()},
                                     {.name = "confidence", .kinds = confidence_kinds()},
                                     {.name = "neighbours", .kinds = report::coordination_kinds()}},
                      .frames = {}};
  for (const ShownModel& shown : models) {
    const auto sites = facets_of(shown.structure);
    auto drawn = drawn_atoms(shown.structure, radius_of(lattice_parameter_angstrom), sites);
    std::vector<std::size_t> sure;
    for (const double value : numbers_of(shown.structure, "confidence", 1.0)) {
      sure.push_back(confidence_kind(value));
    }
    std::vector<std::size_t> neighbours;
    for (const double value : numbers_of(shown.structure, "coordination", 12.0)) {
      neighbours.push_back(report::coordination_kind(static_cast<std::size_t>(value)));
    }
    model.frames.push_back({.label = shown.label,
                            .x_angstrom = std::move(drawn.x),
                            .y_angstrom = std::move(drawn.y),
                            .z_angstrom = std::move(drawn.z),
                            .radius_angstrom = std::move(drawn.radius),
                            .kinds = {sites, std::move(sure), std::move(neighbours)}});
  }
  return model;
}

ModelFigures draw_model(const FrameModel& model, const FrameImage* frame) {
  ModelFigures figures;
  const double radius = radius_of(model.lattice.lattice_parameter_angstrom);
  figures.sides = draw_sides(model.model, model.lattice.lattice_parameter_angstrom);
  const auto both_faces = [&](const std::vector<std::size_t>& kinds, const std::string& name,
                              const report::AtomFigureOptions& options) {
    const auto drawn = drawn_atoms(model.on_lattice, radius, kinds);
    std::vector<NamedFigure> faces = {draw_view(drawn, along_beam, options),
                                      draw_view(drawn, from_behind, options)};
    faces[0].file = name + "_front.svg";
    faces[1].file = name + "_back.svg";
    return faces;
  };
  figures.surface = both_faces(kinds_of(model.lattice_surface), "surface",
                               {.kinds = surface_kinds(), .kinds_label = "site"});
  std::vector<std::size_t> sure;
  for (const double confidence : model.confidence.confidence) {
    sure.push_back(confidence_kind(confidence));
  }
  figures.confidence =
      both_faces(sure, "confidence", {.kinds = confidence_kinds(), .kinds_label = "confidence"});
  // One point alone says nothing.
  if (model.fitness.ranked.size() > 1) figures.fitness.push_back(draw_fitness(model));
  if (model.search.candidates.size() > 1) figures.fitness.push_back(draw_iterations(model));
  if (model.image_check && frame != nullptr) figures.image = draw_image_check(model, *frame);
  return figures;
}

std::vector<report::Figure> figures_of(const std::vector<NamedFigure>& named) {
  std::vector<report::Figure> figures;
  for (const NamedFigure& one : named) figures.push_back(one.figure);
  return figures;
}

}  // namespace adatom::pipeline
