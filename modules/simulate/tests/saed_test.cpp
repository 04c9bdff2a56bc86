#include "adatom/simulate/saed.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include <gtest/gtest.h>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "adatom/crystal/scattering_factor.h"

namespace adatom::simulate {
namespace {

constexpr double pi = std::numbers::pi;

struct Series {
  std::vector<SaedFrame> frames;
  SaedSummary summary;
};

Series run(const SaedOptions& options) {
  Series series;
  NoProgress progress;
  series.summary = simulate_saed(
      options, {}, [&](const SaedFrame& frame) { series.frames.push_back(frame); }, progress);
  return series;
}

/// No background, no beam, no noise; crystallites so large that rings are Gaussian.
SaedOptions bare_rings(const char* phases) {
  SaedOptions options;
  options.phases = phases;
  options.pattern.width = 512;
  options.pattern.height = 512;
  options.pattern.s_per_px = 0.004;
  options.crystallites.size_nm = {1e8};
  options.beam.central_counts = 0.0;
  options.beam.background_constant = 0.0;
  options.beam.background_decay_height = 0.0;
  options.detector.noise = SaedNoise::off;
  return options;
}

/// One ring of a million electrons and a standard deviation in pixels.
SaedOptions one_ring(double radius_px, double sigma_px) {
  SaedOptions options = bare_rings("Au");
  options.beam.ring_counts = 0.0;
  options.mixture.unknown_d_angstrom = {1.0 / (radius_px * options.pattern.s_per_px)};
  options.mixture.unknown_counts = {1e6};
  options.pattern.width_per_angstrom =
      sigma_px * options.pattern.s_per_px * 2.0 * std::sqrt(2.0 * std::log(2.0));
  options.pattern.centre_x_px = 250.37;
  options.pattern.centre_y_px = 261.81;
  return options;
}

double sum(const Grid<double>& image) {
  double total = 0.0;
  for (const double value : image.values()) total += value;
  return total;
}

const SaedRing& ring_of(const SaedFrame& frame, const std::string& phase, const std::string& hkl) {
  const auto found = std::ranges::find_if(
      frame.rings, [&](const SaedRing& r) { return r.phase == phase && r.hkl == hkl; });
  EXPECT_NE(found, frame.rings.end()) << phase << ' ' << hkl;
  return *found;
}

/// The mean radius of what lies between two radii, each pixel weighted by value over radius.
double mean_radius(const Grid<double>& image, double cx, double cy, double low, double high) {
  double weight = 0.0;
  double moment = 0.0;
  for (std::size_t y = 0; y < image.height(); ++y) {
    for (std::size_t x = 0; x < image.width(); ++x) {
      const double r = std::hypot(static_cast<double>(x) - cx, static_cast<double>(y) - cy);
      if (r < low || r > high) continue;
      weight += image(x, y) / r;
      moment += image(x, y);
    }
  }
  return moment / weight;
}

TEST(Saed, RingsLieWhereThePublishedSpacingsSay) {
  // Gold: 1/d111 = 0.4247, 1/d220 = 0.6935 per angstrom (a = 4.0786); Cu 111: 2.0871 angstrom.
  // A 32-pixel band holds the ring alone; 0.02 pixel is what the band's cut leaves of the tails.
  auto options = bare_rings("Au");
  options.pattern.centre_x_px = 255.2;
  options.pattern.centre_y_px = 254.9;
  options.pattern.width_per_angstrom = 0.012;
  const auto gold = run(options).frames.at(0).image;
  EXPECT_NEAR(mean_radius(gold, 255.2, 254.9, 98.0, 114.5), 0.4247 / 0.004, 0.02);
  EXPECT_NEAR(mean_radius(gold, 255.2, 254.9, 160.0, 187.0), 0.6935 / 0.004, 0.02);
  options.phases = "Cu";
  const auto copper = run(options).frames.at(0).image;
  EXPECT_NEAR(mean_radius(copper, 255.2, 254.9, 112.0, 127.0), 1.0 / 2.0871 / 0.004, 0.02);
}

TEST(Saed, ANarrowRingHasItsCounts) {
  for (const double sigma : {0.3, 0.5, 2.0}) {
    auto options = one_ring(180.0, sigma);
    options.pattern.ellipse_ratio = 1.05;
    options.pattern.ellipse_angle_deg = 35.0;
    // The cut tails of the tiny Lorentzian share are 2e-7.
    EXPECT_NEAR(sum(run(options).frames.at(0).image) / 1e6, 1.0, 1e-5) << sigma;
  }
}

/// The mean of a ring's density over the unit square about (x, y), by 200 x 200 points.
double brute_mean(const SaedRing& ring, double x, double y) {
  constexpr int fine = 200;
  const double pi_half = 0.5 * pi;
  const double width = ring.width_per_angstrom / 0.004;  // in pixels, as all here
  const double height = ring.intensity / (2.0 * pi * 180.0);
  double mean = 0.0;
  for (int i = 0; i < fine; ++i) {
    for (int j = 0; j < fine; ++j) {
      const double dx = x + (i + 0.5) / fine - 0.5 - 250.37;
      const double dy = y + (j + 0.5) / fine - 0.5 - 261.81;
      const double u = (std::hypot(dx, dy) - 180.0) / width;
      const double lorentz = 1.0 / (pi_half * width * (1.0 + 4.0 * u * u));
      const double gauss =
          2.0 * std::sqrt(std::log(2.0) / pi) / width * std::exp(-4.0 * std::log(2.0) * u * u);
      mean += ring.lorentz_share * lorentz + (1.0 - ring.lorentz_share) * gauss;
    }
  }
  return height * mean / (fine * fine);
}

TEST(Saed, APixelHoldsTheMeanOverItsSquare) {
  struct Case {
    double sigma_px;
    double size_nm;
  };
  // Each number of points at its narrowest, Gaussian; and one half Lorentzian.
  for (const auto& [sigma, size] : {Case{0.16, 1e8}, Case{0.31, 1e8}, Case{0.5, 1e8},
                                    Case{0.61, 1e8}, Case{1.21, 1e8}, Case{0.61, 20.0}}) {
    auto options = one_ring(180.0, sigma);
    options.crystallites.size_nm = {size};
    const auto frame = run(options).frames.at(0);
    const SaedRing& ring = frame.rings.back();
    const double top = ring.intensity / (2.0 * pi * 180.0 * ring.width_per_angstrom / 0.004);
    for (int degrees = 0; degrees < 360; degrees += 46) {
      const auto x = std::round(250.37 + 180.0 * std::cos(degrees * pi / 180.0));
      const auto y = std::round(261.81 + 180.0 * std::sin(degrees * pi / 180.0));
      // What the number of points is chosen for; the brute sum is good to 2e-5.
      EXPECT_NEAR(frame.image(static_cast<std::size_t>(x), static_cast<std::size_t>(y)),
                  brute_mean(ring, x, y), 1e-4 * top)
          << sigma << ' ' << degrees;
    }
  }
}

TEST(Saed, MomentsGiveTheEllipse) {
  auto options = one_ring(170.0, 1.5);
  options.pattern.ellipse_ratio = 1.02;
  options.pattern.ellipse_angle_deg = 35.0;
  const auto image = run(options).frames.at(0).image;
  double mx = 0.0;
  double my = 0.0;
  const double all = sum(image);
  for (std::size_t y = 0; y < image.height(); ++y) {
    for (std::size_t x = 0; x < image.width(); ++x) {
      mx += image(x, y) * static_cast<double>(x) / all;
      my += image(x, y) * static_cast<double>(y) / all;
    }
  }
  EXPECT_NEAR(mx, 250.37, 1e-4);
  EXPECT_NEAR(my, 261.81, 1e-4);
  double xx = -1.0 / 12.0;  // of the square pixel
  double yy = -1.0 / 12.0;
  double xy = 0.0;
  for (std::size_t y = 0; y < image.height(); ++y) {
    for (std::size_t x = 0; x < image.width(); ++x) {
      const double dx = static_cast<double>(x) - mx;
      const double dy = static_cast<double>(y) - my;
      xx += image(x, y) * dx * dx / all;
      yy += image(x, y) * dy * dy / all;
      xy += image(x, y) * dx * dy / all;
    }
  }
  // The pattern is a function of s, so its second moments are those of a circle stretched by
  // sqrt(q) and 1/sqrt(q): their ratio is q^2.
  const double half = 0.5 * (xx + yy);
  const double root = std::hypot(0.5 * (xx - yy), xy);
  EXPECT_NEAR(std::sqrt((half + root) / (half - root)), 1.02, 1e-6);
  EXPECT_NEAR(0.5 * std::atan2(2.0 * xy, xx - yy) * 180.0 / pi, 35.0, 1e-3);
  // The mean radius: sqrt of the product of the axes; a ring of width sigma has <r^2> = R^2 + 3
  // sigma^2.
  EXPECT_NEAR(2.0 * std::sqrt((half + root) * (half - root)), 170.0 * 170.0 + 3 * 1.5 * 1.5, 0.2);
}

TEST(Saed, IntensitiesAreThoseOfTheFormula) {
  auto options = bare_rings("Cu, Cu2O");
  options.mixture.volume_fraction = {0.3, 0.1};
  options.crystallites.b_factor_angstrom2 = 0.9;
  const auto frame = run(options).frames.at(0);
  // M |F|^2 d / V^2 by hand: Cu 111 has 8 (4 f)^2, Cu2O 111 8 (4 f)^2, Cu2O 110 12 (2 f_O)^2.
  const auto copper = *crystal::find_scattering_factor("Cu");
  const auto oxygen = *crystal::find_scattering_factor("O");
  const auto strength = [](double m, double f, double b, double d, double a) {
    const double damped = f * std::exp(-b / (4.0 * d * d));
    return m * damped * damped * d / std::pow(a, 6);
  };
  const double d_cu = 3.6150 / std::sqrt(3.0);
  const double d_111 = 4.2696 / std::sqrt(3.0);
  const double d_110 = 4.2696 / std::sqrt(2.0);
  const double cu = 0.75 * strength(8, 4 * copper.at(1 / d_cu), 0.562, d_cu, 3.6150);
  const double oxide = 0.25 * strength(8, 4 * copper.at(1 / d_111), 0.9, d_111, 4.2696);
  const double weak = 0.25 * strength(12, 2 * oxygen.at(1 / d_110), 0.9, d_110, 4.2696);
  const double measured_cu = ring_of(frame, "Cu", "111").intensity;
  EXPECT_NEAR(ring_of(frame, "Cu2O", "111").intensity / measured_cu, oxide / cu, 1e-12);
  EXPECT_NEAR(ring_of(frame, "Cu2O", "110").intensity / measured_cu, weak / cu, 1e-12);

  double all = 0.0;
  for (const auto& ring : frame.rings) all += ring.intensity;
  EXPECT_NEAR(all / 2e7, 1.0, 1e-12);
  EXPECT_NEAR(frame.shares.at(0).volume_fraction, 0.75, 1e-12);
  EXPECT_NEAR(frame.shares[0].intensity_fraction + frame.shares[1].intensity_fraction, 1, 1e-12);
}

TEST(Saed, ProfileAreaIsTheAreaUnderTheAzimuthalMean) {
  const auto options = one_ring(180.0, 2.0);
  const auto frame = run(options).frames.at(0);
  std::map<int, std::pair<double, int>> bins;  // a tenth of a pixel wide
  for (std::size_t y = 0; y < frame.image.height(); ++y) {
    for (std::size_t x = 0; x < frame.image.width(); ++x) {
      const double r = std::hypot(static_cast<double>(x) - 250.37, static_cast<double>(y) - 261.81);
      if (std::abs(r - 180.0) > 20.0) continue;
      auto& [value, count] = bins[static_cast<int>(r * 10.0)];
      value += frame.image(x, y);
      ++count;
    }
  }
  double area = 0.0;
  for (const auto& [bin, content] : bins) area += content.first / content.second * 0.1 * 0.004;
  // Bins hold a hundred pixels, whose mean radius is off the bin's by 0.03/10 pixel.
  EXPECT_NEAR(area / frame.rings.back().profile_area, 1.0, 2e-3);
  EXPECT_EQ(frame.rings.back().phase, "unknown");
}

TEST(Saed, WidthsFollowSizeStrainAndInstrument) {
  auto options = bare_rings("Au");
  options.pattern.width = options.pattern.height = 32;
  options.pattern.s_per_px = 0.05;
  options.pattern.width_per_angstrom = 0.004;
  EXPECT_NEAR(run(options).frames[0].rings[0].width_per_angstrom, 0.004, 1e-6);
  options.crystallites.microstrain = {0.01};
  const auto strained = ring_of(run(options).frames[0], "Au", "311");
  EXPECT_NEAR(strained.width_per_angstrom,
              std::hypot(0.004, 2.354820 * 0.01 * strained.s_per_angstrom), 1e-6);
  // Small crystallites: Scherrer's 0.89/size, nearly all Lorentzian.
  options.crystallites.microstrain = {0.0};
  options.crystallites.size_nm = {1.0};
  options.pattern.width_per_angstrom = 1e-4;
  const auto small = run(options).frames[0].rings[0];
  EXPECT_NEAR(small.width_per_angstrom, 0.089, 1e-4);
  EXPECT_NEAR(small.lorentz_share, 1.0, 2e-3);
}

TEST(Saed, TheDrawnPeakHasItsWidth) {
  auto options = one_ring(120.0, 4.0);
  options.crystallites.size_nm = {4.0};
  const auto frame = run(options).frames.at(0);
  const auto& ring = frame.rings.back();
  // The half width of the true Voigt function: Olivero and Longbothum, JQSRT 17 (1977) 233, good to
  // 2e-4; the polynomial of Thompson, Cox and Hastings stays within 0.5 % of it.
  const double l = 0.89 / 40.0;
  const double g = options.pattern.width_per_angstrom;
  EXPECT_NEAR(ring.width_per_angstrom, 0.5346 * l + std::sqrt(0.2166 * l * l + g * g),
              5e-3 * ring.width_per_angstrom);
  const auto row = frame.image.row(262);
  const auto at = [&](double x) {
    const auto i = static_cast<std::size_t>(x);
    const double t = x - static_cast<double>(i);
    return (1.0 - t) * row[i] + t * row[i + 1];
  };
  double top = 0.0;
  for (double x = 360.0; x < 380.0; x += 0.01) top = std::max(top, at(x));
  double left = 370.37;
  while (at(left) > 0.5 * top) left -= 0.01;
  double right = 370.37;
  while (at(right) > 0.5 * top) right += 0.01;
  // Pixels of a twelfth of the width, and straight lines between them, widen the peak by 0.6 %.
  EXPECT_NEAR((right - left) * 0.004, ring.width_per_angstrom, 0.01 * ring.width_per_angstrom);
}

TEST(Saed, CountsArePoissonWithGainAndReadNoise) {
  auto options = bare_rings("Au");
  options.beam.ring_counts = 0.0;
  options.beam.background_constant = 30.0;
  options.detector.noise = SaedNoise::poisson;
  options.detector.gain = 2.5;
  options.detector.offset = 10.0;
  options.detector.read_noise = 4.0;
  const auto image = run(options).frames.at(0).image;
  const auto n = static_cast<double>(image.size());
  const double mean = sum(image) / n;
  double variance = 0.0;
  for (const double value : image.values()) variance += (value - mean) * (value - mean) / n;
  const double expected = 2.5 * 2.5 * 30.0 + 16.0;
  EXPECT_NEAR(mean, 2.5 * 30.0 + 10.0, 5.0 * std::sqrt(expected / n));
  // The variance of a sample variance is 2 sigma^4 / n for the normal part, hardly more here.
  EXPECT_NEAR(variance, expected, 6.0 * expected * std::sqrt(2.0 / n));
}

TEST(Saed, BackgroundBeamAndHaloAreThoseOfTheFormulas) {
  auto options = bare_rings("Au");
  options.beam.ring_counts = 0.0;
  options.beam.background_constant = 3.0;
  options.beam.background_decay_height = 50.0;
  options.beam.background_decay_per_angstrom = 0.2;
  options.beam.halo_height = {20.0};
  options.beam.halo_d_angstrom = {2.0};
  options.beam.halo_width_per_angstrom = {0.1};
  options.pattern.centre_x_px = 200.0;
  options.pattern.centre_y_px = 200.0;
  const auto image = run(options).frames.at(0).image;
  // s = 0.5 at 125 pixels; the mean over a pixel differs from the middle by the second
  // derivative / 24: 20 (8 ln 2) (0.004 / 0.1)^2 / 24 = 7e-3 at the halo's top.
  EXPECT_NEAR(image(325, 200), 3.0 + 50.0 * std::exp(-2.5) + 20.0, 1e-2);
  EXPECT_NEAR(image(200, 450), 3.0 + 50.0 * std::exp(-5.0), 1e-3);
  options.beam.central_counts = 1e6;
  EXPECT_NEAR(sum(run(options).frames.at(0).image) - sum(image), 1e6, 1.0);
}

TEST(Saed, TextureModulatesTheRing) {
  auto options = bare_rings("Au");
  options.pattern.width_per_angstrom = 0.012;
  options.crystallites.texture2 = {0.4};
  options.crystallites.texture4 = {-0.3};
  options.crystallites.texture_angle_deg = 20.0;
  const auto frame = run(options).frames.at(0);
  double all = 0.0;
  double second = 0.0;
  double fourth = 0.0;
  for (std::size_t y = 0; y < frame.image.height(); ++y) {
    for (std::size_t x = 0; x < frame.image.width(); ++x) {
      const double dx = static_cast<double>(x) - frame.centre_x_px;
      const double dy = static_cast<double>(y) - frame.centre_y_px;
      if (std::abs(std::hypot(dx, dy) - 106.0) > 8.0) continue;
      const double azimuth = std::atan2(dy, dx) - 20.0 * pi / 180.0;
      all += frame.image(x, y);
      second += 2.0 * frame.image(x, y) * std::cos(2.0 * azimuth);
      fourth += 2.0 * frame.image(x, y) * std::cos(4.0 * azimuth);
    }
  }
  // A ring of radius 106 pixels seen in whole pixels.
  EXPECT_NEAR(second / all, 0.4, 1e-4);
  EXPECT_NEAR(fourth / all, -0.3, 1e-4);
  // Texture moves counts along the ring and adds none.
  options.crystallites.texture2 = options.crystallites.texture4 = {0.0};
  const auto even = run(options).frames.at(0).image;
  EXPECT_NEAR(mean_radius(frame.image, 255.5, 255.5, 98, 114),
              mean_radius(even, 255.5, 255.5, 98, 114), 1e-6);
}

TEST(Saed, BeamStopCastsItsShadow) {
  auto options = bare_rings("Au");
  options.beam.ring_counts = 0.0;
  options.beam.background_constant = 100.0;
  options.beam_stop.radius_px = 30.0;
  options.beam_stop.offset_x_px = 5.25;
  options.beam_stop.transmission = 0.1;
  const auto disc = run(options).frames.at(0).image;
  // Blurring a disc's edge by sigma makes it larger by pi sigma^2 in all.
  const double area = pi * (30.0 * 30.0 + 0.7 * 0.7);
  EXPECT_NEAR((100.0 * 512 * 512 - sum(disc)) / 90.0, area, 1e-3 * area);
  EXPECT_NEAR(disc(260, 256), 10.0, 1e-9);
  EXPECT_NEAR(disc(300, 256), 100.0, 1e-9);
  options.beam_stop.rod_width_px = 20.0;
  options.beam_stop.rod_angle_deg = 90.0;
  const auto rod = run(options).frames.at(0).image;
  // Down the y axis from the disc: 20 pixels wide everywhere.
  double row = 0.0;
  for (std::size_t x = 0; x < 512; ++x) row += (100.0 - rod(x, 450)) / 90.0;
  EXPECT_NEAR(row, 20.0, 1e-3);
  EXPECT_NEAR(rod(260, 100), 100.0, 1e-9);
}

TEST(Saed, FractionsChangeWithTime) {
  auto options = bare_rings("Cu,Cu2O");
  options.pattern.width = options.pattern.height = 64;
  options.pattern.s_per_px = 0.03;
  options.pattern.width_per_angstrom = 0.06;
  options.mixture.volume_fraction = {0.5, 0.5};
  options.mixture.end_fraction = {0.7, 0.3};
  options.mixture.amplitude = {0.1, -0.1};
  options.mixture.period_s = 2.0;
  options.mixture.period_phase_deg = 90.0;
  options.frame_time_s = 0.25;
  options.frames = 17;
  const auto series = run(options);
  for (const auto& frame : series.frames) {
    const double t = 0.25 * static_cast<double>(frame.index);
    const double expected = 0.5 + 0.2 * t / 4.0 + 0.1 * std::cos(pi * t);
    EXPECT_NEAR(frame.shares.at(0).volume_fraction, expected, 1e-12);
    EXPECT_EQ(frame.time_s, t);
    // The same specimen throughout: counts go with the volume alone.
    EXPECT_NEAR(ring_of(frame, "Cu", "111").intensity / expected,
                ring_of(series.frames[0], "Cu", "111").intensity / 0.6, 1e-6);
  }
}

TEST(Saed, TheCentreDriftsAndTheBeamStopStays) {
  auto options = one_ring(150.0, 2.0);
  options.pattern.drift_x_px = 1.5;
  options.pattern.drift_y_px = -0.5;
  options.pattern.drift_walk_px = 0.3;
  options.beam_stop.radius_px = 20.0;
  options.frames = 3;
  const auto series = run(options);
  for (const auto& frame : series.frames) {
    double x = 0.0;
    double y = 0.0;
    for (std::size_t i = 0; i < frame.image.size(); ++i) {
      x += frame.image.values()[i] * static_cast<double>(i % 512) / 1e6;
      y += frame.image.values()[i] * std::floor(static_cast<double>(i) / 512.0) / 1e6;
    }
    EXPECT_NEAR(x, frame.centre_x_px, 1e-3);
    EXPECT_NEAR(y, frame.centre_y_px, 1e-3);
  }
  EXPECT_NEAR(series.frames[2].centre_x_px, 253.37, 2.0);
  EXPECT_NE(series.frames[2].centre_x_px, 253.37);
  EXPECT_EQ(series.summary.beam_stop_x_px, 250.37);
}

TEST(Saed, FaultsOfTheDetector) {
  auto options = bare_rings("Au");
  options.beam.ring_counts = 0.0;
  options.beam.background_constant = 100.0;
  options.detector.hot_pixels = 40;
  options.detector.hot_counts = 900.0;
  options.detector.dead_pixels = 30;
  options.detector.gap_columns = {200.0};
  options.detector.gap_rows = {510.0};
  options.detector.gap_width_px = 6;
  options.detector.saturation = 800.0;
  const auto series = run(options);
  ASSERT_EQ(series.summary.hot_pixels.size(), 40U);
  ASSERT_EQ(series.summary.dead_pixels.size(), 30U);
  const auto& image = series.frames.at(0).image;
  std::map<double, std::size_t> levels;
  for (const double value : image.values()) ++levels[value];
  EXPECT_GE(levels[800.0], 38U);  // one or two may lie in a gap, where they read 800 too
  const std::size_t gap = 6 * 512 + 2 * 512 - 12;
  EXPECT_NEAR(static_cast<double>(levels[0.0]), static_cast<double>(gap + 30), 5.0);
  EXPECT_EQ(image(205, 3), 0.0);
  EXPECT_GT(image(206, 4) + image(206, 5), 99.0);
  // Elsewhere nothing has changed.
  std::size_t plain = 0;
  for (const auto& [level, count] : levels) plain += std::abs(level - 100.0) < 1e-9 ? count : 0;
  EXPECT_NEAR(static_cast<double>(plain), 512.0 * 512.0 - static_cast<double>(gap) - 70.0, 5.0);
  options.detector.polarity = SaedPolarity::inverted;
  const auto inverted = run(options).frames.at(0).image;
  for (std::size_t i = 0; i < image.size(); ++i) {
    ASSERT_EQ(inverted.values()[i], 800.0 - image.values()[i]);
  }
}

TEST(Saed, SpotsLieOnTheirRings) {
  auto options = bare_rings("Au");
  options.beam.ring_counts = 0.0;
  options.pattern.width_per_angstrom = 0.01;
  options.pattern.ellipse_ratio = 1.1;
  options.pattern.ellipse_angle_deg = -20.0;
  options.spots.count = 1;
  int seen = 0;
  for (options.seed = 1; options.seed < 12; ++options.seed) {
    const auto series = run(options);
    const auto& image = series.frames.at(0).image;
    const auto& spot = series.summary.spots.at(0);
    const double all = sum(image);
    if (std::abs(all - spot.electrons) > 1e-9 * spot.electrons) continue;  // cut by the frame
    ++seen;
    double x = 0.0;
    double y = 0.0;
    for (std::size_t i = 0; i < image.size(); ++i) {
      x += image.values()[i] * static_cast<double>(i % 512) / all;
      y += image.values()[i] * std::floor(static_cast<double>(i) / 512.0) / all;
    }
    // Back through the ellipse: along the axes r/sqrt(q) and r sqrt(q).
    const double c = std::cos(-20.0 * pi / 180.0);
    const double s = std::sin(-20.0 * pi / 180.0);
    const double u = (c * (x - 255.5) + s * (y - 255.5)) / std::sqrt(1.1);
    const double v = (-s * (x - 255.5) + c * (y - 255.5)) * std::sqrt(1.1);
    EXPECT_NEAR(std::hypot(u, v) * 0.004, spot.s_per_angstrom, 1e-6);
  }
  EXPECT_GE(seen, 3);
}

TEST(Saed, TheSameForAnyNumberOfThreads) {
  SaedOptions options;
  options.pattern.width = 200;
  options.pattern.height = 150;
  options.pattern.s_per_px = 0.01;
  options.pattern.width_per_angstrom = 0.02;
  options.beam.central_width_px = 3.0;
  options.crystallites.texture2 = {0.2, 0.0};
  options.detector.read_noise = 1.0;
  options.spots.count = 5;
  options.frames = 2;
  const auto values = [&](std::size_t threads) {
    const ThreadLimit limit(threads);
    const auto series = run(options);
    return std::vector<double>(series.frames.at(1).image.values().begin(),
                               series.frames.at(1).image.values().end());
  };
  const auto one = values(1);
  EXPECT_EQ(one, values(2));
  EXPECT_EQ(one, values(5));
  options.seed = 2;
  EXPECT_NE(one, values(1));
}

TEST(Saed, APhaseFromACifComesLast) {
  auto options = bare_rings("Cu");
  options.pattern.width_per_angstrom = 0.02;
  options.cif.path = "mine.cif";
  options.mixture.volume_fraction = {0.0, 1.0};
  crystal::Phase mine = crystal::find_phase("Au").value();
  mine.name = "mine";
  NoProgress progress;
  std::vector<SaedFrame> frames;
  const auto sink = [&](const SaedFrame& frame) { frames.push_back(frame); };
  (void)simulate_saed(options, {&mine, 1}, sink, progress);
  EXPECT_EQ(frames.at(0).shares.at(1).phase, "mine");
  EXPECT_EQ(frames[0].shares[1].intensity_fraction, 1.0);
  EXPECT_NEAR(ring_of(frames[0], "mine", "111").d_angstrom, 2.3548, 1e-4);
  mine.name = "Cu";  // two phases of one name
  EXPECT_THROW((void)simulate_saed(options, {&mine, 1}, sink, progress), InputError);
}

TEST(Saed, MistakesAreNamed) {
  const auto complaint = [](const SaedOptions& options) -> std::string {
    const auto issues = options.validate();
    return issues.empty() ? "" : issues[0].name;
  };
  SaedOptions options;
  EXPECT_EQ(complaint(options), "");
  options.phases = "Cu, Kryptonite";
  EXPECT_EQ(complaint(options), "phases");
  options.phases = " ";
  EXPECT_EQ(complaint(options), "phases");
  options.phases = "Cu,Cu";
  EXPECT_EQ(complaint(options), "phases");
  options = {};
  options.mixture.volume_fraction = {0.5};
  EXPECT_EQ(complaint(options), "mixture.volume_fraction");
  options.mixture.volume_fraction = {0.5, 0.5};
  options.mixture.amplitude = {0.6, -0.6};
  EXPECT_EQ(complaint(options), "mixture.amplitude");
  options = {};
  options.mixture.volume_fraction = {0.0, 0.0};
  EXPECT_EQ(complaint(options), "mixture.volume_fraction");
  options = {};
  options.crystallites.size_nm = {1.0, 2.0, 3.0};
  EXPECT_EQ(complaint(options), "crystallites.size_nm");
  options = {};
  options.crystallites.texture2 = {0.7};
  options.crystallites.texture4 = {0.7};
  EXPECT_EQ(complaint(options), "crystallites.texture2");
  options = {};
  options.detector.polarity = SaedPolarity::inverted;
  EXPECT_EQ(complaint(options), "detector.polarity");
  options = {};
  options.mixture.unknown_d_angstrom = {2.0};
  EXPECT_EQ(complaint(options), "mixture.unknown_counts");
  EXPECT_THROW((void)run(options), InputError);
  options = {};
  options.pattern.s_per_px = 0.05;  // 36 1/angstrom in the corners
  EXPECT_EQ(complaint(options), "");
  EXPECT_THROW((void)run(options), InputError);
}

}  // namespace
}  // namespace adatom::simulate
