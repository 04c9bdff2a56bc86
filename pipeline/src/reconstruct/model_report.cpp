#include "reconstruct/model_report.h"

#include <algorithm>

#include <fmt/core.h>

#include "adatom/report/number_format.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "reconstruct/model_files.h"
#include "stages/json_text.h"

namespace adatom::pipeline {
namespace {

using report::Fact;

std::string number_text(std::size_t n) { return report::count_text(static_cast<long long>(n)); }

std::string energy_with_error(double energy_ev, double stderr_ev) {
  return stderr_ev > 0.0 ? report::with_error(energy_ev, stderr_ev) : report::fixed(energy_ev, 5);
}

std::vector<Fact> key_facts(const FrameModel& model) {
  const auto& best = model.fitness.ranked[0];
  const double atoms = static_cast<double>(model.model.atoms.size());
  std::vector<Fact> facts = {
      {"atoms", number_text(model.model.atoms.size())},
      {"columns", number_text(model.observed.size())},
      {"energy",
       energy_with_error(best.energy_per_atom_ev, best.energy_per_atom_stderr_ev) + " eV per atom"},
      {"misfit χ", report::significant(best.chi, 3)},
      {"surface atoms", number_text(model.lattice_surface.surface_atoms())},
      {"atoms expected at a wrong site",
       fmt::format("{} ({} %)", report::fixed(model.confidence.expected_wrong_atoms, 1),
                   report::fixed(100.0 * model.confidence.expected_wrong_atoms / atoms, 1))}};
  if (model.support_energy_ev) {
    facts.insert(facts.begin() + 3,
                 {"of it with the support",
                  report::fixed(*model.support_energy_ev / atoms, 5) + " eV per atom"});
  }
  if (model.image_check) {
    facts.emplace_back("χ² per pixel",
                       report::significant(model.image_check->chi_square_per_pixel, 3));
  }
  return facts;
}

/// What an energy per atom is, where there is a support.
constexpr const char* energy_with_support =
    "the energy is that of the atoms with each other and with the support";

report::Table candidates_shown(const FrameModel& model) {
  report::Table table{
      .caption = std::string("Relaxed candidates, the best first") +
                 (model.support_energy_ev ? std::string("; ") + energy_with_support : ""),
      .columns = {{"candidate", ""},
                  {"atoms", ""},
                  {"energy", "eV per atom"},
                  {"misfit χ", ""},
                  {"fitness", "eV per atom"},
                  {"free energy above the best", "eV"},
                  {"weight", "%"}},
      .rows = {}};
  const auto& ranked = model.fitness.ranked;
  for (std::size_t i = 0; i < ranked.size(); ++i) {
    const auto& one = ranked[i];
    const auto& relaxed = model.relaxed[one.index];
    table.rows.push_back({number_text(relaxed.candidate),
                          number_text(relaxed.relaxed.quenched.atoms.size()),
                          energy_with_error(one.energy_per_atom_ev, one.energy_per_atom_stderr_ev),
                          report::significant(one.chi, 4), report::fixed(one.fitness_ev, 5),
                          energy_with_error(one.free_energy_ev, one.free_energy_stderr_ev),
                          report::fixed(100.0 * model.confidence.weights[i], 1)});
  }
  return table;
}

report::Table changed_columns(const FrameModel& model) {
  report::Table table{
      .caption =
          "Columns that hold another number of atoms in the relaxed model; an atom that "
          "moved aside is in none",
      .columns = {{"column", ""},
                  {"counted", ""},
                  {"probability", "%"},
                  {"in the model", ""},
                  {"price", "−ln p"}},
      .rows = {}};
  for (std::size_t i = 0; i < model.observed.size(); ++i) {
    const auto& residual = model.misfit.columns[i];
    if (residual.atoms == residual.observed) continue;
    table.rows.push_back({std::to_string(residual.column_id), std::to_string(residual.observed),
                          report::fixed(100.0 * model.observed[i].probability, 1),
                          std::to_string(residual.atoms), report::significant(residual.price, 3)});
  }
  return table;
}

report::Table alternatives_shown(const FrameModel& model) {
  report::Table table{.caption = "Sites that the model leaves empty, by their probability",
                      .columns = {{"column", ""}, {"level", ""}, {"probability", "%"}},
                      .rows = {}};
  for (const auto& site : model.confidence.alternatives) {
    table.rows.push_back({std::to_string(site.column_id), std::to_string(site.level),
                          report::fixed(100.0 * site.probability, 1)});
  }
  return table;
}

report::Table grains_shown(const FrameModel& model) {
  report::Table table{.caption = "Lattices of the columns",
                      .columns = {{"grain", ""},
                                  {"columns", ""},
                                  {"rotation", "°"},
                                  {"scale", ""},
                                  {"strain xx", "%"},
                                  {"strain yy", "%"},
                                  {"strain xy", "%"},
                                  {"residual", "Å"}},
                      .rows = {}};
  for (std::size_t g = 0; g < model.lattice.grains.size(); ++g) {
    const auto& grain = model.lattice.grains[g];
    constexpr double degrees = 57.29577951308232;
    std::vector<std::string> row = {std::to_string(g), std::to_string(grain.columns),
                                    report::fixed(degrees * grain.rotation_rad, 2),
                                    report::with_error(grain.scale, grain.scale_stderr)};
    for (const double strain : grain.strain) row.push_back(report::fixed(100.0 * strain, 2));
    row.push_back(report::fixed(grain.rms_residual_angstrom, 3));
    table.rows.push_back(std::move(row));
  }
  return table;
}

void add_choice(report::Page& page, const FrameModel& model, const ModelFigures& figures) {
  page.section("Choice");
  const bool chosen = model.fitness.ranked.size() > 1;
  if (!figures.fitness.empty()) {
    page.figures(figures_of(figures.fitness),
                 chosen ? "Left: energy per atom of the relaxed candidates against their misfit, "
                          "with lines of equal fitness. Right: what the search found, on the "
                          "lattice."
                        : "What the search found, on the lattice.");
  }
  const auto& range = model.fitness.best_range;
  std::string text = fmt::format(
      "Fitness is energy per atom + α χ with α = {} eV. Accepted moves: {} of {}; "
      "candidates: {}, relaxed: {}. ",
      report::significant(model.fitness.alpha_ev, 3), report::count_text(model.search.accepted),
      report::count_text(model.search.tried), number_text(model.search.candidates.size()),
      number_text(model.relaxed.size()));
  text += chosen ? fmt::format(
                       "The chosen model is the best for α from {} eV to {}; {} of the "
                       "relaxed cannot be told from the best by their fitness.",
                       report::significant(range.from_ev, 3),
                       range.to_ev ? report::significant(*range.to_ev, 3) + " eV" : "any larger",
                       number_text(model.fitness.indistinguishable))
                 : "The model is the only one relaxed: there was nothing to choose from.";
  page.paragraph(text);
  page.table(candidates_shown(model), report::Fold::closed);
}

void add_confidence(report::Page& page, const FrameModel& model, const ModelFigures& figures) {
  page.section("Confidence");
  page.figures(figures_of(figures.confidence),
               "How often a site is occupied among the near-best candidates, each weighing "
               "exp(−F/kT); from the beam and from behind.");
  const auto changed = changed_columns(model);
  if (!changed.rows.empty()) page.table(changed);
  const auto alternatives = alternatives_shown(model);
  if (!alternatives.rows.empty()) page.table(alternatives, report::Fold::closed);
}

}  // namespace

std::string model_report(const FrameModel& model, const ModelFigures& figures,
                         const std::string& configuration) {
  report::Page page("3D model");
  page.key_numbers(key_facts(model));
  auto warnings = model.remarks.shortfalls;
  warnings.insert(warnings.end(), model.remarks.warnings.begin(), model.remarks.warnings.end());
  page.warnings(warnings);
  page.section("Model");
  page.model(
      model_to_turn("Model", {{"relaxed", model.model}, {"on its lattice", model.on_lattice}},
                    model.lattice.lattice_parameter_angstrom),
      "The model to turn: relaxed at the temperature and brought to rest, and on its "
      "lattice before that.");
  page.figures(figures_of(figures.sides),
               "The relaxed model at rest from three sides, coloured by the kind of site.");
  page.figures(figures_of(figures.surface),
               "Both faces of the model on its lattice, before relaxation.");
  add_choice(page, model, figures);
  add_confidence(page, model, figures);
  if (!figures.image.empty()) {
    page.section("The model imaged again");
    page.figures(figures_of(figures.image),
                 "The frame, the image of the model, and their difference.");
  }
  page.section("Lattice");
  page.table(grains_shown(model));
  page.section("Options");
  page.verbatim("All options", configuration);
  return page.html();
}

void write_model(const std::filesystem::path& folder, const FrameModel& model,
                 const FrameImage* frame, const ModelOptions& options,
                 const std::string& configuration) {
  write_model_files(folder, model, options, frame == nullptr ? 1.0 : frame->pixel_size_angstrom);
  const ModelFigures figures = draw_model(model, frame);
  for (const NamedFigure* one : figures.all()) {
    storage::write_file(folder / one->file, report::svg_file(one->figure));
  }
  storage::write_file(folder / "report.html", model_report(model, figures, configuration));
}

ModelSummary read_model_summary(const std::filesystem::path& folder, std::int64_t frame) {
  const nlohmann::json json = read_json(folder / "reconstruction.json");
  const auto& chosen = json.at("chosen");
  const auto value = [](const nlohmann::json& number) {
    return number.is_null() ? 0.0 : number.get<double>();
  };
  const auto atoms = chosen.at("atoms").get<std::size_t>();
  return {.frame = frame,
          .atoms = atoms,
          .columns = json.at("lattice").at("columns_in_lattice").get<std::size_t>(),
          .energy_per_atom_ev = value(chosen.at("energy_per_atom_ev")),
          .energy_per_atom_stderr_ev = value(chosen.at("energy_per_atom_stderr_ev")),
          .support_energy_per_atom_ev =
              value(chosen.at("support_energy_ev")) / static_cast<double>(atoms),
          .chi = value(chosen.at("chi")),
          .fitness_ev = value(chosen.at("fitness_ev")),
          .expected_wrong_atoms = value(json.at("confidence").at("expected_wrong_atoms")),
          .surface_atoms = json.at("surface_on_lattice").at("surface_atoms").get<std::size_t>(),
          .columns_changed = chosen.at("columns_with_other_counts").get<std::size_t>()};
}

std::string model_summary_csv(const std::vector<ModelSummary>& summaries) {
  using storage::cell;
  storage::Table table({"frame", "atoms", "columns", "energy_per_atom_ev",
                        "energy_per_atom_stderr_ev", "support_energy_per_atom_ev", "chi",
                        "fitness_ev", "expected_wrong_atoms", "surface_atoms", "columns_changed"});
  for (const ModelSummary& s : summaries) {
    table.add_row({std::to_string(s.frame), std::to_string(s.atoms), std::to_string(s.columns),
                   cell(s.energy_per_atom_ev), cell(s.energy_per_atom_stderr_ev),
                   cell(s.support_energy_per_atom_ev), cell(s.chi), cell(s.fitness_ev),
                   cell(s.expected_wrong_atoms), std::to_string(s.surface_atoms),
                   std::to_string(s.columns_changed)});
  }
  return table.text();
}

report::Table model_summary_table(const std::vector<ModelSummary>& summaries) {
  const bool support = std::ranges::any_of(
      summaries, [](const ModelSummary& s) { return s.support_energy_per_atom_ev != 0.0; });
  report::Table table{.caption = "Models of all frames",
                      .columns = {{"frame", ""},
                                  {"columns", ""},
                                  {"atoms", ""},
                                  {"energy", "eV per atom"},
                                  {"misfit χ", ""},
                                  {"surface atoms", ""},
                                  {"columns with other counts", ""},
                                  {"atoms expected at a wrong site", ""}},
                      .rows = {}};
  constexpr std::ptrdiff_t behind_energy = 4;
  if (support) {
    table.caption += std::string("; ") + energy_with_support;
    table.columns.insert(table.columns.begin() + behind_energy,
                         {"of it with the support", "eV per atom"});
  }
  for (const ModelSummary& s : summaries) {
    std::vector<std::string> row = {
        report::count_text(s.frame),
        number_text(s.columns),
        number_text(s.atoms),
        energy_with_error(s.energy_per_atom_ev, s.energy_per_atom_stderr_ev),
        report::significant(s.chi, 3),
        number_text(s.surface_atoms),
        number_text(s.columns_changed),
        report::fixed(s.expected_wrong_atoms, 1)};
    if (support) {
      row.insert(row.begin() + behind_energy, report::fixed(s.support_energy_per_atom_ev, 5));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace adatom::pipeline
