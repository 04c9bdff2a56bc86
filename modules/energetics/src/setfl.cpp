#include "adatom/energetics/setfl.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "adatom/base/number_text.h"
#include "adatom/crystal/element.h"
#include "adatom/energetics/eam_file.h"
#include "adatom/energetics/eam_potential.h"

namespace adatom::energetics {
namespace {

std::vector<double> grid(std::int64_t count, double step) {
  std::vector<double> points(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < points.size(); ++i) points[i] = step * static_cast<double>(i);
  return points;
}

template <class Function>
std::vector<double> sampled(const std::vector<double>& points, const Function& function) {
  std::vector<double> values;
  values.reserve(points.size());
  for (const double point : points) values.push_back(function(point));
  return values;
}

EamTables tables_of(const EmbeddedAtomPotential& potential, const SetflOptions& options) {
  EamTables tables;
  const std::size_t count = potential.elements().size();
  double largest = options.largest_density.value_or(240.0);
  for (std::size_t a = 0; a < count; ++a) {
    if (!options.largest_density) largest = std::min(largest, potential.largest_density(a));
    tables.elements.push_back({.symbol = potential.elements()[a],
                               .mass_u = potential.mass_u(a),
                               .lattice_angstrom = 0.0,
                               .lattice = "fcc"});
  }
  tables.cutoff_angstrom = potential.cutoff_angstrom();
  tables.r_step_angstrom = tables.cutoff_angstrom / static_cast<double>(options.distances - 1);
  tables.density_step = largest / static_cast<double>(options.densities - 1);
  const auto distances = grid(options.distances, tables.r_step_angstrom);
  const auto densities = grid(options.densities, tables.density_step);
  for (std::size_t a = 0; a < count; ++a) {
    tables.embedding_ev.push_back(
        sampled(densities, [&](double rho) { return potential.embedding(a, rho).value; }));
    for (std::size_t b = 0; b < count; ++b) {
      tables.density.push_back(sampled(distances, [&](double r) {
        // At no distance: what it is at next to none, for functions that have no value there.
        return potential.density(a, b, std::max(r, 1e-6)).value;
      }));
      tables.r_times_pair.push_back(sampled(
          distances, [&](double r) { return r * potential.pair(a, b, std::max(r, 1e-6)).value; }));
    }
  }
  return tables;
}

bool depends_on_both(const EamTables& tables) {
  const std::size_t count = tables.elements.size();
  for (std::size_t from = 0; from < count; ++from) {
    for (std::size_t at = 1; at < count; ++at) {
      if (tables.density[at * count + from] != tables.density[from]) return true;
    }
  }
  return false;
}

void measure_errors(const EmbeddedAtomPotential& potential, const EamTables& tables,
                    Setfl& result) {
  const EamPotential table("", tables);
  const std::size_t count = tables.elements.size();
  const double end = tables.cutoff_angstrom;
  for (std::size_t a = 0; a < count; ++a) {
    for (std::size_t b = 0; b < count; ++b) {
      for (double r = end - 0.5 * tables.r_step_angstrom; r > potential.closest_angstrom();
           r -= tables.r_step_angstrom) {
        const double error = potential.pair(a, b, r).value - table.pair(a, b, r).value;
        result.pair_error_ev = std::max(result.pair_error_ev, std::abs(error));
      }
    }
    const double largest = table.largest_density(a);
    for (double rho = largest - 0.5 * tables.density_step; rho > 1e-3 * largest;
         rho -= tables.density_step) {
      const double error = potential.embedding(a, rho).value - table.embedding(a, rho).value;
      result.embedding_error_ev = std::max(result.embedding_error_ev, std::abs(error));
    }
  }
}

void append(const std::vector<double>& values, std::string& text) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    text += shortest(values[i]);
    text += i % 5 == 4 || i + 1 == values.size() ? '\n' : ' ';
  }
}

std::string text_of(const EamTables& tables, const std::string& title, const Setfl& errors) {
  const bool both = errors.pair_style == "eam/fs";
  const std::size_t count = tables.elements.size();
  std::string text = title + "; " + errors.pair_style + ", units metal\nfollowed to " +
                     shortest(errors.pair_error_ev) + " eV a pair and " +
                     shortest(errors.embedding_error_ev) +
                     " eV an embedding, in intervals of this table\nthe largest density must not "
                     "be passed: LAMMPS would go on in a straight line\n" +
                     std::to_string(count);
  for (const auto& element : tables.elements) text += ' ' + element.symbol;
  text += '\n' + std::to_string(tables.embedding_ev[0].size()) + ' ' +
          shortest(tables.density_step) + ' ' + std::to_string(tables.density[0].size()) + ' ' +
          shortest(tables.r_step_angstrom) + ' ' + shortest(tables.cutoff_angstrom) + '\n';
  for (std::size_t from = 0; from < count; ++from) {
    const auto& element = tables.elements[from];
    const auto known = crystal::find_element(element.symbol);
    text += std::to_string(known ? known->atomic_number : 0) + ' ' + shortest(element.mass_u) +
            ' ' + shortest(element.lattice_angstrom) + ' ' + element.lattice + '\n';
    append(tables.embedding_ev[from], text);
    for (std::size_t at = 0; at < (both ? count : 1); ++at) {
      append(tables.density[at * count + from], text);
    }
  }
  for (std::size_t a = 0; a < count; ++a) {
    for (std::size_t b = 0; b <= a; ++b) append(tables.r_times_pair[a * count + b], text);
  }
  return text;
}

}  // namespace

void SetflOptions::describe(OptionVisitor& v) {
  v.visit({.name = "distances", .help = "points of the table", .min = 100, .max = 1e6}, distances);
  v.visit({.name = "densities", .help = "points of the table", .min = 100, .max = 1e7}, densities);
  v.visit({.name = "largest_density",
           .unit = "eV^2 for SMATB",
           .help = "where the table ends; not given: 240, or where the potential's own ends",
           .min = 1e-6,
           .max = 1e12},
          largest_density);
}

std::vector<OptionIssue> SetflOptions::validate() const { return check_ranges(*this); }

Setfl format_setfl(const EmbeddedAtomPotential& potential, const SetflOptions& options) {
  require_valid(options.validate());
  const auto tables = tables_of(potential, options);
  Setfl result;
  result.pair_style = depends_on_both(tables) ? "eam/fs" : "eam/alloy";
  measure_errors(potential, tables, result);
  result.text = text_of(tables, potential.name(), result);
  return result;
}

}  // namespace adatom::energetics
