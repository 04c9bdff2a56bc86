// Bars, traces with their density, dendrograms: lengths and places are what the numbers say.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "adatom/base/error.h"
#include "adatom/report/figure_bars.h"
#include "adatom/report/figure_dendrogram.h"
#include "adatom/report/figure_trace.h"
#include "support/xml.h"

namespace adatom::report {
namespace {

using testing::Element;
using testing::named;
using testing::parse_xml;
using testing::path_points;
using testing::with_text;

const double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double hundredth = 0.011;  // coordinates have two decimals

std::vector<Element> filled(const std::vector<Element>& elements, const std::string& name,
                            const std::string& colour) {
  std::vector<Element> out;
  for (const Element& element : named(elements, name)) {
    const auto fill = element.attributes.find("fill");
    if (fill != element.attributes.end() && fill->second == colour) out.push_back(element);
  }
  return out;
}

std::vector<Element> stroked(const std::vector<Element>& elements, const std::string& name,
                             const std::string& colour) {
  std::vector<Element> out;
  for (const Element& element : named(elements, name)) {
    const auto stroke = element.attributes.find("stroke");
    if (stroke != element.attributes.end() && stroke->second == colour) out.push_back(element);
  }
  return out;
}

BarFigureOptions two_classes() {
  BarFigureOptions options;
  options.classes = {{"one", {10, 20, 30}}, {"two", {200, 100, 0}}};
  return options;
}

TEST(Bars, HeightsAreValuesAndErrorsTheirIntervals) {
  const BarSeries series[] = {{"start", {3.0, nan}, {}, {}},
                              {"later", {1.5, 6.0}, {1.0, 4.0}, {2.0, 7.0}}};
  const auto elements = parse_xml(draw_bars(series, two_classes()).svg);
  const auto start = filled(elements, "rect", "#0072b2");
  const auto later = filled(elements, "rect", "#d55e00");
  ASSERT_EQ(start.size(), 2U);  // the first is the legend's; no bar for the missing value
  ASSERT_EQ(later.size(), 3U);
  const double unit = start[1].number("height") / 3.0;
  EXPECT_NEAR(later[1].number("height"), 1.5 * unit, hundredth);
  EXPECT_NEAR(later[2].number("height"), 6.0 * unit, hundredth);
  EXPECT_NEAR(later[1].number("x"), start[1].number("x") + start[1].number("width"), hundredth);
  const double base = start[1].number("y") + start[1].number("height");
  const auto errors = stroked(elements, "path", "#1a1a1a");
  ASSERT_EQ(errors.size(), 2U);
  const auto points = path_points(errors[1].attributes.at("d"));
  EXPECT_NEAR(base - points[0].y, 4.0 * unit, hundredth);
  EXPECT_NEAR(base - points[1].y, 7.0 * unit, hundredth);
  EXPECT_NEAR(points[0].x, later[2].number("x") + later[2].number("width") / 2, hundredth);
}

TEST(Bars, LogarithmicHeightsAreLogarithms) {
  const BarSeries series[] = {{"", {100.0, 1000.0}, {}, {}}, {"", {0.0, 10.0}, {}, {}}};
  BarFigureOptions options = two_classes();
  options.y_scale = AxisScale::logarithmic;
  const auto elements = parse_xml(draw_bars(series, options).svg);
  const auto first = filled(elements, "rect", "#0072b2");
  const auto second = filled(elements, "rect", "#d55e00");
  ASSERT_EQ(first.size(), 2U);
  ASSERT_EQ(second.size(), 1U);  // nothing has no logarithm
  // One decade above and below: the axis starts at 1.
  const double decade = first[1].number("height") - first[0].number("height");
  EXPECT_NEAR(first[0].number("height"), 2.0 * decade, 2 * hundredth);
  EXPECT_NEAR(second[0].number("height"), 1.0 * decade, 2 * hundredth);
}

TEST(Bars, ClassesKeepTheirColoursInTheLastSeries) {
  const BarSeries series[] = {{"a", {1.0, 2.0}, {}, {}}, {"b", {2.0, 3.0}, {}, {}}};
  BarFigureOptions options = two_classes();
  options.colours = BarColours::classes;
  const auto elements = parse_xml(draw_bars(series, options).svg);
  EXPECT_EQ(filled(elements, "rect", hex({10, 20, 30})).size(), 1U);
  EXPECT_EQ(filled(elements, "rect", hex({200, 100, 0})).size(), 1U);
  // 0.7 of white in the first series.
  EXPECT_EQ(filled(elements, "rect", hex({239, 209, 179})).size(), 1U);
}

TEST(Bars, RefuseWhatDoesNotFit) {
  BarSeries series{"a", {1.0}, {}, {}};
  EXPECT_THROW((void)draw_bars({&series, 1}, two_classes()), InputError);
  series.values = {1.0, 2.0};
  series.low = {0.5, 1.0};
  EXPECT_THROW((void)draw_bars({&series, 1}, two_classes()), InputError);
}

/// Bins of width 0.5 and 1.5 with 3 and 1 counts: densities 1.5 and 1/6.
ValueDensity two_bins() {
  return {{0.0, 0.5, 2.0}, {3.0, 1.0}, {0.0, 1.0, 2.0}, {1.5, 0.5, 1.0 / 6.0}};
}

TEST(Traces, HistogramAndDensityShareTheirAxes) {
  const Trace trace{"atom 1", {0.0, 1.0, 2.0, 3.0}, {0.0, 0.5, nan, 2.0}};
  const auto elements = parse_xml(draw_traces({&trace, 1}, two_bins(), {}).svg);
  const auto bars = path_points(filled(elements, "path", "#8b949e").at(0).attributes.at("d"));
  const auto curve = path_points(stroked(elements, "path", "#1a1a1a").at(0).attributes.at("d"));
  const auto line = path_points(stroked(elements, "path", "#0072b2").at(0).attributes.at("d"));
  ASSERT_EQ(bars.size(), 8U);
  ASSERT_EQ(curve.size(), 3U);
  ASSERT_EQ(line.size(), 3U);
  EXPECT_TRUE(line[2].starts);  // a gap before it
  // The same density is equally far right, the same value equally high, in both halves.
  EXPECT_NEAR(bars[1].x, curve[0].x, hundredth);
  EXPECT_NEAR(bars[5].x, curve[2].x, hundredth);
  EXPECT_NEAR(bars[1].x - bars[0].x, 9.0 * (bars[5].x - bars[4].x), 9 * hundredth);
  EXPECT_NEAR(line[0].y, bars[0].y, hundredth);
  EXPECT_NEAR(line[1].y, bars[2].y, hundredth);
  EXPECT_NEAR(line[2].y, curve[2].y, hundredth);
  EXPECT_LT(line[2].y, line[0].y);
  EXPECT_GT(bars[0].x, line[2].x);
}

TEST(Traces, BandsMeetAtTheThresholds) {
  const Trace trace{"", {0.0, 1.0, 2.0}, {0.0, 1.0, 2.0}};
  TraceFigureOptions options;
  options.domains = {{"low", {0, 0, 200}}, {"high", {200, 0, 0}}};
  options.thresholds = {1.0};
  const auto elements = parse_xml(draw_traces({&trace, 1}, two_bins(), options).svg);
  const auto line = path_points(stroked(elements, "path", "#0072b2").at(0).attributes.at("d"));
  const auto low = filled(elements, "rect", "#0000c8");
  const auto high = filled(elements, "rect", "#c80000");
  ASSERT_EQ(low.size(), 3U);  // the legend's, behind the traces, behind the histogram
  ASSERT_EQ(high.size(), 3U);
  for (const std::size_t i : {1U, 2U}) {
    EXPECT_NEAR(low[i].number("y"), line[1].y, hundredth);
    EXPECT_NEAR(high[i].number("y") + high[i].number("height"), line[1].y, hundredth);
  }
}

TEST(Traces, RefuseWhatDoesNotFit) {
  const Trace odd{"", {0.0, 1.0}, {0.0}};
  EXPECT_THROW((void)draw_traces({&odd, 1}, {}, {}), InputError);
  ValueDensity density = two_bins();
  density.edges.pop_back();
  EXPECT_THROW((void)draw_traces({}, density, {}), InputError);
  TraceFigureOptions options;
  options.domains = domain_kinds(3);
  EXPECT_THROW((void)draw_traces({}, {}, options), InputError);
}

/// The example of numeric/hierarchical_clustering_test.cpp: joints at 17, 23, 28 and 43.
numeric::ClusterTree example_tree() {
  const std::vector<double> distances = {17, 21, 31, 23, 30, 34, 21, 28, 39, 43};
  return numeric::cluster_items(distances, 5, numeric::Linkage::complete);
}

TEST(Dendrogram, JointsStandAtTheirHeights) {
  DendrogramOptions options;
  options.leaves = {"a", "b", "c", "d", "e"};
  const auto elements = parse_xml(draw_dendrogram(example_tree(), options).svg);
  const auto branches = named(elements, "path");
  ASSERT_EQ(branches.size(), 4U);
  const auto joint = [&](std::size_t k) { return path_points(branches[k].attributes.at("d")); };
  const double zero = joint(0)[0].x;
  const double unit = (joint(3)[1].x - zero) / 43.0;
  EXPECT_NEAR(joint(0)[1].x - zero, 17 * unit, 2 * hundredth);
  EXPECT_NEAR(joint(1)[1].x - zero, 23 * unit, 2 * hundredth);
  EXPECT_NEAR(joint(2)[1].x - zero, 28 * unit, 2 * hundredth);
  // a and b: their branches come from their labels, and the joint of both goes on half way.
  const double a = with_text(elements, "a").number("y");
  const double b = with_text(elements, "b").number("y");
  const double e = with_text(elements, "e").number("y");
  EXPECT_NEAR(joint(0)[0].y - a, joint(0)[3].y - b, hundredth);
  EXPECT_NEAR(joint(1)[0].y - e, joint(0)[0].y - a, hundredth);
  EXPECT_NEAR(joint(1)[3].y, (joint(0)[0].y + joint(0)[3].y) / 2, hundredth);
}

TEST(Dendrogram, BranchesHaveTheColourOfTheirClass) {
  DendrogramOptions options;
  options.kinds = {{"first", {200, 0, 0}}, {"second", {0, 0, 200}}};
  options.kind = {0, 0, 1, 1, 0};
  options.cut = 30.0;
  const auto elements = parse_xml(draw_dendrogram(example_tree(), options).svg);
  EXPECT_EQ(stroked(elements, "path", "#c80000").size(), 2U);
  EXPECT_EQ(stroked(elements, "path", "#0000c8").size(), 1U);
  EXPECT_NO_THROW((void)with_text(elements, "cut at 30: 2 clusters"));
}

TEST(Dendrogram, FewItems) {
  parse_xml(draw_dendrogram({}, {}).svg);
  parse_xml(draw_dendrogram({1, {}}, {}).svg);
  DendrogramOptions options;
  options.leaves = {"a"};
  EXPECT_THROW((void)draw_dendrogram(example_tree(), options), InputError);
}

}  // namespace
}  // namespace adatom::report
