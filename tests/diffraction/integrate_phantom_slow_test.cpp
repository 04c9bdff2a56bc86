// Errors of profiles of phantom patterns: an ellipse, a beam stop, hot pixels, ten rings.
#include <gtest/gtest.h>

#include <cmath>
#include <iostream>
#include <vector>

#include "adatom/base/progress.h"
#include "adatom/diffraction/integrate.h"
#include "adatom/simulate/saed.h"

namespace adatom::diffraction {
namespace {

simulate::SaedOptions phantom() {
  simulate::SaedOptions options;
  options.pattern.width = 2048;
  options.pattern.height = 2048;
  options.pattern.s_per_px = 0.001;
  options.pattern.centre_x_px = 1030.3;
  options.pattern.centre_y_px = 1011.9;
  options.pattern.ellipse_ratio = 1.02;
  options.pattern.ellipse_angle_deg = 35.0;
  options.beam.ring_counts = 8e7;
  options.beam_stop.radius_px = 60.0;
  options.beam_stop.rod_width_px = 40.0;
  options.detector.hot_pixels = 200;
  options.detector.gain = 2.0;
  return options;
}

struct Series {
  std::vector<Grid<float>> images;
  simulate::SaedSummary summary;
};

Series simulated(const simulate::SaedOptions& options) {
  NoProgress progress;
  Series series;
  const auto keep = [&](const simulate::SaedFrame& frame) {
    const auto values = frame.image.values();
    series.images.emplace_back(frame.image.width(), frame.image.height(),
                               std::vector<float>(values.begin(), values.end()));
  };
  series.summary = simulate_saed(options, {}, keep, progress);
  return series;
}

// 1388 bins of 8 frames: a standard deviation of chi-square of 0.013. What is expected in a bin is
// the mean of the phantom without noise over the same pixels.
TEST(IntegratePhantom, ErrorsAreCalibrated) {
  simulate::SaedOptions options = phantom();
  options.detector.noise = simulate::SaedNoise::off;
  const Series expected = simulated(options);
  options.beam_stop = {};
  const Grid<float> open = simulated(options).images[0];
  options = phantom();
  options.frames = 8;
  const Series noisy = simulated(options);

  Mask mask(2048, 2048, 1);
  for (std::size_t i = 0; i < mask.size(); ++i) {
    if (expected.images[0].values()[i] < 0.9999F * open.values()[i]) mask.values()[i] = 0;
  }
  for (const simulate::SaedPixel& pixel : noisy.summary.hot_pixels) {
    mask(static_cast<std::size_t>(pixel.x), static_cast<std::size_t>(pixel.y)) = 0;
  }
  const Geometry geometry{.centre_x_px = 1030.3,
                          .centre_y_px = 1011.9,
                          .ellipse_ratio = 1.02,
                          .ellipse_angle_deg = 35.0,
                          .s_per_px = 0.001};
  IntegrateOptions how;
  how.splitting = Splitting::none;
  how.gain = 2.0;
  for (const ErrorModel model : {ErrorModel::poisson, ErrorModel::azimuthal}) {
    how.error_model = model;
    const Integrator integrator(2048, 2048, geometry, mask, how);
    const Profile truth = integrator.integrate(expected.images[0]);
    double sum = 0.0;
    double count = 0.0;
    for (const Grid<float>& image : noisy.images) {
      const Profile profile = integrator.integrate(image);
      for (std::size_t i = 0; i < profile.size(); ++i) {
        // An error from fewer pixels is itself uncertain.
        if (profile.weight[i] < 50.0) continue;
        const double off =
            (profile.intensity[i] - truth.intensity[i]) / profile.intensity_stderr[i];
        sum += off * off;
        count += 1.0;
      }
    }
    std::cout << "chi-square per degree of freedom: " << sum / count << " over " << count
              << " bins\n";
    EXPECT_GT(sum / count, 0.95);
    EXPECT_LT(sum / count, 1.05);
  }
}

}  // namespace
}  // namespace adatom::diffraction
