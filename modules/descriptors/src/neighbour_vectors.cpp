#include "adatom/descriptors/neighbour_vectors.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "adatom/base/aligned_vector.h"
#include "adatom/base/cpu_clones.h"
#include "adatom/base/error.h"
#include "adatom/crystal/neighbours.h"

namespace adatom::descriptors {
namespace {

/// Up to so many atoms in an open box every pair is looked at: with vector instructions that is
/// faster than sorting the atoms into cells.
constexpr std::size_t few = 4000;

struct Coordinates {
  AlignedVector<double> x;
  AlignedVector<double> y;
  AlignedVector<double> z;
};

/// Squared distances of all atoms from one.
ADATOM_CLONES void square_distances(const Coordinates& all, std::size_t from, double* squares) {
  const double x = all.x[from];
  const double y = all.y[from];
  const double z = all.z[from];
  const double* px = all.x.data();
  const double* py = all.y.data();
  const double* pz = all.z.data();
  const std::size_t count = all.x.size();
  for (std::size_t j = 0; j < count; ++j) {
    const double dx = px[j] - x;
    const double dy = py[j] - y;
    const double dz = pz[j] - z;
    squares[j] = dx * dx + dy * dy + dz * dz;
  }
}

/// The atoms within the reach, in their order, without branches that cannot be foreseen.
std::size_t choose(const double* squares, std::size_t count, double square_of_reach,
                   std::uint32_t* chosen) {
  std::size_t found = 0;
  for (std::size_t j = 0; j < count; ++j) {
    chosen[found] = static_cast<std::uint32_t>(j);
    found += squares[j] <= square_of_reach ? 1 : 0;
  }
  return found;
}

ADATOM_CLONES void take(const double* from, double origin, const std::uint32_t* chosen,
                        std::size_t count, double* to) {
  for (std::size_t k = 0; k < count; ++k) to[k] = from[chosen[k]] - origin;
}

ADATOM_CLONES void take_roots(const double* squares, const std::uint32_t* chosen, std::size_t count,
                              double* to) {
  for (std::size_t k = 0; k < count; ++k) to[k] = std::sqrt(squares[chosen[k]]);
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
  const std::size_t count = positions.size();
  Coordinates all{AlignedVector<double>(count), AlignedVector<double>(count),
                  AlignedVector<double>(count)};
  for (std::size_t i = 0; i < count; ++i) {
    if (!std::isfinite(positions[i].x()) || !std::isfinite(positions[i].y()) ||
        !std::isfinite(positions[i].z())) {
      throw InputError({.what = "a position is not a number",
                        .where = "atom " + std::to_string(i + 1),
                        .why = {},
                        .remedy = "mend the structure"});
    }
    all.x[i] = positions[i].x();
    all.y[i] = positions[i].y();
    all.z[i] = positions[i].z();
  }
  neighbours.first.assign(count + 1, 0);
  std::vector<double> squares(count);
  std::vector<std::uint32_t> chosen(count + 1);
  for (std::size_t i = 0; i < count; ++i) {
    square_distances(all, i, squares.data());
    squares[i] = HUGE_VAL;  // itself
    const std::size_t found = choose(squares.data(), count, reach * reach, chosen.data());
    const std::size_t begin = neighbours.first[i];
    neighbours.first[i + 1] = begin + found;
    if (begin + found > neighbours.atom.size()) resize(neighbours, 2 * (begin + found));
    std::copy_n(chosen.begin(), found, neighbours.atom.data() + begin);
    take(all.x.data(), all.x[i], chosen.data(), found, neighbours.x_angstrom.data() + begin);
    take(all.y.data(), all.y[i], chosen.data(), found, neighbours.y_angstrom.data() + begin);
    take(all.z.data(), all.z[i], chosen.data(), found, neighbours.z_angstrom.data() + begin);
    take_roots(squares.data(), chosen.data(), found, neighbours.distance_angstrom.data() + begin);
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
