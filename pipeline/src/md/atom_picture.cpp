#include "md/atom_picture.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "adatom/crystal/element.h"
#include "adatom/crystal/neighbours.h"
#include "adatom/energetics/energies.h"
#include "adatom/report/figure_atoms.h"

namespace adatom::pipeline {
namespace {

constexpr double share_of_lattice = 0.85;

/// What a picture takes of a structure.
struct Drawn {
  std::vector<double> x;
  std::vector<double> y;
  std::vector<double> z;
  std::vector<double> radius;
  std::vector<std::size_t> kind;

  [[nodiscard]] report::ShownAtoms shown() const { return {x, y, z, radius, kind}; }
};

Drawn drawn_of(const crystal::Structure& structure, double reach) {
  Drawn drawn;
  // The nearest neighbours of an fcc crystal are a / sqrt 2 apart.
  const double radius = reach / share_of_lattice / std::sqrt(8.0);
  for (const auto& atom : structure.atoms) {
    drawn.x.push_back(atom.position_angstrom.x());
    drawn.y.push_back(atom.position_angstrom.y());
    drawn.z.push_back(atom.position_angstrom.z());
    drawn.radius.push_back(radius);
  }
  for (const std::size_t neighbours : coordination_numbers(structure, reach)) {
    drawn.kind.push_back(report::coordination_kind(neighbours));
  }
  return drawn;
}

double median_nearest_distance(const crystal::Structure& structure) {
  const auto positions = energetics::positions_of(structure);
  const auto box = crystal::box_of(structure);
  constexpr double far = 6.0;  // angstrom: no metal's neighbours are farther apart
  const auto list = crystal::find_neighbours(positions, box, far);
  std::vector<double> nearest;
  for (std::size_t i = 0; i < positions.size(); ++i) {
    double best = far;
    for (std::size_t k = list.first[i]; k < list.first[i + 1]; ++k) {
      Eigen::Vector3d other = positions[list.atom[k]];
      if (!list.shift.empty()) {
        other += box.cell_angstrom.transpose() * list.shift[k].cast<double>();
      }
      best = std::min(best, (other - positions[i]).norm());
    }
    nearest.push_back(best);
  }
  if (nearest.empty()) return 3.0;
  const auto middle = nearest.begin() + static_cast<std::ptrdiff_t>(nearest.size() / 2);
  std::nth_element(nearest.begin(), middle, nearest.end());
  return *middle;
}

}  // namespace

double neighbour_reach_angstrom(const crystal::Structure& structure) {
  double sum = 0.0;
  for (const auto& atom : structure.atoms) {
    const auto lattice = crystal::fcc_lattice_parameter_angstrom(atom.element);
    if (!lattice) return share_of_lattice * std::sqrt(2.0) * median_nearest_distance(structure);
    sum += *lattice;
  }
  const auto count = static_cast<double>(std::max<std::size_t>(structure.atoms.size(), 1));
  return share_of_lattice * sum / count;
}

std::vector<std::size_t> coordination_numbers(const crystal::Structure& structure,
                                              double reach_angstrom) {
  const auto list = crystal::find_neighbours(energetics::positions_of(structure),
                                             crystal::box_of(structure), reach_angstrom);
  std::vector<std::size_t> numbers;
  for (std::size_t i = 0; i < structure.atoms.size(); ++i) {
    numbers.push_back(list.first[i + 1] - list.first[i]);
  }
  return numbers;
}

report::Figure draw_particle(const crystal::Structure& structure, const std::string& title,
                             double reach_angstrom, std::optional<double> side_angstrom) {
  const Drawn drawn = drawn_of(structure, reach_angstrom);
  return report::draw_atoms(drawn.shown(), {.title = title,
                                            .kinds = report::coordination_kinds(),
                                            .kinds_label = "neighbours",
                                            .side_angstrom = side_angstrom});
}

report::ModelFrame model_frame(const crystal::Structure& structure, const std::string& label,
                               double reach_angstrom) {
  Drawn drawn = drawn_of(structure, reach_angstrom);
  return {.label = label,
          .x_angstrom = std::move(drawn.x),
          .y_angstrom = std::move(drawn.y),
          .z_angstrom = std::move(drawn.z),
          .radius_angstrom = std::move(drawn.radius),
          .kinds = {std::move(drawn.kind)}};
}

double picture_side_angstrom(const crystal::Structure& structure, double reach_angstrom) {
  return report::side_for(drawn_of(structure, reach_angstrom).shown());
}

}  // namespace adatom::pipeline
