// From a simulated pattern to ring areas and phase fractions: mask and geometry found, integrated,
// all rings fitted.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <numbers>
#include <span>
#include <string>
#include <vector>

#include <Eigen/Dense>

#include "adatom/base/progress.h"
#include "adatom/diffraction/find_pattern.h"
#include "adatom/diffraction/integrate.h"
#include "adatom/diffraction/phase_fraction.h"
#include "adatom/diffraction/rings.h"
#include "adatom/simulate/saed.h"

namespace adatom {
namespace {

using diffraction::RingFit;
using simulate::SaedFrame;

constexpr double s_per_px = 0.001;

/// Ten rings of Cu and Cu2O that are stronger than a fortieth of the strongest, and weaker ones.
simulate::SaedOptions phantom(std::int64_t seed, std::int64_t frames) {
  simulate::SaedOptions options;
  options.seed = seed;
  options.frames = frames;
  options.frame_time_s = 0.5;
  options.pattern.width = 2048;
  options.pattern.height = 2048;
  options.pattern.s_per_px = s_per_px;
  options.pattern.centre_x_px = 1030.37;
  options.pattern.centre_y_px = 1012.81;
  options.pattern.ellipse_ratio = 1.02;
  options.pattern.ellipse_angle_deg = 35.0;
  options.beam_stop.radius_px = 90.0;
  options.beam_stop.rod_width_px = 40.0;
  options.detector.hot_pixels = 400;
  options.detector.dead_pixels = 100;
  return options;
}

const std::vector<crystal::Phase>& phases() {
  static const std::vector<crystal::Phase> list = {*crystal::find_phase("Cu"),
                                                   *crystal::find_phase("Cu2O")};
  return list;
}

bool has(const std::string& all, const std::string& hkl) {
  return ("+" + all + "+").find("+" + hkl + "+") != std::string::npos;
}

double true_area(const SaedFrame& frame, const std::string& phase, const std::string& hkl) {
  double sum = 0.0;
  for (const auto& ring : frame.rings) {
    if (ring.phase == phase && has(hkl, ring.hkl)) sum += ring.profile_area;
  }
  return sum;
}

double true_copper_fraction(const SaedFrame& frame) {
  const double copper = true_area(frame, "Cu", "111+200");
  return copper / (copper + true_area(frame, "Cu2O", "111"));
}

diffraction::Estimate copper_fraction(const RingFit& fit) {
  return diffraction::intensity_fractions(fit, {{"Cu", {"111", "200"}}, {"Cu2O", {"111"}}})[0]
      .fraction;
}

/// Made from the first frame, used for all.
class Analysis {
 public:
  explicit Analysis(const SaedFrame& frame)
      : pattern_(diffraction::find_pattern(std::span(&frame.image, 1), {})),
        split_(integrator(frame, diffraction::Splitting::full)),
        whole_(integrator(frame, diffraction::Splitting::none)) {}
  [[nodiscard]] diffraction::Profile profile(const SaedFrame& frame) const {
    return split_.integrate(frame.image);
  }
  [[nodiscard]] diffraction::Profile unsplit_profile(const SaedFrame& frame) const {
    return whole_.integrate(frame.image);
  }

 private:
  [[nodiscard]] diffraction::Integrator integrator(const SaedFrame& frame,
                                                   diffraction::Splitting splitting) const {
    auto geometry = pattern_.geometry.geometry;
    geometry.s_per_px = s_per_px;
    diffraction::IntegrateOptions options;
    options.splitting = splitting;
    return {frame.image.width(), frame.image.height(), geometry, pattern_.mask.mask, options};
  }
  diffraction::PatternResult pattern_;
  diffraction::Integrator split_;
  diffraction::Integrator whole_;
};

/// How far the fits of a series are off, in their errors.
class Calibration {
 public:
  void add(const RingFit& fit, const SaedFrame& frame) {
    ++frames_;
    chi2_ += fit.chi2_per_dof;
    Eigen::VectorXd off(static_cast<Eigen::Index>(fit.rings.size()));
    for (std::size_t i = 0; i < fit.rings.size(); ++i) {
      const auto& ring = fit.rings[i];
      off[static_cast<Eigen::Index>(i)] = ring.area.value - true_area(frame, ring.phase, ring.hkl);
      areas_ += std::pow(off[static_cast<Eigen::Index>(i)] / ring.area.stderr_value, 2) /
                static_cast<double>(fit.rings.size());
    }
    together_ += off.dot(fit.area_covariance.ldlt().solve(off)) / static_cast<double>(off.size());
  }
  [[nodiscard]] double chi2() const { return chi2_ / frames_; }          ///< of the profiles
  [[nodiscard]] double areas() const { return areas_ / frames_; }        ///< of each ring's area
  [[nodiscard]] double together() const { return together_ / frames_; }  ///< with correlations

