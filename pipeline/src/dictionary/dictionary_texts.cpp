#include "dictionary/dictionary_texts.h"

#include <cmath>

#include <fmt/core.h>

#include "adatom/report/figure_dendrogram.h"

namespace adatom::pipeline {
namespace {

// Relaxed particles move by up to 0.14 nearest-neighbour distances; an atom that changes its place
// moves by more than half of one.
constexpr double large_move = 0.4;

/// The other environment that is nearest to `row`, and how far.
std::pair<std::size_t, double> nearest_other(const dynamics::BuiltDictionary& built,
                                             std::size_t row) {
  const std::size_t count = built.dictionary.size();
  std::pair<std::size_t, double> nearest{row, HUGE_VAL};
  for (std::size_t other = 0; other < count; ++other) {
    if (other == row) continue;
    const double distance = built.clusters.distances[numeric::condensed_index(count, row, other)];
    if (distance < nearest.second) nearest = {other, distance};
  }
  return nearest;
}

}  // namespace

storage::Table dictionary_table(const dynamics::BuiltDictionary& built,
                                std::span<const dynamics::RecipeEntry> recipe) {
  const auto& dictionary = built.dictionary;
  storage::Table table({"environment", "class", "recipe_class", "particle", "nearest_environment",
                        "nearest_distance"});
  for (std::size_t i = 0; i < dictionary.size(); ++i) {
    const auto [nearest, distance] = nearest_other(built, i);
    const bool alone = nearest == i;
    table.add_row({dictionary.environments[i], dictionary.classes[dictionary.class_of[i]],
                   built.recipe_classes[i], recipe[i].particle,
                   alone ? "" : dictionary.environments[nearest],
                   alone ? "" : storage::cell(distance)});
  }
  return table;
}

report::Figure dictionary_figure(const dynamics::BuiltDictionary& built, double cut) {
  const auto& dictionary = built.dictionary;
  return report::draw_dendrogram(
      built.clusters.tree, {.title = fmt::format("Environments of {}", dictionary.element),
                            .height_label = "distance of the farthest two, sqrt(2 - 2 p·q)",
                            .leaves = dictionary.environments,
                            .cut = cut,
                            .kinds = report::kinds_named(dictionary.classes),
                            .kind = {dictionary.class_of.begin(), dictionary.class_of.end()}});
}

std::string dictionary_summary(const dynamics::BuiltDictionary& built) {
  const auto& dictionary = built.dictionary;
  std::string text = fmt::format(
      "{}: {} environments\n"
      "  lattice constant {:.4f} angstrom, r_cut {:.5f} angstrom, sigma {:.5f} angstrom\n",
      dictionary.element, dictionary.size(), built.lattice_angstrom, dictionary.soap.r_cut_angstrom,
      dictionary.soap.sigma_angstrom);
  for (const auto& particle : built.particles) {
    text +=
        fmt::format("  {}: {} atoms, {:.5f} eV after {} steps ({})\n", particle.name,
                    particle.structure.atoms.size(), particle.minimum.final_ev,
                    particle.minimum.iterations, energetics::stop_text(particle.minimum.reason));
  }
  const auto& clusters = built.clusters;
  text += fmt::format("{} clusters at the cut{}\n", clusters.clusters,
                      std::isfinite(clusters.highest_cut)
                          ? fmt::format(", as at any from {:.4f} to {:.4f}", clusters.lowest_cut,
                                        clusters.highest_cut)
                          : "");
  text += fmt::format("{} classes\n", dictionary.classes.size());
  for (std::size_t one = 0; one < dictionary.classes.size(); ++one) {
    text += fmt::format("  {:<5}", dictionary.classes[one]);
    for (std::size_t i = 0; i < dictionary.size(); ++i) {
      if (dictionary.class_of[i] == one) text += " " + dictionary.environments[i];
    }
    text += "\n";
  }
  return text;
}

Remarks dictionary_remarks(const dynamics::BuiltDictionary& built) {
  Remarks remarks;
  for (const auto& particle : built.particles) {
    if (!energetics::converged(particle.minimum.reason)) {
      remarks.shortfalls.push_back(
          fmt::format("the {} did not come to rest ({}): its largest force is {:.1e} eV/angstrom",
                      particle.name, energetics::stop_text(particle.minimum.reason),
                      particle.minimum.final_largest_force_ev_per_angstrom));
    }
    if (particle.farthest_move > large_move) {
      remarks.warnings.push_back(fmt::format(
          "an atom of the {} moved by {:.2f} nearest-neighbour distances: with this potential it "
          "is another structure, and its environments may not be what their names say",
          particle.name, particle.farthest_move));
    }
  }
  return remarks;
}

}  // namespace adatom::pipeline
