#include "adatom/descriptors/neighbour_vectors.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>

#include "adatom/base/cpu_clones.h"
#include "adatom/base/error.h"
#include "adatom/base/instruction_set.h"
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

}  // namespace

NeighbourSearch::NeighbourSearch(std::span<const Eigen::Vector3d> positions_angstrom,
                                 const crystal::Box& box, double reach_angstrom)
    : reach_angstrom_(reach_angstrom),
      atoms_(positions_angstrom.size()),
      every_pair_(box.open() && atoms_ <= few),
      cell_angstrom_(box.cell_angstrom) {
  if (!every_pair_) list_ = crystal::find_neighbours(positions_angstrom, box, reach_angstrom);
  const std::size_t padded = (atoms_ + near_step - 1) / near_step * near_step;
  for (auto* values : {&x_, &y_, &z_}) values->resize(padded);
  for (std::size_t i = 0; i < atoms_; ++i) {
    const Eigen::Vector3d& at = positions_angstrom[i];
    if (!at.allFinite()) {
      throw InputError({.what = "a position is not a number",
                        .where = "atom " + std::to_string(i + 1),
                        .why = {},
                        .remedy = "mend the structure"});
    }
    x_[i] = at.x();
    y_[i] = at.y();
    z_[i] = at.z();
  }
}

void NeighbourSearch::find(std::size_t begin, std::size_t end, NeighbourVectors& neighbours) const {
  neighbours.reach_angstrom = reach_angstrom_;
  neighbours.first_atom = begin;
  neighbours.frame_atoms = atoms_;
  neighbours.first.assign(end - begin + 1, 0);
  if (every_pair_) {
    find_among_few(begin, end, neighbours);
  } else {
    find_in_list(begin, end, neighbours);
  }
}

void NeighbourSearch::find_among_few(std::size_t begin, std::size_t end,
                                     NeighbourVectors& neighbours) const {
  static const FindNear find_near_one = find_near();
  const AtomCoordinates all{.x = x_.data(), .y = y_.data(), .z = z_.data(), .count = atoms_};
  std::vector<std::uint32_t> near(atoms_ + near_step);
  std::size_t entry = 0;
  for (std::size_t i = begin; i < end; ++i) {
    const std::size_t found = find_near_one(all, i, reach_angstrom_ * reach_angstrom_, near.data());
    if (entry + found > neighbours.atom.size()) resize(neighbours, 2 * (entry + found));
    std::copy_n(near.begin(), found, neighbours.atom.begin() + static_cast<std::ptrdiff_t>(entry));
    double* to_x = neighbours.x_angstrom.data() + entry;
    double* to_y = neighbours.y_angstrom.data() + entry;
    double* to_z = neighbours.z_angstrom.data() + entry;
    take(x_.data(), x_[i], near.data(), found, to_x);
    take(y_.data(), y_[i], near.data(), found, to_y);
    take(z_.data(), z_[i], near.data(), found, to_z);
    take_lengths(to_x, to_y, to_z, found, neighbours.distance_angstrom.data() + entry);
    entry += found;
    neighbours.first[i - begin + 1] = entry;
  }
  resize(neighbours, entry);
}

void NeighbourSearch::find_in_list(std::size_t begin, std::size_t end,
                                   NeighbourVectors& neighbours) const {
  const std::size_t before = list_.first[begin];
  resize(neighbours, list_.first[end] - before);
  for (std::size_t i = begin; i < end; ++i) {
    neighbours.first[i - begin + 1] = list_.first[i + 1] - before;
    for (std::size_t e = list_.first[i]; e < list_.first[i + 1]; ++e) {
      const std::uint32_t other = list_.atom[e];
      Eigen::Vector3d to(x_[other] - x_[i], y_[other] - y_[i], z_[other] - z_[i]);
      if (!list_.shift.empty()) to += cell_angstrom_.transpose() * list_.shift[e].cast<double>();
      neighbours.atom[e - before] = other;
      neighbours.x_angstrom[e - before] = to.x();
      neighbours.y_angstrom[e - before] = to.y();
      neighbours.z_angstrom[e - before] = to.z();
      neighbours.distance_angstrom[e - before] = to.norm();
    }
  }
}

void find_neighbour_vectors(std::span<const Eigen::Vector3d> positions_angstrom,
                            const crystal::Box& box, double reach_angstrom,
                            NeighbourVectors& neighbours) {
  NeighbourSearch(positions_angstrom, box, reach_angstrom)
      .find(0, positions_angstrom.size(), neighbours);
}

NeighbourVectors find_neighbour_vectors(std::span<const Eigen::Vector3d> positions_angstrom,
                                        const crystal::Box& box, double reach_angstrom) {
  NeighbourVectors neighbours;
  find_neighbour_vectors(positions_angstrom, box, reach_angstrom, neighbours);
  return neighbours;
}

}  // namespace adatom::descriptors
