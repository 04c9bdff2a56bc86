// Gold particles that others relaxed: the same steps to the same minima.
#include "adatom/energetics/quench.h"

#include <algorithm>
#include <array>
#include <string>

#include <gtest/gtest.h>

#include "adatom/crystal/io/structure_file.h"
#include "adatom/energetics/energies.h"
#include "adatom/energetics/make_potential.h"
#include "external_data.h"
#include "support/test_structures.h"

namespace adatom::energetics {
namespace {

Quenched relax(const crystal::Structure& structure, const MinimiseOptions& options) {
  NoProgress progress;
  return quench(structure, make_potential("smatb:Au"), {}, {}, options, progress);
}

struct Relaxed {
  const char* before;
  const char* after;
  std::int64_t steps;  ///< as the head of the relaxed file says
  double energy_ev;
};

// LAMMPS's pair_style smatb made the relaxed files from the others with its conjugate gradients and
// the tolerances of the published protocol. The same steps lead to the same positions but for
// rounding, 1e-13 angstrom; one step more or fewer moves atoms by some 1e-3 angstrom.
TEST(Quench, TakesThePublishedWayToPublishedMinima) {
  const auto folder = adatom::testing::external_data() / "structures" / "reference_nps";
  ADATOM_REQUIRE_EXTERNAL(folder);
  for (const auto& particle :
       {Relaxed{"ico309.data", "ico309.minimization.data", 14, -1125.86593},
        Relaxed{"to309_9_4.data", "to309_9_4.minimization.data", 13, -1125.30249}}) {
    const auto ours = relax(crystal::read_structure(folder / particle.before), {});
    const auto theirs = crystal::read_structure(folder / particle.after);
    EXPECT_EQ(ours.minimum.reason, StopReason::energy_tolerance);
    EXPECT_EQ(ours.minimum.iterations, particle.steps) << particle.before;
    EXPECT_NEAR(ours.minimum.final_ev, particle.energy_ev, 1e-5);
    double farthest = 0.0;
    ASSERT_EQ(ours.structure.atoms.size(), theirs.atoms.size());
    for (std::size_t i = 0; i < theirs.atoms.size(); ++i) {
      const Eigen::Vector3d apart =
          ours.structure.atoms[i].position_angstrom - theirs.atoms[i].position_angstrom;
      farthest = std::max(farthest, apart.norm());
    }
    EXPECT_LT(farthest, 1e-10) << particle.before;
  }
}

// What is left of the published forces, at most 4.4e-3 eV/angstrom on springs of some
// eV/angstrom^2, is worth less than 4e-4 eV; the particles stay where they are.
TEST(Quench, PublishedMinimaAreMinima) {
  const auto folder = adatom::testing::external_data() / "structures" / "reference_nps";
  ADATOM_REQUIRE_EXTERNAL(folder);
  for (const auto* file :
       {"ico923_6_minimized.data", "to976_12_4_minimized.data", "dh1086_7_1_3_minimized.data",
        "to807_11_3_minimized.data", "dh1734_5_4_4_minimized.data"}) {
    const auto particle = crystal::read_structure(folder / file);
    const auto published_ev = testing::energies_of(*make_potential("smatb:Au"), particle).total_ev;
    const auto relaxed = relax(particle, MinimiseOptions::tight());
    EXPECT_EQ(relaxed.minimum.reason, StopReason::force_tolerance) << file;
    EXPECT_LT(relaxed.minimum.final_largest_force_ev_per_angstrom, 1e-6);
    EXPECT_LE(relaxed.minimum.final_ev, published_ev + 1e-9);
    EXPECT_GT(relaxed.minimum.final_ev, published_ev - 4e-4) << file;
    double farthest = 0.0;
    for (std::size_t i = 0; i < particle.atoms.size(); ++i) {
      const Eigen::Vector3d moved =
          relaxed.structure.atoms[i].position_angstrom - particle.atoms[i].position_angstrom;
      farthest = std::max(farthest, moved.norm());
    }
    EXPECT_LT(farthest, 0.02) << file;
  }
}

// Raw, ten frames have -3.616 to -3.607 eV per atom; relaxed -3.701 to -3.698.
TEST(Quench, RelaxesTheFramesOfAGoldParticle) {
  const auto folder = adatom::testing::external_data() / "structures" / "au_np_frames";
  ADATOM_REQUIRE_EXTERNAL(folder);
  constexpr std::array<std::size_t, 10> atoms = {1038, 1031, 1044, 1044, 1047,
                                                 1037, 1042, 1030, 1036, 1035};
  for (std::size_t frame = 0; frame < atoms.size(); ++frame) {
    const std::string number = (frame < 9 ? "0" : "") + std::to_string(frame + 1);
    // Type 1 is gold; the mass is missing in one of the files.
    const auto particle =
        crystal::read_structure(folder / ("frame_" + number + ".data"), {{1, "Au"}});
    ASSERT_EQ(particle.atoms.size(), atoms[frame]);
    const auto per_atom = [&](double ev) { return ev / static_cast<double>(atoms[frame]); };
    const auto relaxed = relax(particle, {});
    EXPECT_EQ(relaxed.minimum.reason, StopReason::energy_tolerance);
    EXPECT_NEAR(per_atom(relaxed.minimum.initial_ev), -3.61, 0.007);
    // The printed range, and half a digit.
    EXPECT_GT(per_atom(relaxed.minimum.final_ev), -3.7015);
    EXPECT_LT(per_atom(relaxed.minimum.final_ev), -3.6975);
    const auto tight = relax(particle, MinimiseOptions::tight());
    EXPECT_EQ(tight.minimum.reason, StopReason::force_tolerance);
    EXPECT_GT(per_atom(tight.minimum.final_ev), -3.7015);
    EXPECT_LE(tight.minimum.final_ev, relaxed.minimum.final_ev);
  }
}

}  // namespace
}  // namespace adatom::energetics
