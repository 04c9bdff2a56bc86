// What a fit of rings takes in.
#include "ring_bins.h"

#include <gtest/gtest.h>

#include "adatom/base/error.h"
#include "adatom/diffraction/rings.h"
#include "ring_profile.h"

namespace adatom::diffraction {
namespace {

// A faint end of a steep profile keeps its small errors; bins without counts get a tenth of the
// usual one.
TEST(RingBins, OnlyEmptyOnesAreRaised) {
  Profile profile;
  profile.s_first_per_angstrom = 0.0005;
  profile.s_step_per_angstrom = 0.001;
  for (std::size_t i = 0; i < 9; ++i) {
    const bool faint = i >= 6;
    profile.intensity.push_back(faint ? 0.01 : 400.0);
    profile.intensity_stderr.push_back(faint ? 0.001 : 2.0);
    profile.weight.push_back(100.0);
  }
  profile.intensity[7] = 0.0;
  profile.intensity_stderr[8] = 0.0;
  const Bins bins = read_bins(profile, {0, 9});
  EXPECT_DOUBLE_EQ(bins.stated[0], 4.0);
  EXPECT_DOUBLE_EQ(bins.stated[6], 1e-6);
  EXPECT_DOUBLE_EQ(bins.stated[7], 0.04);
  EXPECT_DOUBLE_EQ(bins.stated[8], 0.04);
}

TEST(RingFitter, RefusesTwoPhasesOfOneName) {
  const made::Recipe recipe{.rings = made::copper_and_oxide(1.0, 1.0)};
  auto second = *crystal::find_phase("Cu2O");
  second.name = "Cu";
  EXPECT_THROW(RingFitter(made::make_profile(recipe), {*crystal::find_phase("Cu"), second}),
               InputError);
}

}  // namespace
}  // namespace adatom::diffraction
