#include "adatom/simulate/probe.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>

namespace adatom::simulate {
namespace {

using std::numbers::pi;

// Tabulated (Kirkland, Advanced Computing in Electron Microscopy, table C.1, more digits): the
// values below are worked out with them by hand.
constexpr double wavelength_300_kv = 0.0196875;
constexpr double wavelength_200_kv = 0.0250793;

TEST(AberrationPhase, DefocusAndSphericalAberration) {
  ProbeOptions probe;
  EXPECT_EQ(aberration_phase(probe, 0.02, 1.0), 0.0);
  // pi / 0.0196875 * 1e-4 * 100, as C1 = -100.
  probe.defocus_angstrom = 100.0;
  EXPECT_NEAR(aberration_phase(probe, 0.01, 0.3), -1.595730, 2e-5);
  // pi / (2 * 0.0196875) * 1e-8 * 1e7.
  probe.defocus_angstrom = 0.0;
  probe.cs_mm = 1.0;
  EXPECT_NEAR(aberration_phase(probe, 0.01, -2.0), 7.978648, 1e-4);
}

// Scherzer's underfocus sqrt(Cs lambda): the phase is lowest, -pi / 2, at sqrt(defocus / Cs), and
// zero again at sqrt(2) times that angle.
TEST(AberrationPhase, ScherzerFocus) {
  ProbeOptions probe;
  probe.voltage_kv = 200.0;
  probe.cs_mm = 1.2;
  probe.defocus_angstrom = std::sqrt(1.2e7 * wavelength_200_kv);
  const double lowest = std::sqrt(probe.defocus_angstrom / 1.2e7);
  EXPECT_NEAR(aberration_phase(probe, lowest, 0.0), -pi / 2.0, 1e-4);
  EXPECT_GT(aberration_phase(probe, 0.98 * lowest, 0.0), -pi / 2.0);
  EXPECT_GT(aberration_phase(probe, 1.02 * lowest, 0.0), -pi / 2.0);
  EXPECT_NEAR(aberration_phase(probe, std::sqrt(2.0) * lowest, 0.0), 0.0, 1e-9);
}

TEST(AberrationPhase, TwoFoldAstigmatism) {
  ProbeOptions probe;
  probe.astigmatism_angstrom = 50.0;
  probe.astigmatism_angle_rad = 0.3;
  // pi / 0.0196875 * 4e-4 * 50.
  EXPECT_NEAR(aberration_phase(probe, 0.02, 0.3), 3.191459, 4e-5);
  EXPECT_NEAR(aberration_phase(probe, 0.02, 0.3 + pi / 4.0), 0.0, 1e-9);
  for (const double azimuth : {0.0, 0.7, 2.0}) {
    const double here = aberration_phase(probe, 0.02, azimuth);
    EXPECT_NEAR(aberration_phase(probe, 0.02, azimuth + pi), here, 1e-9);
    EXPECT_NEAR(aberration_phase(probe, 0.02, azimuth + pi / 2.0), -here, 1e-9);
  }
  // A line focus: a defocus as large cancels it along its azimuth and doubles it across.
  probe.defocus_angstrom = 50.0;
  EXPECT_NEAR(aberration_phase(probe, 0.02, 0.3), 0.0, 1e-9);
  EXPECT_NEAR(aberration_phase(probe, 0.02, 0.3 + pi / 2.0), -2.0 * 3.191459, 8e-5);
}

TEST(AberrationPhase, Coma) {
  ProbeOptions probe;
  probe.coma_angstrom = 300.0;
  probe.coma_angle_rad = -0.4;
  // 2 pi / 0.0196875 * 8e-6 / 3 * 300.
  EXPECT_NEAR(aberration_phase(probe, 0.02, -0.4), 0.255317, 4e-6);
  EXPECT_NEAR(aberration_phase(probe, 0.02, -0.4 + pi / 3.0), 0.255317 / 2.0, 4e-6);
  EXPECT_NEAR(aberration_phase(probe, 0.02, -0.4 + pi), -0.255317, 4e-6);
  EXPECT_NEAR(aberration_phase(probe, 0.02, -0.4 + pi / 2.0), 0.0, 1e-9);
  // By the third power of the angle.
  EXPECT_NEAR(aberration_phase(probe, 0.04, -0.4), 8.0 * 0.255317, 4e-5);
}

TEST(AberrationPhase, AberrationsAddUp) {
  ProbeOptions all;
  all.defocus_angstrom = -30.0;
  all.cs_mm = 0.02;
  all.astigmatism_angstrom = 20.0;
  all.astigmatism_angle_rad = 1.1;
  all.coma_angstrom = 400.0;
  all.coma_angle_rad = 2.5;
  std::array<ProbeOptions, 4> each{};
  each[0].defocus_angstrom = all.defocus_angstrom;
  each[1].cs_mm = all.cs_mm;
  each[2].astigmatism_angstrom = all.astigmatism_angstrom;
  each[2].astigmatism_angle_rad = all.astigmatism_angle_rad;
  each[3].coma_angstrom = all.coma_angstrom;
  each[3].coma_angle_rad = all.coma_angle_rad;
  double sum = 0.0;
  for (const auto& probe : each) sum += aberration_phase(probe, 0.025, 0.9);
  EXPECT_NEAR(aberration_phase(all, 0.025, 0.9), sum, 1e-9);
  // -C1 pi theta^2 / lambda alone: not all of them vanish.
  EXPECT_NEAR(aberration_phase(each[0], 0.025, 0.9), pi * 6.25e-4 * 30.0 / wavelength_300_kv, 1e-4);
}

TEST(ProbeOptions, SaysWhatIsOutOfRange) {
  EXPECT_TRUE(ProbeOptions{}.validate().empty());
  ProbeOptions probe;
  probe.voltage_kv = 1.0;
  probe.aperture_mrad = 0.0;
  probe.coma_angstrom = -1.0;
  const auto issues = probe.validate();
  ASSERT_EQ(issues.size(), 3U);
  EXPECT_EQ(issues[0].name, "voltage_kv");
  EXPECT_EQ(issues[1].name, "aperture_mrad");
  EXPECT_EQ(issues[2].name, "coma_angstrom");
}

}  // namespace
}  // namespace adatom::simulate
