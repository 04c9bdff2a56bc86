#include "adatom/preprocess/background.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <Eigen/Dense>

#include "adatom/numeric/filter.h"
#include "adatom/numeric/statistics.h"
#include "finite.h"

namespace adatom::preprocess {
namespace {

constexpr double smoothing_px = 2.0;

/// The densest value of a sorted sample: the half-sample mode (Bickel and Fruehwirth, Comput. Stat.
/// Data Anal. 50 (2006) 3500), which what lies far above does not move.
double half_sample_mode(std::span<const double> sorted) {
  while (sorted.size() > 3) {
    const std::size_t half = (sorted.size() + 1) / 2;
    std::size_t best = 0;
    for (std::size_t i = 1; i + half <= sorted.size(); ++i) {
      if (sorted[i + half - 1] - sorted[i] < sorted[best + half - 1] - sorted[best]) best = i;
    }
    sorted = sorted.subspan(best, half);
  }
  return sorted[sorted.size() / 2];
}

/// The spread below the background, where the particle does not reach: normal deviates on one
/// side of zero have their median at 0.6745.
double spread_below(const Grid<double>& image, const Grid<double>& model) {
  std::vector<double> below;
  for (std::size_t i = 0; i < image.size(); ++i) {
    const double difference = model.values()[i] - image.values()[i];
    if (difference > 0.0) below.push_back(difference);
  }
  if (below.empty()) return 0.0;
  return numeric::median(below) / 0.6745;
}

Grid<double> evaluate(const BackgroundFit& fit, std::size_t width, std::size_t height) {
  Grid<double> model(width, height);
  const double cx = 0.5 * static_cast<double>(width - 1);
  const double cy = 0.5 * static_cast<double>(height - 1);
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < width; ++x) {
      model(x, y) = fit.level + fit.slope_x_per_px * (static_cast<double>(x) - cx) +
                    fit.slope_y_per_px * (static_cast<double>(y) - cy);
    }
  }
  return model;
}

/// Least squares over the pixels whose `use` is not zero.
BackgroundFit fit_pixels(const Grid<double>& image, const Grid<unsigned char>& use,
                         BackgroundMethod method) {
  const double cx = 0.5 * static_cast<double>(image.width() - 1);
  const double cy = 0.5 * static_cast<double>(image.height() - 1);
  Eigen::Matrix3d normal = Eigen::Matrix3d::Zero();
  Eigen::Vector3d right = Eigen::Vector3d::Zero();
  const auto each = [&](auto action) {
    for (std::size_t y = 0; y < image.height(); ++y) {
      for (std::size_t x = 0; x < image.width(); ++x) {
        if (use(x, y) == 0) continue;
        action(Eigen::Vector3d(1.0, static_cast<double>(x) - cx, static_cast<double>(y) - cy),
               image(x, y));
      }
    }
  };
  BackgroundFit fit;
  each([&](const Eigen::Vector3d& row, double value) {
    normal += row * row.transpose();
    right += row * value;
    ++fit.pixels_used;
  });
  if (method == BackgroundMethod::constant) {
    normal.row(0).tail<2>().setZero();
    normal.col(0).tail<2>().setZero();
    normal.bottomRightCorner<2, 2>().setIdentity();
    right.tail<2>().setZero();
  }
  const Eigen::FullPivLU<Eigen::Matrix3d> solver(normal);
  if (!solver.isInvertible()) {
    fit.warnings.push_back("the vacuum pixels do not determine a background");
    return fit;
  }
  const Eigen::Vector3d solution = solver.solve(right);
  double square = 0.0;
  each([&](const Eigen::Vector3d& row, double value) {
    const double residual = value - row.dot(solution);
    square += residual * residual;
  });
  const int parameters = method == BackgroundMethod::constant ? 1 : 3;
  fit.noise = std::sqrt(
      square / static_cast<double>(std::max<std::int64_t>(fit.pixels_used - parameters, 1)));
  const Eigen::Matrix3d inverse = solver.inverse();
  fit.level = solution(0);
  fit.level_stderr = fit.noise * std::sqrt(inverse(0, 0));
  if (method == BackgroundMethod::plane) {
    fit.slope_x_per_px = solution(1);
    fit.slope_y_per_px = solution(2);
    fit.slope_x_stderr_per_px = fit.noise * std::sqrt(inverse(1, 1));
    fit.slope_y_stderr_per_px = fit.noise * std::sqrt(inverse(2, 2));
  }
  return fit;
}

