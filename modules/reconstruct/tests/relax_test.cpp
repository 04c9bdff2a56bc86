#include "adatom/reconstruct/relax.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>
#include <Eigen/Geometry>

#include "adatom/base/error.h"
#include "adatom/base/physical_constants.h"
#include "adatom/crystal/nanoparticle.h"
#include "adatom/energetics/make_potential.h"
#include "rigid_motion.h"

namespace adatom::reconstruct {
namespace {

crystal::Structure small_particle() {
  return crystal::build_truncated_octahedron({"Au", 4.0642}, 4, 1);  // 38 atoms
}

/// 10 ps at 50 K, where nothing but vibration happens.
RelaxOptions short_and_cold() {
  return {.temperature_k = 50.0,
          .relax_ns = 0.01,
          .windows = 4,
          .sample_every_steps = 5,
          .quench_force_ev_per_angstrom = 1e-5,
          .save_every_steps = 300};
}

RelaxResult relax(const RelaxOptions& options, RelaxState from = {},
                  const SaveRelaxState& save = {}) {
  static const auto potential = energetics::make_potential("smatb:Au");
  NoProgress silent;
  return relax_candidate(small_particle(), potential, {}, options, RandomStream(7), std::move(from),
                         save, silent);
}

/// Stops once the dynamics has reported `patience` times; quenches do not report.
class Impatient final : public Progress {
 public:
  explicit Impatient(int patience) : patience_(patience) {}
  void begin(std::string_view, std::size_t) override {}
  void advance(std::size_t) override { --patience_; }
  [[nodiscard]] bool cancelled() const override { return patience_ <= 0; }

