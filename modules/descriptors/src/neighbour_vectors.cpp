#include "adatom/descriptors/neighbour_vectors.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "adatom/base/aligned_vector.h"
#include "adatom/base/cpu_clones.h"
#include "adatom/base/error.h"
#include "adatom/base/instruction_set.h"
#include "adatom/crystal/neighbours.h"
#include "near_atoms.h"

namespace adatom::descriptors {
namespace {

/// Up to so many atoms in an open box every pair is looked at: with vector instructions that is
/// faster than sorting the atoms into cells.
constexpr std::size_t few = 4000;

FindNear find_near() {
#if defined(__x86_64__)
  if (is_available(InstructionSet::avx512)) return find_near_avx512;
#endif
  return find_near_portable;
}

ADATOM_CLONES void take(const double* from, double origin, const std::uint32_t* chosen,
                        std::size_t count, double* to) {
  for (std::size_t k = 0; k < count; ++k) to[k] = from[chosen[k]] - origin;
}

ADATOM_CLONES void take_lengths(const double* x, const double* y, const double* z,
                                std::size_t count, double* lengths) {
  for (std::size_t k = 0; k < count; ++k) {
    lengths[k] = std::sqrt(x[k] * x[k] + y[k] * y[k] + z[k] * z[k]);
  }
}

void resize(NeighbourVectors& neighbours, std::size_t entries) {
  neighbours.atom.resize(entries);
  for (auto* values : {&neighbours.x_angstrom, &neighbours.y_angstrom, &neighbours.z_angstrom,
                       &neighbours.distance_angstrom}) {
    values->resize(entries);
  }
}

void find_among_few(std::span<const Eigen::Vector3d> positions, double reach,
                    NeighbourVectors& neighbours) {
  static const FindNear find = find_near();
  const std::size_t count = positions.size();
  const std::size_t padded = (count + near_step - 1) / near_step * near_step;
  AlignedVector<double> x(padded);
  AlignedVector<double> y(padded);
  AlignedVector<double> z(padded);
  for (std::size_t i = 0; i < count; ++i) {
    if (!std::isfinite(positions[i].x()) || !std::isfinite(positions[i].y()) ||
        !std::isfinite(positions[i].z())) {
      throw InputError({.what = "a position is not a number",
                        .where = "atom " + std::to_string(i + 1),
                        .why = {},
                        .remedy = "mend the structure"});
    }
    x[i] = positions[i].x();
    y[i] = positions[i].y();
    z[i] = positions[i].z();
  }
  const AtomCoordinates all{.x = x.data(), .y = y.data(), .z = z.data(), .count = count};
  neighbours.first.assign(count + 1, 0);
  std::vector<std::uint32_t> near(count + near_step);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t found = find(all, i, reach * reach, near.data());
    const std::size_t begin = neighbours.first[i];
    neighbours.first[i + 1] = begin + found;
    if (begin + found > neighbours.atom.size()) resize(neighbours, 2 * (begin + found));
    std::copy_n(near.begin(), found, neighbours.atom.begin() + static_cast<std::ptrdiff_t>(begin));
    double* to_x = neighbours.x_angstrom.data() + begin;
    double* to_y = neighbours.y_angstrom.data() + begin;
    double* to_z = neighbours.z_angstrom.data() + begin;
    take(x.data(), x[i], near.data(), found, to_x);
    take(y.data(), y[i], near.data(), found, to_y);
    take(z.data(), z[i], near.data(), found, to_z);
    take_lengths(to_x, to_y, to_z, found, neighbours.distance_angstrom.data() + begin);
  }
  resize(neighbours, neighbours.first.back());
}

void find_among_many(std::span<const Eigen::Vector3d> positions, const crystal::Box& box,
                     double reach, NeighbourVectors& neighbours) {
  const crystal::NeighbourList list = crystal::find_neighbours(positions, box, reach);
  neighbours.first.assign(list.first.begin(), list.first.end());
  resize(neighbours, list.atom.size());
  neighbours.atom = list.atom;
  for (std::size_t i = 0; i < positions.size(); ++i) {
    for (std::size_t e = list.first[i]; e < list.first[i + 1]; ++e) {
      Eigen::Vector3d to = positions[list.atom[e]] - positions[i];
      if (!list.shift.empty()) {
        to += box.cell_angstrom.transpose() * list.shift[e].cast<double>();
      }
      neighbours.x_angstrom[e] = to.x();
      neighbours.y_angstrom[e] = to.y();
      neighbours.z_angstrom[e] = to.z();
      neighbours.distance_angstrom[e] = to.norm();
    }
  }
}

}  // namespace

void find_neighbour_vectors(std::span<const Eigen::Vector3d> positions_angstrom,
                            const crystal::Box& box, double reach_angstrom,
                            NeighbourVectors& neighbours) {
  neighbours.reach_angstrom = reach_angstrom;
  if (box.open() && positions_angstrom.size() <= few) {
    find_among_few(positions_angstrom, reach_angstrom, neighbours);
  } else {
    find_among_many(positions_angstrom, box, reach_angstrom, neighbours);
  }
}

NeighbourVectors find_neighbour_vectors(std::span<const Eigen::Vector3d> positions_angstrom,
                                        const crystal::Box& box, double reach_angstrom) {
  NeighbourVectors neighbours;
  find_neighbour_vectors(positions_angstrom, box, reach_angstrom, neighbours);
  return neighbours;
}

}  // namespace adatom::descriptors
