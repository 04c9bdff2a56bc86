#include "md/thermo_table.h"

#include "adatom/base/number_text.h"
#include "adatom/storage/csv.h"

namespace adatom::pipeline {

std::string thermo_header() {
  return "step,time_ps,temperature_k,kinetic_ev,potential_ev,total_ev,conserved_ev\n";
}

std::string thermo_row(const md::Thermo& thermo) {
  std::string row = std::to_string(thermo.step);
  for (const double value :
       {thermo.time_ps, thermo.temperature_k, thermo.kinetic_ev, thermo.potential_ev,
        thermo.kinetic_ev + thermo.potential_ev, thermo.conserved_ev}) {
    row += ',' + shortest(value);
  }
  return row + '\n';
}

std::vector<md::Thermo> read_thermo(const std::filesystem::path& path) {
  const storage::Table table = storage::read_csv(path);
  const auto step = table.integers("step");
  const auto time = table.numbers("time_ps");
  const auto temperature = table.numbers("temperature_k");
  const auto kinetic = table.numbers("kinetic_ev");
  const auto potential = table.numbers("potential_ev");
  const auto conserved = table.numbers("conserved_ev");
  std::vector<md::Thermo> rows;
  rows.reserve(step.size());
  for (std::size_t i = 0; i < step.size(); ++i) {
    rows.push_back({.step = step[i],
                    .time_ps = time[i],
                    .temperature_k = temperature[i],
                    .kinetic_ev = kinetic[i],
                    .potential_ev = potential[i],
                    .conserved_ev = conserved[i]});
  }
  return rows;
}

}  // namespace adatom::pipeline