 private:
  int patience_;
};

std::vector<double> numbers_of(const RelaxResult& result) {
  std::vector<double> all = result.window_energies_ev;
  all.insert(all.end(), result.rms_displacement_angstrom.begin(),
             result.rms_displacement_angstrom.end());
  for (const auto* structure : {&result.quenched, &result.mean, &result.start}) {
    for (const auto& atom : structure->atoms) {
      all.insert(all.end(), atom.position_angstrom.begin(), atom.position_angstrom.end());
    }
  }
  all.insert(all.end(), {result.energy_ev, result.energy_stderr_ev, result.mean_potential_ev,
                         result.mean_potential_stderr_ev, result.mean_temperature_k});
  return all;
}

TEST(Relax, TheAverageOfAColdParticleQuenchesToItsMinimum) {
  const auto options = short_and_cold();
  const auto result = relax(options);
  EXPECT_EQ(result.frames, 200);  // 1000 averaged steps
  EXPECT_TRUE(result.warnings.empty());
  // Forces of 1e-5 eV/angstrom leave 38 atoms 1e-9 eV above the minimum.
  EXPECT_NEAR(result.energy_ev, result.start_energy_ev, 1e-6);
  ASSERT_EQ(result.window_energies_ev.size(), 4U);
  for (const double energy : result.window_energies_ev) {
    EXPECT_NEAR(energy, result.start_energy_ev, 1e-6);
  }
  EXPECT_LT(result.energy_stderr_ev, 1e-6);
  for (std::size_t i = 0; i < 38; ++i) {
    const auto at = [i](const crystal::Structure& s) { return s.atoms[i].position_angstrom; };
    // The average is nearer to the minimum than the vibration is wide.
    EXPECT_LT((at(result.mean) - at(result.start)).norm(), 0.06);
    EXPECT_LT((at(result.quenched) - at(result.start)).norm(), 1e-3);
  }
}

TEST(Relax, AHarmonicParticleHasTheEnergyOfEquipartition) {
  auto options = short_and_cold();
  options.relax_ns = 0.04;
  const auto result = relax(options);
  // 108 vibrations share the thermostat's 111 squares. 2 vibrations' periods of error in the mean
  // of 20 ps: some 5 %; anharmonic terms at 50 K: 1 %.
  EXPECT_NEAR(result.mean_temperature_k, 50.0, 3.0);
  const double expected_ev = 0.5 * 111.0 * boltzmann_ev_per_k * 50.0;
  EXPECT_NEAR(result.mean_potential_ev - result.start_energy_ev, expected_ev, 0.08 * expected_ev);
  EXPECT_GT(result.mean_potential_stderr_ev, 0.0);
  EXPECT_LT(result.mean_potential_stderr_ev, 0.05 * expected_ev);
  // Classical Debye solid of 165 K: <u^2> = 9 hbar^2 T / (M k theta^2) = (0.064 angstrom)^2 in the
  // bulk; atoms at the surface move more.
  for (const double rms : result.rms_displacement_angstrom) {
    EXPECT_GT(rms, 0.05);
    EXPECT_LT(rms, 0.15);
  }
}

TEST(Relax, InterruptedAnywhereItGivesTheSameBytes) {
  for (const auto precision : {energetics::Precision::full, energetics::Precision::mixed}) {
    auto options = short_and_cold();
    options.temperature_k = 400.0;
    options.precision = precision;
    const auto whole = numbers_of(relax(options));
    RelaxState kept;
    const SaveRelaxState keep = [&](const RelaxState& state) { kept = state; };
    const auto potential = energetics::make_potential("smatb:Au");
    int interruptions = 0;
    std::int64_t done_before = -1;
    for (bool finished = false; !finished;) {
      ASSERT_LT(interruptions, 20);
      Impatient progress(5);
      try {
        EXPECT_EQ(numbers_of(relax_candidate(small_particle(), potential, {}, options,
                                             RandomStream(7), kept, keep, progress)),
                  whole);
        finished = true;
      } catch (const Interrupted&) {
        const auto done = relax_steps_done(options, kept);
        EXPECT_GT(done, done_before);
        EXPECT_LE(done, relax_steps(options));
        done_before = done;
        ++interruptions;
      }
    }
    EXPECT_GT(interruptions, 5);
    options.save_every_steps = 20000;
    EXPECT_EQ(numbers_of(relax(options)), whole) << "pieces change nothing";
  }
}

TEST(Relax, AParticleThatTurnsAndDriftsHasTheSameAverage) {
  const auto options = short_and_cold();
  const auto still = relax(options);
  // Stop as the dynamics begins, turn and shift everything, go on: physics is the same.
  RelaxState begun;
  (void)relax(options, {}, [&](const RelaxState& state) {
    if (state.phase == RelaxPhase::dynamics && state.state.step == 0) begun = state;
  });
  const Eigen::Matrix3d turn =
      Eigen::AngleAxisd(1.1, Eigen::Vector3d(1.0, 2.0, -0.5).normalized()).toRotationMatrix();
  for (auto& position : begun.state.positions_angstrom) {
    position = turn * position + Eigen::Vector3d(3.0, -2.0, 7.0);
  }
  for (auto& velocity : begun.state.velocities_angstrom_per_ps) velocity = turn * velocity;
  const auto turned = relax(options, begun);
  for (std::size_t i = 0; i < still.mean.atoms.size(); ++i) {
    // Rounding of 1e-15 grows along 9 ps of a motion that is nearly harmonic.
    EXPECT_LT(
        (still.mean.atoms[i].position_angstrom - turned.mean.atoms[i].position_angstrom).norm(),
        1e-6);
    EXPECT_NEAR(still.rms_displacement_angstrom[i], turned.rms_displacement_angstrom[i], 1e-6);
  }
}

TEST(Relax, WithoutTimeItOnlyQuenches) {
  auto options = short_and_cold();
  options.relax_ns = 0.0;
  auto candidate = small_particle();
  candidate.columns.push_back(
      {.name = "column_id", .width = 1, .values = std::vector<std::int64_t>(38, 5)});
  NoProgress silent;
  const auto result = relax_candidate(candidate, energetics::make_potential("smatb:Au"), {},
                                      options, RandomStream(7), {}, {}, silent);
  EXPECT_EQ(result.frames, 0);
  EXPECT_EQ(result.energy_ev, result.start_energy_ev);
  EXPECT_EQ(result.energy_stderr_ev, 0.0);
  EXPECT_EQ(result.quenched.atoms[17].position_angstrom, result.start.atoms[17].position_angstrom);
  EXPECT_NE(result.quenched.atoms[17].position_angstrom, candidate.atoms[17].position_angstrom);
  EXPECT_EQ(result.quenched.columns.at(0).name, "column_id");
  EXPECT_EQ(relax_steps(options), 0);
  options.relax_ns = 0.05;
  EXPECT_EQ(relax_steps(options), 10000);
}

TEST(Relax, AtomsThatChangedPlacesAreNotAveragedOntoEachOther) {
  const auto options = short_and_cold();
  RelaxState end;
  (void)relax(options, {}, [&](const RelaxState& state) { end = state; });
  // As if in a share of a window's frames atoms 0 and 1 had each other's place.
  const Eigen::Vector3d apart = end.start_angstrom[1] - end.start_angstrom[0];
  const auto exchange = [&](RelaxState& state, std::size_t number, double share) {
    auto& window = state.windows[number];
    window.displacements_angstrom[0] += share * static_cast<double>(window.frames) * apart;
    window.displacements_angstrom[1] -= share * static_cast<double>(window.frames) * apart;
  };
  RelaxState half_a_window = end;
  exchange(half_a_window, 3, 0.5);
  auto result = relax(options, half_a_window);
  EXPECT_EQ(result.warnings.size(), 1U);
  EXPECT_EQ(result.window_energies_ev.size(), 3U);
  EXPECT_NEAR(result.energy_ev, result.start_energy_ev, 1e-6);
  // Two of four windows: each can be averaged, all together cannot.
  RelaxState half_the_time = end;
  exchange(half_the_time, 2, 1.0);
  exchange(half_the_time, 3, 1.0);
  result = relax(options, half_the_time);
  EXPECT_EQ(result.warnings.size(), 1U);
  EXPECT_EQ(result.window_energies_ev.size(), 4U);
  EXPECT_NEAR(result.energy_ev, result.start_energy_ev, 1e-6);
  EXPECT_LT((result.quenched.atoms[0].position_angstrom - end.start_angstrom[1]).norm(), 1e-3);
  // In no window: the last frame, in which they are where they were.
  for (std::size_t number = 0; number < 4; ++number) exchange(end, number, 0.5);
  result = relax(options, end);
  EXPECT_EQ(result.warnings.size(), 2U);
  EXPECT_TRUE(result.window_energies_ev.empty());
  EXPECT_NEAR(result.energy_ev, result.start_energy_ev, 1e-6);
  EXPECT_LT((result.quenched.atoms[0].position_angstrom - end.start_angstrom[0]).norm(), 1e-3);
}

TEST(Relax, WhatCannotBeIsRefused) {
  auto options = short_and_cold();
  options.average_share = 0.95;
  options.thermalise_share = 0.1;
  options.windows = 0;
  EXPECT_THROW((void)relax(options), InputError);
  options.windows = 4;
  EXPECT_THROW((void)relax(options), InputError) << "shares of more than all";
  RelaxState foreign;
  foreign.phase = RelaxPhase::dynamics;
  EXPECT_THROW((void)relax(short_and_cold(), foreign), InputError);
}

TEST(RigidMotion, IsFoundAndIsNeverAReflection) {
  std::vector<Eigen::Vector3d> from;
  std::vector<Eigen::Vector3d> onto;
  std::vector<Eigen::Vector3d> mirrored;
  const Eigen::Matrix3d turn =
      Eigen::AngleAxisd(2.3, Eigen::Vector3d(0.3, -1.0, 0.2).normalized()).toRotationMatrix();
  const Eigen::Vector3d shift(1.0, -20.0, 4.0);
  for (const auto& atom : small_particle().atoms) {
    from.push_back(atom.position_angstrom + Eigen::Vector3d(5.0, 6.0, 7.0));
    onto.push_back(turn * from.back() + shift);
    mirrored.push_back(-from.back());
  }
  const auto motion = fit_rigid_motion(from, onto);
  EXPECT_LT((motion.rotation - turn).norm(), 1e-12);
  EXPECT_LT((motion.shift_angstrom - shift).norm(), 1e-11);
  EXPECT_NEAR(fit_rigid_motion(from, mirrored).rotation.determinant(), 1.0, 1e-12);
}

}  // namespace
}  // namespace adatom::reconstruct
