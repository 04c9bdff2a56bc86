// The part of the report about the particles in space.
#include <algorithm>

#include <fmt/core.h>

#include "adatom/crystal/io/structure_file.h"
#include "reconstruct/model_report.h"
#include "stages/json_text.h"
#include "stages/report_parts.h"
#include "stages/stored_figure.h"

namespace adatom::pipeline {

void add_models(report::Page& page, const Upstream& upstream, const ReportFrame& about,
                Progress& progress) {
  const StageOutputs* stage = upstream.find("models");
  if (stage == nullptr) return;
  page.section("3D models");
  std::vector<std::size_t> made;
  for (std::size_t i = 0; i < stage->items.size(); ++i) {
    if (stage->items[i].has("model.xyz")) made.push_back(i);
  }
  if (made.empty()) {
    page.paragraph("No frame has a model.");
    return;
  }
  std::vector<ShownModel> models;
  std::vector<report::SliderStep> choices;
  double lattice_parameter_angstrom = 0.0;
  for (const std::size_t k : report::spread_steps(made.size(), about.max_frames)) {
    stop_if_cancelled(progress);
    const auto& folder = stage->items[made[k]].folder;
    const std::string label = frame_label(made[k], stage->items.size(), about);
    models.push_back({label, crystal::read_structure(folder / "model.xyz")});
    lattice_parameter_angstrom = read_json(folder / "reconstruction.json")
                                     .at("lattice")
                                     .at("lattice_parameter_angstrom")
                                     .get<double>();
    report::SliderStep& choice = choices.emplace_back(report::SliderStep{label, {}});
    if (stage->items[made[k]].has("fitness.svg")) {
      choice.panels.push_back(read_figure(folder / "fitness.svg"));
    }
    choice.panels.push_back(read_figure(folder / "confidence_front.svg"));
  }
  page.model(model_to_turn("Models", models, lattice_parameter_angstrom),
             "The relaxed model of each frame, at rest.");
  page.slider(choices, {.caption = "Energy of the relaxed candidates against their misfit, with "
                                   "lines of equal fitness (none where a single candidate was "
                                   "relaxed), and how sure each site is.",
                        .max_steps = about.max_frames});
  std::vector<ModelSummary> summaries;
  for (const std::size_t i : made) {
    summaries.push_back(read_model_summary(stage->items[i].folder, static_cast<std::int64_t>(i)));
  }
  page.table(model_summary_table(summaries),
             summaries.size() > 12 ? report::Fold::closed : report::Fold::open);
}

}  // namespace adatom::pipeline
