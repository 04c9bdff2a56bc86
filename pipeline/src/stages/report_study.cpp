// The parts of the report about what the particles do.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <map>

#include <fmt/core.h>

#include "adatom/base/number_text.h"
#include "adatom/report/number_format.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "md/md_report.h"
#include "stages/md_runs.h"
#include "stages/report_parts.h"
#include "stages/stored_figure.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t largest_film = 8'000'000;  // bytes within the page

report::Figure figure_in(const fs::path& folder, const std::string& name) {
  return read_figure(folder / name);
}

/// The mean with its standard error, where that is known.
std::string measured(double mean, double standard_error, int digits) {
  if (!std::isfinite(mean)) return "";
  return std::isfinite(standard_error) ? report::with_error(mean, standard_error)
                                       : report::significant(mean, digits);
}

report::Table md_table(const storage::Table& summary) {
  report::Table table{
      .caption = fmt::format("Runs: means with standard errors (by blocks). {} Those of the "
                             "3D models hold the support of the models instead",
                             md_energies),
      .columns = {{"run", "", report::Align::left},
                  {"atoms", ""},
                  {"length", "ps"},
                  {"relaxed", "eV per atom"},
                  {"temperature", "K"},
                  {"potential energy", "eV per atom"}},
      .rows = {}};
  const auto runs = summary.texts("run");
  const auto atoms = summary.numbers("atoms");
  const auto time = summary.numbers("time_ps");
  const auto relaxed = summary.numbers("relaxed_ev");
  const auto kelvin = summary.numbers("mean_temperature_k");
  const auto kelvin_error = summary.numbers("mean_temperature_stderr_k");
  const auto energy = summary.numbers("potential_ev");
  const auto energy_error = summary.numbers("potential_stderr_ev");
  for (std::size_t i = 0; i < summary.rows(); ++i) {
    table.rows.push_back({runs[i], report::count_text(std::llround(atoms[i])), shortest(time[i]),
                          measured(relaxed[i] / atoms[i], std::nan(""), 6),
                          measured(kelvin[i], kelvin_error[i], 4),
                          measured(energy[i] / atoms[i], energy_error[i] / atoms[i], 6)});
  }
  return table;
}

/// One step for each structure, in the order of the runs.
std::vector<report::SliderStep> steps_of_structures(const std::vector<MdRun>& runs,
                                                    const fs::path& folder) {
  std::vector<report::SliderStep> steps;
  for (const MdRun& run : runs) {
    const bool there = std::ranges::any_of(
        steps, [&run](const report::SliderStep& step) { return step.label == run.structure; });
    if (!there) steps.push_back({run.structure, {figure_in(folder, run.structure + ".svg")}});
  }
  return steps;
}

/// Those seen most often.
report::Table transition_table_of(const fs::path& csv, const std::string& temperature) {
  constexpr std::size_t most_rows = 30;
  const storage::Table all = storage::read_csv(csv);
  const auto from = all.texts("from");
  const auto to = all.texts("to");
  const auto count = all.numbers("count");
  const auto probability = all.numbers("probability");
  const auto low = all.numbers("low");
  const auto high = all.numbers("high");
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < all.rows(); ++i) {
    if (count[i] > 0.0 && from[i] != to[i]) order.push_back(i);
  }
  std::ranges::stable_sort(order,
                           [&](std::size_t a, std::size_t b) { return count[a] > count[b]; });
  order.resize(std::min(order.size(), most_rows));
  report::Table table{.caption = temperature + ": the transitions that were seen most often",
                      .columns = {{"from", "", report::Align::left},
                                  {"to", "", report::Align::left},
                                  {"count", ""},
                                  {"probability", ""},
                                  {"low", ""},
                                  {"high", ""}},
                      .rows = {}};
  for (const std::size_t i : order) {
    table.rows.push_back({from[i], to[i], report::count_text(std::llround(count[i])),
                          report::significant(probability[i], 3), report::significant(low[i], 2),
                          report::significant(high[i], 2)});
  }
  return table;
}

void add_temperature(report::Page& page, const fs::path& folder, const std::string& temperature) {
  page.figure(figure_in(folder, "populations.svg"),
              temperature +
                  ": share of the atoms in each class, in the first frame of the "
                  "trajectories, pale, and on average.");
  std::error_code error;
  if (!fs::exists(folder / "transitions.svg", error)) {
    page.paragraph(temperature + ": the trajectories are too short for transitions.");
    return;
  }
  page.figure(figure_in(folder, "transitions.svg"),
              temperature +
                  ": probability that an atom of the class of the row is in that of the "
                  "column one window later, from all trajectories together. Empty: "
                  "never seen.");
  if (fs::exists(folder / "transitions_mean_of_matrices.svg", error)) {
    page.figure(figure_in(folder, "transitions_mean_of_matrices.svg"),
                temperature +
                    ": the same as the mean of the matrices of the trajectories, each of "
                    "which weighs the same.");
  }
  page.figure(figure_in(folder, "chords.svg"),
              temperature +
                  ": who becomes what. An arc is as long as the class is populous, a "
                  "ribbon as wide as the flow out of the class at that end, in the "
                  "colour of the class that gives more.");
  page.table(transition_table_of(folder / "transitions.csv", temperature), report::Fold::closed);
}

