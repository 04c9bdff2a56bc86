// What all figures promise: well-formed, self-contained, the same bytes, no crash on odd data.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>

#include "adatom/base/error.h"
#include "adatom/report/figure_bars.h"
#include "adatom/report/figure_count_map.h"
#include "adatom/report/figure_curve.h"
#include "adatom/report/figure_histogram.h"
#include "adatom/report/figure_image.h"
#include "adatom/report/figure_matrix.h"
#include "adatom/report/figure_trace.h"
#include "support/demo.h"
#include "support/xml.h"

namespace adatom::report {
namespace {

using testing::Element;
using testing::named;
using testing::parse_xml;

const double nan = std::numeric_limits<double>::quiet_NaN();
const double infinity = std::numeric_limits<double>::infinity();

TEST(Figures, AreWellFormedAndSelfContained) {
  const auto frames = testing::make_demo_frames(2, 96);
  for (const auto& [name, figure] : testing::demo_figures(frames)) {
    SCOPED_TRACE(name);
    const std::vector<Element> elements = parse_xml(svg_file(figure));
    const Element& root = elements.front();
    EXPECT_EQ(root.name, "svg");
    EXPECT_EQ(root.attributes.at("xmlns"), "http://www.w3.org/2000/svg");
    EXPECT_EQ(root.attributes.at("aria-label"), figure.summary);
    for (const Element& element : elements) {
      EXPECT_EQ(element.attributes.count("id"), element.name == "radialGradient" ? 1U : 0U);
      for (const auto& [key, value] : element.attributes) {
        if (key == "href" || key == "aria-label") continue;
        EXPECT_EQ(value.find("nan"), std::string::npos) << key << " " << value;
        EXPECT_EQ(value.find("inf"), std::string::npos) << key << " " << value;
      }
      const auto link = element.attributes.find("href");
      if (link != element.attributes.end()) {
        EXPECT_TRUE(link->second.starts_with("data:image/png;base64,"));
      }
    }
  }
}

// 8.5 cm hold 320 units: 1 unit is 8.5 / 320 / 2.54 * 72 = 0.753 pt.
TEST(Figures, TextPrintsAtSixPointsOrMore) {
  const auto frames = testing::make_demo_frames(1, 96);
  for (const auto& [name, figure] : testing::demo_figures(frames)) {
    const std::vector<Element> elements = parse_xml(svg_file(figure));
    const std::string& view = elements.front().attributes.at("viewBox");
    const double units = std::stod(view.substr(4));
    const std::string& width = elements.front().attributes.at("width");
    const double points = std::stod(width) / 2.54 * 72.0 / units;
    for (const Element& text : named(elements, "text")) {
      EXPECT_GE(text.number("font-size") * points, 6.0) << name << ": " << text.text;
    }
  }
}

TEST(Figures, AreTheSameBytesEachTime) {
  const auto frames = testing::make_demo_frames(1, 64);
  const auto first = testing::demo_figures(frames);
  const auto second = testing::demo_figures(frames);
  ASSERT_EQ(first.size(), second.size());
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(first[i].second.svg, second[i].second.svg) << first[i].first;
  }
}

/// Matrices, bars and traces of numbers that are hardly any; 8 of them.
void draw_odd_classes(AxisScale scale, const std::vector<double>& odd) {
  const std::vector<AtomKind> eight(8, AtomKind{"<&>", {}});
  const std::vector<AtomKind> four(4, AtomKind{"\x01", {}});
  const std::vector<AtomKind> two(2);
  MatrixFigureOptions matrix;
  matrix.scale = scale;
  parse_xml(draw_matrix({two, four, odd, odd, odd}, matrix).svg);
  matrix.range = Range{nan, infinity};
  parse_xml(draw_matrix({eight, {AtomKind{}}, odd}, matrix).svg);
  BarFigureOptions bars;
  bars.classes = eight;
  bars.y_scale = scale;
  const BarSeries series{"<series>", odd, odd, odd};
  parse_xml(draw_bars({&series, 1}, bars).svg);
  const Trace trace{"<trace>", odd, odd};
  ValueDensity density{odd, odd, odd, odd};
  density.counts.pop_back();
  TraceFigureOptions traces;
  traces.domains = domain_kinds(9);
  traces.thresholds = odd;
  parse_xml(draw_traces({&trace, 1}, density, traces).svg);
}

// The main function of these tests traps invalid operations, so a NaN that is compared or computed
// with ends the test.
TEST(Figures, SurviveEveryOddNumber) {
  const std::vector<double> odd = {nan, infinity, -infinity, 0.0, -0.0, 1e308, -1e308, 5e-324};
  const std::vector<double> none = {nan, nan};
  const std::vector<std::int64_t> counts = {0, -1, 3, std::numeric_limits<std::int64_t>::max(),
                                            2, 2,  5, std::numeric_limits<std::int64_t>::min()};
  for (const RangeRule rule : {RangeRule::full, RangeRule::percentile, RangeRule::symmetric}) {
    ImageFigureOptions options;
    options.scale.rule = rule;
    options.pixel_size_angstrom = nan;
    options.points = {{.x_px = odd, .y_px = odd, .value = odd}};
    parse_xml(draw_image(Grid<double>(4, 2, odd), options).svg);
    parse_xml(draw_image(Grid<double>(2, 1, none), options).svg);
  }
  parse_xml(draw_count_map({odd, odd, counts, odd}, {}).svg);
  parse_xml(draw_histogram(odd, {}, {}).svg);
  const std::vector<HistogramComponent> components = {{"1", nan, 1.0, 0.5},
                                                      {"2", 1.0, 0.0, 0.5},
                                                      {"3", infinity, infinity, infinity},
                                                      {"x", 2.0, 1e-300, 1.0},
                                                      {"", 2.0, 1.0, -1.0}};
  parse_xml(draw_histogram(odd, components, {}).svg);
  parse_xml(draw_histogram(none, components, {}).svg);
  const std::vector<Curve> curves = {{.label = "a", .x = odd, .y = odd, .y_error = odd},
                                     {.label = "b", .x = none, .y = none}};
  for (const AxisScale scale : {AxisScale::linear, AxisScale::logarithmic}) {
    CurveFigureOptions options;
    options.y_scale = scale;
    options.marks = {{nan, "nowhere"}, {1e308, "far"}};
    options.levels = {{nan, "nowhere"}, {-infinity, "low"}, {1e308, "far"}};
    parse_xml(draw_curves(curves, options).svg);
    draw_odd_classes(scale, odd);
  }
}

TEST(Figures, RefuseArraysOfDifferentLength) {
  const std::vector<double> two = {1.0, 2.0};
  const std::vector<double> one = {1.0};
  const std::vector<std::int64_t> counts = {1, 2};
  EXPECT_THROW((void)draw_count_map({two, one, counts, {}}, {}), InputError);
  EXPECT_THROW((void)draw_count_map({two, two, counts, one}, {}), InputError);
  const Curve curve{.label = "c", .x = two, .y = one};
  EXPECT_THROW((void)draw_curves({&curve, 1}, {}), InputError);
  ImageFigureOptions options;
  options.points = {{.x_px = two, .y_px = two, .value = one}};
  EXPECT_THROW((void)draw_image(Grid<double>(2, 2), options), InputError);
}

}  // namespace
}  // namespace adatom::report
