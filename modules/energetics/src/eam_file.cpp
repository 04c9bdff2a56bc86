#include "adatom/energetics/eam_file.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/crystal/element.h"
#include "eam_words.h"

namespace adatom::energetics {
namespace {

constexpr std::size_t most_points = 10'000'000;
constexpr std::size_t most_elements = 50;

struct Grid {
  std::size_t densities = 0;
  double density_step = 0.0;
  std::size_t distances = 0;
  double r_step_angstrom = 0.0;
  double cutoff_angstrom = 0.0;
};

Grid read_grid(EamWords& words) {
  const auto line = words.line();
  if (line.size() < 5) {
    words.fail("the line of the grids has less than five numbers",
               "it is: densities, their step, distances, their step, cut-off");
  }
  Grid grid{.densities = words.count(line[0], most_points),
            .density_step = words.number(line[1]),
            .distances = words.count(line[2], most_points),
            .r_step_angstrom = words.number(line[3]),
            .cutoff_angstrom = words.number(line[4])};
  if (grid.densities < 5 || grid.distances < 5) words.fail("a table with less than 5 points", "");
  // What these exclude is no potential, and its slopes would overflow.
  const auto is_step = [](double step) { return step >= 1e-9 && step <= 1e9; };
  if (!is_step(grid.density_step) || !is_step(grid.r_step_angstrom)) {
    words.fail("a step of the tables is impossible", "it has to be positive, 1e-9 to 1e9");
  }
  if (!(grid.cutoff_angstrom > 0.0) || grid.cutoff_angstrom > 1000.0) {
    words.fail("the cut-off is impossible", "it has to be above 0, at most 1000 angstrom");
  }
  return grid;
}

/// Atomic number, mass, lattice constant, lattice.
EamElement read_element(EamWords& words) {
  const auto line = words.line();
  if (line.size() < 2) words.fail("an element's line lacks its mass", "");
  EamElement element{.symbol = {}, .mass_u = words.number(line[1]), .lattice = {}};
  if (!(element.mass_u > 0.0)) words.fail("an element's mass is not positive", "");
  if (line.size() > 2) element.lattice_angstrom = std::max(words.number(line[2]), 0.0);
  if (line.size() > 3) element.lattice = line[3];
  const auto number = parse_integer(line[0]);
  const auto known = crystal::find_element(number ? static_cast<int>(*number) : 0);
  if (known) element.symbol = known->symbol;
  return element;
}

struct Funcfl {
  EamElement element;
  Grid grid;
  std::vector<double> embedding_ev;
  std::vector<double> charge;  ///< Z(r); phi = Z Z / r in hartree and bohr
  std::vector<double> density;
};

Funcfl parse_funcfl(EamWords& words) {
  Funcfl file;
  words.skip_lines(1);
  file.element = read_element(words);
  if (file.element.symbol.empty()) words.fail("no element has this atomic number", "");
  file.grid = read_grid(words);
  file.embedding_ev = words.numbers(file.grid.densities);
  file.charge = words.numbers(file.grid.distances);
  file.density = words.numbers(file.grid.distances);
  return file;
}

/// Cubic Lagrange interpolation between four points, as LAMMPS brings files to one grid.
double resampled(const std::vector<double>& values, double step, double x) {
  double p = x / step + 1.0;
  const auto last = static_cast<double>(values.size() - 2);
  const double k = std::max(std::min(std::floor(p), last), 2.0);
  p = std::min(p - k, 2.0);
  const double weight1 = -p * (p - 1.0) * (p - 2.0) / 6.0;
  const double weight2 = 0.5 * (p * p - 1.0) * (p - 2.0);
  const double weight3 = -0.5 * p * (p + 1.0) * (p - 2.0);
  const double weight4 = p * (p * p - 1.0) / 6.0;
  const auto at = static_cast<std::size_t>(k) - 2;
  return weight1 * values[at] + weight2 * values[at + 1] + weight3 * values[at + 2] +
         weight4 * values[at + 3];
}

EamTables tables_of(const std::vector<Funcfl>& files) {
  // LAMMPS's conversion from hartree times bohr.
  constexpr double ev_angstrom = 27.2 * 0.529;
  EamTables tables;
  double last_r = 0.0;
  double last_density = 0.0;
  for (const auto& file : files) {
    const Grid& grid = file.grid;
    tables.elements.push_back(file.element);
    tables.cutoff_angstrom = std::max(tables.cutoff_angstrom, grid.cutoff_angstrom);
    tables.r_step_angstrom = std::max(tables.r_step_angstrom, grid.r_step_angstrom);
    tables.density_step = std::max(tables.density_step, grid.density_step);
    last_r = std::max(last_r, static_cast<double>(grid.distances - 1) * grid.r_step_angstrom);
    last_density =
        std::max(last_density, static_cast<double>(grid.densities - 1) * grid.density_step);
  }
  // So LAMMPS counts them: the last point of a single file is dropped.
  const auto distances = static_cast<std::size_t>(std::lround(last_r / tables.r_step_angstrom));
  const auto densities = static_cast<std::size_t>(std::lround(last_density / tables.density_step));
  const auto sampled = [](const std::vector<double>& values, double own_step, double step,
                          std::size_t count) {
    std::vector<double> result(count);
    for (std::size_t m = 0; m < count; ++m) {
      result[m] = resampled(values, own_step, static_cast<double>(m) * step);
    }
    return result;
  };
  std::vector<std::vector<double>> charges;
  std::vector<std::vector<double>> density;
  for (const auto& file : files) {
    tables.embedding_ev.push_back(
        sampled(file.embedding_ev, file.grid.density_step, tables.density_step, densities));
    charges.push_back(
        sampled(file.charge, file.grid.r_step_angstrom, tables.r_step_angstrom, distances));
    density.push_back(
        sampled(file.density, file.grid.r_step_angstrom, tables.r_step_angstrom, distances));
  }
  for (std::size_t at = 0; at < files.size(); ++at) {
    for (std::size_t from = 0; from < files.size(); ++from) {
      tables.density.push_back(density[from]);
      auto& product = tables.r_times_pair.emplace_back(distances);
      for (std::size_t m = 0; m < distances; ++m) {
        product[m] = ev_angstrom * charges[at][m] * charges[from][m];
      }
    }
  }
  return tables;
}

/// Behind the comments of setfl and eam/fs.
struct SetflHead {
  std::vector<std::string> symbols;
  Grid grid;
};

SetflHead read_setfl_head(EamWords& words) {
  SetflHead head;
  const auto line = words.line();
  const auto count = words.count(line[0], most_elements);
  if (count == 0 || line.size() != count + 1) {
    words.fail("the number of elements is not that of the names behind it", "");
  }
  for (std::size_t i = 1; i <= count; ++i) {
    if (!crystal::find_element(line[i])) {
      words.fail("no such element", "'" + std::string(line[i]) + "'");
    }
    if (std::ranges::find(head.symbols, line[i]) != head.symbols.end()) {
      words.fail("an element is named twice", std::string(line[i]));
    }
    head.symbols.emplace_back(line[i]);
  }
  head.grid = read_grid(words);
  return head;
}

enum class DensityKind { of_source, of_pair };

EamTables read_setfl(EamWords& words, const SetflHead& head, DensityKind kind) {
  const std::size_t count = head.symbols.size();
  EamTables tables;
  tables.density_step = head.grid.density_step;
  tables.r_step_angstrom = head.grid.r_step_angstrom;
  tables.cutoff_angstrom = head.grid.cutoff_angstrom;
  tables.density.resize(count * count);
  tables.r_times_pair.resize(count * count);
  for (std::size_t from = 0; from < count; ++from) {
    auto element = read_element(words);
    // Atomic numbers of such files are sometimes wrong; the names are what LAMMPS goes by.
    element.symbol = head.symbols[from];
    tables.elements.push_back(std::move(element));
    tables.embedding_ev.push_back(words.numbers(head.grid.densities));
    for (std::size_t at = 0; at < count; ++at) {
      tables.density[at * count + from] = at == 0 || kind == DensityKind::of_pair
                                              ? words.numbers(head.grid.distances)
                                              : tables.density[from];
    }
  }
  for (std::size_t a = 0; a < count; ++a) {
    for (std::size_t b = 0; b <= a; ++b) {
      tables.r_times_pair[a * count + b] = words.numbers(head.grid.distances);
      tables.r_times_pair[b * count + a] = tables.r_times_pair[a * count + b];
    }
  }
  return tables;
}

/// The number of elements, if the fourth line reads `2 Cu Zr`.
bool is_setfl(std::string_view text, const std::string& source) {
  EamWords words(text, source);
  for (int i = 0; i < 3; ++i) {
    if (!words.skip_line_if_any()) return false;
  }
  const auto line = words.line_if_any();
  if (line.size() < 2) return false;
  const auto count = parse_integer(line[0]);
  return count && *count >= 1 && line.size() == static_cast<std::size_t>(*count) + 1 &&
         !parse_double(line[1]);
}

EamTables parse_setfl(std::string_view text, const std::string& source) {
  EamWords words(text, source);
  words.skip_lines(3);
  const auto head = read_setfl_head(words);
  const std::size_t n = head.symbols.size();
  // Words of the tables; the elements' lines have some more.
  const std::size_t short_form =
      n * (head.grid.densities + head.grid.distances) + n * (n + 1) / 2 * head.grid.distances;
  const std::size_t long_form = short_form + n * (n - 1) * head.grid.distances;
  const std::size_t left = words.words_left();
  const bool is_long = n > 1 && left >= long_form;
  return read_setfl(words, head, is_long ? DensityKind::of_pair : DensityKind::of_source);
}

}  // namespace

EamTables parse_eam(std::span<const NamedText> files) {
  std::vector<Funcfl> parsed;
  for (const auto& file : files) {
    if (is_setfl(file.text, file.source)) {
      if (files.size() == 1) return parse_setfl(file.text, file.source);
      throw InputError(Complaint{"several files can be mixed only where each is of one element",
                                 file.source, "this one is setfl or eam/fs",
                                 "give it alone, or files in funcfl form"});
    }
    EamWords words(file.text, file.source);
    parsed.push_back(parse_funcfl(words));
    const auto same = [&](const Funcfl& other) {
      return other.element.symbol == parsed.back().element.symbol;
    };
    if (std::count_if(parsed.begin(), parsed.end(), same) > 1) {
      throw InputError(Complaint{"two files of the same element", file.source,
                                 parsed.back().element.symbol, "name one of them"});
    }
  }
  return tables_of(parsed);
}

EamTables parse_eam(std::string_view text, const std::string& source) {
  const NamedText file{text, source};
  return parse_eam({&file, 1});
}

}  // namespace adatom::energetics
