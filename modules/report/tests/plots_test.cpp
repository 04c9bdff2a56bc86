// Count maps, histograms and curves: what is drawn has the sizes that the numbers say.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "adatom/base/random.h"
#include "adatom/report/colour_map.h"
#include "adatom/report/figure_count_map.h"
#include "adatom/report/figure_curve.h"
#include "adatom/report/figure_histogram.h"
#include "support/xml.h"

namespace adatom::report {
namespace {

using testing::Element;
using testing::named;
using testing::parse_xml;
using testing::path_points;
using testing::PathPoint;

TEST(CountMap, KeepsDistancesColoursAndNumbers) {
  const std::vector<double> x = {0.0, 3.0, 0.0};
  const std::vector<double> y = {0.0, 0.0, 4.0};
  const std::vector<std::int64_t> n = {2, 7, 12};
  const std::vector<double> p = {0.99, 0.5, 0.95};
  const auto elements = parse_xml(draw_count_map({x, y, n, p}, {}).svg);
  const auto circles = named(elements, "circle");
  ASSERT_EQ(circles.size(), 4U);  // three columns and the key of the uncertain ones
  const auto distance = [&](std::size_t i, std::size_t j) {
    return std::hypot(circles[i].number("cx") - circles[j].number("cx"),
                      circles[i].number("cy") - circles[j].number("cy"));
  };
  // 3, 4, 5 up to the two decimals of coordinates.
  EXPECT_NEAR(distance(0, 1) / distance(1, 2), 3.0 / 5.0, 1e-3);
  EXPECT_NEAR(distance(0, 2) / distance(1, 2), 4.0 / 5.0, 1e-3);
  EXPECT_GT(circles[2].number("cy"), circles[0].number("cy"));  // y down
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(circles[i].attributes.at("fill"), hex(count_colour(n[i], 2, 12)));
  }
  EXPECT_EQ(circles[1].attributes.at("stroke"), circles[3].attributes.at("stroke"));
  EXPECT_NE(circles[0].attributes.at("stroke"), circles[3].attributes.at("stroke"));
  EXPECT_NO_THROW((void)testing::with_text(elements, "probability < 0.90 (1)"));
  // The bar says 2 Å: two thirds of the distance of columns that are 3 Å apart.
  const Element bar = [&] {
    for (const Element& r : named(elements, "rect")) {
      if (r.attributes.count("height") != 0 && r.number("height") == 3.0) return r;
    }
    throw std::runtime_error("no scale bar");
  }();
  EXPECT_NO_THROW((void)testing::with_text(elements, "2 Å"));
  EXPECT_NEAR(bar.number("width"), 2.0 * distance(0, 1) / 3.0, 0.02);
}

TEST(CountMap, OneRangeOfCountsForAllFrames) {
  const std::vector<double> x = {0.0, 3.0};
  const std::vector<std::int64_t> n = {4, 5};
  CountMapOptions options;
  options.lowest_count = 1;
  options.highest_count = 9;
  const auto circles = named(parse_xml(draw_count_map({x, x, n, {}}, options).svg), "circle");
  ASSERT_EQ(circles.size(), 2U);
  EXPECT_EQ(circles[0].attributes.at("fill"), hex(count_colour(4, 1, 9)));
}

/// Twice the signed area inside each closed part of a path, summed.
double path_area(const std::vector<PathPoint>& points) {
  double sum = 0.0;
  std::size_t start = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (points[i].starts) start = i;
    const bool last = i + 1 == points.size() || points[i + 1].starts;
    const PathPoint& next = points[last ? start : i + 1];
    sum += points[i].x * next.y - next.x * points[i].y;
  }
  return std::abs(sum) / 2.0;
}

// The bars together and the components together cover the same area: both are n bin widths.
TEST(Histogram, ComponentsHaveTheAreaOfTheBars) {
  RandomStream random(3);
  std::vector<double> values;
  for (int i = 0; i < 400; ++i) values.push_back(1.0 + 0.05 * random.normal() + (i % 4 == 0));
  const std::vector<HistogramComponent> components = {{"1", 1.0, 0.05, 0.75},
                                                      {"2", 2.0, 0.05, 0.25}};
  const auto elements = parse_xml(draw_histogram(values, components, {}).svg);
  double bars = 0.0;
  std::vector<double> curves;
  for (const Element& path : named(elements, "path")) {
    const std::string& fill = path.attributes.at("fill");
    if (fill == "none") continue;
    const double area = path_area(path_points(path.attributes.at("d")));
    if (fill == "#c6cbd1") {
      bars = area;
    } else {
      curves.push_back(area);
    }
  }
  ASSERT_EQ(curves.size(), 2U);
  // Two decimals of a unit on bars about 2 units wide, 48 chords per bell: below 1 %.
  EXPECT_NEAR((curves[0] + curves[1]) / bars, 1.0, 0.01);
  EXPECT_NEAR(curves[0] / curves[1], 3.0, 0.03);
}

TEST(Histogram, StatesWhatItLeavesOut) {
  const std::vector<double> values = {1.0, 2.0, 3.0, std::nan("")};
  const auto elements = parse_xml(draw_histogram(values, {}, {}).svg);
  EXPECT_NO_THROW((void)testing::with_text(elements, "1 of 4 values are not finite and left out"));
}

