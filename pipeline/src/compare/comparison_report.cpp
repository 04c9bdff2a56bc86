#include "compare/comparison_report.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/core.h>

#include "adatom/report/figure_atoms.h"
#include "adatom/report/figure_count_map.h"
#include "adatom/report/figure_histogram.h"
#include "adatom/report/number_format.h"
#include "adatom/report/page.h"
#include "compare/surface_kinds.h"

namespace adatom::pipeline {
namespace {

using reconstruct::CompareResult;
using reconstruct::Share;

// Half a bond: the reach of neighbours is 1.179 bonds.
constexpr double radius_of_reach = 0.5 / 1.179;

enum class MatchKind : std::size_t { matched, other_class, missing, extra };

std::vector<report::AtomKind> match_kinds() {
  return {{"same class", {190, 190, 190}},
          {"other class", {240, 228, 66}},
          {"missing", {213, 94, 0}},
          {"only in B", {0, 114, 178}}};
}

double radius_of(const Comparison& comparison) {
  return comparison.result.classes_a.reach_angstrom * radius_of_reach;
}

/// The atoms of a, and those of b that have no partner.
DrawnAtoms drawn_matches(const Comparison& comparison) {
  const CompareResult& r = comparison.result;
  std::vector<std::size_t> kinds(comparison.a.atoms.size(),
                                 static_cast<std::size_t>(MatchKind::missing));
  for (const auto& pair : r.pairs) {
    const bool same = r.classes_a.classes[pair.a] == r.classes_b.classes[pair.b];
    kinds[pair.a] = static_cast<std::size_t>(same ? MatchKind::matched : MatchKind::other_class);
  }
  DrawnAtoms drawn = drawn_atoms(comparison.a, radius_of(comparison), kinds);
  for (const std::size_t b : r.extra) {
    drawn.add(r.moved_b.atoms[b], radius_of(comparison),
              static_cast<std::size_t>(MatchKind::extra));
  }
  return drawn;
}

report::Figure draw_classes(const DrawnAtoms& drawn, const std::string& title, double side) {
  return report::draw_atoms(
      drawn.shown(),
      {.title = title, .kinds = surface_kinds(), .kinds_label = "class", .side_angstrom = side});
}

/// Columns with atoms in one of the two; a rim where the other has another number.
report::Figure draw_compared_counts(const Comparison& comparison, const std::string& title,
                                    std::int64_t reconstruct::ComparedColumn::*atoms) {
  std::vector<double> x;
  std::vector<double> y;
  std::vector<std::int64_t> count;
  std::vector<double> agree;
  std::int64_t highest = 1;
  double left = 0.0;
  double right = 0.0;
  double top = 0.0;
  double bottom = 0.0;
  for (const auto& column : comparison.result.columns) {
    const bool first = &column == &comparison.result.columns.front();
    left = first ? column.x_angstrom : std::min(left, column.x_angstrom);
    right = first ? column.x_angstrom : std::max(right, column.x_angstrom);
    top = first ? column.y_angstrom : std::min(top, column.y_angstrom);
    bottom = first ? column.y_angstrom : std::max(bottom, column.y_angstrom);
    highest = std::max({highest, column.atoms_a, column.atoms_b});
    x.push_back(column.x_angstrom);
    y.push_back(column.y_angstrom);
    count.push_back(column.*atoms);
    agree.push_back(column.atoms_a == column.atoms_b ? 1.0 : 0.0);
  }
  constexpr double margin = 2.5;  // angstrom, a usual distance between columns
  return report::draw_count_map({x, y, count, agree},
                                {.title = title,
                                 .rim_label = "not the same in A and B",
                                 .lowest_count = 1,
                                 .highest_count = highest,
                                 .x_angstrom = report::Range{left - margin, right + margin},
                                 .y_angstrom = report::Range{top - margin, bottom + margin}});
}

std::string share_text(const Share& share) {
  if (share.all == 0) return "none there";
  return report::fixed(100.0 * share.value(), 1) + " %";
}

std::string of_text(const Share& share) { return fmt::format("{} of {}", share.right, share.all); }

std::vector<report::Fact> key_numbers_of(const Comparison& comparison) {
  const CompareResult& r = comparison.result;
  const Share matched{static_cast<std::int64_t>(r.pairs.size()),
                      static_cast<std::int64_t>(comparison.a.atoms.size())};
  return {{"atoms matched", of_text(matched)},
          {"RMSD", r.pairs.empty() ? "none" : report::significant(r.rmsd_angstrom, 3) + " Å"},
          {"columns exact", share_text(r.columns_exact)},
          {"surface atoms at their site", share_text(r.surface_at_site)},
          {"with the right class", share_text(r.surface_right)}};
}

report::Table class_table(const CompareResult& result) {
  report::Table table{.caption =
                          "Atoms by class, and how many of those of A have a partner in B "
                          "at all and of the same class",
                      .columns = {{"class", "", report::Align::left},
                                  {"in A"},
                                  {"in B"},
                                  {"matched"},
                                  {"same class"}},
                      .rows = {}};
  const auto kinds = surface_kinds();
  for (std::size_t k = 0; k < kinds.size(); ++k) {
    const auto one = static_cast<reconstruct::SurfaceClass>(k);
    const auto& a = result.classes_a.classes;
    const auto& b = result.classes_b.classes;
    const auto is = [&](const reconstruct::PointPair& pair) { return a[pair.a] == one; };
    const auto same = [&](const reconstruct::PointPair& pair) {
      return a[pair.a] == one && b[pair.b] == one;
    };
    table.rows.push_back({kinds[k].label, report::count_text(std::ranges::count(a, one)),
                          report::count_text(std::ranges::count(b, one)),
                          report::count_text(std::ranges::count_if(result.pairs, is)),
                          report::count_text(std::ranges::count_if(result.pairs, same))});
  }
  return table;
}

void add_drawn(report::ModelFrame& frame, const DrawnAtoms& drawn) {
  frame.x_angstrom = drawn.x;
  frame.y_angstrom = drawn.y;
  frame.z_angstrom = drawn.z;
  frame.radius_angstrom = drawn.radius;
}

/// A with what only B has, then B with what only A has, by match and by class.
report::Model comparison_model(const Comparison& comparison) {
  const CompareResult& r = comparison.result;
  report::Model model{.title = "Matched atoms",
                      .colourings = {{.name = "match", .kinds = match_kinds()},
                                     {.name = "class", .kinds = surface_kinds()}},
                      .frame_name = "Structure"};
  const auto classes_a = kinds_of(r.classes_a);
  const auto classes_b = kinds_of(r.classes_b);

  DrawnAtoms of_a = drawn_matches(comparison);
  report::ModelFrame a{.label = "A, and what only B has", .kinds = {of_a.kind, classes_a}};
  for (const std::size_t b : r.extra) a.kinds[1].push_back(classes_b[b]);
  add_drawn(a, of_a);
  model.frames.push_back(std::move(a));

  std::vector<std::size_t> kinds(r.moved_b.atoms.size(),
                                 static_cast<std::size_t>(MatchKind::extra));
  for (const auto& pair : r.pairs) kinds[pair.b] = of_a.kind[pair.a];
  DrawnAtoms of_b = drawn_atoms(r.moved_b, radius_of(comparison), kinds);
  report::ModelFrame b{.label = "B, and what only A has", .kinds = {{}, classes_b}};
  for (const std::size_t missing : r.missing) {
    of_b.add(comparison.a.atoms[missing], radius_of(comparison),
             static_cast<std::size_t>(MatchKind::missing));
    b.kinds[1].push_back(classes_a[missing]);
  }
  b.kinds[0] = of_b.kind;
  add_drawn(b, of_b);
  model.frames.push_back(std::move(b));
  return model;
}

}  // namespace

ComparisonFigures draw_comparison(const Comparison& comparison) {
  const CompareResult& r = comparison.result;
  const double radius = radius_of(comparison);
  const DrawnAtoms matches = drawn_matches(comparison);
  const DrawnAtoms a = drawn_atoms(comparison.a, radius, kinds_of(r.classes_a));
  const DrawnAtoms b = drawn_atoms(r.moved_b, radius, kinds_of(r.classes_b));
  const double side = std::max(report::side_for(a.shown()), report::side_for(b.shown()));
  const report::AtomFigureOptions options{
      .title = "Matched atoms", .kinds = match_kinds(), .kinds_label = "atoms"};
  auto cut = options;
  cut.cut = report::quarter_cut(options);
  std::vector<double> distances;
  for (const auto& pair : r.pairs) distances.push_back(pair.distance_angstrom);
  return {.matched = report::draw_atoms_whole_and_cut(matches.shown(), cut),
          .surface_a = draw_classes(a, "A: surface", side),
          .surface_b = draw_classes(b, "B: surface", side),
          .columns_a = draw_compared_counts(comparison, "A: atoms in columns",
                                            &reconstruct::ComparedColumn::atoms_a),
          .columns_b = draw_compared_counts(comparison, "B: atoms in columns",
                                            &reconstruct::ComparedColumn::atoms_b),
          .distances = report::draw_histogram(distances, {},
                                              {.title = "Distances of matched atoms",
                                               .quantity = "distance",
                                               .unit = "Å",
                                               .counted = "atoms"})};
}

std::string comparison_report(const Comparison& comparison, const ComparisonFigures& figures,
                              const std::string& configuration) {
  report::Page page("Comparison of two structures",
                    fmt::format("A: {}, B: {}", comparison.name_a, comparison.name_b));
  page.key_numbers(key_numbers_of(comparison));
  page.section("Atoms");
  page.model(comparison_model(comparison),
             "Atoms of A by whether B has one at their place: matched, matched but of another "
             "class, missing in B; and those that only B has.");
  page.figure(figures.matched, "The same as a picture, at the right cut open.");
  page.figure(figures.distances, "Between matched atoms, after B was laid on A.");
  page.section("Surface");
  const std::array surfaces = {figures.surface_a, figures.surface_b};
  page.figures(surfaces, "Atoms coloured by their class.");
  page.table(class_table(comparison.result));
  page.section("Columns");
  const std::array columns = {figures.columns_a, figures.columns_b};
  page.figures(columns, "Atoms above each other along the beam.");
  const CompareResult& r = comparison.result;
  page.paragraph(
      fmt::format("{} columns have the same number of atoms in both, {} within one; the "
                  "differences add up to {}.",
                  of_text(r.columns_exact), of_text(r.columns_within_one), r.sum_of_count_errors));
  page.section("Numbers");
  page.verbatim("All numbers", comparison_text(comparison), report::Fold::open);
  page.verbatim("All options", configuration);
  return page.html();
}

}  // namespace adatom::pipeline
