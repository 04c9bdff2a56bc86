#include "adatom/simulate/scs_library.h"

#include <gtest/gtest.h>

#include "adatom/base/error.h"

namespace adatom::simulate {
namespace {

TEST(ScsLibrary, InterpolatesGapsAndContinuesByItsLastStep) {
  const auto library = ScsLibrary::from_table(
      storage::parse_csv("atom_count,scs_angstrom2\n2,0.04\n4,0.10\n5,0.12\n", "a.csv"));
  EXPECT_EQ(library.size(), 5);
  EXPECT_EQ(library.at(0), 0.0);
  EXPECT_DOUBLE_EQ(library.at(1), 0.02);
  EXPECT_DOUBLE_EQ(library.at(2), 0.04);
  EXPECT_DOUBLE_EQ(library.at(3), 0.07);
  EXPECT_DOUBLE_EQ(library.at(5), 0.12);
  EXPECT_DOUBLE_EQ(library.at(8), 0.12 + 3 * 0.02);
}

TEST(ScsLibrary, ProportionalIsALine) {
  const auto library = ScsLibrary::proportional(0.03);
  EXPECT_DOUBLE_EQ(library.at(1), 0.03);
  EXPECT_DOUBLE_EQ(library.at(40), 1.2);
}

TEST(ScsLibrary, RefusesTablesThatAreNone) {
  const auto read = [](const char* rows) {
    return ScsLibrary::from_table(
        storage::parse_csv(std::string("atom_count,scs_angstrom2\n") + rows, "a.csv"));
  };
  EXPECT_THROW((void)read(""), InputError);
  EXPECT_THROW((void)read("1,0.02\n1,0.03\n"), InputError);
  EXPECT_THROW((void)read("0,0.02\n"), InputError);
  EXPECT_THROW((void)read("1,0.02\n2,0.02\n"), InputError);
  EXPECT_THROW((void)read("999999999999,0.02\n"), InputError);
  EXPECT_THROW((void)ScsLibrary::proportional(0.0), InputError);
}

// The sample's table is of the form that a calculation writes.
TEST(ScsLibrary, ReadsACalculatedTable) {
  const auto library = ScsLibrary::from_table(
      storage::read_csv(std::string(ADATOM_SOURCE_DIR) + "/data/sample/library.csv"));
  EXPECT_EQ(library.size(), 30);
  EXPECT_NEAR(library.at(1), 0.019683, 0.003 * 0.019683);
}

}  // namespace
}  // namespace adatom::simulate
