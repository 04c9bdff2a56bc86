#include "near_atoms.h"

#include <vector>

#include <gtest/gtest.h>

#include "adatom/base/instruction_set.h"
#include "adatom/base/random.h"

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

}  // namespace
}  // namespace adatom::descriptors