report::Table mobility_table(const storage::Table& means) {
  report::Table table{.caption = "Which classes move",
                      .columns = {{"temperature", "K"},
                                  {"class", "", report::Align::left},
                                  {"mean LENS", ""},
                                  {"moving", "%"},
                                  {"atoms", ""},
                                  {"Lindemann index", ""},
                                  {"mobile atoms", ""}},
                      .rows = {}};
  const auto kelvin = means.numbers("temperature_k");
  const auto names = means.texts("class");
  const auto lens = means.numbers("mean_lens");
  const auto lens_error = means.numbers("mean_lens_stderr");
  const auto share = means.numbers("mobile_share");
  const auto share_error = means.numbers("mobile_share_stderr");
  const auto atoms = means.numbers("atoms");
  const auto index = means.numbers("mean_index");
  const auto index_error = means.numbers("mean_index_stderr");
  const auto mobile = means.numbers("mobile_atoms");
  for (std::size_t i = 0; i < means.rows(); ++i) {
    table.rows.push_back({shortest(kelvin[i]), names[i], measured(lens[i], lens_error[i], 3),
                          measured(100.0 * share[i], 100.0 * share_error[i], 3),
                          report::count_text(std::llround(atoms[i])),
                          measured(index[i], index_error[i], 3),
                          report::count_text(std::llround(mobile[i]))});
  }
  return table;
}

}  // namespace

void add_md(report::Page& page, const Upstream& upstream) {
  const StageOutputs* md = upstream.find("md");
  if (md == nullptr) return;
  const fs::path& folder = md->result.folder;
  page.section("Molecular dynamics");
  page.table(md_table(storage::read_csv(folder / "summary.csv")));
  std::vector<report::SliderStep> particles;
  std::vector<report::SliderStep> curves;
  for (const MdRun& run : read_md_runs(upstream)) {
    const fs::path home = folder / run.name;
    particles.push_back({run.name, {figure_in(home, "start.svg"), figure_in(home, "final.svg")}});
    curves.push_back(
        {run.name, {figure_in(home, "temperature.svg"), figure_in(home, "energy.svg")}});
  }
  page.slider(particles,
              {.name = "Run",
               .caption = "Particles before and after, atoms coloured by their number of nearest "
                          "neighbours; inside an fcc crystal it is 12."});
  page.slider(curves, {.name = "Run",
                       .caption = "Temperature and potential energy; the production begins at 0, "
                                  "the thermalisation stands before it."});
}

void add_environments(report::Page& page, const Upstream& upstream) {
  const StageOutputs* environments = upstream.find("environments");
  if (environments == nullptr) return;
  const fs::path& folder = environments->result.folder;
  const std::vector<MdRun> runs = read_md_runs(upstream);
  page.section("Environments before and after");
  page.slider(steps_of_structures(runs, folder / "before_after"),
              {.name = "Structure",
               .caption = "Atoms in each class of environments: in the structure as it was given, "
                          "at the minimum of its energy, and on average over the dynamics "
                          "(before_after.csv)."});
  page.section("Environments in the dynamics");
  for (const double temperature : temperatures_of(runs)) {
    add_temperature(page, folder / temperature_name(temperature),
                    fmt::format("{} K", shortest(temperature)));
  }
}

void add_mobility(report::Page& page, const Upstream& upstream) {
  const StageOutputs* mobility = upstream.find("mobility");
  if (mobility == nullptr) return;
  const fs::path& folder = mobility->result.folder;
  page.section("Mobility");
  const storage::Table runs = storage::read_csv(folder / "mobility.csv");
  report::Table table{
      .caption =
          "LENS over all atoms and frames; atoms whose Lindemann index says "
          "that they are mobile",
      .columns = {{"run", "", report::Align::left}, {"mean LENS", ""}, {"mobile atoms", ""}},
      .rows = {}};
  const auto names = runs.texts("run");
  const auto lens = runs.numbers("mean_lens");
  const auto mobile = runs.numbers("mobile_atoms");
  for (std::size_t i = 0; i < runs.rows(); ++i) {
    table.rows.push_back(
        {names[i], report::significant(lens[i], 3), report::count_text(std::llround(mobile[i]))});
  }
  std::error_code error;
  if (fs::exists(folder / "class_means.csv", error)) {
    page.figure(figure_in(folder, "lens.svg"),
                "LENS, the share of an atom's neighbours that changes from one frame to the next, "
                "by the class that the atom is in.");
    page.figure(figure_in(folder, "mobile.svg"),
                "How often an atom of the class changes so many neighbours that it counts as "
                "moving.");
    page.figure(figure_in(folder, "index.svg"),
                "Lindemann index of the atoms that are most often in the class.");
    page.table(mobility_table(storage::read_csv(folder / "class_means.csv")));
  }
  page.table(table, report::Fold::closed);
}

void add_film(report::Page& page, const Upstream& upstream) {
  const StageOutputs* film = upstream.find("film");
  if (film == nullptr) return;
  const fs::path& folder = film->result.folder;
  const storage::Table frames = storage::read_csv(folder / "film.csv");
  page.section("Film");
  const std::string text = fmt::format(
      "film/result/film.mp4 shows the series, the gaps between its frames filled by molecular "
      "dynamics: models have a dark border, every atom has the colour of its class. film.xyz holds "
      "the same {} frames for OVITO; film.csv says what each of them is.",
      frames.rows());
  if (fs::file_size(folder / "film.mp4") > largest_film) {
    page.paragraph(text);
  } else {
    page.video(storage::read_file(folder / "film.mp4"), text);
  }
}

}  // namespace adatom::pipeline
