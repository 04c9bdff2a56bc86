#include "adatom/numeric/savitzky_golay.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>

#include "adatom/base/cpu_clones.h"
#include "adatom/base/error.h"

namespace adatom::numeric {
namespace {

/// Polynomials that are orthogonal on the points x_j = (j - (n - 1) / 2) / ((n - 1) / 2), by their
/// recurrence p_{k+1} = x p_k - b_k p_{k-1} (the points are symmetric): no matrix becomes singular.
class PointPolynomials {
 public:
  PointPolynomials(std::size_t points, std::size_t order)
      : points_(points), scale_(points > 1 ? 0.5 * static_cast<double>(points - 1) : 1.0) {
    values_.assign(order + 1, std::vector<double>(points, 1.0));
    for (std::size_t k = 0; k <= order; ++k) {
      for (std::size_t j = 0; k > 0 && j < points; ++j) {
        values_[k][j] = place(static_cast<double>(j)) * values_[k - 1][j] -
                        (k > 1 ? slope_[k - 1] * values_[k - 2][j] : 0.0);
      }
      norm_.push_back(
          std::inner_product(values_[k].begin(), values_[k].end(), values_[k].begin(), 0.0));
      slope_.push_back(k > 0 ? norm_[k] / norm_[k - 1] : 0.0);
    }
  }

  /// Weights of the points' values in the derivative of the fitted polynomial at `at` (in points
  /// from the first).
  [[nodiscard]] std::vector<double> weights(double at, std::size_t derivative) const {
    const std::size_t orders = values_.size();
    // above[d][k]: derivative d of polynomial k.
    std::vector<std::vector<double>> above(derivative + 1, std::vector<double>(orders, 0.0));
    const double x = place(at);
    for (std::size_t d = 0; d <= derivative; ++d) {
      above[d][0] = d == 0 ? 1.0 : 0.0;
      for (std::size_t k = 1; k < orders; ++k) {
        above[d][k] = x * above[d][k - 1];
        if (d > 0) above[d][k] += static_cast<double>(d) * above[d - 1][k - 1];
        if (k > 1) above[d][k] -= slope_[k - 1] * above[d][k - 2];
      }
    }
    const double unit = std::pow(scale_, -static_cast<double>(derivative));
    std::vector<double> weights(points_, 0.0);
    for (std::size_t k = 0; k < orders; ++k) {
      const double factor = unit * above[derivative][k] / norm_[k];
      for (std::size_t j = 0; j < points_; ++j) weights[j] += factor * values_[k][j];
    }
    return weights;
  }

 private:
  [[nodiscard]] double place(double at) const {
    return (at - 0.5 * static_cast<double>(points_ - 1)) / scale_;
  }
  std::size_t points_;
  double scale_;
  std::vector<std::vector<double>> values_;
  std::vector<double> norm_;
  std::vector<double> slope_;
};

/// smoothed[i] = sum_j weights[j] series[i + j]; the loop over i is the inner one, as it vectorises
/// without changing the order of the sum.
ADATOM_CLONES void slide(const double* weights, std::size_t window, const double* series,
                         double* smoothed, std::size_t count) {
  std::fill_n(smoothed, count, 0.0);
  for (std::size_t j = 0; j < window; ++j) {
    const double weight = weights[j];
    for (std::size_t i = 0; i < count; ++i) smoothed[i] += weight * series[i + j];
  }
}

}  // namespace

SavitzkyGolay::SavitzkyGolay(std::size_t window, std::size_t order, std::size_t derivative)
    : window_(window) {
  const auto refuse = [](std::string what, std::string remedy) {
    throw InputError(
        {.what = std::move(what), .where = "smoothing", .why = {}, .remedy = std::move(remedy)});
  };
  if (window < 1 || window > 100000) {
    refuse("a window of " + std::to_string(window) + " values", "choose 1 to 100000");
  }
  if (order > 20 || order >= window) {
    refuse("polynomials of order " + std::to_string(order) + " over " + std::to_string(window) +
               " values",
           "choose an order of at most 20, below the window");
  }
  const PointPolynomials polynomials(window, order);
  middle_ = polynomials.weights(0.5 * static_cast<double>(window - 1), derivative);
  for (std::size_t i = 0; i < window / 2; ++i) {
    const auto weights = polynomials.weights(static_cast<double>(i), derivative);
    begin_.insert(begin_.end(), weights.begin(), weights.end());
  }
  // The last values are the first ones seen from behind: odd derivatives change their sign.
  mirror_ = derivative % 2 == 0 ? 1.0 : -1.0;
}

void SavitzkyGolay::apply(std::span<const double> series, std::span<double> smoothed) const {
  if (smoothed.size() != series.size()) throw std::invalid_argument("SavitzkyGolay: sizes");
  const std::size_t size = series.size();
  if (size < window_) {
    throw InputError({.what = "a series of " + std::to_string(size) +
                              " values is shorter than the window of " + std::to_string(window_),
                      .where = "smoothing",
                      .why = {},
                      .remedy = "choose a smaller window"});
  }
  const std::size_t half = window_ / 2;
  for (std::size_t i = 0; i < half; ++i) {
    const double* const weights = begin_.data() + i * window_;
    double first = 0.0;
    double last = 0.0;
    for (std::size_t j = 0; j < window_; ++j) {
      first += weights[j] * series[j];
      last += weights[j] * series[size - 1 - j];
    }
    smoothed[i] = first;
    smoothed[size - 1 - i] = mirror_ * last;
  }
  const std::size_t ahead = window_ % 2 == 0 ? 1 : 0;
  // Blocks that stay in the cache.
  constexpr std::size_t block = 1024;
  for (std::size_t i = half; i < size - half; i += block) {
    const std::size_t count = std::min(block, size - half - i);
    slide(middle_.data(), window_, series.data() + i + ahead - half, smoothed.data() + i, count);
  }
}

}  // namespace adatom::numeric
