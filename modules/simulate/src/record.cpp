#include "adatom/simulate/record.h"

#include <cmath>
#include <numbers>
#include <utility>

#include "adatom/base/error.h"
#include "adatom/numeric/fft.h"
#include "adatom/numeric/filter.h"

namespace adatom::simulate {
namespace {

/// The image with its mirror images beside and below it: periodic without a step.
Grid<double> mirrored(const Grid<double>& image) {
  const std::size_t width = image.width();
  const std::size_t height = image.height();
  Grid<double> result(2 * width, 2 * height);
  for (std::size_t y = 0; y < 2 * height; ++y) {
    for (std::size_t x = 0; x < 2 * width; ++x) {
      result(x, y) = image(x < width ? x : 2 * width - 1 - x, y < height ? y : 2 * height - 1 - y);
    }
  }
  return result;
}

}  // namespace

Grid<double> upsample(const Grid<double>& image, std::size_t factor) {
  if (image.empty() || factor == 0) {
    throw InputError({.what = "nothing to interpolate",
                      .where = {},
                      .why = "an empty image, or a factor of zero",
                      .remedy = {}});
  }
  if (factor == 1) return image;
  const std::size_t width = 2 * image.width();
  const std::size_t height = 2 * image.height();
  const auto from = numeric::RealFft2d(width, height).forward(mirrored(image));
  // The frequency at half the sampling rate belongs to both signs: half of it goes to each.
  const auto share = [](std::size_t k, std::size_t n) { return 2 * k == n ? 0.5 : 1.0; };
  Grid<numeric::Complex> to(width * factor / 2 + 1, height * factor);
  const auto scale = static_cast<double>(factor * factor);
  for (std::size_t v = 0; v < height; ++v) {
    for (std::size_t u = 0; u < from.width(); ++u) {
      const auto value = scale * share(u, width) * share(v, height) * from(u, v);
      if (2 * v <= height) to(u, v) += value;
      if (2 * v >= height) to(u, v + height * (factor - 1)) += value;
    }
  }
  const auto fine = numeric::RealFft2d(width * factor, height * factor).inverse(std::move(to));
  Grid<double> result((image.width() - 1) * factor + 1, (image.height() - 1) * factor + 1);
  for (std::size_t y = 0; y < result.height(); ++y) {
    for (std::size_t x = 0; x < result.width(); ++x) result(x, y) = fine(x, y);
  }
  return result;
}

void RecordingOptions::describe(OptionVisitor& v) {
  v.visit(
      {.name = "upsampling",
       .help = "pixels for each probe step, by Fourier interpolation; a step of wavelength / (4 "
               "aperture) is complete",
       .min = 1,
       .max = 32},
      upsampling);
  v.visit({.name = "source_fwhm_angstrom",
           .unit = "angstrom",
           .help = "full width at half maximum of the source's image on the specimen",
           .min = 0,
           .max = 100},
          source_fwhm_angstrom);
  v.visit({.name = "dose_per_angstrom2",
           .unit = "electrons/angstrom^2",
           .help = "empty: no noise",
           .min = 1e-6,
           .max = 1e12},
          dose_per_angstrom2);
  v.visit({.name = "readout_noise_electrons",
           .unit = "electrons",
           .help = "standard deviation of the detector's noise in a pixel; needs a dose",
           .min = 0,
           .max = 1e6},
          readout_noise_electrons);
}

std::vector<OptionIssue> RecordingOptions::validate() const {
  auto issues = check_ranges(*this);
  if (readout_noise_electrons > 0.0 && !dose_per_angstrom2) {
    issues.push_back({"readout_noise_electrons", "counts electrons: give dose_per_angstrom2, too"});
  }
  return issues;
}

Recorded record(const Grid<double>& image, double step_angstrom, const RecordingOptions& options,
                const RandomStream& random) {
  Recorded recorded{.image = upsample(image, static_cast<std::size_t>(options.upsampling)),
                    .pixel_size_angstrom = step_angstrom / static_cast<double>(options.upsampling)};
  Grid<double>& result = recorded.image;
  const double pixel = recorded.pixel_size_angstrom;
  if (options.source_fwhm_angstrom > 0.0) {
    const double sigma = options.source_fwhm_angstrom / std::sqrt(8.0 * std::numbers::ln2);
    result = numeric::gaussian_filter(result, sigma / pixel, numeric::Edge::mirror);
  }
  if (!options.dose_per_angstrom2) return recorded;
  const double electrons = *options.dose_per_angstrom2 * pixel * pixel;
  for (std::size_t y = 0; y < result.height(); ++y) {
    RandomStream row = random.substream(y);
    for (double& value : result.row(y)) {
      // Sums of intensities are not negative but by rounding.
      const double mean = value > 0.0 ? electrons * value : 0.0;
      value = static_cast<double>(row.poisson(mean));
      if (options.readout_noise_electrons > 0.0) {
        value += options.readout_noise_electrons * row.normal();
      }
      value /= electrons;
    }
  }
  return recorded;
}

}  // namespace adatom::simulate
