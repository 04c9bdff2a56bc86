// The same frame and geometry through pyFAI, where it is installed (Debian: python3-pyfai).
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iostream>
#include <limits>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "adatom/base/parallel.h"
#include "adatom/base/random.h"
#include "adatom/diffraction/integrate.h"
#include "program.h"

namespace adatom::diffraction {
namespace {

constexpr double centre_x = 249.31742;
constexpr double centre_y = 260.90317;

/// pyFAI counts pixels from their corner, and its detector stands at right angles: a round pattern.
/// Its last bin ends one float above what is asked for.
constexpr const char* script = R"(
import sys, time, warnings
warnings.simplefilter("ignore")
import logging
logging.disable(logging.CRITICAL)
import numpy as np
from pyFAI.azimuthalIntegrator import AzimuthalIntegrator
from pyFAI.detectors import Detector
splitting, model, side, bins, cx, cy, repeats = sys.argv[1:]
side, bins, repeats = int(side), int(bins), int(repeats)
frame = np.fromfile("frame.f32", np.float32).reshape(side, side)
ai = AzimuthalIntegrator(dist=1, poni1=(float(cy) + 0.5) * 1e-3, poni2=(float(cx) + 0.5) * 1e-3,
                         detector=Detector(1e-3, 1e-3, max_shape=(side, side)))
def integrate():
  return ai.integrate1d_ng(frame, bins, unit="r_mm", radial_range=(0, bins), error_model=model,
                           correctSolidAngle=False, method=(splitting, "csr", "cython"))
begin = time.process_time()
result = integrate()
first = time.process_time() - begin
times = []
for _ in range(repeats):
  begin = time.process_time()
  integrate()
  times.append(time.process_time() - begin)
print("%.9g %.9g" % (first, min(times, default=0)))
for row in zip(result.intensity, result.sigma, result.sum_normalization):
  print("%.9g %.9g %.9g" % row)
)";

struct Reference {
  double first_s = 0.0;
  double frame_s = 0.0;
  std::vector<double> intensity;
  std::vector<double> error;
  std::vector<double> weight;
};

class PyFai : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!runs("/usr/bin/python3 -c 'import pyFAI.azimuthalIntegrator'")) {
      GTEST_SKIP() << "no pyFAI for /usr/bin/python3 (Debian: apt install python3-pyfai)";
    }
    std::ofstream(folder_.path() / "script.py") << script;
  }

  [[nodiscard]] bool runs(const std::string& command) const {
    const std::string line = "cd '" + folder_.path().string() + "' && OMP_NUM_THREADS=1 " +
                             command + " > output.txt 2> messages.txt";
    return std::system(line.c_str()) == 0;  // NOLINT(cert-env33-c): fixed commands of a test
  }

  void put(const Grid<float>& frame) const {
    std::ofstream file(folder_.path() / "frame.f32", std::ios::binary);
    const std::vector<float> values(frame.values().begin(), frame.values().end());
    file.write(reinterpret_cast<const char*>(values.data()),
               static_cast<std::streamsize>(values.size() * sizeof(float)));
  }

  [[nodiscard]] Reference reference(const std::string& splitting, const std::string& model,
                                    std::size_t side, std::size_t bins, double x, double y,
                                    int repeats) const {
    std::ostringstream command;
    command.precision(17);
    command << "/usr/bin/python3 script.py " << splitting << ' ' << model << ' ' << side << ' '
            << bins << ' ' << x << ' ' << y << ' ' << repeats;
    EXPECT_TRUE(runs(command.str())) << std::ifstream(folder_.path() / "messages.txt").rdbuf();
    std::ifstream text(folder_.path() / "output.txt");
    Reference result;
    text >> result.first_s >> result.frame_s;
    double intensity = 0.0;
    double error = 0.0;
    double weight = 0.0;
    while (text >> intensity >> error >> weight) {
      result.intensity.push_back(intensity);
      result.error.push_back(error);
      result.weight.push_back(weight);
    }
    return result;
  }

 private:
  testing::ScratchFolder folder_;
};

/// Rings on a background, at counts that hardly are 0 (which pyFAI takes for 1 in its errors).
Grid<float> rings(std::size_t side, double x0, double y0) {
  RandomStream random(12);
  Grid<float> frame(side, side);
  for (std::size_t y = 0; y < side; ++y) {
    for (std::size_t x = 0; x < side; ++x) {
      const double r = std::hypot(static_cast<double>(x) - x0, static_cast<double>(y) - y0);
      const double a = (r - 90.3) / 5.0;
      const double b = (r - 155.9) / 3.0;
      frame(x, y) =
          static_cast<float>(random.poisson(40.0 + 400.0 * std::exp(-r / 150.0) +
                                            500.0 * std::exp(-a * a) + 200.0 * std::exp(-b * b)));
    }
  }
  return frame;
}

IntegrateOptions options_of(Splitting splitting, ErrorModel model, std::size_t bins) {
  IntegrateOptions options;
  options.splitting = splitting;
  options.error_model = model;
  options.bins = static_cast<std::int64_t>(bins);
  options.s_max_per_angstrom = static_cast<double>(bins) * (1.0 + std::ldexp(1.0, -23));
  return options;
}

