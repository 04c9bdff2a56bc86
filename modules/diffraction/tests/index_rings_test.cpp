#include "adatom/diffraction/index_rings.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/base/progress.h"
#include "adatom/crystal/reflections.h"
#include "adatom/diffraction/choose_phases.h"
#include "ring_profile.h"

namespace adatom::diffraction {
namespace {

std::vector<crystal::Phase> table(const std::vector<std::string>& names) {
  std::vector<crystal::Phase> phases;
  for (const auto& name : names) phases.push_back(*crystal::find_phase(name));
  return phases;
}

TEST(IndexRings, PublishedSpacingsOfGold) {
  // NBS Circular 539 volume 1 (1953), page 33: d of Au 111, 200, 220, 311, 222.
  const std::vector<MeasuredSpacing> gold = {{2.355}, {2.039}, {1.442}, {1.230}, {1.1774}};
  IndexOptions options;
  options.tolerance = 0.001;  // silver's cell is 0.19 % larger
  const auto result = index_rings(gold, table({"Cu", "Ag", "Au", "Pt", "CeO2"}), options);
  EXPECT_EQ(result.phases[0].phase, "Au");
  EXPECT_EQ(result.phases[0].explained, 5);
  EXPECT_NEAR(result.phases[0].strength_found, 1.0, 1e-12);
  EXPECT_LT(result.phases[0].rms_deviation, 3e-4);
  EXPECT_LT(result.phases[1].score, 0.5);
  const std::vector<std::string> hkl = {"111", "200", "220", "311", "222"};
  for (std::size_t i = 0; i < hkl.size(); ++i) EXPECT_EQ(result.spacings[i].matches[0].hkl, hkl[i]);
}

TEST(IndexRings, CopperBesideItsOxide) {
  // NBS Circular 539: Cu2O (volume 2) 2.465, 2.135, 1.510; Cu (volume 1) 2.088, 1.808.
  const std::vector<MeasuredSpacing> mixed = {{2.465}, {2.135}, {2.088}, {1.808}, {1.510}};
  IndexOptions options;
  options.tolerance = 0.004;
  const auto result = index_rings(mixed, table({"Cu", "Cu2O", "CuO"}), options);
  EXPECT_EQ(result.spacings[0].matches[0].phase, "Cu2O");
  EXPECT_EQ(result.spacings[1].matches[0].hkl, "200");
  EXPECT_EQ(result.spacings[2].matches[0].phase, "Cu");
  EXPECT_EQ(result.spacings[3].matches[0].phase, "Cu");
  EXPECT_EQ(result.spacings[4].matches[0].hkl, "220");
}

TEST(IndexRings, ErrorsWidenTheSearchAndNothingFitsNothing) {
  const auto copper = table({"Cu"});
  IndexOptions options;
  options.tolerance = 0.001;
  EXPECT_TRUE(index_rings(std::vector<MeasuredSpacing>{{2.110}}, copper, options)
                  .spacings[0]
                  .matches.empty());
  EXPECT_EQ(index_rings(std::vector<MeasuredSpacing>{{2.110, 0.01}}, copper, options)
                .spacings[0]
                .matches.size(),
            1U);
  EXPECT_TRUE(index_rings({}, copper, options).phases.empty());
  EXPECT_THROW((void)index_rings(std::vector<MeasuredSpacing>{{-1.0}}, copper), InputError);
}

// A ring that is off by just the tolerance matches, to either side.
TEST(IndexRings, TheToleranceItselfIsWithin) {
  const auto copper = table({"Cu"});
  const double d = 3.615 / std::sqrt(3.0);  // 111, the only one so near
  for (const double tolerance : {0.001, 0.01, 0.02, 0.05}) {
    IndexOptions options;
    options.tolerance = tolerance;
    for (const double sign : {-1.0, 1.0}) {
      const auto at = [&](double off) {
        const std::vector<MeasuredSpacing> one = {{d * (1.0 + sign * off)}};
        return index_rings(one, copper, options).spacings[0].matches.size();
      };
      EXPECT_EQ(at(tolerance), 1U) << tolerance << " " << sign;
      EXPECT_EQ(at(1.0001 * tolerance), 0U) << tolerance << " " << sign;
    }
  }
}

// Of Cu2O 110, which is weak, as the only one that was measured.
TEST(IndexRings, StrengthIsThatOfAllRings) {
  const auto oxide = table({"Cu2O"});
  const auto result = index_rings(std::vector<MeasuredSpacing>{{3.019}}, oxide);
  ASSERT_EQ(result.spacings[0].matches.size(), 1U);
  std::array<double, 2> area{};  // M |F|^2 d^2 of 110 and 111, the strongest
  for (const auto& r : crystal::find_reflections(oxide[0])) {
    const double value =
        r.multiplicity * r.structure_factor2_angstrom2 * r.d_angstrom * r.d_angstrom;
    if (r.label() == "110") area[0] = value;
    if (r.label() == "111") area[1] = value;
  }
  EXPECT_NEAR(result.spacings[0].matches[0].strength, area[0] / area[1], 1e-12);
  // No phase of the table has its strongest ring beyond 1/angstrom, where they are not looked for.
  for (const auto& name : crystal::phase_names()) {
    double most = 0.0;
    double at = 0.0;
    for (const auto& r :
         crystal::find_reflections(*crystal::find_phase(name), {.s_max_per_angstrom = 2.0})) {
      const double value =
          r.multiplicity * r.structure_factor2_angstrom2 * r.d_angstrom * r.d_angstrom;
      if (value <= most) continue;
      most = value;
      at = r.s_per_angstrom;
    }
    EXPECT_LT(at, 0.7) << name;
  }
}

std::vector<std::string> chosen(const PhaseChoice& choice) {
  std::vector<std::string> names;
  for (const auto& candidate : choice.candidates) {
    if (candidate.chosen) names.push_back(candidate.phase);
  }
  return names;
}

TEST(ChoosePhases, CopperAndOxideAmongMany) {
  made::Recipe recipe{.rings = made::copper_and_oxide(0.9, 0.1), .step = 0.002, .seed = 3};
  NoProgress progress;
  ChoosePhasesOptions options;
  options.fit.blur_bins = std::sqrt(2.0 / 12.0);
  const auto candidates = table({"Ni", "Cu", "Au", "Si", "Cu2O", "CuO", "NiO"});
  const auto choice = choose_phases(made::make_profile(recipe), candidates, options, progress);
  EXPECT_EQ(chosen(choice), (std::vector<std::string>{"Cu", "Cu2O"}));
  EXPECT_LT(choice.criterion, choice.criterion_of_none);
  for (const auto& candidate : choice.candidates) {
    EXPECT_EQ(candidate.gain > 10.0, candidate.chosen) << candidate.phase;
  }
  double area = 0.0;
  double copper = 0.0;
  for (const auto& ring : recipe.rings) {
    if (ring.s < 0.9) (ring.phase == "Cu" ? copper : area) += ring.area;
  }
  EXPECT_NEAR(choice.candidates[1].area_share, copper / (copper + area), 0.02);
}

TEST(ChoosePhases, NoneWhereThereIsOnlyBackground) {
  made::Recipe recipe{.rings = {}, .step = 0.002, .seed = 4};
  NoProgress progress;
  const auto choice =
      choose_phases(made::make_profile(recipe), table({"Cu", "Cu2O"}), {}, progress);
  EXPECT_TRUE(chosen(choice).empty());
  EXPECT_THROW((void)choose_phases(made::make_profile(recipe), {}, {}, progress), InputError);
}

}  // namespace
}  // namespace adatom::diffraction
