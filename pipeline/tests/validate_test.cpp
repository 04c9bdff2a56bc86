// The parts of `adatom validate`: options, known particles, scores, limits.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/crystal/surface_sites.h"
#include "adatom/storage/files.h"
#include "program.h"
#include "validate/case_result.h"
#include "validate/case_work.h"
#include "validate/column_score.h"
#include "validate/known_frame.h"
#include "validate/known_particle.h"

namespace adatom::pipeline {
namespace {

constexpr double gold_bond = 2.884;  // a / sqrt 2

crystal::Structure one_particle(const ParticleOptions& particle) {
  CaseOptions options;
  options.particle = particle;
  return build_particle(options, RandomStream(1)).front();
}

double nearest_distance(const crystal::Structure& structure) {
  double nearest = 1e9;
  for (std::size_t i = 0; i < structure.atoms.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      nearest = std::min(
          nearest,
          (structure.atoms[i].position_angstrom - structure.atoms[j].position_angstrom).norm());
    }
  }
  return nearest;
}

TEST(ValidateOptionsFile, NamesCasesAndSaysAllThatIsWrong) {
  const testing::ScratchFolder scratch;
  const auto file = (scratch.path() / "v.yaml").string();
  storage::write_file(
      file,
      "cases:\n"
      "  good: {imaging: incoherent, particle: {length: 4, cutoff: 1}}\n"
      "  good too: {temperatures_k: [20], particle: {kind: decahedron, step: true}}\n"
      "  third: {particle: {lenth: 4, facet: [1, 0, 0]}, doses_per_angstrom2: []}\n");
  try {
    (void)read_validate_options(file, {});
    FAIL();
  } catch (const InputError& error) {
    std::string all;
    for (const auto& complaint : error.complaints()) all += complaint.text() + '\n';
    for (const char* text :
         {"cases.good too", "cases.good too.temperatures_k", "cases.good too.particle.step",
          "'lenth' in 'cases.third.particle'", "did you mean 'length'?",
          "v.yaml:4:", "cases.third.particle.facet", "cases.third.doses_per_angstrom2"}) {
      EXPECT_NE(all.find(text), std::string::npos) << text << "\n" << all;
    }
  }
  try {
    (void)read_validate_options(file, {"foo.bar=1"});
    FAIL();
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("`adatom schema --of validate` lists the options"),
              std::string::npos)
        << error.what();
  }
  storage::write_file(file, "cases:\n  a: {imaging: incoherent}\n  b: {}\n");
  const auto options = read_validate_options(
      file, {"cases.b.doses_per_angstrom2=[1e3, 2e3]", "limits.counts_exact=0.5"});
  ASSERT_EQ(options.cases.size(), 2U);
  EXPECT_EQ(options.cases[0].options.imaging, ImagingKind::incoherent);
  const auto planned = plan_cases(options);
  ASSERT_EQ(planned.size(), 3U);
  EXPECT_EQ(planned[2].folder, "cases/b/300K_2000");
  const auto shipped = read_validate_options(
      (std::filesystem::path(ADATOM_SOURCE_DIR) / "configs" / "validate.yaml").string(), {});
  EXPECT_EQ(plan_cases(shipped).size(), 28U);
  // A limit changes no result.
  auto others = options;
  others.limits.counts_exact = 0.9;
  others.cases[0].options.limits.counts_exact = 0.9;
  EXPECT_EQ(case_key(planned[0], options), case_key(planned[0], others));
  others.counting.starts += 1;
  EXPECT_NE(case_key(planned[0], options), case_key(planned[0], others));
}

TEST(KnownParticle, HasTheDefectsAskedFor) {
  EXPECT_EQ(one_particle({.length = 10, .cutoff = 3}).atoms.size(), 586U);
  EXPECT_EQ(one_particle({.length = 12, .cutoff = 4, .missing_corner_atoms = 20}).atoms.size(),
            956U);
  EXPECT_EQ(one_particle({.kind = ParticleKind::decahedron, .m = 7, .n = 1, .p = 3}).atoms.size(),
            1086U);
  const auto island = one_particle({.length = 10, .cutoff = 3, .island_atoms = 12});
  ASSERT_EQ(island.atoms.size(), 598U);
  EXPECT_NEAR(nearest_distance(island), gold_bond, 0.001);
  // All of it in one layer, each atom on three others at least, the middle ones beside others, too.
  const auto coordination = crystal::coordination_numbers(island, gold_bond);
  const Eigen::Vector3d normal = crystal::zone_axis_rotation(crystal::ZoneAxis::axis_110) *
                                 Eigen::Vector3d(1, 1, 1) / std::sqrt(3.0);
  for (std::size_t i = 586; i < 598; ++i) {
    EXPECT_NEAR(island.atoms[i].position_angstrom.dot(normal),
                island.atoms[586].position_angstrom.dot(normal), 1e-6);
    EXPECT_GE(coordination[i], 5U);
  }
  const auto step = one_particle({.length = 10, .cutoff = 3, .step = true});
  EXPECT_GT(step.atoms.size(), 598U);
  EXPECT_NEAR(nearest_distance(step), gold_bond, 0.001);
  EXPECT_THROW((void)one_particle({.length = 4, .cutoff = 1, .island_atoms = 50}), InputError);
}

