#include "faulty_pixels.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "adatom/base/parallel.h"
#include "masked_boxes.h"

namespace adatom::diffraction {
namespace {

double quantile_of(std::vector<double>& values, double share) {
  const auto at =
      values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

/// The up to eight neighbours that count, sorted.
struct Neighbours {
  std::array<double, 8> values{};
  std::size_t count = 0;

  Neighbours(const Grid<double>& frame, const Reasons& reasons, std::size_t x, std::size_t y) {
    for (std::size_t j = y - std::min<std::size_t>(y, 1); j < std::min(y + 2, frame.height());
         ++j) {
      for (std::size_t i = x - std::min<std::size_t>(x, 1); i < std::min(x + 2, frame.width());
           ++i) {
        if ((i != x || j != y) && counts(reasons, i, j)) insert(frame(i, j));
      }
    }
  }
  void insert(double value) {
    std::size_t at = count++;
    for (; at > 0 && values[at - 1] > value; --at) values[at] = values[at - 1];
    values[at] = value;
  }
  [[nodiscard]] double median() const {
    return 0.5 * (values[(count - 1) / 2] + values[count / 2]);
  }
};

/// Standard deviation of a pixel against the level, from how pixels differ from their neighbours.
class NoiseCurve {
 public:
  NoiseCurve(const Grid<double>& frame, const Reasons& reasons) {
    std::vector<Difference> samples;
    const std::size_t step = std::max<std::size_t>(
        1, static_cast<std::size_t>(std::sqrt(static_cast<double>(frame.size()) / 60000.0)));
    for (std::size_t y = 1; y + 1 < frame.height(); y += step) {
      for (std::size_t x = 1; x + 1 < frame.width(); x += step) {
        if (!counts(reasons, x, y)) continue;
        const Neighbours near(frame, reasons, x, y);
        if (near.count < 8) continue;
        // Of the inner four, so that a hot neighbour does not matter.
        const double level =
            0.25 * (near.values[2] + near.values[3] + near.values[4] + near.values[5]);
        samples.push_back({level, std::abs(frame(x, y) - level), frame(x, y)});
      }
    }
    std::sort(samples.begin(), samples.end(),
              [](const Difference& a, const Difference& b) { return a.level < b.level; });
    const std::size_t parts = std::clamp<std::size_t>(samples.size() / 200, 1, 24);
    for (std::size_t i = 0; i < parts && !samples.empty(); ++i) {
      const std::size_t from = i * samples.size() / parts;
      const std::size_t to = (i + 1) * samples.size() / parts;
      std::vector<double> sizes;
      double level = 0.0;
      for (std::size_t k = from; k < to; ++k) {
        sizes.push_back(samples[k].size);
        level += samples[k].level / static_cast<double>(to - from);
      }
      // The mean without the largest 2 %, which is 0.750 standard deviations; the level's own noise
      // adds a tenth.
      const double limit = quantile_of(sizes, 0.98);
      double sum = 0.0;
      double used = 0.0;
      for (const double size : sizes) {
        if (size > limit) continue;
        sum += size;
        used += 1.0;
      }
      levels_.push_back(level);
      sigmas_.push_back(sum / std::max(used, 1.0) / 0.75 / 1.1);
      take_sparse({samples.begin() + static_cast<std::ptrdiff_t>(from),
                   samples.begin() + static_cast<std::ptrdiff_t>(to)});
    }
    // Levels in the order of their middles; noise does not fall with the level.
    for (std::size_t i = 1; i < sigmas_.size(); ++i) {
      sigmas_[i] = std::max(sigmas_[i], sigmas_[i - 1]);
    }
  }
  [[nodiscard]] double sigma(double level) const {
    const auto above = std::upper_bound(levels_.begin(), levels_.end(), level) - levels_.begin();
    if (above == 0) return sigmas_.front();
    const auto i = static_cast<std::size_t>(above) - 1;
    if (i + 1 >= levels_.size()) {
      // Beyond what was measured as counting noise does.
      const double grown =
          (level - levels_.front()) / std::max(levels_.back() - levels_.front(), 1e-300);
      return sigmas_.back() * std::sqrt(std::max(grown, 1.0));
    }
    const double share = (level - levels_[i]) / std::max(levels_[i + 1] - levels_[i], 1e-300);
    return sigmas_[i] + share * (sigmas_[i + 1] - sigmas_[i]);
  }
  [[nodiscard]] bool known() const { return !sigmas_.empty(); }
  /// Variance per level: counts per electron, if the level of no electrons is 0.
  [[nodiscard]] double gain(double level) const {
    const double s = sigma(level);
    const double own = level > s ? s * s / level : s;
    return level <= sparse_level_ ? std::max(own, sparse_gain_) : own;
  }

 private:
  struct Difference {
    double level;
    double size;
    double value;
  };

  /// Where most pixels have no electron, differences are none or an electron: what the others have
  /// by chance is told by mean and variance only, the largest thousandth (hot pixels) left out.
  void take_sparse(std::vector<Difference> part) {
    const auto none =
        std::ranges::count_if(part, [](const Difference& each) { return each.size == 0.0; });
    constexpr double mostly = 0.3;
    if (static_cast<double>(none) < mostly * static_cast<double>(part.size())) return;
    std::ranges::sort(part, {}, &Difference::size);
    part.resize(part.size() - part.size() / 1000);
    double mean = 0.0;
    double square = 0.0;
    for (const Difference& each : part) {
      mean += each.value / static_cast<double>(part.size());
      square += each.size * each.size / static_cast<double>(part.size());
    }
    sigmas_.back() = std::max(sigmas_.back(), std::sqrt(square));
    if (mean > 0.0) sparse_gain_ = std::max(sparse_gain_, square / mean);
    sparse_level_ = levels_.back();
  }

  std::vector<double> levels_;
  std::vector<double> sigmas_;
  double sparse_level_ = -std::numeric_limits<double>::infinity();
  double sparse_gain_ = 0.0;
};

struct FaultTest {
  const Grid<double>& mean;
  const Grid<std::uint8_t>& constant;
  double sigmas;
  const NoiseCurve& noise;

  /// Most pixels are quickly passed: not far from the middle two of their four neighbours.
  [[nodiscard]] bool passes(std::size_t x, std::size_t y) const {
    if (!constant.empty() && constant(x, y) != 0) return false;
    if (x == 0 || y == 0 || x + 1 == mean.width() || y + 1 == mean.height()) return false;
    const double a = mean(x - 1, y);
    const double b = mean(x + 1, y);
    const double c = mean(x, y - 1);
    const double d = mean(x, y + 1);
    const double low = std::max(std::min(a, b), std::min(c, d));
    const double high = std::min(std::max(a, b), std::max(c, d));
    const double level = 0.5 * (low + high);
    return std::abs(mean(x, y) - level) < 0.5 * sigmas * noise.sigma(level);
  }
  [[nodiscard]] MaskReason operator()(const Reasons& reasons, std::size_t x, std::size_t y) const {
    const double value = mean(x, y);
    const Neighbours near(mean, reasons, x, y);
    if (near.count < 3) return MaskReason::counts;
    const double median = near.median();
    const double sigma = noise.sigma(median);
    const double gain = noise.gain(median);
    if (!constant.empty() && constant(x, y) != 0 && value != median) {
      // Chance that counting noise gave the same number, 0, in all frames.
      const double electrons = gain > 0.0 ? median / gain : 0.0;
      constexpr double surely = 16.0;
      if (electrons > surely) return value < median ? MaskReason::dead : MaskReason::hot;
    }
    const double off = value - median;
    // Counting noise is skewed (Cornish and Fisher's expansion).
    const double limit = sigmas * sigma;
    const double skewed = limit + (sigmas * sigmas - 1.0) / 6.0 * gain;
    if (off > skewed && value - near.values[near.count - 2] > 0.5 * off) return MaskReason::hot;
    if (-off > limit && near.values[1] - value > -0.5 * off) return MaskReason::dead;
    return MaskReason::counts;
  }
};

}  // namespace

void mark_faulty(const Grid<double>& mean, const Grid<std::uint8_t>& constant, double sigmas,
                 Reasons& reasons) {
  const NoiseCurve noise(mean, reasons);
  if (!noise.known()) return;
  const FaultTest test{mean, constant, sigmas, noise};
  // Again without those found, which hid their neighbours.
  for (int round = 0; round < 2; ++round) {
    const Reasons before = reasons;
    parallel_for(mean.height(), [&](std::size_t y) {
      for (std::size_t x = 0; x < mean.width(); ++x) {
        if (!counts(before, x, y)) continue;
        if (test.passes(x, y)) continue;
        const MaskReason why = test(before, x, y);
        if (why != MaskReason::counts) mark(reasons, x, y, why);
      }
    });
  }
}

std::optional<double> mark_saturated(const Grid<double>& brightest, std::optional<double> given,
                                     std::size_t margin, Reasons& reasons) {
  std::optional<double> limit = given;
  std::vector<double> values;
  bool whole = true;
  for (std::size_t i = 0; i < brightest.size(); ++i) {
    if (reasons.values()[i] != 0) continue;
    values.push_back(brightest.values()[i]);
    whole = whole && values.back() == std::floor(values.back());
  }
  if (values.empty()) return limit;
  if (!limit) {
    const double most = *std::max_element(values.begin(), values.end());
    const double median = quantile_of(values, 0.5);
    double window = 0.02 * (most - median);
    if (whole) window = std::max(window, 2.0);
    const auto at = std::count(values.begin(), values.end(), most);
    const auto near = std::count_if(values.begin(), values.end(),
                                    [&](double v) { return v >= most - window && v < most; });
    // Electrons are counted in steps: those of fewer of them are more pixels.
    double next = median;
    for (const double value : values) {
      if (value < most) next = std::max(next, value);
    }
    const auto fewer = std::ranges::count(values, next);
    constexpr std::ptrdiff_t fewest = 5;
    if (most > median && at >= fewest && at > 2 * near && at > 2 * fewer) limit = most;
  }
  if (!limit) return limit;
  const Reasons before = reasons;
  for (std::size_t y = 0; y < brightest.height(); ++y) {
    for (std::size_t x = 0; x < brightest.width(); ++x) {
      if (!counts(before, x, y) || brightest(x, y) < *limit) continue;
      for (std::size_t j = y - std::min(y, margin);
           j <= std::min(y + margin, brightest.height() - 1); ++j) {
        for (std::size_t i = x - std::min(x, margin);
             i <= std::min(x + margin, brightest.width() - 1); ++i) {
          mark(reasons, i, j, MaskReason::saturated);
        }
      }
    }
  }
  return limit;
}

double brightness_skew(const Grid<double>& frame, const Reasons& reasons) {
  Mask mask(frame.width(), frame.height());
  for (std::size_t i = 0; i < mask.size(); ++i) mask.values()[i] = reasons.values()[i] == 0 ? 1 : 0;
  const std::size_t side = std::max(frame.width(), frame.height());
  const auto small = reduce(frame, mask, std::max<std::size_t>(1, side / 256));
  std::vector<double> values;
  for (std::size_t i = 0; i < small.values.size(); ++i) {
    if (small.counts.values()[i] != 0) values.push_back(small.values.values()[i]);
  }
  if (values.size() < 16) return 0.0;
  const double low = quantile_of(values, 0.02);
  const double middle = quantile_of(values, 0.5);
  const double high = quantile_of(values, 0.98);
  return high > low ? (high + low - 2.0 * middle) / (high - low) : 0.0;
}

}  // namespace adatom::diffraction
