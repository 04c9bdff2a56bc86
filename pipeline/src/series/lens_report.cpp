#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include <fmt/core.h>

#include "adatom/base/number_text.h"
#include "adatom/report/figure_dendrogram.h"
#include "adatom/report/number_format.h"
#include "adatom/report/page.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "series/lens_figures.h"
#include "series/lens_folder.h"

namespace adatom::pipeline {
namespace {

std::string trace_table(const std::vector<report::Trace>& traces) {
  storage::Table table({"trace", "time", "lens_smoothed"});
  for (const auto& trace : traces) {
    for (std::size_t k = 0; k < trace.time.size(); ++k) {
      table.add_row({trace.label, storage::cell(trace.time[k]), storage::cell(trace.value[k])});
    }
  }
  return table.text();
}

report::Table domain_table(const dynamics::Domains& domains) {
  report::Table table{.caption =
                          "Domains. Errors are standard errors of the means over time (by "
                          "blocks). A domain is left from one interval to the next with the "
                          "probability in the last column",
                      .columns = {{"domain", "", report::Align::left},
                                  {"LENS", "mean"},
                                  {"from", ""},
                                  {"to", ""},
                                  {"atoms", ""},
                                  {"share", "%"},
                                  {"left", "probability"}},
                      .rows = {}};
  const auto kinds = report::domain_kinds(domains.size());
  for (std::size_t d = 0; d < domains.size(); ++d) {
    const auto& p = domains.average[d];
    table.rows.push_back(
        {kinds[d].label, report::significant(domains.centres[d], 3),
         d == 0 ? "" : report::significant(domains.thresholds[d - 1], 3),
         d + 1 == domains.size() ? "" : report::significant(domains.thresholds[d], 3),
         p.determined ? report::with_error(p.atoms, p.atoms_stderr) : report::fixed(p.atoms, 1),
         report::fixed(100.0 * p.fraction, 1),
         report::significant(1.0 - domains.probability(d, d), 2)});
  }
  return table;
}

std::string method_text(const LensResults& results) {
  const auto& o = results.options;
  std::string text = fmt::format(
      "LENS is the part of an atom's neighbours (at most {} Å away) that changes within {} {}: 0 "
      "if all stay, 1 if none does. Each atom's signal is smoothed (Savitzky-Golay, {} values, "
      "order {}) and {} values are left out at both ends; the smoothed values of all atoms and "
      "times are parted into {} clusters by the best partition of their squared distances from "
      "the means.",
      shortest(o.r_cut_angstrom.value_or(0.0)), o.delay, o.delay == 1 ? "frame" : "frames",
      o.domains.smooth_window, o.domains.smooth_order, results.domains.first, o.domains.domains);
  if (results.domains.sample_stride > 1) {
    text += fmt::format(
        " The clusters' means are those of one value in {}; all values belong to the nearest.",
        results.domains.sample_stride);
  }
  return text;
}

/// Local maxima that are not lost in the figure: above a thousandth of the highest.
std::size_t peaks_of(const numeric::Density& density) {
  const auto& d = density.density;
  if (d.empty()) return 0;
  const double least = 1e-3 * std::ranges::max(d);
  std::size_t peaks = 0;
  for (std::size_t p = 1; p + 1 < d.size(); ++p) {
    peaks += d[p] > least && d[p] > d[p - 1] && d[p] >= d[p + 1] ? 1U : 0U;
  }
  return peaks;
}

}  // namespace

void write_lens_report(const LensResults& results, const std::filesystem::path& folder) {
  const auto& domains = results.domains;
  const auto keep = [&](const char* name, report::Figure figure) {
    storage::write_file(folder / name, report::svg_file(figure));
    return figure;
  };
  report::Page page("Mobile and static atoms", "LENS, local environments and neighbours shuffling");
  page.key_numbers(std::vector<report::Fact>{
      {"atoms", report::count_text(static_cast<long long>(results.run.atoms))},
      {"intervals", report::count_text(static_cast<long long>(results.run.intervals))},
      {"mean LENS", report::significant(domains.mean, 3)},
      {"in the most mobile domain",
       report::fixed(100.0 * domains.average.back().fraction, 1) + " %"}});
  std::vector<std::string> warnings;
  const std::size_t peaks = peaks_of(domains.density);
  if (peaks > 0 && peaks < domains.size()) {
    warnings.push_back(fmt::format(
        "The density of the values has {}, fewer than the {} domains: where no minimum parts two "
        "domains, their boundary is a matter of convention.",
        peaks == 1 ? "one peak" : fmt::format("{} peaks", peaks), domains.size()));
  }
  if (domains.size() < static_cast<std::size_t>(results.options.domains.domains)) {
    warnings.push_back("There are fewer different values than domains were asked for.");
  }
  page.warnings(warnings);
  page.paragraph(method_text(results));
  page.section("Signals");
  const auto traces = lens_traces(results);
  storage::write_file(folder / "traces.csv", trace_table(traces));
  page.figure(keep("traces.svg", draw_lens_traces(results, traces)),
              "Left: smoothed LENS of atoms that are longest in each domain, and of one that is "
              "shared between domains. Right: histogram and density of all values; the lines part "
              "the domains (traces.csv, histogram.csv, density.csv).");
  page.section("Domains");
  page.table(domain_table(domains));
  page.figure(keep("particle.svg", draw_domains(results)),
              "Atoms coloured by their domain; more frames are in domains.xyz.");
  page.figure(keep("populations.svg", draw_domain_populations(results)),
              "Atoms in each domain over time (populations.csv).");
  page.section("Exchange");
  page.figure(keep("exchange.svg", draw_exchange(domains)),
              "How often an atom of one domain is in another one interval later (exchange.csv).");
  const auto tree = dynamics::exchange_tree(domains);
  if (!tree.merges.empty()) {
    std::vector<std::size_t> kind;
    std::vector<std::string> leaves;
    const auto kinds = report::domain_kinds(domains.size());
    for (std::size_t d = 0; d < domains.size(); ++d) {
      kind.push_back(d);
      leaves.push_back(kinds[d].label);
    }
    page.figure(keep("dendrogram.svg",
                     report::draw_dendrogram(tree, {.title = "Domains by what they exchange",
                                                    .height_label = "1 - exchange / largest",
                                                    .leaves = leaves,
                                                    .kinds = kinds,
                                                    .kind = kind,
                                                    .width = report::FigureWidth::column})),
                "Domains that exchange most are joined first (tree.csv).");
  }
  storage::write_file(folder / "report.html", page.html());
}

}  // namespace adatom::pipeline
