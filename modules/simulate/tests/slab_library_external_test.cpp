// A published library of platinum, which is not part of the repository.
#include <gtest/gtest.h>

#include "adatom/simulate/slab_library.h"
#include "adatom/storage/csv.h"
#include "external_data.h"

namespace adatom::simulate {
namespace {

// The conditions of that library are not recorded. With displacements of room temperature and the
// usual angles its values stand from one percent below ours (single atoms) to six above (thick
// columns).
TEST(SlabLibraryExternal, PlatinumOfStatStem) {
  const auto path = testing::external_data() / "stem/PtIr/library_pt.csv";
  ADATOM_REQUIRE_EXTERNAL(path);
  const auto theirs = storage::read_csv(path).numbers("scs_angstrom2");
  SlabLibraryOptions options;
  options.element = "Pt";
  options.rms_displacement_angstrom = 0.0697;
  options.atoms = 12;
  options.configurations = 64;
  NoPartStore parts;
  NoProgress progress;
  const SlabLibrary result = simulate_slab_library(options, {}, parts, progress);
  const auto ours = scs_on_detector(result.library, 40.0, 160.0);
  ASSERT_GE(theirs.size(), ours.size());
  for (std::size_t n = 0; n < ours.size(); ++n) {
    EXPECT_GT(theirs[n] / ours[n].scs_angstrom2, 0.99) << n + 1;
    EXPECT_LT(theirs[n] / ours[n].scs_angstrom2, 1.06) << n + 1;
  }
}

}  // namespace
}  // namespace adatom::simulate