/// How much stronger the smoothed deviations in the vacuum are than white noise would leave them:
/// near 1 for a vacuum, large where columns or a textured support were taken for one.
double structure_ratio(const Grid<double>& image, const Grid<double>& smooth,
                       const Grid<double>& model, const Grid<unsigned char>& use) {
  double steps = 0.0;  // from pixel to pixel: the white noise, doubled
  double step_count = 0.0;
  double deviations = 0.0;
  double count = 0.0;
  for (std::size_t y = 0; y < image.height(); ++y) {
    for (std::size_t x = 0; x < image.width(); ++x) {
      if (use(x, y) == 0) continue;
      deviations += std::pow(smooth(x, y) - model(x, y), 2);
      count += 1.0;
      if (x == 0 || use(x - 1, y) == 0) continue;
      steps += std::pow(image(x, y) - image(x - 1, y), 2);
      step_count += 1.0;
    }
  }
  if (step_count == 0.0 || steps == 0.0 || count == 0.0) return 0.0;
  // A Gaussian filter of s pixels leaves 1 / (2 s sqrt pi) of white noise.
  const double left = 1.0 / (2.0 * smoothing_px * std::sqrt(std::numbers::pi));
  return std::sqrt(deviations / count) / (left * std::sqrt(0.5 * steps / step_count));
}

/// Takes the pixels within `margin` (square) of a masked one out, one axis after the other.
void widen(Grid<unsigned char>& use, std::size_t margin) {
  for (int axis = 0; axis < 2; ++axis) {
    const Grid<unsigned char> before = use;
    const std::size_t length = axis == 0 ? use.width() : use.height();
    for (std::size_t y = 0; y < use.height(); ++y) {
      for (std::size_t x = 0; x < use.width(); ++x) {
        if (before(x, y) != 0) continue;
        const std::size_t at = axis == 0 ? x : y;
        const std::size_t end = std::min(at + margin + 1, length);
        for (std::size_t i = at - std::min(at, margin); i < end; ++i) {
          (axis == 0 ? use(i, y) : use(x, i)) = 0;
        }
      }
    }
  }
}

}  // namespace

void BackgroundOptions::describe(OptionVisitor& v) {
  v.visit({.name = "method", .help = "what to fit to the vacuum and subtract"}, method);
  v.visit({.name = "clip_sigma",
           .unit = "standard deviations",
           .help = "smoothed pixels above the background by more belong to the particle",
           .min = 1,
           .max = 20},
          clip_sigma);
  v.visit({.name = "margin_px",
           .unit = "px",
           .help = "how far around them the particle's tails are left out",
           .min = 0,
           .max = 1000},
          margin_px);
}

std::vector<OptionIssue> BackgroundOptions::validate() const { return check_ranges(*this); }

BackgroundFit fit_background(const Grid<double>& image, const BackgroundOptions& options) {
  require_valid(options.validate());
  require_usable(image, 16, "background");
  if (options.method == BackgroundMethod::off) return {};
  const Grid<double> smooth =
      numeric::gaussian_filter(image, smoothing_px, numeric::Edge::normalised);
  std::vector<double> sorted(smooth.values().begin(), smooth.values().end());
  std::sort(sorted.begin(), sorted.end());
  const double rounding = 1e-12 * (sorted.back() - sorted.front());

  BackgroundFit fit;
  fit.level = half_sample_mode(sorted);
  Grid<unsigned char> use(image.width(), image.height(), 1);
  constexpr int most_rounds = 30;
  for (int round = 0; round < most_rounds; ++round) {
    const Grid<double> model = evaluate(fit, image.width(), image.height());
    const double limit = options.clip_sigma * spread_below(smooth, model) + rounding;
    Grid<unsigned char> next(image.width(), image.height(), 1);
    for (std::size_t i = 0; i < image.size(); ++i) {
      if (smooth.values()[i] - model.values()[i] > limit) next.values()[i] = 0;
    }
    widen(next, static_cast<std::size_t>(options.margin_px));
    const bool settled = round > 0 && std::ranges::equal(next.values(), use.values());
    use = std::move(next);
    if (settled) break;
    BackgroundFit better = fit_pixels(image, use, options.method);
    if (!better.warnings.empty()) {
      better.level = fit.level;  // too little vacuum: the densest grey value is all there is
      better.noise = fit.noise;
      return better;
    }
    fit = std::move(better);
  }
  if (static_cast<double>(fit.pixels_used) < 0.05 * static_cast<double>(image.size())) {
    fit.warnings.push_back("the background rests on less than 5 % of the pixels");
  }
  const Grid<double> model = evaluate(fit, image.width(), image.height());
  if (structure_ratio(image, smooth, model, use) > 4.0) {
    fit.warnings.push_back("what was taken for vacuum is uneven: a frame without vacuum?");
  }
  return fit;
}

Grid<double> subtract_background(Grid<double> image, const BackgroundFit& fit) {
  const Grid<double> model = evaluate(fit, image.width(), image.height());
  for (std::size_t i = 0; i < image.size(); ++i) image.values()[i] -= model.values()[i];
  return image;
}

}  // namespace adatom::preprocess
