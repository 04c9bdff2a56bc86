#include "inner_ring.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "ring_list.h"

namespace adatom::diffraction {
namespace {

/// Sums over the bins up to each, of those that count.
class RunningSums {
 public:
  explicit RunningSums(const Profile& profile) : sums_(profile.size() + 1) {
    for (std::size_t i = 0; i < profile.size(); ++i) {
      Sums next = sums_[i];
      if (counts(profile, i)) {
        const double error = profile.intensity_stderr[i];
        const double inflation =
            profile.variance_inflation.empty() ? 1.0 : profile.variance_inflation[i];
        next.value += profile.intensity[i];
        next.variance += error * error * inflation;
        next.bins += 1.0;
      }
      sums_[i + 1] = next;
    }
  }
  struct Mean {
    double value = 0.0;
    double variance = 0.0;
  };
  /// Of bins [begin, end). Nothing: some do not count.
  [[nodiscard]] std::optional<Mean> mean(std::size_t begin, std::size_t end) const {
    const double bins = sums_[end].bins - sums_[begin].bins;
    if (bins < static_cast<double>(end - begin) || bins < 1.0) return std::nullopt;
    return Mean{(sums_[end].value - sums_[begin].value) / bins,
                (sums_[end].variance - sums_[begin].variance) / (bins * bins)};
  }

 private:
  struct Sums {
    double value = 0.0;
    double variance = 0.0;
    double bins = 0.0;
  };
  std::vector<Sums> sums_;
};

/// How many standard errors a ring `width` bins wide stands out at a bin. 0: not as a ring does.
double significance(const RunningSums& sums, std::size_t bin, std::size_t width) {
  const std::size_t half = width / 4;
  const std::size_t far = 2 * width;
  const std::size_t near = width + width / 4;
  const auto top = sums.mean(bin - half, bin + half + 1);
  const auto inner = sums.mean(bin - far, bin - near);
  const auto outer = sums.mean(bin + near + 1, bin + far + 1);
  if (!top || !inner || !outer) return 0.0;
  const auto& foot = inner->value > outer->value ? *inner : *outer;
  const double height = top->value - foot.value;
  constexpr double share = 0.05;
  if (height <= share * std::abs(top->value)) return 0.0;
  if (top->value - inner->value > 1.5 * (top->value - outer->value)) return 0.0;
  const double variance = top->variance + foot.variance;
  return variance > 0.0 ? height / std::sqrt(variance) : 0.0;
}

}  // namespace

std::optional<double> inner_ring(const Profile& profile, double s_low, double s_high,
                                 double sigma) {
  const RunningSums sums(profile);
  std::size_t first = 0;
  while (first < profile.size() && profile.s_per_angstrom(first) < s_low) ++first;
  std::size_t end = first;
  while (end < profile.size() && profile.s_per_angstrom(end) <= s_high) ++end;
  constexpr double widest = 0.04;  // 1/angstrom
  std::optional<double> found;
  for (;;) {
    double best = sigma;
    std::size_t place = 0;
    for (std::size_t width = 4; static_cast<double>(width) * profile.s_step_per_angstrom <= widest;
         width += width / 4) {
      for (std::size_t bin = first + 2 * width; bin + 2 * width < end; ++bin) {
        const double own = significance(sums, bin, width);
        if (own <= best) continue;
        best = own;
        place = bin;
      }
    }
    if (best <= sigma) return found;
    found = profile.s_per_angstrom(place);
    end = place;  // inside it there may be another
  }
}

}  // namespace adatom::diffraction
