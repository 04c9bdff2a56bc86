// The Cramer-Rao bound and the model image against formulas on paper.
#include "adatom/columns/bound.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/columns/evaluate.h"
#include "support/fit_frames.h"

namespace adatom::columns {
namespace {

using testing::make_column;

// A column alone, without background, of N = D S electrons: sigma_x = rho/sqrt(N),
// sigma_S = sqrt(S/D), sigma_rho = rho/(2 sqrt(N)). Sums over pixels of a Gaussian 5 pixels wide
// equal the integrals to rounding; the cut at 1e-6 of the height takes a few 1e-4 of the
// information on the width.
TEST(CramerRaoBound, LoneColumnHasTheBoundOnPaper) {
  const std::vector<Column> columns = {make_column(6.1, 5.8, 0.2, 0.6)};
  constexpr double dose = 1e5;
  const auto bound = cramer_rao_bound(101, 97, 0.12, columns, {}, dose, WidthModel::individual,
                                      BackgroundModel::none);
  const double electrons = dose * 0.2;
  ASSERT_EQ(bound.size(), 1U);
  EXPECT_NEAR(bound[0].x_angstrom, 0.6 / std::sqrt(electrons), 1e-3 * bound[0].x_angstrom);
  EXPECT_NEAR(bound[0].y_angstrom, 0.6 / std::sqrt(electrons), 1e-3 * bound[0].y_angstrom);
  EXPECT_NEAR(bound[0].width_angstrom, 0.3 / std::sqrt(electrons), 1e-3 * bound[0].width_angstrom);
  EXPECT_NEAR(bound[0].scs_angstrom2, std::sqrt(0.2 / dose), 1e-3 * bound[0].scs_angstrom2);
}

TEST(CramerRaoBound, FallsWithTheRootOfTheDose) {
  const auto frame = testing::make_frame({.size = 128, .background = 0.02}, RandomStream(1));
  const auto at = [&](double dose) {
    return cramer_rao_bound(128, 128, frame.pixel_size_angstrom, frame.columns, frame.background,
                            dose, WidthModel::common, BackgroundModel::constant);
  };
  const auto low = at(1e4);
  const auto high = at(4e4);
  for (std::size_t i = 0; i < low.size(); ++i) {
    EXPECT_NEAR(low[i].x_angstrom / high[i].x_angstrom, 2.0, 1e-9);
    EXPECT_NEAR(low[i].scs_angstrom2 / high[i].scs_angstrom2, 2.0, 1e-9);
  }
}

TEST(CramerRaoBound, MoreParametersNeverHelp) {
  const auto frame = testing::make_frame({.size = 128, .background = 0.02}, RandomStream(2));
  const auto with = [&](WidthModel width, BackgroundModel background) {
    return cramer_rao_bound(128, 128, frame.pixel_size_angstrom, frame.columns, frame.background,
                            1e5, width, background);
  };
  const auto few = with(WidthModel::common, BackgroundModel::none);
  const auto more = with(WidthModel::common, BackgroundModel::plane);
  const auto most = with(WidthModel::individual, BackgroundModel::plane);
  for (std::size_t i = 0; i < few.size(); ++i) {
    EXPECT_LE(few[i].scs_angstrom2, more[i].scs_angstrom2 * (1.0 + 1e-9));
    EXPECT_LE(more[i].scs_angstrom2, most[i].scs_angstrom2 * (1.0 + 1e-9));
  }
}

TEST(CramerRaoBound, RefusesWhatHasNoBound) {
  const std::vector<Column> columns = {make_column(3.0, 3.0, 0.2, 0.6)};
  const auto bound = [&](double pixel, double dose, const std::vector<Column>& some) {
    return cramer_rao_bound(50, 50, pixel, some, {}, dose, WidthModel::common,
                            BackgroundModel::none);
  };
  EXPECT_THROW((void)bound(0.1, 0.0, columns), InputError);
  EXPECT_THROW((void)bound(0.0, 1e5, columns), InputError);
  EXPECT_THROW((void)bound(0.1, 1e5, {}), InputError);
  EXPECT_THROW((void)bound(0.1, 1e5, {make_column(3.0, 3.0, 0.2, 0.6), Column{}}), InputError);
}

TEST(EvaluateModel, IsTheFormulaAtEveryPixel) {
  const std::vector<Column> columns = {make_column(1.0, 1.5, 0.1, 0.3),
                                       make_column(-0.2, 2.0, 0.2, 0.5)};
  const Background background{
      .level = 0.01, .slope_x_per_angstrom = 2e-3, .slope_y_per_angstrom = -1e-3};
  constexpr double pixel = 0.2;
  const Grid<double> image = evaluate_model(23, 17, pixel, columns, background);
  for (std::size_t y = 0; y < 17; ++y) {
    for (std::size_t x = 0; x < 23; ++x) {
      const double at_x = pixel * static_cast<double>(x);
      const double at_y = pixel * static_cast<double>(y);
      double expected = 0.01 + 2e-3 * (at_x - 11.0 * pixel) - 1e-3 * (at_y - 8.0 * pixel);
      double heights = 0.0;
      for (const Column& c : columns) {
        const double square = std::pow(at_x - c.x_angstrom, 2) + std::pow(at_y - c.y_angstrom, 2);
        expected += c.height * std::exp(-square / (2.0 * c.width_angstrom * c.width_angstrom));
        heights += c.height;
      }
      EXPECT_NEAR(image(x, y), expected, 1e-6 * heights);  // where the Gaussians are cut
    }
  }
}

TEST(EvaluateModel, TakesColumnsFarOutsideAndRefusesNonsense) {
  const Grid<double> image =
      evaluate_model(8, 8, 0.1, std::vector<Column>{make_column(1e6, -1e6, 0.1, 0.3)}, {});
  for (const double value : image.values()) EXPECT_EQ(value, 0.0);
  EXPECT_THROW((void)evaluate_model(0, 8, 0.1, {}, {}), InputError);
  EXPECT_THROW((void)evaluate_model(8, 8, -0.1, {}, {}), InputError);
  Column bad = make_column(0.1, 0.1, 0.1, 0.3);
  bad.x_angstrom = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW((void)evaluate_model(8, 8, 0.1, std::vector<Column>{bad}, {}), InputError);
}

}  // namespace
}  // namespace adatom::columns
