#include "adatom/diffraction/find_mask.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "faulty_pixels.h"

namespace adatom::diffraction {
namespace {

constexpr std::size_t smallest_frame = 16;      // px
constexpr std::size_t frames_for_constant = 4;  // fewer do not tell what never changes

void check_sizes(std::span<const Grid<double>> frames) {
  if (frames.empty()) {
    throw InputError(Complaint{.what = "there is no frame",
                               .where = "finding the mask",
                               .why = {},
                               .remedy = "give at least one"});
  }
  const Grid<double>& first = frames[0];
  for (const auto& frame : frames) {
    if (frame.width() == first.width() && frame.height() == first.height()) continue;
    throw InputError(
        Complaint{.what = fmt::format("a frame has {} x {} pixels, the first {} x {}",
                                      frame.width(), frame.height(), first.width(), first.height()),
                  .where = "finding the mask",
                  .why = "a series has one size",
                  .remedy = {}});
  }
}

/// Takes from the mean what is no number.
Reasons first_reasons(Grid<double>& mean, const Mask& given) {
  Reasons reasons(mean.width(), mean.height(), static_cast<std::uint8_t>(MaskReason::counts));
  for (std::size_t y = 0; y < mean.height(); ++y) {
    for (std::size_t x = 0; x < mean.width(); ++x) {
      if (!given.empty() && given(x, y) == 0) mark(reasons, x, y, MaskReason::given);
      if (std::isfinite(mean(x, y))) continue;
      mark(reasons, x, y, MaskReason::not_finite);
      mean(x, y) = 0.0;  // which is as good as any, and can be compared
    }
  }
  return reasons;
}

/// The largest value of each pixel, and where no frame differs.
struct Extremes {
  Grid<double> brightest;
  Grid<std::uint8_t> constant;
};

Extremes extremes_of(std::span<const Grid<double>> frames, const Reasons& reasons,
                     Polarity polarity, double zero) {
  Extremes extremes{frames[0], {}};
  const bool tell = frames.size() >= frames_for_constant;
  if (tell) extremes.constant = Grid<std::uint8_t>(frames[0].width(), frames[0].height(), 1);
  for (std::size_t i = 0; i < frames[0].size(); ++i) {
    if (reasons.values()[i] != 0) {
      extremes.brightest.values()[i] = 0.0;
      continue;
    }
    double low = frames[0].values()[i];
    double high = low;
    for (const auto& frame : frames) {
      low = std::min(low, frame.values()[i]);
      high = std::max(high, frame.values()[i]);
    }
    if (tell && low != high) extremes.constant.values()[i] = 0;
    extremes.brightest.values()[i] = polarity == Polarity::normal ? high : zero - low;
  }
  return extremes;
}

double largest_value(const Grid<double>& frame, const Reasons& reasons) {
  double largest = 0.0;
  bool any = false;
  for (std::size_t i = 0; i < frame.size(); ++i) {
    if (reasons.values()[i] != 0) continue;
    largest = any ? std::max(largest, frame.values()[i]) : frame.values()[i];
    any = true;
  }
  return largest;
}

Polarity polarity_of(PolarityChoice choice, double skew, std::vector<std::string>& warnings) {
  if (choice == PolarityChoice::normal) return Polarity::normal;
  if (choice == PolarityChoice::inverted) return Polarity::inverted;
  constexpr double sure = 0.15;
  if (std::abs(skew) < sure) {
    warnings.emplace_back(
        "the frame does not tell whether its rings are bright or dark; it is taken as bright "
        "unless polarity is given");
    return Polarity::normal;
  }
  return skew > 0.0 ? Polarity::normal : Polarity::inverted;
}

}  // namespace

void FindMaskOptions::describe(OptionVisitor& v) {
  v.visit({.name = "polarity",
           .help = "inverted: rings are darker than what is around them; automatic: as it looks"},
          polarity);
  v.visit({.name = "saturation_counts",
           .unit = "counts",
           .help = "pixels at or above are masked (inverted: at or below); empty: a plateau at the "
                   "brightest value"},
          saturation_counts);
  v.visit({.name = "faulty_sigma",
           .help = "standard deviations by which a hot or dead pixel is off its neighbours",
           .min = 3,
           .max = 1000},
          faulty_sigma);
  v.visit({.name = "beam_stop", .help = "look for the shadow of a beam stop"}, beam_stop);
  v.visit({.name = "beam_stop_share",
           .help = "darker than this share of what is expected there is shadow",
           .min = 0.05,
           .max = 0.95},
          beam_stop_share);
  v.visit({.name = "margin_px",
           .unit = "px",
           .help = "masked around borders, gaps, saturated pixels and the beam stop",
           .min = 0,
           .max = 100},
          margin_px);
}

std::vector<OptionIssue> FindMaskOptions::validate() const { return check_ranges(*this); }

Grid<double> mean_frame(std::span<const Grid<double>> frames) {
  check_sizes(frames);
  Grid<double> mean = frames[0];
  for (const auto& frame : frames.subspan(1)) {
    for (std::size_t i = 0; i < mean.size(); ++i) mean.values()[i] += frame.values()[i];
  }
  if (frames.size() == 1) return mean;
  const double share = 1.0 / static_cast<double>(frames.size());
  for (double& value : mean.values()) value *= share;
  return mean;
}

Grid<double> upright(const Grid<double>& frame, const MaskResult& mask) {
  Grid<double> turned = frame;
  if (mask.polarity == Polarity::normal) return turned;
  for (double& value : turned.values()) value = mask.zero_counts - value;
  return turned;
}

MaskResult find_mask(std::span<const Grid<double>> frames, const Mask& given,
                     const FindMaskOptions& options) {
  require_valid(options.validate());
  Grid<double> mean = mean_frame(frames);
  const std::size_t width = mean.width();
  const std::size_t height = mean.height();
  if (width < smallest_frame || height < smallest_frame ||
      (!given.empty() && (given.width() != width || given.height() != height))) {
    throw InputError(
        Complaint{.what = fmt::format("the frame has {} x {} pixels, the mask given {} x {}", width,
                                      height, given.width(), given.height()),
                  .where = "finding the mask",
                  .why = "frames have at least 16 x 16 pixels, and the mask as many",
                  .remedy = {}});
  }
  MaskResult result;
  result.reason = first_reasons(mean, given);
  Reasons& reasons = result.reason;
  result.polarity_skew = brightness_skew(mean, reasons);
  result.polarity = polarity_of(options.polarity, result.polarity_skew, result.warnings);
  if (result.polarity == Polarity::inverted) {
    for (const auto& frame : frames) {
      result.zero_counts = std::max(result.zero_counts, largest_value(frame, reasons));
    }
    for (double& value : mean.values()) value = result.zero_counts - value;
  }
  const auto margin = static_cast<std::size_t>(options.margin_px);
  const Extremes extremes = extremes_of(frames, reasons, result.polarity, result.zero_counts);
  mark_lines(mean, margin, reasons, result.warnings);
  mark_faulty(mean, extremes.constant, options.faulty_sigma, reasons);
  auto saturation = options.saturation_counts;
  const bool inverted = result.polarity == Polarity::inverted;
  if (saturation && inverted) saturation = result.zero_counts - *saturation;
  result.saturation_counts = mark_saturated(extremes.brightest, saturation, margin, reasons);
  if (result.saturation_counts && inverted) {
    result.saturation_counts = result.zero_counts - *result.saturation_counts;
  }
  result.mask = Mask(width, height);
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    ++result.pixels[reasons.values()[i]];
    result.mask.values()[i] = reasons.values()[i] == 0 ? 1 : 0;
  }
  if (result.count(MaskReason::counts) == 0) {
    result.warnings.emplace_back("no pixel is left");
  }
  return result;
}

}  // namespace adatom::diffraction
