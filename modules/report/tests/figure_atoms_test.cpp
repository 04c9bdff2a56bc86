#include "adatom/report/figure_atoms.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "adatom/base/error.h"
#include "support/particle.h"
#include "support/xml.h"

namespace adatom::report {
namespace {

using testing::Element;
using testing::make_octahedron;
using testing::named;
using testing::parse_xml;
using testing::Particle;

constexpr double legend_radius = 4.8;

/// The circles of the picture itself, in the order of drawing.
std::vector<Element> balls_of(const Figure& figure) {
  std::vector<Element> balls;
  for (const Element& circle : named(parse_xml(figure.svg), "circle")) {
    if (circle.number("r") != legend_radius) balls.push_back(circle);
  }
  return balls;
}

/// Along -z with y up: x to the right, y upwards, large z near.
AtomFigureOptions from_above() {
  AtomFigureOptions options;
  options.towards_eye = {0, 0, 2};
  options.up = {0, 3, 1};
  options.side_angstrom = 20.0;
  options.kinds = {{"near", {0, 114, 178}}, {"far", {213, 94, 0}}};
  return options;
}

TEST(FigureAtoms, PutsAtomsWhereTheEyeSeesThem) {
  // From above, x is to the right and y up; the atoms' middle is the middle of the picture.
  const Particle atoms{{-4, 6}, {-3, 5}, {2, 2}, {1.5, 1.0}, {0, 1}};
  const auto balls = balls_of(draw_atoms(atoms.shown(), from_above()));
  ASSERT_EQ(balls.size(), 2U);
  // 230 units for 20 angstrom: a column's 320 without 88 for the legend and 1 at both sides.
  const double scale = 230.0 / 20.0;
  std::vector<Element> by_x = balls;
  std::sort(by_x.begin(), by_x.end(),
            [](const Element& a, const Element& b) { return a.number("cx") < b.number("cx"); });
  EXPECT_NEAR(by_x[1].number("cx") - by_x[0].number("cx"), 10 * scale, 0.011);  // two decimals
  EXPECT_NEAR(by_x[1].number("cy") - by_x[0].number("cy"), -8 * scale, 0.011);
  EXPECT_NEAR(by_x[0].number("r"), 1.5 * scale, 0.006);
  EXPECT_NEAR(by_x[1].number("r"), 1.0 * scale, 0.006);
}

TEST(FigureAtoms, NearAtomsAreDrawnLastAndHiddenOnesNotAtAll) {
  // Two behind the first: one peeps out, one does not.
  const Particle atoms{{0, 1, 0.2}, {0, 0, 0}, {3, -1, -3}, {2, 2, 1.5}, {0, 1, 1}};
  const auto balls = balls_of(draw_atoms(atoms.shown(), from_above()));
  ASSERT_EQ(balls.size(), 2U);
  EXPECT_GT(balls[0].number("cx"), balls[1].number("cx"));
}

TEST(FigureAtoms, FarAtomsArePaler) {
  const Particle atoms{{-5, 5}, {0, 0}, {4, -4}, {2, 2}, {0, 0}};
  const auto elements = parse_xml(draw_atoms(atoms.shown(), from_above()).svg);
  const auto balls = named(elements, "circle");
  std::vector<std::string> fills;
  for (const Element& ball : balls) {
    if (ball.number("r") != legend_radius) fills.push_back(ball.attributes.at("fill"));
  }
  ASSERT_EQ(fills.size(), 2U);
  EXPECT_NE(fills[0], fills[1]);
  // The last stop of a gradient is its darkest colour; a paler one has larger channels.
  const auto darkest = [&](const std::string& fill) {
    bool inside = false;
    std::string colour;
    for (const Element& element : elements) {
      if (element.name == "radialGradient") {
        inside = "url(#" + element.attributes.at("id") + ")" == fill;
      }
      if (inside && element.name == "stop") colour = element.attributes.at("stop-color");
    }
    return colour;
  };
  EXPECT_GT(darkest(fills[0]), darkest(fills[1]));  // drawn first, so far
}

TEST(FigureAtoms, LegendCountsEveryKind) {
  // A regular truncated octahedron of 201 atoms: 24 corners with 6 neighbours, ... (van Hardeveld
  // and Hartog, Surf. Sci. 15 (1969) 189: 24 of 6, 36 of 7, 6 of 8, 56 of 9, 79 inside).
  const Particle particle = make_octahedron(6, 4, 4.08);
  ASSERT_EQ(particle.x.size(), 201U);
  AtomFigureOptions options;
  options.kinds = coordination_kinds();
  const auto texts = named(parse_xml(draw_atoms(particle.shown(), options).svg), "text");
  const auto beside = [&](const std::string& label) -> std::string {
    for (std::size_t i = 0; i + 1 < texts.size(); ++i) {
      if (texts[i].text == label) return texts[i + 1].text;
    }
    return "";
  };
  EXPECT_EQ(beside("6"), "24");
  EXPECT_EQ(beside("7"), "36");
  EXPECT_EQ(beside("8 {100}"), "6");
  EXPECT_EQ(beside("9 {111}"), "56");
  EXPECT_EQ(beside("12"), "79");
  EXPECT_EQ(beside("11"), "0");
}

TEST(FigureAtoms, ShowsEveryAtomOfTheSurfaceThatFacesTheEye) {
  // A surface atom faces the eye when nothing stands before its middle; each of them is drawn.
  const Particle particle = make_octahedron(9, 6, 4.08);
  AtomFigureOptions options;
  options.kinds = coordination_kinds();
  options.towards_eye = {0.48, -0.80, 0.36};
  const auto drawn = balls_of(draw_atoms(particle.shown(), options)).size();
  std::size_t facing = 0;
  for (std::size_t i = 0; i < particle.x.size(); ++i) {
    bool free = true;
    for (std::size_t j = 0; j < particle.x.size(); ++j) {
      const double x = particle.x[j] - particle.x[i];
      const double y = particle.y[j] - particle.y[i];
      const double z = particle.z[j] - particle.z[i];
      const double length = std::sqrt(0.48 * 0.48 + 0.8 * 0.8 + 0.36 * 0.36);
      const double along = (0.48 * x - 0.80 * y + 0.36 * z) / length;
      const double aside2 = x * x + y * y + z * z - along * along;
      free &= along <= 1e-9 || aside2 > particle.radius[j] * particle.radius[j];
    }
    facing += free ? 1 : 0;
  }
  EXPECT_GE(drawn, facing);
  EXPECT_LT(drawn, particle.x.size() * 3 / 4);  // and the inside is left out
  EXPECT_GT(facing, 50U);
}

TEST(FigureAtoms, GradientsHaveIdsThatNoOtherPictureHas) {
  const Particle one = make_octahedron(4, 3, 4.08);
  Particle two = one;
  two.x[0] += 0.5;
  AtomFigureOptions options;
  options.kinds = coordination_kinds();
  std::set<std::string> ids;
  std::size_t gradients = 0;
  for (const Particle* particle : {&one, static_cast<const Particle*>(&two)}) {
    for (const auto& element : parse_xml(draw_atoms(particle->shown(), options).svg)) {
      if (element.name != "radialGradient") continue;
      ids.insert(element.attributes.at("id"));
      ++gradients;
    }
  }
  EXPECT_GT(gradients, 10U);
  EXPECT_EQ(ids.size(), gradients);
}

TEST(FigureAtoms, LeavesOutAtomsThatAreNowhere) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Particle atoms{{0, nan, 1e300}, {0, 0, 0}, {0, 0, 0}, {1, 1, 1}, {0, 0, 0}};
  EXPECT_EQ(balls_of(draw_atoms(atoms.shown(), from_above())).size(), 1U);
  EXPECT_EQ(balls_of(draw_atoms({}, from_above())).size(), 0U);
}

TEST(FigureAtoms, FlatParticlesGetFlatPictures) {
  // 22 wide and 4 high: at the width's scale all that is shown is 1.02 of that high.
  const Particle atoms{{-10, 10}, {-1, 1}, {0, 0}, {1, 1}, {0, 1}};
  AtomFigureOptions options = from_above();
  options.side_angstrom = {};
  const auto elements = parse_xml(draw_atoms(atoms.shown(), options).svg);
  const auto clip = named(elements, "svg").at(1);
  EXPECT_NEAR(clip.number("height") / clip.number("width"), 4.0 / 22.0, 1e-3);  // two decimals
}

TEST(FigureAtoms, RefusesWhatDoesNotFitTogether) {
  Particle atoms{{0, 1}, {0, 0}, {0, 0}, {1, 1}, {0, 2}};
  EXPECT_THROW((void)draw_atoms(atoms.shown(), from_above()), InputError);  // kind 2 of two
  atoms.kind = {0, 1};
  AtomFigureOptions options = from_above();
  options.up = {0, 0, -5};
  EXPECT_THROW((void)draw_atoms(atoms.shown(), options), InputError);
  atoms.radius.pop_back();
  EXPECT_THROW((void)draw_atoms(atoms.shown(), from_above()), InputError);
}

TEST(FigureAtoms, OneSideServesAllViews) {
  const Particle atoms{{-3, 3}, {-4, 4}, {0, 0}, {1, 1}, {0, 0}};
  EXPECT_DOUBLE_EQ(side_for(atoms.shown()), 12.0);  // 3-4-5 triangle, radius 1
}

TEST(FigureAtoms, CutShowsWhatIsBehindIt) {
  // Three in a row along the view: only the first is seen, until it is cut away.
  const Particle atoms{{0, 0, 0}, {0, 0, 0}, {4, 0, -4}, {1.5, 1.4, 1.3}, {0, 1, 1}};
  AtomFigureOptions options = from_above();
  const double scale = 230.0 / 20.0;
  const auto whole = balls_of(draw_atoms(atoms.shown(), options));
  ASSERT_EQ(whole.size(), 1U);
  EXPECT_NEAR(whole[0].number("r"), 1.5 * scale, 0.006);
  options.cut = {{{0, 0, 3}, 0.0}};  // an atom in the plane stays
  const Figure cut = draw_atoms(atoms.shown(), options);
  ASSERT_EQ(balls_of(cut).size(), 1U);
  EXPECT_NEAR(balls_of(cut)[0].number("r"), 1.4 * scale, 0.006);
  EXPECT_EQ(testing::with_text(parse_xml(cut.svg), "near").depth, 1);
  EXPECT_NO_THROW((void)testing::with_text(parse_xml(cut.svg), "2"));  // far ones; all are counted
  options.cut = {{{0, 0, 3}, -0.5}};
  EXPECT_NEAR(balls_of(draw_atoms(atoms.shown(), options)).at(0).number("r"), 1.3 * scale, 0.006);
  options.cut = {{{0, 0, 0}, 0.0}};
  EXPECT_THROW((void)draw_atoms(atoms.shown(), options), InputError);
}

TEST(FigureAtoms, QuarterTowardsTheEye) {
  // Of eight atoms on a ring about the vertical, those straight before the eye go; none where only
  // one plane has it beyond.
  Particle atoms;
  for (int i = 0; i < 8; ++i) {
    const double angle = i * 0.7853981633974483;
    atoms.x.push_back(9 * std::cos(angle));
    atoms.y.push_back(9 * std::sin(angle));
    atoms.z.push_back(0.0);
    atoms.radius.push_back(0.5);
    atoms.kind.push_back(0);
  }
  AtomFigureOptions options;
  options.towards_eye = {0, -1, 0.5};
  options.cut = quarter_cut(options);
  ASSERT_EQ(options.cut.size(), 2U);
  const auto& a = options.cut[0].normal;
  const auto& b = options.cut[1].normal;
  EXPECT_NEAR(a[0] * b[0] + a[1] * b[1] + a[2] * b[2], 0.0, 1e-12);
  EXPECT_NEAR(a[2], 0.0, 1e-12);
  const std::size_t all = 8;
  EXPECT_EQ(balls_of(draw_atoms(atoms.shown(), options)).size(), all - 1);
  EXPECT_EQ(balls_of(draw_atoms_whole_and_cut(atoms.shown(), options)).size(), 2 * all - 1);
}

}  // namespace
}  // namespace adatom::report
