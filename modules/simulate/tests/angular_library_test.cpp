#include "adatom/simulate/angular_library.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "adatom/base/error.h"
#include "adatom/storage/files.h"
#include "adatom/storage/hdf5.h"
#include "program.h"

namespace adatom::simulate {
namespace {

/// Every bin of n atoms receives n in the first batch, 2 n in the second, 6 n in the third.
AngularLibrary flat_library() {
  AngularLibrary library;
  library.conditions = {.element = "Au",
                        .zone_axis = "110",
                        .lattice_parameter_angstrom = 4.0786,
                        .temperature_k = 300.0,
                        .rms_displacement_angstrom = 0.0898,
                        .voltage_kv = 300.0,
                        .aperture_mrad = 20.0};
  library.batches = 3;
  library.atoms = 4;
  library.bins = 200;
  for (const float share : {1.0F, 2.0F, 6.0F}) {
    for (std::int64_t n = 1; n <= library.atoms; ++n) {
      library.scs_angstrom2.insert(library.scs_angstrom2.end(), 200, share * static_cast<float>(n));
    }
  }
  return library;
}

// Batches 1, 2, 6: mean 3, standard deviation sqrt(7), standard error sqrt(7/3).
TEST(AngularLibrary, DetectorSumsItsBinsAndSpreadsByBatch) {
  const auto values = scs_on_detector(flat_library(), 40.0, 160.0);
  ASSERT_EQ(values.size(), 4U);
  for (std::size_t n = 1; n <= 4; ++n) {
    const double count = 120.0 * static_cast<double>(n);
    EXPECT_DOUBLE_EQ(values[n - 1].scs_angstrom2, 3.0 * count);
    EXPECT_DOUBLE_EQ(values[n - 1].stderr_angstrom2, std::sqrt(7.0 / 3.0) * count);
  }
}

TEST(AngularLibrary, BinsThatAnEdgeCutsCountByTheirShare) {
  const auto library = flat_library();
  // 0.75 + 2 + 0.5 bins.
  EXPECT_NEAR(scs_on_detector(library, 40.25, 43.5)[0].scs_angstrom2, 3.0 * 3.25, 1e-12);
  EXPECT_NEAR(scs_on_detector(library, 40.25, 40.5)[0].scs_angstrom2, 3.0 * 0.25, 1e-12);
  // The edges of the library themselves are allowed.
  EXPECT_NEAR(scs_on_detector(library, 20.0, 200.0)[0].scs_angstrom2, 3.0 * 180.0, 1e-9);
}

TEST(AngularLibrary, DetectorsAddUp) {
  const auto library = flat_library();
  const double whole = scs_on_detector(library, 21.3, 187.9)[2].scs_angstrom2;
  const double parts = scs_on_detector(library, 21.3, 60.7)[2].scs_angstrom2 +
                       scs_on_detector(library, 60.7, 187.9)[2].scs_angstrom2;
  EXPECT_NEAR(whole, parts, 1e-9);
}

TEST(AngularLibrary, SensitivityWeighsTheMiddleOfEachBin) {
  // Sum over 200 bins of 3 (b + 0.5).
  const auto values = scs_on_detector(flat_library(), [](double mrad) { return mrad; });
  EXPECT_DOUBLE_EQ(values[0].scs_angstrom2, 3.0 * 200.0 * 100.0);
}

TEST(AngularLibrary, RefusesDetectorsItDoesNotCover) {
  const auto library = flat_library();
  for (const auto& [inner, outer] :
       {std::pair{19.9, 160.0}, {40.0, 200.1}, {40.0, 40.0}, {60.0, 40.0}, {std::nan(""), 60.0}}) {
    EXPECT_THROW((void)scs_on_detector(library, inner, outer), InputError) << inner << ':' << outer;
  }
}

TEST(AngularLibrary, OneBatchHasNoStandardError) {
  auto library = flat_library();
  library.batches = 1;
  const auto values = scs_on_detector(library, 40.0, 41.0);
  EXPECT_DOUBLE_EQ(values[0].scs_angstrom2, 1.0);
  EXPECT_TRUE(std::isnan(values[0].stderr_angstrom2));
}

TEST(AngularLibrary, Tables) {
  const auto library = flat_library();
  const auto table = library_table(library, 40.0, 160.0);
  EXPECT_EQ(table.header(),
            (std::vector<std::string>{"element", "zone_axis", "atom_count", "inner_mrad",
                                      "outer_mrad", "scs_angstrom2", "scs_stderr_angstrom2"}));
  ASSERT_EQ(table.rows(), 4U);
  EXPECT_EQ(table.row(1)[0], "Au");
  EXPECT_EQ(table.row(1)[1], "110");
  EXPECT_EQ(table.integers("atom_count")[1], 2);
  EXPECT_EQ(table.numbers("inner_mrad")[1], 40.0);
  EXPECT_EQ(table.numbers("outer_mrad")[1], 160.0);
  EXPECT_DOUBLE_EQ(table.numbers("scs_angstrom2")[1], 720.0);

  const auto radial = radial_table(library);
  ASSERT_EQ(radial.rows(), 800U);
  EXPECT_EQ(radial.integers("atom_count")[200], 2);
  EXPECT_EQ(radial.numbers("angle_mrad")[203], 3.0);
  EXPECT_DOUBLE_EQ(radial.numbers("scs_angstrom2")[203], 6.0);
  EXPECT_DOUBLE_EQ(radial.numbers("scs_stderr_angstrom2")[203], 2.0 * std::sqrt(7.0 / 3.0));

  EXPECT_EQ(plain_list(library, 40.0, 41.0), "3\n6\n9\n12\n");
}

class AngularLibraryFile : public ::testing::Test {
 protected:
  std::string complaint(const AngularLibrary& library) {
    write_angular_library(library, folder_.path() / "a.h5");
    return complaint_of_file();
  }
  std::string complaint_of_file() {
    try {
      (void)read_angular_library(folder_.path() / "a.h5");
    } catch (const InputError& error) {
      return error.what();
    }
    return "(accepted)";
  }
  testing::ScratchFolder folder_;
};

TEST_F(AngularLibraryFile, ReadsBackWhatWasWritten) {
  const auto library = flat_library();
  write_angular_library(library, folder_.path() / "a.h5");
  write_angular_library(library, folder_.path() / "b.h5");
  EXPECT_EQ(storage::read_file(folder_.path() / "a.h5"),
            storage::read_file(folder_.path() / "b.h5"));
  const auto read = read_angular_library(folder_.path() / "a.h5");
  EXPECT_EQ(read.scs_angstrom2, library.scs_angstrom2);
  EXPECT_EQ(read.batches, 3);
  EXPECT_EQ(read.atoms, 4);
  EXPECT_EQ(read.bins, 200);
  EXPECT_EQ(read.bin_mrad, 1.0);
  EXPECT_EQ(read.conditions.element, "Au");
  EXPECT_EQ(read.conditions.zone_axis, "110");
  EXPECT_EQ(read.conditions.lattice_parameter_angstrom, 4.0786);
  EXPECT_EQ(read.conditions.temperature_k, 300.0);
  EXPECT_EQ(read.conditions.rms_displacement_angstrom, 0.0898);
  EXPECT_EQ(read.conditions.voltage_kv, 300.0);
  EXPECT_EQ(read.conditions.aperture_mrad, 20.0);
  EXPECT_EQ(read.conditions.scattering_factors, "Lobato and Van Dyck 2014");
}

TEST_F(AngularLibraryFile, DisplacementGivenByHandHasNoTemperature) {
  auto library = flat_library();
  library.conditions.temperature_k.reset();
  library.conditions.rms_displacement_angstrom = 0.0;
  write_angular_library(library, folder_.path() / "a.h5");
  EXPECT_EQ(read_angular_library(folder_.path() / "a.h5").conditions.temperature_k, std::nullopt);
}

TEST_F(AngularLibraryFile, RefusesWhatIsNone) {
  auto library = flat_library();
  library.scs_angstrom2[700] = -1.0F;
  EXPECT_NE(complaint(library).find("negative"), std::string::npos);
  library.scs_angstrom2[700] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_NE(complaint(library).find("not finite"), std::string::npos);
  library = flat_library();
  library.conditions.voltage_kv = 0.0;
  EXPECT_NE(complaint(library).find("voltage_kv"), std::string::npos);
  library = flat_library();
  library.conditions.element.clear();
  EXPECT_NE(complaint(library).find("element"), std::string::npos);

  storage::write_file(folder_.path() / "a.h5", "no HDF5");
  EXPECT_NE(complaint_of_file(), "(accepted)");
  storage::Hdf5Writer other(folder_.path() / "a.h5");
  other.set("/", "format", "something else");
  other.close();
  EXPECT_NE(complaint_of_file().find("no library"), std::string::npos);
}

}  // namespace
}  // namespace adatom::simulate
