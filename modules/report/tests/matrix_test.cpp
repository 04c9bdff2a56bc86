// Matrices: every number stands in its cell, in its colour, with what its interval allows.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "adatom/base/error.h"
#include "adatom/report/figure_matrix.h"
#include "cell_text.h"
#include "support/xml.h"

namespace adatom::report {
namespace {

using testing::Element;
using testing::named;
using testing::parse_xml;
using testing::with_text;

const double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double swatch = 7.0;  // side of the squares beside labels

std::vector<AtomKind> kinds(std::size_t count) {
  auto all = environment_kinds();
  all.resize(count);
  return all;
}

bool says(const std::vector<Element>& elements, const std::string& text) {
  for (const Element& element : elements) {
    if (element.text == text) return true;
  }
  return false;
}

/// The rectangles of the cells, row by row.
std::vector<Element> cells_of(const std::vector<Element>& elements, const std::string& rim) {
  std::vector<Element> out;
  for (const Element& r : named(elements, "rect")) {
    const auto stroke = r.attributes.find("stroke");
    if (stroke != r.attributes.end() && stroke->second == rim && r.number("width") != swatch) {
      out.push_back(r);
    }
  }
  return out;
}

TEST(Matrix, RowsGoDownAndColumnsAcross) {
  const std::vector<double> values = {0.5, 0.25, 0.125, 0.75, 0.375, 0.625};
  ShownMatrix matrix{kinds(2), kinds(3), values};
  matrix.columns = {{"x", {}}, {"y", {}}, {"z", {}}};
  const auto elements = parse_xml(draw_matrix(matrix, {}).svg);
  for (std::size_t cell = 0; cell < 6; ++cell) {
    const Element text = with_text(elements, cell_text(values[cell], 0, 0).value);
    const Element row = with_text(elements, matrix.rows[cell / 3].label);
    const Element column = with_text(elements, matrix.columns[cell % 3].label);
    EXPECT_NEAR(text.number("y"), row.number("y"), 0.02);
    EXPECT_NEAR(text.number("x"), column.number("x"), 0.02);
  }
  EXPECT_LT(with_text(elements, "b").number("y"), with_text(elements, "ss").number("y"));
  EXPECT_LT(with_text(elements, "x").number("x"), with_text(elements, "z").number("x"));
}

TEST(Matrix, LogarithmicColours) {
  const std::vector<double> values = {1e-4, 1e-2, 1.0, 1e-3};
  MatrixFigureOptions options;
  options.scale = AxisScale::logarithmic;
  const auto elements = parse_xml(draw_matrix({kinds(2), kinds(2), values}, options).svg);
  const auto cells = cells_of(elements, "#ffffff");
  ASSERT_EQ(cells.size(), 4U);
  const ColourTable table = colour_table(ColourMap::viridis);
  const double places[] = {0.0, 0.5, 1.0, 0.25};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(cells[i].attributes.at("fill"), hex(colour_at(table, places[i])));
  }
  // Equal factors are equally far apart on the colour bar.
  const auto tick = [&](const std::string& text) { return with_text(elements, text).number("y"); };
  EXPECT_NEAR(tick("0.01") - tick("0.1"), tick("0.1") - tick("1"), 0.03);
}

TEST(Matrix, LinearColoursStartAtZero) {
  const std::vector<double> values = {0.5, 1.0};
  const auto cells =
      cells_of(parse_xml(draw_matrix({kinds(1), kinds(2), values}, {}).svg), "#ffffff");
  ASSERT_EQ(cells.size(), 2U);
  const ColourTable table = colour_table(ColourMap::viridis);
  EXPECT_EQ(cells[0].attributes.at("fill"), hex(colour_at(table, 0.5)));
}

TEST(Matrix, CellsOfWhatWasNotSeenAreEmptyButForTheirBound) {
  const std::vector<double> values = {0.5, 0.0, nan, 0.2};
  const std::vector<double> low = {0.4, 0.0, nan, 0.1};
  const std::vector<double> high = {0.6, 0.003, nan, 0.4};
  const auto elements = parse_xml(draw_matrix({kinds(2), kinds(2), values, low, high}, {}).svg);
  EXPECT_EQ(cells_of(elements, "#d0d0d0").size(), 2U);
  EXPECT_EQ(cells_of(elements, "#ffffff").size(), 2U);
  EXPECT_TRUE(says(elements, "<0.003"));
  EXPECT_TRUE(says(elements, "±0.10"));      // of 0.5
  EXPECT_TRUE(says(elements, "0.10–0.40"));  // 0.2 lies far from its middle
  EXPECT_TRUE(says(elements,
                   "second line: 95 % interval, in the power of ten of the value; <: not "
                   "seen, upper end"));
}

// No text runs over its cell: where there is no room there is none.
TEST(Matrix, NumbersThatDoNotFitAreLeftOut) {
  std::vector<double> values(144, 0.123);
  std::vector<AtomKind> twelve(12, AtomKind{"n", {}});
  MatrixFigureOptions options;
  options.width = FigureWidth::column;
  options.quantity = "p";
  const auto narrow = parse_xml(draw_matrix({twelve, twelve, values}, options).svg);
  options.width = FigureWidth::page;
  const auto wide = parse_xml(draw_matrix({twelve, twelve, values}, options).svg);
  EXPECT_FALSE(says(narrow, "0.123"));
  EXPECT_TRUE(says(wide, "0.123"));
}

TEST(Matrix, LongLabelsOfColumnsAreTurned) {
  const std::vector<double> values(9, 0.5);
  const std::vector<AtomKind> names = {{"1", {}}, {"2", {}}, {"mobile domain", {}}};
  MatrixFigureOptions options;
  options.width = FigureWidth::column;
  options.quantity = "probability from one interval of the signals to the next of them";
  const auto elements = parse_xml(draw_matrix({kinds(3), names, values}, options).svg);
  const Element label = with_text(elements, "mobile domain");
  EXPECT_EQ(label.attributes.count("transform"), 1U);
  EXPECT_EQ(std::count_if(elements.begin(), elements.end(),
                          [](const Element& e) { return e.text.starts_with("colours: prob"); }),
            1);
}

TEST(Matrix, RefusesWhatDoesNotFit) {
  const std::vector<double> values = {0.5, 0.0, 0.1};
  EXPECT_THROW((void)draw_matrix({kinds(2), kinds(2), values}, {}), InputError);
  EXPECT_THROW((void)draw_matrix({kinds(1), kinds(3), values, values, {}}, {}), InputError);
}

// Errors by the rule of the Particle Data Group (Review of Particle Physics, introduction): their
// example 0.827 +- 0.119 stays, 0.367 is 0.4.
TEST(CellText, RoundsAsTheErrorAllows) {
  EXPECT_EQ(cell_text(0.827, 0.708, 0.946).value, "0.83");
  EXPECT_EQ(cell_text(0.827, 0.708, 0.946).interval, "±0.12");
  EXPECT_EQ(cell_text(0.827, 0.46, 1.194).value, "0.8");
  EXPECT_EQ(cell_text(0.827, 0.46, 1.194).interval, "±0.4");
  EXPECT_EQ(cell_text(12.34, 0.0, 0.0).value, "12.3");
  EXPECT_EQ(cell_text(170000.0, nan, nan).value, "1.7×10⁵");
  EXPECT_EQ(cell_text(0.0, nan, nan).value, "0");
}

TEST(CellText, WhatRoundsToTenHasTheNextPower) {
  EXPECT_EQ(cell_text(9.97e-4, nan, nan).value, "1.0×10⁻³");
  EXPECT_EQ(cell_text(9.94e-4, nan, nan).value, "9.9×10⁻⁴");
  EXPECT_EQ(cell_text(9.7e-4, 4.7e-4, 14.7e-4).value, "1.0×10⁻³");
  EXPECT_EQ(cell_text(9.7e-4, 4.7e-4, 14.7e-4).interval, "±0.5");
}

TEST(CellText, IntervalHasThePowerOfItsValue) {
  EXPECT_EQ(cell_text(6e-6, 2e-6, 15e-6).value, "6×10⁻⁶");
  EXPECT_EQ(cell_text(6e-6, 2e-6, 15e-6).interval, "2–15");
  EXPECT_EQ(cell_text(0.015, 0.005, 0.04, CellForm::power).value, "1.5×10⁻²");
  EXPECT_EQ(cell_text(0.015, 0.005, 0.04, CellForm::power).interval, "0.5–4.0");
}

}  // namespace
}  // namespace adatom::report
