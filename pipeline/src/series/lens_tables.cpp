#include <cmath>
#include <limits>
#include <string>

#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "series/lens_folder.h"

namespace adatom::pipeline {
namespace {

using storage::cell;
using storage::Table;

std::string count_cell(std::uint64_t count) { return cell(static_cast<long long>(count)); }

Table domain_table(const dynamics::Domains& domains) {
  Table table({"domain", "centre", "from", "to", "atoms", "atoms_stderr", "fraction",
               "fraction_stderr", "start_atoms"});
  constexpr double endless = std::numeric_limits<double>::infinity();
  for (std::size_t d = 0; d < domains.size(); ++d) {
    const auto& p = domains.average[d];
    table.add_row({count_cell(d + 1), cell(domains.centres[d]),
                   cell(d == 0 ? -endless : domains.thresholds[d - 1]),
                   cell(d + 1 == domains.size() ? endless : domains.thresholds[d]), cell(p.atoms),
                   cell(p.atoms_stderr), cell(p.fraction), cell(p.fraction_stderr),
                   count_cell(p.start_atoms)});
  }
  return table;
}

Table exchange_table(const dynamics::Domains& domains) {
  Table table({"from", "to", "count", "probability"});
  for (std::size_t a = 0; a < domains.size(); ++a) {
    for (std::size_t b = 0; b < domains.size(); ++b) {
      table.add_row({count_cell(a + 1), count_cell(b + 1),
                     count_cell(domains.exchange[a * domains.size() + b]),
                     cell(domains.probability(a, b))});
    }
  }
  return table;
}

Table population_table(const LensResults& results) {
  const auto& domains = results.domains;
  const bool timed = !results.run.time_ps.empty();
  std::vector<std::string> header = {"interval"};
  if (timed) header.emplace_back("time_ps");
  for (std::size_t d = 0; d < domains.size(); ++d)
    header.push_back("atoms_" + std::to_string(d + 1));
  Table table(header);
  for (std::size_t t = 0; t < domains.length; ++t) {
    std::vector<std::string> row = {count_cell(domains.first + t)};
    if (timed) row.push_back(cell(results.run.time_ps[domains.first + t]));
    for (const auto atoms : domains.populations.frame(t)) row.push_back(count_cell(atoms));
    table.add_row(row);
  }
  return table;
}

Table lens_table(const LensResults& results) {
  const auto& domains = results.domains;
  std::vector<std::string> header = {"atom_id", "element"};
  for (std::size_t d = 0; d < domains.size(); ++d) {
    header.push_back("time_fraction_" + std::to_string(d + 1));
  }
  Table table(header);
  const auto& first = results.run.first;
  for (std::size_t i = 0; i < results.run.atoms; ++i) {
    const std::int64_t id = first.ids.empty() ? static_cast<std::int64_t>(i) + 1 : first.ids[i];
    std::vector<std::string> row = {cell(static_cast<long long>(id)), first.atoms[i].element};
    for (std::size_t d = 0; d < domains.size(); ++d) {
      row.push_back(cell(static_cast<double>(domains.time_in[i * domains.size() + d]) /
                         static_cast<double>(domains.length)));
    }
    table.add_row(row);
  }
  return table;
}

Table tree_table(const dynamics::Domains& domains) {
  // As SciPy's linkage: domains first, then the clusters that each step makes.
  Table table({"a", "b", "height", "size"});
  for (const auto& merge : dynamics::exchange_tree(domains).merges) {
    table.add_row(
        {count_cell(merge.a), count_cell(merge.b), cell(merge.height), count_cell(merge.size)});
  }
  return table;
}

}  // namespace

void write_lens_tables(const LensResults& results, const std::filesystem::path& folder) {
  const auto& domains = results.domains;
  const auto write = [&](const char* name, const Table& table) {
    storage::write_file(folder / name, table.text());
  };
  write("domains.csv", domain_table(domains));
  write("exchange.csv", exchange_table(domains));
  write("tree.csv", tree_table(domains));
  write("populations.csv", population_table(results));
  write("atoms.csv", lens_table(results));
  Table density({"lens", "density"});
  for (std::size_t p = 0; p < domains.density.at.size(); ++p) {
    density.add_row({cell(domains.density.at[p]), cell(domains.density.density[p])});
  }
  write("density.csv", density);
  Table histogram({"from", "to", "count"});
  for (std::size_t b = 0; b < domains.histogram.size(); ++b) {
    histogram.add_row({cell(domains.histogram_edges[b]), cell(domains.histogram_edges[b + 1]),
                       count_cell(static_cast<std::uint64_t>(domains.histogram[b]))});
  }
  write("histogram.csv", histogram);
}

}  // namespace adatom::pipeline