/// pyFAI takes radii from coordinates that are floats, in a frame of this size good to 6e-5 pixels:
/// without splitting, a pixel that near to an edge may go to either side.
std::vector<bool> bins_with_pixels_on_their_edge(std::size_t side, std::size_t bins) {
  std::vector<bool> found(bins + 1, false);
  for (std::size_t y = 0; y < side; ++y) {
    for (std::size_t x = 0; x < side; ++x) {
      const double r =
          std::hypot(static_cast<double>(x) - centre_x, static_cast<double>(y) - centre_y);
      const double edge = std::round(r);
      const auto i = static_cast<std::size_t>(edge);
      if (i == 0 || i > bins || std::abs(r - edge) > 1e-4) continue;
      found[i] = true;
      found[i - 1] = true;
    }
  }
  return found;
}

TEST_F(PyFai, SameProfilesAndErrors) {
  constexpr std::size_t side = 512;
  constexpr std::size_t bins = 350;
  const Geometry geometry{.centre_x_px = centre_x, .centre_y_px = centre_y};
  const Grid<float> frame = rings(side, centre_x, centre_y);
  put(frame);
  constexpr std::array names = {"no", "bbox", "full"};
  for (const Splitting splitting : {Splitting::none, Splitting::bounding_box, Splitting::full}) {
    const std::string name = names[static_cast<std::size_t>(splitting)];
    const Reference theirs = reference(name, "poisson", side, bins, centre_x, centre_y, 0);
    const Profile ours =
        Integrator(side, side, geometry, {}, options_of(splitting, ErrorModel::poisson, bins))
            .integrate(frame);
    ASSERT_EQ(theirs.intensity.size(), bins);
    const std::vector<bool> doubtful = splitting == Splitting::none
                                           ? bins_with_pixels_on_their_edge(side, bins)
                                           : std::vector<bool>(bins, false);
    double worst = 0.0;
    double worst_error = 0.0;
    double worst_weight = 0.0;
    std::size_t compared = 0;
    // The pixel that holds the centre, in the first two bins, is split by rules of its own; in the
    // last two pyFAI has all of those pixels that reach over the range.
    for (std::size_t i = 2; i + 2 < bins; ++i) {
      if (doubtful[i]) continue;
      ++compared;
      worst = std::max(worst, std::abs(ours.intensity[i] / theirs.intensity[i] - 1.0));
      worst_error =
          std::max(worst_error, std::abs(ours.intensity_stderr[i] / theirs.error[i] - 1.0));
      worst_weight = std::max(worst_weight, std::abs(ours.weight[i] / theirs.weight[i] - 1.0));
    }
    EXPECT_GT(compared, bins / 2);
    std::cout << name << ", " << compared << " bins: intensities within " << worst
              << ", errors within " << worst_error << ", weights within " << worst_weight << '\n';
    EXPECT_LT(worst, 1e-5) << name;
    EXPECT_LT(worst_error, 1e-4) << name;
    EXPECT_LT(worst_weight, 1e-4) << name;
  }
}

/// The least processor time of several runs, as other programs may run beside this one.
template <class Work>
double least_time_s(int runs, const Work& work) {
  double least = std::numeric_limits<double>::infinity();
  for (int n = 0; n < runs; ++n) {
    const std::clock_t begin = std::clock();
    work();
    const double time = static_cast<double>(std::clock() - begin);
    least = std::min(least, time / static_cast<double>(CLOCKS_PER_SEC));
  }
  return least;
}

TEST_F(PyFai, Faster) {
  constexpr std::size_t side = 2048;
  constexpr std::size_t bins = 1500;
  constexpr double x = 1030.3;
  constexpr double y = 1011.9;
  constexpr int repeats = 10;
  const Grid<float> frame = rings(side, x, y);
  put(frame);
  const Reference theirs = reference("full", "poisson", side, bins, x, y, repeats);
  const ThreadLimit limit(1);
  std::optional<Integrator> integrator;
  const double set_up = least_time_s(3, [&] {
    integrator.emplace(side, side, Geometry{.centre_x_px = x, .centre_y_px = y}, Mask{},
                       options_of(Splitting::full, ErrorModel::poisson, bins));
  });
  const double per_frame = least_time_s(repeats, [&] { (void)integrator->integrate(frame); });
  const double megapixels = 1e-6 * side * side;
  std::cout << "full splitting with errors, one thread, 2048 x 2048: " << megapixels / per_frame
            << " Mpixel/s (pyFAI " << megapixels / theirs.frame_s << "), set-up " << set_up
            << " s (pyFAI " << theirs.first_s - theirs.frame_s << ")\n";
  // Asked for: 100 Mpixel/s where pyFAI has 36. A loaded machine, whose cores share caches and
  // clock, may take the half; it does so from both.
  EXPECT_GT(megapixels / per_frame, 50.0);
  EXPECT_LT(per_frame, theirs.frame_s * 36.0 / 100.0);
  EXPECT_LT(set_up, 1.0);
  EXPECT_LT(set_up, theirs.first_s - theirs.frame_s);
}

}  // namespace
}  // namespace adatom::diffraction