 private:
  double frames_ = 0.0;
  double chi2_ = 0.0;
  double areas_ = 0.0;
  double together_ = 0.0;
};

TEST(RingsOfPhantom, AreasWithinHalfAPercent) {
  // Ten exposures in one: ten rings are then known within 0.15 %, the limit of 0.5 % is not noise.
  auto options = phantom(3, 1);
  options.beam.ring_counts *= 10.0;
  options.beam.background_constant *= 10.0;
  options.beam.background_decay_height *= 10.0;
  NoProgress progress;
  simulate::simulate_saed(
      options, {},
      [&](const SaedFrame& frame) {
        const auto profile = Analysis(frame).profile(frame);
        const auto fit = diffraction::fit_rings(profile, phases());
        EXPECT_TRUE(fit.converged);
        // 900 degrees of freedom, neighbours correlated by 0.26: 0.05 is one standard deviation.
        EXPECT_NEAR(fit.chi2_per_dof, 1.0, 0.15);
        std::printf("chi2 %.3f, %zu rings, factor %.2f\n", fit.chi2_per_dof, fit.rings.size(),
                    fit.error_factor);
        int strong = 0;
        for (const auto& ring : fit.rings) {
          const double truth = true_area(frame, ring.phase, ring.hkl);
          std::printf("%s %s: %+.3f %% (+- %.3f %%)\n", ring.phase.c_str(), ring.hkl.c_str(),
                      100.0 * (ring.area.value / truth - 1.0),
                      100.0 * ring.area.stderr_value / truth);
          EXPECT_NEAR(ring.area.value, truth,
                      std::max(0.005 * truth, 4.0 * ring.area.stderr_value));
          if (ring.area.stderr_value > 0.0015 * truth) continue;  // noise alone would spoil it
          EXPECT_NEAR(ring.area.value / truth, 1.0, 0.005) << ring.phase << " " << ring.hkl;
          ++strong;
        }
        EXPECT_GE(strong, 10);
        const auto c = copper_fraction(fit);
        std::printf("c_Cu %.5f +- %.5f, truth %.5f\n", c.value, c.stderr_value,
                    true_copper_fraction(frame));
        EXPECT_NEAR(c.value, true_copper_fraction(frame), 0.002);
        const auto volume = diffraction::volume_fractions(fit).phases[0].fraction;
        std::printf("V_Cu %.5f +- %.5f, truth %.5f\n", volume.value, volume.stderr_value,
                    frame.shares[0].volume_fraction);
        EXPECT_NEAR(volume.value, frame.shares[0].volume_fraction, 0.002);
      },
      progress);
}

TEST(RingsOfPhantom, SixtyImagesOfAnOscillation) {
  auto options = phantom(7, 60);
  options.mixture.amplitude = {0.1, -0.1};
  options.mixture.period_s = 10.0;
  std::unique_ptr<Analysis> analysis;
  std::vector<diffraction::Profile> profiles;
  std::vector<diffraction::Profile> unsplit;
  std::vector<SaedFrame> frames;
  std::vector<double> truth;
  std::vector<double> wave;
  NoProgress progress;
  simulate::simulate_saed(
      options, {},
      [&](const SaedFrame& frame) {
        if (!analysis) analysis = std::make_unique<Analysis>(frame);
        profiles.push_back(analysis->profile(frame));
        unsplit.push_back(analysis->unsplit_profile(frame));
        frames.push_back(frame);
        frames.back().image = {};
        truth.push_back(true_copper_fraction(frame));
        wave.push_back(std::sin(2.0 * std::numbers::pi * frame.time_s / 10.0));
      },
      progress);
  const diffraction::RingFitter fitter(profiles[0], phases());
  diffraction::RingFitOptions whole;
  whole.blur_bins = std::sqrt(2.0 / 12.0);
  const diffraction::RingFitter unsplit_fitter(unsplit[0], phases(), whole);
  Calibration with_splitting;
  Calibration without_splitting;
  double squares = 0.0;
  double pulls = 0.0;
  double measured_wave = 0.0;
  double true_wave = 0.0;
  for (std::size_t i = 0; i < profiles.size(); ++i) {
    const auto fit = fitter.fit(profiles[i]);
    const auto c = copper_fraction(fit);
    with_splitting.add(fit, frames[i]);
    without_splitting.add(unsplit_fitter.fit(unsplit[i]), frames[i]);
    const double off = c.value - truth[i];
    squares += off * off;
    pulls += off * off / (c.stderr_value * c.stderr_value);
    measured_wave += c.value * wave[i];
    true_wave += truth[i] * wave[i];
  }
  const double rmse = std::sqrt(squares / static_cast<double>(profiles.size()));
  const double pull = std::sqrt(pulls / static_cast<double>(profiles.size()));
  std::printf("c_Cu RMSE %.5f, pull %.2f, amplitude %.5f\n", rmse, pull, measured_wave / true_wave);
  for (const Calibration* each : {&with_splitting, &without_splitting}) {
    std::printf("chi2 of profiles %.4f, of areas %.3f, with correlations %.3f\n", each->chi2(),
                each->areas(), each->together());
    // 60 times 900 degrees of freedom: 0.006, and 0.01 more for what pixels and splitting leave.
    EXPECT_NEAR(each->chi2(), 1.0, 0.05);
    // 60 times 18 rings: 0.043, and a little more where their correlations are left out.
    EXPECT_NEAR(each->areas(), 1.0, 0.2);
    EXPECT_NEAR(each->together(), 1.0, 0.15);
  }
  EXPECT_LE(rmse, 0.002);
  EXPECT_NEAR(measured_wave / true_wave, 1.0, 0.01);
  EXPECT_NEAR(pull, 1.0, 0.28);  // 60 images: 0.09; the geometry's own error is common to all
}

}  // namespace
}  // namespace adatom
