#include "adatom/reconstruct/compare.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <set>

#include <Eigen/Geometry>

#include "adatom/base/error.h"
#include "adatom/base/random.h"
#include "adatom/crystal/nanoparticle.h"
#include "adatom/crystal/surface_sites.h"
#include "adatom/crystal/twinned.h"
#include "adatom/energetics/make_potential.h"
#include "adatom/energetics/quench.h"

namespace adatom::reconstruct {
namespace {

using crystal::Structure;

Structure octahedron(std::int64_t length, std::int64_t cutoff) {
  return crystal::build_truncated_octahedron(crystal::fcc_crystal("Au"), length, cutoff);
}

Eigen::Vector3d random_point(RandomStream& random, double side) {
  return {side * random.uniform(), side * random.uniform(), side * random.uniform()};
}

Eigen::Matrix3d random_rotation(RandomStream& random) {
  Eigen::Quaterniond q(random.normal(), random.normal(), random.normal(), random.normal());
  return q.normalized().toRotationMatrix();
}

Structure with_motion(Structure structure, const Motion& motion) {
  for (auto& atom : structure.atoms) atom.position_angstrom = motion(atom.position_angstrom);
  return structure;
}

Structure rattled(Structure structure, double sigma_angstrom, RandomStream random) {
  for (auto& atom : structure.atoms) {
    for (int k = 0; k < 3; ++k) atom.position_angstrom[k] += sigma_angstrom * random.normal();
  }
  return structure;
}

Structure without(Structure structure, std::vector<std::size_t> atoms) {
  std::ranges::sort(atoms, std::ranges::greater{});
  for (const std::size_t i : atoms) {
    structure.atoms.erase(structure.atoms.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return structure;
}

std::vector<std::size_t> vertices_of(const Structure& structure) {
  std::vector<std::size_t> out;
  const auto classes = classify_surface(structure).classes;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    if (classes[i] == SurfaceClass::vertex) out.push_back(i);
  }
  return out;
}

Structure with_adatoms(Structure structure, std::size_t count) {
  const auto places = crystal::hollow_sites(structure, crystal::typical_bond_angstrom(structure),
                                            crystal::HollowSite::facet_111);
  for (std::size_t k = 0; k < count; ++k) {
    structure.atoms.push_back(structure.atoms.front());
    structure.atoms.back().position_angstrom = places.at(k * 7);
  }
  return structure;
}

/// 196 atoms of the 201, so that no turn and no mirror lays it on itself.
Structure lopsided_octahedron() {
  const Structure whole = octahedron(7, 2);
  const auto vertices = vertices_of(whole);
  return without(whole, {vertices[0], vertices[2], vertices[7], vertices[9], vertices[20]});
}

std::vector<std::int64_t> class_numbers(const Structure& structure) {
  std::vector<std::int64_t> numbers(EnumNames<SurfaceClass>::names.size(), 0);
  for (const auto one : classify_surface(structure).classes)
    ++numbers[static_cast<std::size_t>(one)];
  return numbers;
}

CompareOptions options_with(Freedom freedom, BeamMirror mirror) {
  CompareOptions options;
  options.align.freedom = freedom;
  options.align.mirror = mirror;
  return options;
}

// Edges of a regular truncated octahedron have n atoms: 24 vertices, 36 (n - 2) on edges, 6
// (n - 2)^2 inside squares, 8 (3 n^2 - 9 n + 7) inside hexagons.
TEST(SurfaceClass, OfTruncatedOctahedraAreThoseThatTheirFacetsHave) {
  for (const std::int64_t n : {2, 3, 4, 5}) {
    const Structure particle = octahedron(3 * n - 2, n - 1);
    const std::int64_t square = 6 * (n - 2) * (n - 2);
    const std::int64_t hexagon = 8 * (3 * n * n - 9 * n + 7);
    const std::int64_t edge = 36 * (n - 2);
    const auto all = static_cast<std::int64_t>(particle.atoms.size());
    EXPECT_EQ(class_numbers(particle),
              (std::vector<std::int64_t>{all - 24 - edge - square - hexagon, 0, hexagon, square,
                                         edge, 24, 0}))
        << n;
  }
  // 38 atoms: 24 vertices and the middles of 8 hexagons.
  EXPECT_EQ(classify_surface(octahedron(4, 1)).surface_atoms(), 32U);
}

// Of the cuboctahedron of 309 atoms, 5 atoms an edge: 10 4^2 + 2 at the surface, 12 vertices, 24 x
// 3 on edges, squares of 9, triangles of 3. Of the icosahedron of as many the same number, 12
// vertices, 30 x 3 on edges with 8 neighbours, 20 triangles of 3.
TEST(SurfaceClass, OfCuboctahedraAndIcosahedra) {
  EXPECT_EQ(class_numbers(crystal::build_cuboctahedron(crystal::fcc_crystal("Au"), 4)),
            (std::vector<std::int64_t>{147, 0, 24, 54, 72, 12, 0}));
  EXPECT_EQ(class_numbers(crystal::build_icosahedron(crystal::fcc_crystal("Au"), 4)),
            (std::vector<std::int64_t>{147, 0, 60, 0, 90, 12, 0}));
}

TEST(SurfaceClass, IsTheSameOfOtherMetalsAndOfARelaxedParticle) {
  const auto gold = class_numbers(octahedron(7, 2));
  EXPECT_EQ(class_numbers(crystal::build_truncated_octahedron(crystal::fcc_crystal("Ni"), 7, 2)),
            gold);
  // Not in the table: by its bonds.
  EXPECT_EQ(class_numbers(crystal::build_truncated_octahedron({"Rh", 3.80}, 7, 2)), gold);
  NoProgress none;
  const auto relaxed = energetics::quench(octahedron(7, 2), energetics::make_potential("smatb:Au"),
                                          {}, {}, {}, none);
  EXPECT_EQ(class_numbers(relaxed.structure), gold);
}

TEST(SurfaceClass, OfAnAdatomAndTheFootOfAStep) {
  const auto numbers = class_numbers(with_adatoms(octahedron(7, 2), 1));
  EXPECT_EQ(numbers[static_cast<std::size_t>(SurfaceClass::adatom)], 1);
  // The three below it have 10 neighbours, unless they are of an edge.
  EXPECT_GE(numbers[static_cast<std::size_t>(SurfaceClass::concave)], 1);
}

// On the middle of a square of 4 x 4: the four atoms below it have 9 neighbours, but are on no
// {111}.
TEST(SurfaceClass, OfWhatIsBelowAnAdatomOnASquare) {
  Structure particle = octahedron(10, 3);
  const auto places = crystal::hollow_sites(particle, crystal::typical_bond_angstrom(particle),
                                            crystal::HollowSite::facet_100);
  particle.atoms.push_back(particle.atoms.front());
  particle.atoms.back().position_angstrom = *std::ranges::min_element(
      places, {},
      [](const Eigen::Vector3d& place) { return std::abs(place.x()) + std::abs(place.y()); });
  // 586 atoms: 152 on hexagons, 24 on squares, 72 on edges, 24 vertices; and the adatom.
  EXPECT_EQ(class_numbers(particle), (std::vector<std::int64_t>{314, 4, 152, 20, 72, 24, 1}));
}

/// The best of all ways to match, by trying them.
struct BestMatch {
  std::size_t pairs = 0;
  double cost = 0.0;
};
BestMatch best_match(const std::vector<Eigen::Vector3d>& a, const std::vector<Eigen::Vector3d>& b,
                     double tolerance, std::size_t i = 0, unsigned used = 0) {
  if (i == a.size()) return {};
  BestMatch best = best_match(a, b, tolerance, i + 1, used);
  for (std::size_t j = 0; j < b.size(); ++j) {
    const double distance = (a[i] - b[j]).norm();
    if ((used >> j & 1U) != 0 || distance > tolerance) continue;
    BestMatch with = best_match(a, b, tolerance, i + 1, used | 1U << j);
    ++with.pairs;
    with.cost += distance * distance;
    if (with.pairs > best.pairs || (with.pairs == best.pairs && with.cost < best.cost)) best = with;
  }
  return best;
}

TEST(MatchPoints, IsTheBestOfAllWays) {
  RandomStream random(3);
  for (int round = 0; round < 300; ++round) {
    std::vector<Eigen::Vector3d> a(random.below(7));
    std::vector<Eigen::Vector3d> b(random.below(7));
    for (auto& x : a) x = random_point(random, 2.0);
    for (auto& x : b) x = random_point(random, 2.0);
    const auto pairs = match_points(a, b, 1.0);
    const auto best = best_match(a, b, 1.0);
    ASSERT_EQ(pairs.size(), best.pairs);
    double cost = 0.0;
    std::set<std::size_t> used;
    for (const auto& pair : pairs) {
      EXPECT_NEAR(pair.distance_angstrom, (a[pair.a] - b[pair.b]).norm(), 1e-12);
      EXPECT_LE(pair.distance_angstrom, 1.0);
      cost += pair.distance_angstrom * pair.distance_angstrom;
      used.insert(pair.b);
    }
    EXPECT_EQ(used.size(), pairs.size());
    EXPECT_NEAR(cost, best.cost, 1e-9);  // sums of rounding errors
  }
  EXPECT_THROW((void)match_points({}, {}, 0.0), InputError);
}

// Truth with known differences: rotated, moved, mirrored; vertices are missing, adatoms are added.
TEST(Compare, FindsAnyRigidMotionAndWhatIsMissingOrAdded) {
  const Structure a = lopsided_octahedron();
  RandomStream random(11);
  const auto vertices = vertices_of(a);
  const std::vector<std::size_t> gone = {vertices[1], vertices[5], vertices[11]};
  const Structure changed = with_adatoms(without(a, gone), 2);
  const auto surface = static_cast<std::int64_t>(classify_surface(a).surface_atoms());
  for (int round = 0; round < 4; ++round) {
    Motion motion;
    motion.linear = random_rotation(random);
    if (round % 2 == 1) motion.linear.col(2) *= -1.0;
    motion.shift_angstrom = random_point(random, 50.0);
    // A thermal displacement of 300 K.
    const Structure b = rattled(with_motion(changed, motion), round < 2 ? 0.0 : 0.08, random);
    const auto result = compare(a, b, options_with(Freedom::rotation, BeamMirror::allow));
    EXPECT_EQ(result.pairs.size(), a.atoms.size() - 3);
    EXPECT_EQ(result.missing.size(), 3U);
    EXPECT_EQ(result.extra.size(), 2U);
    if (round >= 2) {
      EXPECT_NEAR(result.rmsd_angstrom, 0.08 * std::sqrt(3.0), 0.015);  // 3 of its errors
    } else {
      EXPECT_LT(result.rmsd_angstrom, 1e-9);
      EXPECT_LT(result.largest_distance_angstrom, 1e-9);
      EXPECT_EQ(result.missing, gone);
      EXPECT_EQ(result.extra, (std::vector<std::size_t>{193, 194}));
      EXPECT_EQ(result.motion.mirrors(), round % 2 == 1);
    }
    EXPECT_EQ(result.surface_at_site.all, surface);
    EXPECT_EQ(result.surface_at_site.right, surface - 3);
    EXPECT_LT(result.surface_right.right, surface - 3);  // neighbours of what is missing
    EXPECT_GT(result.surface_right.right, surface - 40);
  }
}

TEST(Compare, TurnsAboutTheBeamOnlyWhereTold) {
  RandomStream random(5);
  const Eigen::Matrix3d tilt = random_rotation(random);  // no axis along the beam
  Motion motion;
  motion.linear = tilt;
  const auto a = with_motion(lopsided_octahedron(), motion);
  motion.linear = Eigen::AngleAxisd(2.0, Eigen::Vector3d::UnitZ()).toRotationMatrix();
  motion.shift_angstrom = {3.0, -8.0, 100.0};
  const auto turned = with_motion(without(a, {17}), motion);
  const auto found = compare(a, turned, options_with(Freedom::about_beam, BeamMirror::keep));
  EXPECT_EQ(found.pairs.size(), 195U);
  EXPECT_LT(found.rmsd_angstrom, 1e-9);
  EXPECT_NEAR(found.motion.angle_rad(), 2.0, 1e-9);
  EXPECT_NEAR(found.motion.linear(2, 2), 1.0, 1e-12);
  EXPECT_EQ(found.sum_of_count_errors, 1);
  const auto shifted = compare(a, turned, options_with(Freedom::translation, BeamMirror::keep));
  EXPECT_LT(shifted.pairs.size(), 150U);
  const auto fixed = compare(a, turned, options_with(Freedom::none, BeamMirror::keep));
  EXPECT_EQ(fixed.pairs.size(), 0U);
  EXPECT_TRUE(std::isnan(fixed.rmsd_angstrom));
  EXPECT_EQ(fixed.missing.size(), 196U);
  EXPECT_EQ(fixed.extra.size(), 195U);
  motion.linear.col(2) *= -1.0;
  const auto mirrored = with_motion(a, motion);
  EXPECT_LT(compare(a, mirrored, options_with(Freedom::about_beam, BeamMirror::keep)).pairs.size(),
            196U);
  EXPECT_EQ(compare(a, mirrored, options_with(Freedom::about_beam, BeamMirror::allow)).pairs.size(),
            196U);
}

// A whole lattice spacing along the beam away most atoms still have a partner, but not all.
TEST(Compare, IsNotCaughtALatticeVectorAway) {
  const Structure a = octahedron(10, 3);
  Structure b = a;
  std::erase_if(b.atoms,
                [](const crystal::Atom& atom) { return atom.position_angstrom.z() > 9.0; });
  const std::size_t left = b.atoms.size();
  ASSERT_LT(left, 560U);
  const auto result = compare(a, b, options_with(Freedom::translation, BeamMirror::keep));
  EXPECT_EQ(result.pairs.size(), left);
  EXPECT_LT(result.motion.shift_angstrom.norm(), 1e-9);
}

TEST(Compare, LaysTwinsOnTwins) {
  const auto a =
      without(crystal::build_decahedron(crystal::fcc_crystal("Au"), {3, 2, 2}), {1, 20, 61, 140});
  RandomStream random(8);
  Motion motion;
  motion.linear = random_rotation(random);
  const auto b = with_motion(without(a, {3, 80}), motion);
  const auto result = compare(a, b, options_with(Freedom::rotation, BeamMirror::allow));
  EXPECT_EQ(result.pairs.size(), 140U);
  EXPECT_LT(result.rmsd_angstrom, 1e-9);
  EXPECT_EQ(result.missing, (std::vector<std::size_t>{3, 80}));
}

TEST(Compare, CountsColumnsAlongTheBeam) {
  // Along [100] of the octahedron of 38 atoms columns of 2, 3 and 4.
  const Structure a = octahedron(4, 1);
  Structure b = a;
  // One atom less in the column of the first, two more above that of the last, one beside all.
  const Eigen::Vector3d top = a.atoms.back().position_angstrom;
  b.atoms.erase(b.atoms.begin());
  for (const Eigen::Vector3d& place :
       {Eigen::Vector3d(top + Eigen::Vector3d(0, 0, 40.0)),
        Eigen::Vector3d(top + Eigen::Vector3d(0, 0, 44.0)), Eigen::Vector3d(20.0, 0.0, 0.0)}) {
    b.atoms.push_back(a.atoms.front());
    b.atoms.back().position_angstrom = place;
  }
  b.atoms[5].element = "Ag";
  const auto result = compare(a, b, options_with(Freedom::none, BeamMirror::keep));
  std::set<std::pair<double, double>> across;
  for (const auto& atom : a.atoms) {
    across.insert({std::round(atom.position_angstrom.x() * 10.0),
                   std::round(atom.position_angstrom.y() * 10.0)});
  }
  const auto columns = static_cast<std::int64_t>(across.size());
  EXPECT_EQ(result.columns_exact.all, columns + 1);
  EXPECT_EQ(result.columns_exact.right, columns - 2);
  EXPECT_EQ(result.columns_within_one.right, columns);
  EXPECT_EQ(result.sum_of_count_errors, 4);
  EXPECT_EQ(result.columns_exact.value(),
            static_cast<double>(columns - 2) / static_cast<double>(columns + 1));
  EXPECT_EQ(result.other_elements, 1);
  EXPECT_TRUE(std::isnan(Share{}.value()));
}

TEST(Compare, DoesNotDependOnTheOrderOfAtoms) {
  const Structure a = octahedron(7, 2);
  RandomStream random(21);
  const Structure b = rattled(with_adatoms(without(a, {0, 30}), 1), 0.1, random);
  const auto shuffled = [&random](Structure structure) {
    for (std::size_t i = structure.atoms.size(); i > 1; --i) {
      std::swap(structure.atoms[i - 1], structure.atoms[random.below(i)]);
    }
    return structure;
  };
  const CompareOptions options;
  const auto one = compare(a, b, options);
  const auto two = compare(shuffled(a), shuffled(b), options);
  EXPECT_EQ(one.pairs.size(), two.pairs.size());
  EXPECT_NEAR(one.rmsd_angstrom, two.rmsd_angstrom, 1e-9);  // sums in another order
  EXPECT_EQ(one.surface_right.right, two.surface_right.right);
  EXPECT_EQ(one.columns_exact.right, two.columns_exact.right);
  ASSERT_EQ(one.columns.size(), two.columns.size());
  // The other way round as many atoms match, as far apart.
  const auto back = compare(b, a, options);
  EXPECT_EQ(back.pairs.size(), one.pairs.size());
  EXPECT_NEAR(back.rmsd_angstrom, one.rmsd_angstrom, 1e-9);
}

TEST(Compare, SaysWhatIsWrong) {
  const CompareOptions options;
  EXPECT_THROW((void)compare({}, octahedron(4, 1), options), InputError);
  EXPECT_THROW((void)compare(octahedron(4, 1), {}, options), InputError);
  CompareOptions wrong;
  wrong.align.tolerance_angstrom = 0.0;
  wrong.column_tolerance_angstrom = -1.0;
  EXPECT_EQ(wrong.validate().size(), 2U);
  EXPECT_THROW((void)compare(octahedron(4, 1), octahedron(4, 1), wrong), InputError);
}

}  // namespace
}  // namespace adatom::reconstruct
