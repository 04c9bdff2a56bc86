// Chord diagrams: angles by populations, widths by counts.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "adatom/base/error.h"
#include "adatom/base/random.h"
#include "adatom/report/figure_chord.h"
#include "chord_layout.h"
#include "support/xml.h"

namespace adatom::report {
namespace {

using testing::Element;
using testing::named;
using testing::parse_xml;

constexpr double turn = 2.0 * std::numbers::pi;

struct Flows {
  std::vector<double> population;
  std::vector<double> counts;
  [[nodiscard]] ShownFlows shown() const {
    auto kinds = environment_kinds();
    kinds.resize(population.size());
    return {kinds, population, counts};
  }
};

// The second gives its 20 all away, so its arc of a quarter is covered: 20 counts are a quarter.
const Flows three = {{50, 20, 10}, {99, 6, 2, 15, 7, 5, 1, 3, 0}};

TEST(Chord, ArcsHaveTheLengthsOfThePopulations) {
  const ChordLayout layout = lay_out_chords(three.shown(), 0.0, 0.0);
  ASSERT_EQ(layout.arcs.size(), 3U);
  EXPECT_NEAR(layout.arcs[0].width(), turn * 50 / 80, 1e-12);
  EXPECT_NEAR(layout.arcs[1].width(), turn * 20 / 80, 1e-12);
  EXPECT_NEAR(layout.arcs[2].to, turn, 1e-12);
  const ChordLayout apart = lay_out_chords(three.shown(), 0.1, 0.0);
  EXPECT_NEAR(apart.arcs[1].from - apart.arcs[0].to, 0.1, 1e-12);
  EXPECT_NEAR(apart.arcs[0].width(), (turn - 0.3) * 50 / 80, 1e-12);
}

TEST(Chord, EndsAreAsWideAsWhatLeavesThere) {
  const ChordLayout layout = lay_out_chords(three.shown(), 0.0, 0.0);
  ASSERT_EQ(layout.ribbons.size(), 3U);
  const double angle = turn / 4 / 20;
  for (const Ribbon& ribbon : layout.ribbons) {
    EXPECT_NEAR(ribbon.at_a.width(), angle * three.counts[ribbon.a * 3 + ribbon.b], 1e-12);
    EXPECT_NEAR(ribbon.at_b.width(), angle * three.counts[ribbon.b * 3 + ribbon.a], 1e-12);
  }
  EXPECT_EQ(layout.ribbons[0].a, 0U);  // 21 in all, the widest
  EXPECT_EQ(layout.ribbons[0].donor(), 1U);
  EXPECT_EQ(layout.ribbons[1].donor(), 1U);
  EXPECT_EQ(layout.ribbons[2].donor(), 0U);
}

// On each arc: inside it, side by side, and in the order in which the other classes come when one
// goes round against the clock.
TEST(Chord, EndsStandSideBySideAndDoNotCross) {
  RandomStream random(4);
  Flows flows;
  constexpr std::size_t classes = 8;
  for (std::size_t i = 0; i < classes; ++i)
    flows.population.push_back(1.0 + 9.0 * random.uniform());
  for (std::size_t i = 0; i < classes * classes; ++i) {
    flows.counts.push_back(std::floor(50.0 * random.uniform()));
  }
  const ChordLayout layout = lay_out_chords(flows.shown(), 0.02, 0.0);
  bool one_is_full = false;
  for (std::size_t i = 0; i < classes; ++i) {
    std::vector<std::pair<Span, std::size_t>> ends;
    for (const Ribbon& ribbon : layout.ribbons) {
      if (ribbon.a == i) ends.emplace_back(ribbon.at_a, (i + classes - ribbon.b) % classes);
      if (ribbon.b == i) ends.emplace_back(ribbon.at_b, (i + classes - ribbon.a) % classes);
    }
    std::sort(ends.begin(), ends.end(),
              [](const auto& x, const auto& y) { return x.second < y.second; });
    ASSERT_FALSE(ends.empty());
    double used = 0.0;
    for (std::size_t k = 0; k < ends.size(); ++k) {
      used += ends[k].first.width();
      EXPECT_NEAR(ends[k].first.from, k == 0 ? ends[0].first.from : ends[k - 1].first.to, 1e-12);
    }
    EXPECT_GE(ends.front().first.from, layout.arcs[i].from - 1e-12);
    EXPECT_LE(ends.back().first.to, layout.arcs[i].to + 1e-12);
    one_is_full |= std::abs(used - layout.arcs[i].width()) < 1e-12;
  }
  EXPECT_TRUE(one_is_full);
}

TEST(Chord, ThinRibbonsAreLeftOutAndCounted) {
  const double angle = turn / 4 / 20;
  const ChordLayout layout = lay_out_chords(three.shown(), 0.0, 2.5 * angle);
  EXPECT_EQ(layout.pairs, 3U);
  EXPECT_EQ(layout.left_out, 1U);  // 2 there, 1 back
  EXPECT_DOUBLE_EQ(layout.counts_left_out, 3.0);
  EXPECT_DOUBLE_EQ(layout.counts, 32.0);
}

TEST(Chord, RibbonsHaveTheColourOfTheLargerDonor) {
  const auto elements = parse_xml(draw_chords(three.shown(), {}).svg);
  std::vector<std::string> fills;
  for (const Element& path : named(elements, "path")) fills.push_back(path.attributes.at("fill"));
  const auto kinds = environment_kinds();
  // Ribbons from the widest on, then the arcs.
  const std::vector<std::size_t> expected = {1, 1, 0, 0, 1, 2};
  ASSERT_EQ(fills.size(), expected.size());
  for (std::size_t i = 0; i < fills.size(); ++i) {
    EXPECT_EQ(fills[i], hex(kinds[expected[i]].colour));
  }
  EXPECT_NO_THROW((void)testing::with_text(elements, "ss 25 %"));
  EXPECT_NO_THROW((void)testing::with_text(elements, "widest ribbon: 6 b → ss, 15 ss → b"));
}

TEST(Chord, SharesAreWrittenAsSuch) {
  Flows flows = three;
  for (double& count : flows.counts) count *= 1e-3;
  const auto elements = parse_xml(draw_chords(flows.shown(), {}).svg);
  EXPECT_NO_THROW((void)testing::with_text(elements, "widest ribbon: 0.0060 b → ss, 0.015 ss → b"));
}

TEST(Chord, LabelsDoNotTouch) {
  Flows flows;
  flows.population = {1000, 1, 1, 1, 1, 1, 1, 1, 1, 1};
  flows.counts.assign(100, 0.0);
  const auto elements = parse_xml(draw_chords(flows.shown(), {}).svg);
  std::vector<double> left;
  for (const Element& text : named(elements, "text")) {
    if (text.attributes.count("text-anchor") != 0 && text.attributes.at("text-anchor") == "end") {
      left.push_back(text.number("y"));
    }
  }
  std::sort(left.begin(), left.end());
  ASSERT_EQ(left.size(), 9U);  // all small ones: they end left of the top
  for (std::size_t i = 1; i < left.size(); ++i) EXPECT_GE(left[i] - left[i - 1], 11.0);
}

TEST(Chord, NothingToShow) {
  parse_xml(draw_chords({}, {}).svg);
  const Flows still = {{1, 0}, {5, 0, 0, 0}};
  EXPECT_NO_THROW((void)testing::with_text(parse_xml(draw_chords(still.shown(), {}).svg),
                                           "no transitions between classes"));
  const Flows nobody = {{0, 0}, {0, 3, 2, 0}};
  parse_xml(draw_chords(nobody.shown(), {}).svg);
}

TEST(Chord, RefusesWhatIsNoCount) {
  Flows flows = three;
  flows.counts.pop_back();
  EXPECT_THROW((void)draw_chords(flows.shown(), {}), InputError);
  flows.counts.push_back(-1.0);
  EXPECT_THROW((void)draw_chords(flows.shown(), {}), InputError);
  flows.counts.back() = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW((void)draw_chords(flows.shown(), {}), InputError);
}

}  // namespace
}  // namespace adatom::report
