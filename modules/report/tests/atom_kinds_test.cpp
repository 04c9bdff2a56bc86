#include "adatom/report/atom_kinds.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace adatom::report {
namespace {

using Three = std::array<double, 3>;
using Matrix = std::array<Three, 3>;

/// What the colour blind see: Machado, Oliveira and Fernandes, IEEE Trans. Vis. Comput. Graph. 15
/// (2009) 1291, severity 1, on linear sRGB.
constexpr std::array<Matrix, 4> visions = {{{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}},
                                            {{{0.152286, 1.052583, -0.204868},
                                              {0.114503, 0.786281, 0.099216},
                                              {-0.003882, -0.048116, 1.051998}}},
                                            {{{0.367322, 0.860646, -0.227968},
                                              {0.280085, 0.672501, 0.047413},
                                              {-0.011820, 0.042940, 0.968881}}},
                                            {{{1.255528, -0.076749, -0.178779},
                                              {-0.078411, 0.930809, 0.147602},
                                              {0.004733, 0.691367, 0.303900}}}}};

/// CIE 1976 L*a*b* of a colour as seen with `vision`.
Three lab(Colour colour, const Matrix& vision) {
  const auto linear = [](std::uint8_t channel) {
    const double v = channel / 255.0;
    return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
  };
  const Three rgb = {linear(colour.red), linear(colour.green), linear(colour.blue)};
  const auto seen = [&](std::size_t row) {
    const double sum = vision[row][0] * rgb[0] + vision[row][1] * rgb[1] + vision[row][2] * rgb[2];
    return std::clamp(sum, 0.0, 1.0);
  };
  const double r = seen(0);
  const double g = seen(1);
  const double b = seen(2);
  const auto f = [](double t) { return t > 0.008856 ? std::cbrt(t) : 7.787 * t + 16.0 / 116.0; };
  const double x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const double y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const double z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return {116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)};
}

// A difference of 2.3 is just noticeable (Mahy, Van Eycken and Oosterlinck, Color Res. Appl. 19
// (1994) 105); any two classes differ by more than eight times that, for everybody.
TEST(AtomKinds, EnvironmentsStayApartForTheColourBlind) {
  const auto kinds = environment_kinds();
  ASSERT_EQ(kinds.size(), 10U);
  for (const Matrix& vision : visions) {
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      for (std::size_t j = i + 1; j < kinds.size(); ++j) {
        const Three a = lab(kinds[i].colour, vision);
        const Three b = lab(kinds[j].colour, vision);
        EXPECT_GT(std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]), 8 * 2.3)
            << kinds[i].label << " and " << kinds[j].label;
      }
    }
  }
}

TEST(AtomKinds, KnownNamesKeepTheirColoursWhereverTheyStand) {
  const std::vector<std::string> names = {"s", "island", "b", "adatom"};
  const auto kinds = kinds_named(names);
  const auto known = environment_kinds();
  ASSERT_EQ(kinds.size(), 4U);
  EXPECT_EQ(kinds[0].colour, known[5].colour);
  EXPECT_EQ(kinds[2].colour, known[0].colour);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(kinds[i].label, names[i]);
  EXPECT_NE(kinds[1].colour, kinds[3].colour);
}

TEST(AtomKinds, DomainsGoFromBlueToRed) {
  EXPECT_TRUE(domain_kinds(0).empty());
  EXPECT_EQ(domain_kinds(1).front().label, "1");
  const auto three = domain_kinds(3);
  EXPECT_EQ(three[0].label, "1 (static)");
  EXPECT_EQ(three[2].label, "3 (mobile)");
  EXPECT_EQ(three[0].colour, (Colour{0, 114, 178}));
  EXPECT_EQ(three[1].colour, (Colour{240, 228, 66}));
  EXPECT_EQ(three[2].colour, (Colour{213, 94, 0}));
  // Half way between blue and sky blue is the second of nine.
  EXPECT_EQ(domain_kinds(9)[1].colour, (Colour{43, 147, 206}));
}

}  // namespace
}  // namespace adatom::report
