#include "pair_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include <Eigen/Dense>

namespace adatom::energetics {

SegmentGrid make_grid(const EmbeddedAtomPotential& potential, double lowest_angstrom,
                      std::size_t segments, Count count) {
  const double end = potential.cutoff_angstrom() * potential.cutoff_angstrom();
  const double least = lowest_angstrom * lowest_angstrom;
  double width = (end - least) / static_cast<double>(segments);
  // A break inside a segment would cost accuracy: change the width until it lies between two.
  for (const double radius : potential.breaks_angstrom()) {
    const double rest = end - radius * radius;
    if (rest < width || radius * radius <= least) continue;
    const double wider = rest / std::floor(rest / width);
    const double narrower = rest / std::ceil(rest / width);
    const bool fits = wider * static_cast<double>(segments) < end;
    width = count == Count::fixed && fits ? wider : narrower;
    break;
  }
  if (count == Count::at_least) {
    segments = static_cast<std::size_t>(std::ceil((end - least) / width));
  }
  return {end - width * static_cast<double>(segments), 1.0 / width, segments};
}

Row exact_row(const EmbeddedAtomPotential& potential, std::size_t a, std::size_t b, double r) {
  const auto density = potential.density(a, b, r);
  const auto pair = potential.pair(a, b, r);
  return {{density.value, density.slope / r, pair.slope / r, pair.value}};
}

PairTable make_pair_table(const EmbeddedAtomPotential& potential, const SegmentGrid& grid,
                          std::size_t degree) {
  PairTable table{grid, degree, potential.elements().size(), {}, true};
  const std::size_t points = degree + 1;
  const auto count = static_cast<Eigen::Index>(points);
  Eigen::MatrixXd powers(count, count);
  std::vector<double> nodes(points);
  for (std::size_t i = 0; i < points; ++i) {
    nodes[i] = 0.5 * std::cos(std::numbers::pi * (static_cast<double>(i) + 0.5) /
                              static_cast<double>(points));
    for (std::size_t k = 0; k < points; ++k) {
      powers(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(k)) =
          std::pow(nodes[i], static_cast<double>(k));
    }
  }
  const Eigen::FullPivLU<Eigen::MatrixXd> solver(powers);
  Eigen::MatrixXd samples(count, static_cast<Eigen::Index>(row_width));
  table.rows.reserve(table.elements * table.elements * table.pair_size());
  for (std::size_t a = 0; a < table.elements; ++a) {
    for (std::size_t b = 0; b < table.elements; ++b) {
      for (std::size_t s = 0; s < grid.segments; ++s) {
        for (std::size_t i = 0; i < points; ++i) {
          // The first segment may reach below what anything is defined for.
          const double closest = potential.closest_angstrom();
          const double u = std::max(
              grid.first_u + (static_cast<double>(s) + 0.5 + nodes[i]) / grid.segments_per_u,
              closest * closest);
          const auto row = exact_row(potential, a, b, std::sqrt(u));
          const auto reverse =
              a == b ? row.values[density] : potential.density(b, a, std::sqrt(u)).value;
          if (reverse != row.values[density]) table.symmetric = false;
          for (std::size_t w = 0; w < row_width; ++w) {
            samples(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(w)) = row.values[w];
          }
        }
        const Eigen::MatrixXd coefficients = solver.solve(samples);
        for (Eigen::Index k = 0; k < count; ++k) {
          for (Eigen::Index w = 0; w < static_cast<Eigen::Index>(row_width); ++w) {
            table.rows.push_back(coefficients(k, w));
          }
        }
      }
    }
  }
  return table;
}

double neighbour_distance(const EmbeddedAtomPotential& potential, std::size_t element) {
  // Atoms on the first shells of fcc, and their distances squared over that of the first.
  struct Shell {
    double atoms;
    double square;
  };
  constexpr std::array<Shell, 6> shells = {
      {{12.0, 1.0}, {6.0, 2.0}, {24.0, 3.0}, {12.0, 4.0}, {24.0, 5.0}, {8.0, 6.0}}};
  const double closest = potential.closest_angstrom();
  const double ratio = std::pow(potential.cutoff_angstrom() / closest, 0.01);
  double best = closest;
  double lowest = std::numeric_limits<double>::max();
  for (double r = closest; r < potential.cutoff_angstrom(); r *= ratio) {
    double energy = 0.0;
    double density = 0.0;
    for (const auto& shell : shells) {
      const double distance = r * std::sqrt(shell.square);
      if (distance >= potential.cutoff_angstrom()) break;
      energy += 0.5 * shell.atoms * potential.pair(element, element, distance).value;
      density += shell.atoms * potential.density(element, element, distance).value;
    }
    // Of atoms that overlap no potential says anything.
    if (density > potential.largest_density(element)) continue;
    energy += potential.embedding(element, density).value;
    if (energy >= lowest) continue;
    lowest = energy;
    best = r;
  }
  return best;
}

double table_error(const EmbeddedAtomPotential& potential, std::size_t a, std::size_t b,
                   const PairTable& table) {
  constexpr std::size_t per_segment = 8;
  double worst = 0.0;
  const auto reference = exact_row(potential, a, b, neighbour_distance(potential, a));
  const std::size_t points = table.grid.segments * per_segment;
  for (std::size_t i = 0; i < points; ++i) {
    const double u =
        table.grid.first_u + (static_cast<double>(i) + 0.5) /
                                 (static_cast<double>(per_segment) * table.grid.segments_per_u);
    if (u < potential.closest_angstrom() * potential.closest_angstrom()) continue;
    const auto exact = exact_row(potential, a, b, std::sqrt(u));
    for (const RowValue value : {density, density_slope, pair_slope, pair_energy}) {
      const double scale =
          std::max(std::abs(exact.values[value]), std::abs(reference.values[value]));
      if (scale == 0.0) continue;
      const double got = table.value(a, b, value, u);
      worst = std::max(worst, std::abs(got - exact.values[value]) / scale);
    }
  }
  return worst;
}

double PairTable::value(std::size_t a, std::size_t b, RowValue which, double u) const {
  const double place = (u - grid.first_u) * grid.segments_per_u;
  const auto segment =
      static_cast<std::size_t>(std::clamp(place, 0.0, static_cast<double>(grid.segments) - 1.0));
  const double x = place - static_cast<double>(segment) - 0.5;
  const double* row =
      rows.data() + (a * elements + b) * pair_size() + segment * (degree + 1) * row_width + which;
  double sum = 0.0;
  for (std::size_t k = degree + 1; k-- > 0;) sum = sum * x + row[k * row_width];
  return sum;
}

}  // namespace adatom::energetics
