#include "adatom/diffraction/find_mask.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "adatom/base/error.h"
#include "drawn_pattern.h"

namespace adatom::diffraction {
namespace {

MaskResult mask_of(const Grid<double>& frame, const FindMaskOptions& options = {}) {
  return find_mask(std::span(&frame, 1), {}, options);
}

bool is(const MaskResult& mask, std::size_t x, std::size_t y, MaskReason why) {
  return mask.reason(x, y) == static_cast<std::uint8_t>(why);
}

const Grid<double>& expected() {
  static const Grid<double> frame = drawn::draw({});
  return frame;
}

TEST(FindMask, ASoundFrameIsNotMasked) {
  const auto mask = mask_of(drawn::counted(expected(), 1));
  EXPECT_EQ(mask.count(MaskReason::counts), 256 * 256);
  EXPECT_EQ(mask.polarity, Polarity::normal);
  EXPECT_FALSE(mask.saturation_counts.has_value());
}

// Single electrons are no hot pixels, whatever a count is; a pixel of many is.
TEST(FindMask, SingleElectronsCount) {
  for (const double dose : {1e-1, 1e-2, 1e-3, 1e-4}) {
    for (const double gain : {1.0, 40.0}) {
      Grid<double> frame = expected();
      for (double& value : frame.values()) value *= dose;
      frame = drawn::counted(frame, 3);
      double most = 0.0;
      for (double& value : frame.values()) most = std::max(most, value *= gain);
      auto hot = frame;
      hot(50, 60) = most + 40.0 * gain;
      EXPECT_EQ(mask_of(frame).count(MaskReason::counts), 256 * 256) << dose << ", " << gain;
      const auto mask = mask_of(hot);
      EXPECT_TRUE(is(mask, 50, 60, MaskReason::hot)) << dose << ", " << gain;
      EXPECT_EQ(mask.count(MaskReason::counts), 256 * 256 - 1) << dose << ", " << gain;
    }
  }
}

TEST(FindMask, EveryReasonIsTold) {
  auto frame = drawn::counted(expected(), 1);
  for (std::size_t i = 0; i < 256; ++i) {
    for (std::size_t k = 0; k < 3; ++k) frame(i, k) = 0.0;      // border above
    for (std::size_t k = 200; k < 204; ++k) frame(k, i) = 0.0;  // gap of columns
  }
  frame(50, 60) = 5000.0;  // hot
  frame(51, 61) = 5000.0;  // and its neighbour
  frame(131, 83) = 0.0;    // dead, on a ring
  frame(70, 70) = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t y = 120; y < 124; ++y) {
    for (std::size_t x = 130; x < 134; ++x) frame(x, y) = 9000.0;  // the beam
  }
  Mask given(256, 256, 1);
  given(10, 100) = 0;
  const auto mask = find_mask(std::span(&frame, 1), given, {});
  EXPECT_TRUE(is(mask, 10, 100, MaskReason::given));
  EXPECT_TRUE(is(mask, 70, 70, MaskReason::not_finite));
  EXPECT_TRUE(is(mask, 30, 0, MaskReason::border));
  EXPECT_TRUE(is(mask, 30, 4, MaskReason::border));  // the margin
  EXPECT_TRUE(is(mask, 30, 5, MaskReason::counts));
  EXPECT_TRUE(is(mask, 198, 90, MaskReason::gap));
  EXPECT_TRUE(is(mask, 205, 90, MaskReason::gap));
  EXPECT_TRUE(is(mask, 206, 90, MaskReason::counts));
  EXPECT_TRUE(is(mask, 50, 60, MaskReason::hot));
  EXPECT_TRUE(is(mask, 51, 61, MaskReason::hot));
  EXPECT_TRUE(is(mask, 131, 83, MaskReason::dead));
  EXPECT_TRUE(is(mask, 132, 122, MaskReason::saturated));
  EXPECT_EQ(mask.saturation_counts, 9000.0);
  EXPECT_EQ(mask.count(MaskReason::given), 1);
  EXPECT_EQ(mask.count(MaskReason::not_finite), 1);
  EXPECT_EQ(mask.count(MaskReason::border), 5 * 256);
  EXPECT_EQ(mask.count(MaskReason::gap), 8 * 251);
  EXPECT_EQ(mask.count(MaskReason::hot), 2);
  EXPECT_EQ(mask.count(MaskReason::dead), 1);
  EXPECT_EQ(mask.count(MaskReason::saturated), 8 * 8);
  std::int64_t all = 0;
  for (const auto n : mask.pixels) all += n;
  EXPECT_EQ(all, 256 * 256);
}

TEST(FindMask, ANegativeIsTurnedAndMaskedAlike) {
  auto frame = drawn::counted(expected(), 1);
  frame(50, 60) = 5000.0;
  const auto straight = mask_of(frame);
  auto negative = frame;
  for (double& value : negative.values()) value = 8000.0 - value;
  const auto mask = mask_of(negative);
  EXPECT_EQ(mask.polarity, Polarity::inverted);
  EXPECT_LT(mask.polarity_skew, -0.3);
  EXPECT_TRUE(is(mask, 50, 60, MaskReason::hot));
  EXPECT_EQ(mask.pixels, straight.pixels);
  const auto turned = upright(negative, mask);
  EXPECT_EQ(turned(9, 9) - turned(8, 8), frame(9, 9) - frame(8, 8));
  EXPECT_EQ(mask_of(negative, {.polarity = PolarityChoice::normal}).polarity, Polarity::normal);
}

TEST(FindMask, SpotsOfCrystalsStay) {
  auto frame = expected();
  for (std::size_t y = 0; y < 256; ++y) {
    for (std::size_t x = 0; x < 256; ++x) {
      const double dx = static_cast<double>(x) - 171.3;
      const double dy = static_cast<double>(y) - 122.4;
      frame(x, y) += 3000.0 * std::exp(-0.5 * (dx * dx + dy * dy) / (1.7 * 1.7));
    }
  }
  EXPECT_EQ(mask_of(drawn::counted(frame, 1)).count(MaskReason::hot), 0);
}

// Of 6 counts in a frame a dead pixel cannot be told; of eight frames it can.
TEST(FindMask, SeveralFramesTellDeadPixelsOfFewCounts) {
  std::vector<Grid<double>> frames;
  for (std::uint64_t i = 0; i < 8; ++i) {
    frames.push_back(drawn::counted(Grid<double>(64, 64, 6.0), i));
    frames.back()(20, 30) = 0.0;
  }
  EXPECT_FALSE(is(mask_of(frames[0]), 20, 30, MaskReason::dead));
  const auto mask = find_mask(frames, {}, {.polarity = PolarityChoice::normal});
  EXPECT_TRUE(is(mask, 20, 30, MaskReason::dead));
  EXPECT_EQ(mask.count(MaskReason::dead), 1);
  EXPECT_EQ(mask.count(MaskReason::hot), 0);
}

TEST(FindMask, SaturationGiven) {
  auto frame = drawn::counted(expected(), 1);
  const auto mask = mask_of(frame, {.saturation_counts = 450.0, .margin_px = 0});
  std::int64_t above = 0;
  for (const double value : frame.values()) above += value >= 450.0 ? 1 : 0;
  EXPECT_GT(above, 20);
  EXPECT_EQ(mask.count(MaskReason::saturated), above);
}

/// Share of light that passes a disc about (x, y) with a rod in a direction.
struct Stop {
  double x;
  double y;
  double angle_deg;
  double passes;
  [[nodiscard]] double inside(double px, double py) const {
    const double a = angle_deg * std::numbers::pi / 180.0;
    const double along = (px - x) * std::cos(a) + (py - y) * std::sin(a);
    const double across = (py - y) * std::cos(a) - (px - x) * std::sin(a);
    const double disc = 18.0 - std::hypot(px - x, py - y);
    const double rod = along > 0.0 ? 6.0 - std::abs(across) : -1e9;
    return std::max(disc, rod);  // distance to the edge
  }
};

TEST(BeamStop, IsMaskedInAnyDirectionAndLittleElse) {
  const drawn::Pattern truth;
  const Geometry geometry{truth.centre_x, truth.centre_y, truth.ratio, truth.angle_deg, 1.0};
  for (const Stop stop : {Stop{134.0, 120.0, 70.0, 0.0}, Stop{128.0, 126.0, 200.0, 0.0},
                          Stop{131.0, 122.0, 315.0, 0.1}}) {
    auto frame = expected();
    for (std::size_t y = 0; y < 256; ++y) {
      for (std::size_t x = 0; x < 256; ++x) {
        const double d = stop.inside(static_cast<double>(x), static_cast<double>(y));
        const double shade = 0.5 * std::erfc(-d / std::sqrt(2.0));  // an edge of 1 px
        frame(x, y) *= 1.0 - (1.0 - stop.passes) * shade;
      }
    }
    frame = drawn::counted(frame, 4);
    auto mask = mask_of(frame);
    add_beam_stop(mask, frame, geometry);
    std::int64_t shaded = 0;
    std::int64_t missed = 0;
    std::int64_t needless = 0;
    for (std::size_t y = 0; y < 256; ++y) {
      for (std::size_t x = 0; x < 256; ++x) {
        const double d = stop.inside(static_cast<double>(x), static_cast<double>(y));
        if (d > 0.0) ++shaded;
        if (d > 0.0 && mask.mask(x, y) != 0) ++missed;
        if (d < -8.0 && mask.mask(x, y) == 0) ++needless;
      }
    }
    EXPECT_LT(missed, shaded / 100) << stop.angle_deg;
    EXPECT_LT(needless, shaded / 50) << stop.angle_deg;
    EXPECT_EQ(mask.count(MaskReason::counts) + mask.count(MaskReason::beam_stop) +
                  mask.count(MaskReason::hot) + mask.count(MaskReason::dead),
              256 * 256);
  }
}

// The margin is that many pixels more all around, however many.
TEST(BeamStop, HasTheMarginAskedFor) {
  const drawn::Pattern truth;
  const Geometry geometry{truth.centre_x, truth.centre_y, truth.ratio, truth.angle_deg, 1.0};
  const Stop stop{131.0, 122.0, 0.0, 0.0};
  auto frame = expected();
  for (std::size_t y = 0; y < 256; ++y) {
    for (std::size_t x = 0; x < 256; ++x) {
      const double d = stop.inside(static_cast<double>(x), static_cast<double>(y));
      if (d > 0.0) frame(x, y) = 0.0;
    }
  }
  frame = drawn::counted(frame, 4);
  // Left of the centre, where the rod is not.
  const auto first_masked = [&](std::int64_t margin_px) {
    const FindMaskOptions options{.margin_px = margin_px};
    auto mask = mask_of(frame, options);
    add_beam_stop(mask, frame, geometry, options);
    std::int64_t x = 0;
    while (!is(mask, static_cast<std::size_t>(x), 122, MaskReason::beam_stop)) ++x;
    return x;
  };
  const auto without = first_masked(0);
  EXPECT_NEAR(static_cast<double>(without), 131.0 - 18.0, 4.0);
  for (const std::int64_t margin : {2, 24, 40, 90}) {
    EXPECT_EQ(first_masked(margin), without - margin);
  }
}

TEST(BeamStop, NoneIsFoundWhereNoneIs) {
  const drawn::Pattern truth;
  const Geometry geometry{truth.centre_x, truth.centre_y, truth.ratio, truth.angle_deg, 1.0};
  const auto frame = drawn::counted(expected(), 4);
  auto mask = mask_of(frame);
  add_beam_stop(mask, frame, geometry);
  EXPECT_EQ(mask.count(MaskReason::beam_stop), 0);
}

TEST(FindMask, WrongInputIsRefused) {
  const std::vector<Grid<double>> none;
  EXPECT_THROW((void)find_mask(none, {}), InputError);
  const std::vector<Grid<double>> two = {Grid<double>(32, 32), Grid<double>(32, 33)};
  EXPECT_THROW((void)find_mask(two, {}), InputError);
  const std::vector<Grid<double>> one = {Grid<double>(32, 32)};
  EXPECT_THROW((void)find_mask(one, Mask(31, 32)), InputError);
}

}  // namespace
}  // namespace adatom::diffraction
