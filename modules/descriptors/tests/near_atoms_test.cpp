#include "near_atoms.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "adatom/base/instruction_set.h"
#include "adatom/base/random.h"
#include "adatom/descriptors/neighbour_vectors.h"

namespace adatom::descriptors {
namespace {

// Sizes before, at and behind a step of 16 and a chunk of 512. Coordinates are whole numbers, so
// that squares are exact and many atoms lie on the reach itself.
TEST(NearAtoms, EveryWayFindsTheSame) {
  RandomStream random(1);
  for (const std::size_t count : {1U, 15U, 16U, 17U, 511U, 512U, 513U, 1040U}) {
    const std::size_t padded = (count + near_step - 1) / near_step * near_step;
    std::vector<double> x(padded), y(padded), z(padded);
    for (auto* values : {&x, &y, &z}) {
      for (std::size_t i = 0; i < count; ++i) {
        (*values)[i] = static_cast<double>(random.below(10));
      }
    }
    const AtomCoordinates atoms{.x = x.data(), .y = y.data(), .z = z.data(), .count = count};
    for (const std::size_t from : {std::size_t{0}, count / 2, count - 1}) {
      std::vector<std::uint32_t> right;
      for (std::size_t j = 0; j < count; ++j) {
        const double dx = x[j] - x[from];
        const double dy = y[j] - y[from];
        const double dz = z[j] - z[from];
        if (j != from && dx * dx + dy * dy + dz * dz <= 14.0) {
          right.push_back(static_cast<std::uint32_t>(j));
        }
      }
      std::vector<FindNear> ways = {find_near_portable};
#if defined(__x86_64__)
      if (is_available(InstructionSet::avx512)) ways.push_back(find_near_avx512);
#endif
      for (const FindNear find : ways) {
        std::vector<std::uint32_t> near(count + near_step);
        near.resize(find(atoms, from, 14.0, near.data()));
        EXPECT_EQ(near, right) << count << " atoms, of " << from;
      }
    }
  }
}

// In a small periodic cell with a list, and among few in the open by looking at every pair.
TEST(NeighbourSearch, PartsAreThoseOfTheWhole) {
  RandomStream random(2);
  std::vector<Eigen::Vector3d> positions(70);
  for (auto& position : positions) {
    for (double& value : position) value = 9.0 * random.uniform();
  }
  crystal::Box periodic;
  periodic.cell_angstrom << 9.0, 0.0, 0.0, 1.0, 9.0, 0.0, 0.5, -1.0, 9.0;
  periodic.periodic = {true, true, true};
  for (const auto& box : {crystal::Box{}, periodic}) {
    const auto whole = find_neighbour_vectors(positions, box, 3.0);
    const NeighbourSearch search(positions, box, 3.0);
    NeighbourVectors part;
    for (const std::size_t begin : {0U, 13U, 40U, 69U}) {
      const std::size_t end = std::min<std::size_t>(begin + 30, positions.size());
      search.find(begin, end, part);
      ASSERT_EQ(part.atoms(), end - begin);
      for (std::size_t i = begin; i < end; ++i) {
        ASSERT_EQ(part.end(i) - part.begin(i), whole.end(i) - whole.begin(i));
        for (std::size_t k = 0; k < part.end(i) - part.begin(i); ++k) {
          const std::size_t here = part.begin(i) + k;
          const std::size_t there = whole.begin(i) + k;
          EXPECT_EQ(part.atom[here], whole.atom[there]);
          EXPECT_EQ(part.x_angstrom[here], whole.x_angstrom[there]);
          EXPECT_EQ(part.y_angstrom[here], whole.y_angstrom[there]);
          EXPECT_EQ(part.z_angstrom[here], whole.z_angstrom[there]);
          EXPECT_EQ(part.distance_angstrom[here], whole.distance_angstrom[there]);
        }
      }
    }
    EXPECT_GT(whole.atom.size(), positions.size());
  }
}

}  // namespace
}  // namespace adatom::descriptors
