// `adatom reconstruct` with dynamics of a published length, on a particle whose atoms are known.
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "adatom/crystal/io/structure_file.h"
#include "adatom/crystal/nanoparticle.h"
#include "adatom/crystal/zone_axis.h"
#include "adatom/energetics/make_potential.h"
#include "adatom/reconstruct/compare.h"
#include "adatom/reconstruct/relax.h"
#include "adatom/simulate/project.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "program.h"
#include "stages/json_text.h"

namespace adatom::pipeline {
namespace {

// 309 atoms less the layer of one {111} facet that is inclined to the beam, 50 ps for each
// candidate. At 300 K: at 673 K the surface of SMATB gold does not keep its atoms.
TEST(ReconstructSlow, ARelaxedModelIsTheRelaxedTruth) {
  auto particle = crystal::rotated(crystal::build_truncated_octahedron({}, 9, 4),
                                   crystal::zone_axis_rotation(crystal::ZoneAxis::axis_110));
  ASSERT_EQ(particle.atoms.size(), 309U);
  const Eigen::Vector3d facet = Eigen::Vector3d(0.0, -1.0, std::sqrt(2.0)).normalized();
  double farthest = -1e9;
  for (const auto& atom : particle.atoms) {
    farthest = std::max(farthest, facet.dot(atom.position_angstrom));
  }
  std::erase_if(particle.atoms, [&](const crystal::Atom& atom) {
    return facet.dot(atom.position_angstrom) > farthest - 1.0;
  });
  std::string text = "x_angstrom,y_angstrom,atom_count\n";
  for (const auto& column :
       simulate::project_columns(particle, 0.5, simulate::ScsLibrary::proportional(0.02))) {
    text += storage::cell(column.x_angstrom) + ',' + storage::cell(column.y_angstrom) + ',' +
            std::to_string(column.atom_count) + '\n';
  }
  const testing::ScratchFolder scratch;
  storage::write_file(scratch.path() / "counts.csv", text);
  const auto result = testing::run_program(
      {"reconstruct", "counts.csv", "-o", "out", "--zone-axis", "110", "--potential", "smatb:Au",
       "--temperature-k", "300", "--relax-ns", "0.05", "--relax-candidates", "2"},
      scratch.path());
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const auto on_lattice = crystal::read_structure(scratch.path() / "out" / "model_lattice.xyz");
  EXPECT_EQ(reconstruct::compare(particle, on_lattice, {}).pairs.size(), particle.atoms.size());

  reconstruct::RelaxOptions quench;
  quench.relax_ns = 0.0;
  NoProgress progress;
  const auto truth = reconstruct::relax_candidate(particle, energetics::make_potential("smatb:Au"),
                                                  {}, quench, RandomStream(1), {}, {}, progress);
  const auto model = crystal::read_structure(scratch.path() / "out" / "model.xyz");
  const auto found = reconstruct::compare(truth.quenched, model, {});
  ASSERT_EQ(found.pairs.size(), particle.atoms.size());
  // What Yu et al. (ACS Nano 10 (2016) 4031) reach with 309 atoms.
  EXPECT_LT(found.largest_distance_angstrom, 0.02);
  const auto chosen = read_json(scratch.path() / "out" / "reconstruction.json").at("chosen");
  // 309 atoms, half of 50 ps: the mean temperature has a standard error of some kelvin.
  EXPECT_NEAR(chosen.at("mean_temperature_k").get<double>(), 300.0, 15.0);
}

}  // namespace
}  // namespace adatom::pipeline