TEST(KnownParticle, AtomsMoveBetweenFramesToPlacesOfTheLattice) {
  CaseOptions options;
  options.particle.length = 7;
  options.particle.cutoff = 2;
  options.frames = 3;
  options.moves_per_frame = 2;
  const auto frames = build_particle(options, RandomStream(3));
  ASSERT_EQ(frames.size(), 3U);
  for (std::size_t f = 1; f < frames.size(); ++f) {
    ASSERT_EQ(frames[f].atoms.size(), 201U);
    std::size_t moved = 0;
    for (std::size_t i = 0; i < 201; ++i) {
      const auto shift =
          frames[f].atoms[i].position_angstrom - frames[f - 1].atoms[i].position_angstrom;
      if (shift.norm() > 0.1) ++moved;
    }
    EXPECT_GE(moved, 1U);  // an atom may move twice
    EXPECT_LE(moved, 2U);
    EXPECT_NEAR(nearest_distance(frames[f]), gold_bond, 0.001);
    const auto coordination = crystal::coordination_numbers(frames[f], gold_bond);
    EXPECT_GE(*std::min_element(coordination.begin(), coordination.end()), 2U);
  }
}

// The probe is at a column's place of the image when the specimen has drifted to it.
TEST(KnownFrame, ColumnsStandWhereTheScanMeetsThem) {
  CaseOptions options;
  options.imaging = ImagingKind::incoherent;
  options.drift_x_angstrom = 2.0;
  options.drift_y_angstrom = -1.5;
  const auto structure = one_particle({.length = 4, .cutoff = 1});
  ImagingOptions imaging;
  NoProgress progress;
  const auto library = simulate::ScsLibrary::proportional(0.03);
  const auto frame = image_particle(structure, options, 300.0, imaging, library, 1, {}, progress);
  const double step = imaging.step_angstrom;
  const double width = static_cast<double>((frame.image.width() - 1) / 2 + 1);
  const double last = width * static_cast<double>((frame.image.height() - 1) / 2 + 1) - 1.0;
  ASSERT_FALSE(frame.columns.empty());
  for (const auto& column : frame.columns) {
    const double time = (column.y_angstrom * width + column.x_angstrom) / step / last;
    const auto at_rest = [&](double x, double y) {
      return std::any_of(frame.structure.atoms.begin(), frame.structure.atoms.end(),
                         [&](const crystal::Atom& atom) {
                           return std::hypot(atom.position_angstrom.x() - x,
                                             atom.position_angstrom.y() - y) < 1e-6;
                         });
    };
    EXPECT_TRUE(at_rest(column.x_angstrom - 2.0 * time, column.y_angstrom + 1.5 * time));
  }
  // The particle stays within its margin.
  for (const auto& column : frame.columns) {
    EXPECT_GT(column.x_angstrom, 3.0);
    EXPECT_GT(column.y_angstrom, 3.0);
  }
}

TEST(CountScore, ColumnsNotFoundHaveNoAtomsAndThoseThatAreNoneNeither) {
  const std::vector<simulate::TrueColumn> truth = {
      {.atom_count = 3}, {.atom_count = 5}, {.atom_count = 1}};
  ColumnScore columns;
  columns.fitted_of = {1, 0, std::nullopt};
  columns.true_of = {1, 0, std::nullopt, std::nullopt};
  const std::vector<std::int64_t> counted = {5, 5, 0, 2};
  const auto score = score_counts(truth, columns, counted);
  EXPECT_EQ(score.columns, 5);
  EXPECT_EQ(score.exact, 2);       // 5 and the none that holds none
  EXPECT_EQ(score.within_one, 3);  // and the single atom that was not found
  EXPECT_EQ(score.true_atoms, 9);
  EXPECT_EQ(score.counted_atoms, 12);
}

TEST(CaseResult, LimitsAreForTheirDosesAndMeasuredQuantities) {
  CaseResult result;
  result.name = "a";
  result.dose_per_angstrom2 = 1e4;
  result.counts_exact = 0.96;
  ValidateOptions all;
  all.limits.counts_exact = 0.97;
  all.limits.rmsd_angstrom = 0.1;
  CaseOptions one;
  EXPECT_TRUE(judge(result, one, all).empty());
  result.dose_per_angstrom2 = 2e4;
  auto outcomes = judge(result, one, all);  // no model: nothing is said of its RMSD
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_FALSE(outcomes[0].met());
  one.limits.counts_exact = 0.95;
  one.limits.rmsd_angstrom = 0.02;  // asked for of this very case, and not there
  outcomes = judge(result, one, all);
  ASSERT_EQ(outcomes.size(), 2U);
  EXPECT_TRUE(outcomes[0].met());
  EXPECT_FALSE(outcomes[1].met());
  const auto text = case_json(result, "key");
  EXPECT_FALSE(parse_case_json(text, "another"));
  EXPECT_FALSE(parse_case_json(text.substr(0, text.size() / 2), "key"));
  const auto read = parse_case_json(text, "key");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->counts_exact, 0.96);
  EXPECT_TRUE(std::isnan(read->rmsd_angstrom));
}

}  // namespace
}  // namespace adatom::pipeline