// Heights of the bars are in the ratio of the counts.
TEST(Histogram, BarsCount) {
  const std::vector<double> values = {0.0, 0.1, 0.2, 1.0, 1.9, 2.0};
  HistogramOptions options;
  options.bins = 2;
  const auto elements = parse_xml(draw_histogram(values, {}, options).svg);
  const auto points = path_points(named(elements, "path").at(0).attributes.at("d"));
  ASSERT_EQ(points.size(), 8U);
  const double left = points[0].y - points[1].y;
  const double right = points[4].y - points[5].y;
  EXPECT_NEAR(left / right, 1.0, 1e-3);  // 3 below 1.0, 3 from it on
}

TEST(Curves, BreakWhereAValueIsMissing) {
  const Curve curve{.x = {1.0, 2.0, 3.0, 4.0, 5.0},
                    .y = {1.0, 2.0, std::nan(""), 4.0, 5.0},
                    .style = CurveStyle::line};
  const auto elements = parse_xml(draw_curves({&curve, 1}, {}).svg);
  const auto points = path_points(named(elements, "path").at(0).attributes.at("d"));
  ASSERT_EQ(points.size(), 4U);
  EXPECT_TRUE(points[0].starts);
  EXPECT_FALSE(points[1].starts);
  EXPECT_TRUE(points[2].starts);
  // Equal steps in x and y draw equal steps, upwards.
  EXPECT_NEAR(points[3].x - points[2].x, points[1].x - points[0].x, 0.02);
  EXPECT_NEAR(points[3].y - points[2].y, points[1].y - points[0].y, 0.02);
  EXPECT_LT(points[1].y, points[0].y);
}

TEST(Curves, LogarithmicAxisDrawsEqualRatiosEquallyHigh) {
  const Curve curve{
      .x = {1.0, 2.0, 3.0, 4.0}, .y = {1e-6, 1e-3, 1.0, -1.0}, .style = CurveStyle::line};
  CurveFigureOptions options;
  options.y_scale = AxisScale::logarithmic;
  const auto elements = parse_xml(draw_curves({&curve, 1}, options).svg);
  const auto points = path_points(named(elements, "path").at(0).attributes.at("d"));
  ASSERT_EQ(points.size(), 3U);
  EXPECT_NEAR(points[0].y - points[1].y, points[1].y - points[2].y, 0.02);
}

// Place and length of error bars against the ticks of the axis.
TEST(Curves, ErrorBarsAreOneStandardErrorEachWay) {
  const Curve curve{
      .x = {0.0, 1.0}, .y = {0.0, 10.0}, .y_error = {1.0, 2.0}, .style = CurveStyle::points};
  const auto elements = parse_xml(draw_curves({&curve, 1}, {}).svg);
  const auto points = path_points(named(elements, "path").at(0).attributes.at("d"));
  ASSERT_EQ(points.size(), 12U);  // for each: two caps and the bar
  const double first = points[4].y - points[5].y;
  const double second = points[10].y - points[11].y;
  EXPECT_NEAR(second / first, 2.0, 0.01);
  const double centre_to_centre = (points[4].y + points[5].y - points[10].y - points[11].y) / 2.0;
  EXPECT_NEAR(centre_to_centre / first, 5.0, 0.02);
}

TEST(Curves, MarkTheChoice) {
  const Curve curve{.x = {1.0, 2.0, 3.0}, .y = {3.0, 1.0, 2.0}};
  CurveFigureOptions options;
  options.marks = {{2.0, "K = 2"}};
  const auto elements = parse_xml(draw_curves({&curve, 1}, options).svg);
  const Element label = testing::with_text(elements, "K = 2");
  const auto points = path_points(named(elements, "path").at(0).attributes.at("d"));
  EXPECT_NEAR(label.number("x"), points[1].x, 0.02);
}

TEST(Curves, FitLooksLikeItsPointsAndLevelsStandAtTheirValues) {
  const Curve curves[] = {
      {.label = "a", .x = {1.0, 2.0}, .y = {0.1, 0.3}, .style = CurveStyle::line},
      {.label = "b", .x = {1.0, 2.0}, .y = {0.2, 0.4}, .style = CurveStyle::line},
      {.x = {1.0, 2.0}, .y = {0.15, 0.35}, .style = CurveStyle::line, .looks_like = 0}};
  CurveFigureOptions options;
  options.levels = {{0.3, "0.3"}};
  options.marks = {{1.4, "first onset of melting", 0}, {1.5, "second onset of melting", 1}};
  const auto elements = parse_xml(draw_curves(curves, options).svg);
  const auto paths = named(elements, "path");
  ASSERT_EQ(paths.size(), 3U);
  EXPECT_EQ(paths[2].attributes.at("stroke"), paths[0].attributes.at("stroke"));
  EXPECT_NE(paths[2].attributes.at("stroke"), paths[1].attributes.at("stroke"));
  const auto points = path_points(paths[0].attributes.at("d"));
  std::vector<Element> dashed;
  for (const Element& line : named(elements, "line")) {
    if (line.attributes.count("stroke-dasharray") != 0) dashed.push_back(line);
  }
  ASSERT_EQ(dashed.size(), 3U);
  EXPECT_EQ(dashed[0].attributes.at("stroke"), paths[0].attributes.at("stroke"));
  EXPECT_NEAR(dashed[2].number("y1"), points[1].y, 0.011);  // two decimals
  // Labels that would touch stand one above the other.
  EXPECT_GT(testing::with_text(elements, "first onset of melting").number("y"),
            testing::with_text(elements, "second onset of melting").number("y") + 10.0);
}

}  // namespace
}  // namespace adatom::report
