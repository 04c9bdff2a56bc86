#include "adatom/crystal/edit.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "adatom/base/error.h"
#include "adatom/crystal/bulk.h"
#include "adatom/crystal/nanoparticle.h"
#include "adatom/crystal/select.h"

namespace adatom::crystal {
namespace {

const FccCrystal gold = fcc_crystal("Au");
const double bond = gold.lattice_parameter_angstrom / std::sqrt(2.0);

Structure particle() { return build_truncated_octahedron(gold, 12, 4); }  // 976 atoms

std::size_t count_of(const Structure& structure, const std::string& element) {
  return static_cast<std::size_t>(
      std::count_if(structure.atoms.begin(), structure.atoms.end(),
                    [&](const Atom& atom) { return atom.element == element; }));
}

/// Which atoms of `before` are missing in `after`, which keeps the order.
std::vector<std::size_t> missing(const Structure& before, const Structure& after) {
  std::vector<std::size_t> list;
  std::size_t next = 0;
  for (std::size_t i = 0; i < before.atoms.size(); ++i) {
    const bool there = next < after.atoms.size() &&
                       after.atoms[next].position_angstrom == before.atoms[i].position_angstrom;
    if (there) {
      ++next;
    } else {
      list.push_back(i);
    }
  }
  EXPECT_EQ(next, after.atoms.size());
  return list;
}

TEST(Edit, NothingAskedForChangesNothing) {
  const auto before = particle();
  const auto after = edit(before, {});
  EXPECT_TRUE(missing(before, after).empty());
  EXPECT_EQ(after.atoms.size(), 976U);
}

TEST(Edit, VacanciesAreWhereTheyAreWanted) {
  const auto before = particle();
  const auto surface = surface_atoms(before, bond);
  const auto run = [&](VacancySites sites, std::int64_t seed) {
    EditOptions options;
    options.vacancies = 40;
    options.vacancy_sites = sites;
    options.seed = seed;
    return missing(before, edit(before, options));
  };
  EXPECT_EQ(run(VacancySites::any, 1).size(), 40U);
  EXPECT_EQ(run(VacancySites::any, 1), run(VacancySites::any, 1));
  EXPECT_NE(run(VacancySites::any, 1), run(VacancySites::any, 2));
  const auto inside = run(VacancySites::bulk, 1);
  EXPECT_EQ(inside.size(), 40U);
  for (const auto atom : inside) EXPECT_FALSE(surface[atom]);
  for (const auto atom : run(VacancySites::surface, 1)) EXPECT_TRUE(surface[atom]);
}

TEST(Edit, AVacancyInsideIsNoSurface) {
  const auto before = particle();
  EditOptions options;
  options.vacancies = 1;
  options.vacancy_sites = VacancySites::bulk;
  const auto after = edit(before, options);
  const auto is_surface = surface_atoms(after, bond);
  const auto was_surface = surface_atoms(before, bond);
  EXPECT_EQ(std::count(is_surface.begin(), is_surface.end(), true),
            std::count(was_surface.begin(), was_surface.end(), true));
}

TEST(Edit, AdatomsSitInHollowsAndApart) {
  const auto before = particle();
  for (const auto sites : {HollowSite::facet_111, HollowSite::facet_100}) {
    EditOptions options;
    options.adatoms = 20;
    options.adatom_sites = sites;
    options.adatom_element = "Pt";
    const auto after = edit(before, options);
    ASSERT_EQ(after.atoms.size(), 996U);
    EXPECT_EQ(count_of(after, "Pt"), 20U);
    for (std::size_t i = 976; i < 996; ++i) {
      int touching = 0;
      for (std::size_t j = 0; j < i; ++j) {
        const double distance =
            (after.atoms[i].position_angstrom - after.atoms[j].position_angstrom).norm();
        // The crystal is perfect, and so are the sites: a bond away to rounding.
        EXPECT_GT(distance, bond * (1.0 - 1e-9));
        touching += j < 976 && distance < 1.1 * bond ? 1 : 0;
      }
      EXPECT_EQ(touching, sites == HollowSite::facet_111 ? 3 : 4);
    }
  }
  EditOptions options;
  options.adatoms = 2000;
  EXPECT_THROW((void)edit(before, options), InputError);
}

TEST(Edit, AdatomsLeaveRoomForEachOther) {
  // Atoms out of their places bring some hollows nearer together than a bond.
  EditOptions shaken;
  shaken.rattle_angstrom = 0.2;
  const auto rough = edit(build_truncated_octahedron(gold, 11, 3), shaken);
  const double length = typical_bond_angstrom(rough);
  const auto nearest_pair = [](const std::vector<Eigen::Vector3d>& places) {
    double nearest = 1e9;
    for (std::size_t i = 0; i < places.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        nearest = std::min(nearest, (places[i] - places[j]).norm());
      }
    }
    return nearest;
  };
  const auto sites = hollow_sites(rough, length, HollowSite::any);
  ASSERT_LT(nearest_pair(sites), 0.9 * length);
  EditOptions options;
  options.adatoms = static_cast<std::int64_t>(sites.size()) * 3 / 4;
  const auto after = edit(rough, options);
  std::vector<Eigen::Vector3d> added;
  for (std::size_t i = rough.atoms.size(); i < after.atoms.size(); ++i) {
    added.push_back(after.atoms[i].position_angstrom);
  }
  EXPECT_GT(nearest_pair(added), 0.9 * length);
}

TEST(Edit, AlloysHaveTheirShareWhereItBelongs) {
  EditOptions options;
  options.alloy = "Ag:0.3";
  const auto random = edit(particle(), options);
  EXPECT_EQ(count_of(random, "Ag"), 293U);  // 0.3 * 976 = 292.8
  const auto farthest_and_nearest = [](const Structure& structure, const std::string& element) {
    double far = 0.0;
    double near = 1e9;
    for (const auto& atom : structure.atoms) {
      if (atom.element != element) continue;
      far = std::max(far, atom.position_angstrom.norm());
      near = std::min(near, atom.position_angstrom.norm());
    }
    return std::pair(near, far);
  };
  options.alloy_arrangement = AlloyArrangement::core;
  const auto core = edit(particle(), options);
  EXPECT_EQ(count_of(core, "Ag"), 293U);
  EXPECT_LE(farthest_and_nearest(core, "Ag").second, farthest_and_nearest(core, "Au").first + 1e-6);
  options.alloy_arrangement = AlloyArrangement::shell;
  const auto shell = edit(particle(), options);
  EXPECT_GE(farthest_and_nearest(shell, "Ag").first,
            farthest_and_nearest(shell, "Au").second - 1e-6);
  EXPECT_GT(farthest_and_nearest(random, "Ag").second, farthest_and_nearest(random, "Au").first);
}

TEST(Edit, RattlesByTheDeviationAskedFor) {
  EditOptions options;
  options.rattle_angstrom = 0.08;
  const auto before = particle();
  const auto after = edit(before, options);
  double sum = 0.0;
  for (std::size_t i = 0; i < before.atoms.size(); ++i) {
    sum += (after.atoms[i].position_angstrom - before.atoms[i].position_angstrom).squaredNorm();
  }
  const double numbers = 3.0 * 976.0;
  // The standard error of a deviation from n numbers is 1 / sqrt(2 n) of it; four of them.
  EXPECT_NEAR(std::sqrt(sum / numbers) / 0.08, 1.0, 4.0 / std::sqrt(2.0 * numbers));
}

TEST(Edit, RemovesByNumberAndPlane) {
  EditOptions options;
  options.remove = "1,5:7,976";
  EXPECT_EQ(missing(particle(), edit(particle(), options)),
            (std::vector<std::size_t>{0, 4, 5, 6, 975}));
  options.remove = "977";
  EXPECT_THROW((void)edit(particle(), options), InputError);
  options.remove = "1:976";
  EXPECT_THROW((void)edit(particle(), options), InputError);
  options.remove = "7:5";
  EXPECT_THROW((void)edit(particle(), options), InputError);
  options.remove = {};
  options.cut_normal = {1.0, 1.0, 1.0};
  const auto half = edit(build_truncated_octahedron(gold, 9, 4), options);
  // 309 atoms, 61 of them in the hexagon through the centre of the cuboctahedron.
  EXPECT_EQ(half.atoms.size(), 185U);
}

TEST(Edit, ScalesRotatesAndCentres) {
  EditOptions options;
  options.scale = 1.02;
  const auto scaled = edit(particle(), options);
  EXPECT_NEAR(typical_bond_angstrom(scaled), 1.02 * bond, 1e-9);
  Structure pair{.atoms = {{"Au", {1, 0, 0}}, {"Au", {0, 0, 2}}}};
  pair.velocities_angstrom_per_ps = {{0, 0, 1}, {0, 1, 0}};
  pair.origin_angstrom = {1, 0, 0};
  options = {};
  options.rotate_deg = {90.0, 0.0, 90.0};  // x to y; z to -y to x
  const auto turned = edit(pair, options);
  EXPECT_LT((turned.atoms[0].position_angstrom - Eigen::Vector3d(0, 1, 0)).norm(), 1e-12);
  EXPECT_LT((turned.atoms[1].position_angstrom - Eigen::Vector3d(2, 0, 0)).norm(), 1e-12);
  EXPECT_LT((turned.velocities_angstrom_per_ps[0] - Eigen::Vector3d(1, 0, 0)).norm(), 1e-12);
  EXPECT_LT((turned.velocities_angstrom_per_ps[1] - Eigen::Vector3d(0, 0, 1)).norm(), 1e-12);
  EXPECT_LT((turned.origin_angstrom - Eigen::Vector3d(0, 1, 0)).norm(), 1e-12);
  options = {};
  options.placement = Placement::centre;
  const auto centred = edit(pair, options);
  EXPECT_LT((centred.atoms[0].position_angstrom - Eigen::Vector3d(0.5, 0, -1)).norm(), 1e-12);
}

TEST(Edit, BoxesLeaveTheVacuumAskedFor) {
  EditOptions options;
  options.vacuum_angstrom = 7.0;
  const auto boxed = edit(particle(), options);
  const auto free = particle();
  for (int k = 0; k < 3; ++k) {
    double low = 1e9;
    double high = -1e9;
    for (const auto& atom : boxed.atoms) {
      low = std::min(low, atom.position_angstrom[k]);
      high = std::max(high, atom.position_angstrom[k]);
    }
    EXPECT_NEAR(low, 7.0, 1e-9);
    EXPECT_NEAR(boxed.cell_angstrom(k, k) - high, 7.0, 1e-9);
  }
  // Periodic directions stay as they are.
  const auto slab = build_slab(gold, SlabFace::face_111, {});
  const auto higher = edit(slab, options);
  EXPECT_EQ(higher.cell_angstrom.topRows<2>(), slab.cell_angstrom.topRows<2>());
  EXPECT_NEAR(higher.cell_angstrom(2, 2), slab.cell_angstrom(2, 2) - 6.0, 1e-9);
  // A slanted third vector: 7 angstrom at right angles to the slab all the same.
  auto slanted = slab;
  slanted.cell_angstrom.row(2) += Eigen::RowVector3d(3.0, 4.0, 0.0);
  EXPECT_NEAR(edit(slanted, options).cell_angstrom(2, 2), slab.cell_angstrom(2, 2) - 6.0, 1e-9);
}

TEST(Edit, RefusesWrongWords) {
  const auto issues = [](auto change) {
    EditOptions options;
    change(options);
    return options.validate().size();
  };
  EXPECT_EQ(issues([](EditOptions& o) { o.alloy = "Ag"; }), 1U);
  EXPECT_EQ(issues([](EditOptions& o) { o.alloy = "Xx:0.5"; }), 1U);
  EXPECT_EQ(issues([](EditOptions& o) { o.alloy = "Ag:1.5"; }), 1U);
  EXPECT_EQ(issues([](EditOptions& o) { o.alloy = "Ag:nan"; }), 1U);
  EXPECT_EQ(issues([](EditOptions& o) { o.remove = "a"; }), 1U);
  EXPECT_EQ(issues([](EditOptions& o) { o.remove = "1,"; }), 1U);
  EXPECT_EQ(issues([](EditOptions& o) { o.cut_normal = {0, 0, 0}; }), 1U);
  EXPECT_EQ(issues([](EditOptions& o) { o.cut_normal = {1, 0}; }), 1U);
  EXPECT_EQ(issues([](EditOptions& o) { o.rotate_deg = {1}; }), 1U);
  EXPECT_EQ(issues([](EditOptions& o) { o.adatom_element = "Q"; }), 1U);
  EXPECT_EQ(issues([](EditOptions& o) { o.vacancies = -1; }), 1U);
  EXPECT_EQ(issues([](EditOptions&) {}), 0U);
  EXPECT_THROW((void)edit(Structure{}, {}), InputError);
}

TEST(Select, EverythingFollowsItsAtom) {
  Structure three{.atoms = {{"Au", {1, 0, 0}}, {"Ag", {2, 0, 0}}, {"Cu", {3, 0, 0}}}};
  three.velocities_angstrom_per_ps = {{1, 1, 1}, {2, 2, 2}, {3, 3, 3}};
  three.ids = {10, 20, 30};
  three.columns = {{"q", 2, std::vector<double>{1, 2, 3, 4, 5, 6}},
                   {"name", 1, std::vector<std::string>{"a", "b", "c"}}};
  const std::vector<std::size_t> order = {2, 0};
  const auto two = select_atoms(three, order);
  EXPECT_EQ(two.atoms[0].element, "Cu");
  EXPECT_EQ(two.velocities_angstrom_per_ps[1], Eigen::Vector3d(1, 1, 1));
  EXPECT_EQ(two.ids, (std::vector<std::int64_t>{30, 10}));
  EXPECT_TRUE(two.images.empty());
  EXPECT_EQ(std::get<0>(two.columns[0].values), (std::vector<double>{5, 6, 1, 2}));
  EXPECT_EQ(std::get<2>(two.columns[1].values), (std::vector<std::string>{"c", "a"}));
  const std::vector<Atom> one = {{"Pt", {0, 0, 0}}};
  const auto more = with_atoms(two, one);
  EXPECT_EQ(more.ids, (std::vector<std::int64_t>{30, 10, 31}));
  EXPECT_EQ(more.velocities_angstrom_per_ps[2], Eigen::Vector3d(0, 0, 0));
  EXPECT_EQ(std::get<0>(more.columns[0].values).size(), 6U);
  const std::vector<std::size_t> none = {3};
  EXPECT_THROW((void)select_atoms(three, none), std::out_of_range);
}

TEST(Repeated, FillsALargerCell) {
  Structure cell{.atoms = {{"Au", {0.5, 0, 0}}}};
  cell.cell_angstrom << 2, 0, 0, 1, 3, 0, 0, 0, 4;
  const auto whole = repeated(cell, {1, 2, 2});
  ASSERT_EQ(whole.atoms.size(), 4U);
  EXPECT_EQ(whole.atoms[1].position_angstrom, Eigen::Vector3d(0.5, 0, 4));
  EXPECT_EQ(whole.atoms[2].position_angstrom, Eigen::Vector3d(1.5, 3, 0));
  EXPECT_EQ(whole.cell_angstrom.row(1), Eigen::RowVector3d(2, 6, 0));
  EXPECT_THROW((void)repeated(cell, {0, 1, 1}), InputError);
  EXPECT_THROW((void)repeated(cell, {1000, 1000, 1000}), InputError);
  EXPECT_THROW((void)repeated(Structure{.atoms = cell.atoms}, {2, 1, 1}), InputError);
}

}  // namespace
}  // namespace adatom::crystal
