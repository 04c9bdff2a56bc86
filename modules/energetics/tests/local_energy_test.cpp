#include "adatom/energetics/local_energy.h"

#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include "adatom/base/error.h"
#include "adatom/base/random.h"
#include "adatom/crystal/nanoparticle.h"
#include "adatom/energetics/eam_file.h"
#include "adatom/energetics/eam_potential.h"
#include "adatom/energetics/energies.h"
#include "adatom/energetics/make_potential.h"
#include "adatom/energetics/setfl.h"
#include "pair_values.h"
#include "support/test_structures.h"

namespace adatom::energetics {
namespace {

using Potential = std::shared_ptr<const EmbeddedAtomPotential>;

struct Atoms {
  std::vector<std::size_t> elements;
  std::vector<Eigen::Vector3d> positions;
};

Atoms atoms_of(const LocalEnergy& local) {
  Atoms atoms;
  for (std::size_t i = 0; i < local.size(); ++i) {
    if (!local.is_there(i)) continue;
    atoms.elements.push_back(local.element(i));
    atoms.positions.push_back(local.position_angstrom(i));
  }
  return atoms;
}

/// Against the definition, and to the bit against the same atoms given anew.
void expect_exact(const Potential& potential, const LocalEnergy& local) {
  const auto atoms = atoms_of(local);
  const auto whole = calculate_energies(*potential, atoms.elements, atoms.positions, {});
  EXPECT_NEAR(local.energy_ev(), whole.total_ev, 1e-10);
  EXPECT_EQ(local.energy_ev(), LocalEnergy(potential, atoms.elements, atoms.positions).energy_ev());
}

LocalEnergy start(const Potential& potential, const crystal::Structure& structure) {
  return {potential, element_numbers(*potential, structure), positions_of(structure)};
}

Eigen::Vector3d random_vector(RandomStream& random, double size) {
  return size *
         Eigen::Vector3d(random.uniform() - 0.5, random.uniform() - 0.5, random.uniform() - 0.5);
}

/// Moves, additions and removals of a few atoms at a time; what costs much is not accepted, so
/// that the cluster stays one. Returns how many changes were made.
int shake(LocalEnergy& local, std::size_t elements, int changes, std::uint64_t seed) {
  RandomStream random(seed);
  int accepted = 0;
  for (int k = 0; k < changes; ++k) {
    AtomChange change;
    std::vector<std::uint32_t> there;
    for (std::uint32_t i = 0; i < local.size(); ++i) {
      if (local.is_there(i)) there.push_back(i);
    }
    const std::uint64_t kind = random.below(4);
    const std::uint64_t first = random.below(there.size() - 6);
    for (std::uint64_t i = first; i < first + 1 + random.below(5); ++i) {
      const auto& old = local.position_angstrom(there[i]);
      if (kind == 0 && there.size() > 30) {
        change.removed.push_back(there[i]);
      } else if (kind == 1 && there.size() < 45) {
        change.added_elements.push_back(random.below(elements));
        change.added_angstrom.push_back(old + random_vector(random, 12.0));
      } else {
        change.moved.push_back(there[i]);
        change.to_angstrom.push_back(old + random_vector(random, kind == 2 ? 0.2 : 4.0));
      }
    }
    const double before = local.energy_ev();
    const double difference = local.try_change(change);
    EXPECT_EQ(local.energy_ev(), before);
    const bool costs = kind >= 2 && difference > 1.0;
    if (!std::isfinite(difference) || costs || random.uniform() < 0.2) {
      local.reject();
      continue;
    }
    local.accept();
    ++accepted;
    EXPECT_NEAR(local.energy_ev(), before + difference, 1e-12 * (1.0 + std::abs(before)));
  }
  return accepted;
}

TEST(LocalEnergy, IsExactAfterThousandsOfChanges) {
  const auto gold = make_potential("smatb:Au");
  auto local = start(gold, testing::rattled_cluster({"Au"}, 4.06, 0.1, 11));
  expect_exact(gold, local);
  EXPECT_GT(shake(local, 1, 4000, 12), 2000);
  expect_exact(gold, local);
}

TEST(LocalEnergy, IsExactForAThousandAtoms) {
  const auto gold = make_potential("smatb:Au");
  auto particle = crystal::build_truncated_octahedron(crystal::fcc_crystal("Au"), 12, 4);
  testing::rattle(particle, 0.05, 18);
  auto local = start(gold, particle);
  RandomStream random(19);
  for (int k = 0; k < 2000; ++k) {
    std::vector<std::uint32_t> atoms;
    std::vector<Eigen::Vector3d> to;
    const auto first = static_cast<std::uint32_t>(random.below(976 - 8));
    for (std::uint32_t i = first; i < first + 8; ++i) {
      atoms.push_back(i);
      to.push_back(particle.atoms[i].position_angstrom + random_vector(random, 0.2));
    }
    local.try_move(atoms, to);
    local.accept();
  }
  expect_exact(gold, local);
}

TEST(LocalEnergy, IsExactForAlloysAndTables) {
  const auto alloy = make_potential("smatb:Ag,Cu,Pt");
  auto local = start(alloy, testing::rattled_cluster({"Ag", "Cu", "Pt"}, 3.9, 0.1, 13));
  shake(local, 3, 500, 14);
  expect_exact(alloy, local);
  const auto tables = parse_eam(format_setfl(*make_potential("smatb:Ag,Cu")).text, "table");
  const auto eam = std::make_shared<EamPotential>("table", tables);
  auto of_table = start(eam, testing::rattled_cluster({"Ag", "Cu"}, 3.9, 0.1, 15));
  shake(of_table, 2, 300, 16);
  expect_exact(eam, of_table);
}

TEST(LocalEnergy, ATrialThatIsNotAcceptedLeavesNothing) {
  const auto gold = make_potential("smatb:Au");
  auto local = start(gold, testing::rattled_cluster({"Au"}, 4.06, 0.1, 17));
  const double energy = local.energy_ev();
  AtomChange change;
  change.removed = {3, 4, 5};
  EXPECT_GT(local.try_change(change), 1.0);
  local.reject();
  EXPECT_THROW(local.accept(), std::logic_error);
  EXPECT_EQ(local.energy_ev(), energy);
  // A second trial takes the place of the first.
  change.removed = {7};
  const double alone = local.try_change(change);
  change.removed = {3, 4, 5};
  local.try_change(change);
  change.removed = {7};
  EXPECT_EQ(local.try_change(change), alone);
  local.accept();
  EXPECT_FALSE(local.is_there(7));
  EXPECT_TRUE(local.is_there(3));
  // Back again, under a new number.
  AtomChange back;
  back.added_elements = {0};
  back.added_angstrom = {local.position_angstrom(7)};
  EXPECT_EQ(local.try_change(back), -alone);
  local.accept();
  EXPECT_EQ(local.energy_ev(), energy);
  EXPECT_EQ(local.size(), 39U);
  EXPECT_TRUE(local.is_there(38));
}

TEST(LocalEnergy, TheLastAtomsHaveTheEnergyOfADimer) {
  const auto gold = make_potential("smatb:Au");
  LocalEnergy local(gold, std::vector<std::size_t>(3, 0),
                    std::vector<Eigen::Vector3d>{{0, 0, 0}, {2.6, 0, 0}, {1.3, 2.3, 0}});
  AtomChange change;
  change.removed = {2};
  local.try_change(change);
  local.accept();
  const double x = 2.6 / 2.88 - 1.0;
  const double dimer = 2.0 * (0.210 * std::exp(-10.35 * x) - 1.818 * std::exp(-4.178 * x));
  EXPECT_NEAR(local.energy_ev(), dimer, 1e-13);
  change.removed = {1};
  local.try_change(change);
  local.accept();
  EXPECT_EQ(local.energy_ev(), 0.0);  // exactly: nothing is left over of what was added
}

TEST(LocalEnergy, OverlapsAreInfinitelyHigh) {
  const auto gold = make_potential("smatb:Au");
  auto local = start(gold, testing::rattled_cluster({"Au"}, 4.06, 0.0, 1));
  const std::vector<std::uint32_t> one = {5};
  const std::vector<Eigen::Vector3d> onto = {local.position_angstrom(6)};
  EXPECT_EQ(local.try_move(one, onto), std::numeric_limits<double>::infinity());
  EXPECT_THROW(local.accept(), std::logic_error);
  AtomChange twins;
  twins.added_elements = {0, 0};
  twins.added_angstrom = {{50, 0, 0}, {50.5, 0, 0}};
  EXPECT_EQ(local.try_change(twins), std::numeric_limits<double>::infinity());
  // Where it stands itself is no overlap.
  const std::vector<Eigen::Vector3d> same = {local.position_angstrom(5)};
  EXPECT_EQ(local.try_move(one, same), 0.0);
}

TEST(LocalEnergy, RefusesBadInput) {
  const auto gold = make_potential("smatb:Au");
  auto local = start(gold, testing::rattled_cluster({"Au"}, 4.06, 0.0, 1));
  AtomChange change;
  change.removed = {3, 3};
  EXPECT_THROW(local.try_change(change), std::invalid_argument);
  change.removed = {99};
  EXPECT_THROW(local.try_change(change), std::invalid_argument);
  change = {};
  change.moved = {1};
  EXPECT_THROW(local.try_change(change), std::invalid_argument);
  change.to_angstrom = {{0, 0, std::numeric_limits<double>::quiet_NaN()}};
  EXPECT_THROW(local.try_change(change), InputError);
  EXPECT_THROW(LocalEnergy(gold, std::vector<std::size_t>(2, 0),
                           std::vector<Eigen::Vector3d>{{0, 0, 0}, {0.3, 0, 0}}),
               InputError);
}

TEST(PairValueTable, PolynomialsServeNearlyEverywhereAndAreExact) {
  const auto gold = make_potential("smatb:Au");
  const PairValueTable table(gold);
  // All but the segments at the two cut-off radii.
  EXPECT_GT(table.share_of_polynomials(), 0.9);
  for (double r = 1.16; r < 4.98; r += 0.0037) {
    const auto fast = table.at(0, 0, r * r);
    const auto exact = table.exact(0, 0, r * r);
    EXPECT_NEAR(fast.energy_ev, exact.energy_ev, 3e-14 * exact.energy_ev) << r;
    EXPECT_NEAR(fast.density_at_a, exact.density_at_a, 3e-14 * exact.density_at_a) << r;
  }
}

}  // namespace
}  // namespace adatom::energetics
