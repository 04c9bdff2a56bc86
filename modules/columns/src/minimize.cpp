#include "minimize.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "conjugate_gradients.h"
#include "render.h"
#include "stamps.h"

namespace adatom::columns {
namespace {

using Eigen::Index;

constexpr double first_damping = 1e-3;
constexpr double last_damping = 1e12;
constexpr double longest_move = 0.5;  // in widths
constexpr double largest_growth = 4.0 / 3.0;
constexpr double smallest_width = 0.3;  // pixels; a narrower Gaussian falls between the pixels
constexpr double solver_tolerance = 1e-8;

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Parameters as one vector and back, in the order of the normal equations.
class Parameters {
 public:
  Parameters(const Layout& layout, const Scene& scene)
      : layout_(layout),
        widest_(0.5 * static_cast<double>(std::max(scene.width, scene.height)) + 1.0) {}

  // The step cut to what a column may do at once and to what is allowed at all. What is cut is
  // written back, so that `step` is the change that was made.
  Scene apply(const Scene& from, Step& step) const {
    Scene to = from;
    const auto block = static_cast<Index>(layout_.block);
    double common = 0.0;
    if (layout_.common_width == 1) {
      const double width = from.columns.front().width;
      common = next_width(width, step.border(0));
      step.border(0) = common - width;
    }
    for (std::size_t i = 0; i < from.columns.size(); ++i) {
      auto own = step.columns.segment(static_cast<Index>(i) * block, block);
      const PixelColumn& before = from.columns[i];
      PixelColumn& column = to.columns[i];
      column.height += own(0);
      const double distance = std::hypot(own(1), own(2));
      const double longest = longest_move * before.width;
      if (distance > longest) own.segment(1, 2) *= longest / distance;
      // A column may leave the image by its width; beyond, nothing holds it.
      column.x = inside(before.x + own(1), before.width, from.width);
      column.y = inside(before.y + own(2), before.width, from.height);
      own(1) = column.x - before.x;
      own(2) = column.y - before.y;
      if (layout_.common_width == 1) {
        column.width = common;
      } else {
        column.width = next_width(before.width, own(3));
        own(3) = column.width - before.width;
      }
    }
    if (layout_.background_terms > 0) {
      const auto first = static_cast<Index>(layout_.common_width);
      to.level += step.border(first);
      if (layout_.background_terms == 3) {
        to.slope_x += step.border(first + 1);
        to.slope_y += step.border(first + 2);
      }
    }
    return to;
  }

  // The largest change a step makes to any parameter, relative: lengths to the width, heights and
  // background to the typical height. A column of little height moves the image little, so its
  // changes weigh by its height.
  [[nodiscard]] double relative_change(const Scene& scene, const Step& step) const {
    std::vector<double> heights;
    heights.reserve(scene.columns.size());
    for (const PixelColumn& c : scene.columns) heights.push_back(std::abs(c.height));
    const double typical = std::max(median(std::move(heights)), 1e-300);
    const auto block = static_cast<Index>(layout_.block);
    double largest = 0.0;
    for (std::size_t i = 0; i < scene.columns.size(); ++i) {
      const auto own = step.columns.segment(static_cast<Index>(i) * block, block);
      const double weight = std::min(1.0, std::abs(scene.columns[i].height) / typical);
      largest =
          std::max({largest, std::abs(own(0)) / typical,
                    weight * own.tail(block - 1).cwiseAbs().maxCoeff() / scene.columns[i].width});
    }
    if (layout_.common_width == 1) {
      largest = std::max(largest, std::abs(step.border(0)) / scene.columns.front().width);
    }
    if (layout_.background_terms > 0) {
      const auto first = static_cast<Index>(layout_.common_width);
      largest = std::max(largest, std::abs(step.border(first)) / typical);
    }
    return largest;
  }

  // Parameters at a limit whose gradient points outwards: they are held by a huge damping.
  void hold(const Scene& scene, const NormalMatrix& matrix, Gradient& gradient, Step& shift) const {
    const std::size_t block = layout_.block;
    const auto fix = [&](std::size_t i, std::size_t entry) {
      const auto row = static_cast<Index>(i * block + entry);
      gradient.columns(row) = 0.0;
      shift.columns(row) += 1e12 * matrix.diagonal[(i * block + entry) * block + entry];
    };
    for (std::size_t i = 0; i < scene.columns.size(); ++i) {
      const PixelColumn& c = scene.columns[i];
      const auto row = static_cast<Index>(i * block);
      if (leaves(c.x, c.width, scene.width, gradient.columns(row + 1))) fix(i, 1);
      if (leaves(c.y, c.width, scene.height, gradient.columns(row + 2))) fix(i, 2);
      if (block < 4) continue;
      const double pull = gradient.columns(row + 3);
      if ((c.width <= smallest_width && pull < 0.0) || (c.width >= widest_ && pull > 0.0)) {
        fix(i, 3);
      }
    }
  }

 private:
  [[nodiscard]] double next_width(double width, double change) const {
    const double next = std::clamp(width + change, width / largest_growth, width * largest_growth);
    return std::clamp(next, smallest_width, widest_);
  }
  static double inside(double position, double width, std::size_t size) {
    return std::clamp(position, -width, static_cast<double>(size) - 1.0 + width);
  }
  static bool leaves(double position, double width, std::size_t size, double pull) {
    return (position <= -width && pull < 0.0) ||
           (position >= static_cast<double>(size) - 1.0 + width && pull > 0.0);
  }

  Layout layout_;
  double widest_;
};

// The image of one set of parameters.
struct View {
  Scene scene;
  std::vector<Support> supports;
  std::vector<Stamp> stamps;
  Raster model;
  double objective = 0.0;

  void draw(const Raster& image, const Likelihood& likelihood) {
    refresh_supports(scene, supports);
    fill_stamps(scene, supports, stamps);
    render_model(scene, stamps, model);
    objective = evaluate_objective(image, model, likelihood);
  }
};

// Marquardt's damping: a fraction of the diagonal, with a floor for columns of no height.
Step scale_diagonal(const NormalMatrix& matrix, double damping) {
  const std::size_t block = matrix.layout.block;
  const std::size_t columns = matrix.diagonal.size() / (block * block);
  std::vector<double> largest(block, 0.0);
  Step shift{Eigen::VectorXd(static_cast<Index>(columns * block)),
             damping * matrix.corner.diagonal()};
  for (std::size_t i = 0; i < columns; ++i) {
    for (std::size_t k = 0; k < block; ++k) {
      largest[k] = std::max(largest[k], matrix.diagonal[(i * block + k) * block + k]);
    }
  }
  for (std::size_t i = 0; i < columns; ++i) {
    for (std::size_t k = 0; k < block; ++k) {
      const double own = matrix.diagonal[(i * block + k) * block + k];
      shift.columns(static_cast<Index>(i * block + k)) = damping * std::max(own, 1e-8 * largest[k]);
    }
  }
  return shift;
}

// How much the quadratic model says the objective falls.
double predict_decrease(const NormalMatrix& matrix, const BlockPattern& pattern,
                        const Gradient& gradient, const Step& step) {
  const Eigen::VectorXd curved = multiply_blocks(matrix, pattern, step.columns);
  double quadratic = step.columns.dot(curved);
  double linear = step.columns.dot(gradient.columns);
  if (step.border.size() > 0) {
    quadratic += 2.0 * step.columns.dot(matrix.border * step.border) +
                 step.border.dot(matrix.corner * step.border);
    linear += step.border.dot(gradient.border);
  }
  return linear - 0.5 * quadratic;
}

class Minimizer {
 public:
  Minimizer(const Raster& image, const Layout& layout, const Likelihood& likelihood,
            const Scene& scene)
      : image_(image),
        layout_(layout),
        likelihood_(likelihood),
        parameters_(layout, scene),
        weight_(image.width(), image.height()),
        pull_(image.width(), image.height()),
        slope_(image.width(), image.height()) {
    now_.scene = scene;
    now_.model = Raster(image.width(), image.height());
    now_.draw(image, likelihood);
    next_ = now_;
  }

  Outcome run(const StopRule& stop, Progress& progress) {
    // Below this the objective is the rounding of sums as large as the one of an empty model.
    const Raster empty(image_.width(), image_.height());
    const double smallest = 1e-24 *
                            evaluate_objective(image_, empty, {.noise = NoiseModel::gaussian}) *
                            likelihood_.weight(1.0);
    Outcome outcome;
    linearize();
    while (outcome.iterations < stop.max_iterations) {
      stop_if_cancelled(progress);
      ++outcome.iterations;
      const Trial trial = attempt();
      progress.advance(1);
      const double small = stop.tolerance * now_.objective + smallest;
      const bool settled =
          trial.predicted <= small && trial.change <= stop.tolerance && damping_ <= 1e-2;
      if (trial.accepted) {
        std::swap(now_, next_);
        damping_ = std::max(damping_ * (trial.gain > 0.75   ? 0.1
                                        : trial.gain > 0.25 ? 0.5
                                                            : 2.0),
                            1e-14);
        growth_ = 4.0;
      } else {
        damping_ *= growth_;
        growth_ *= 2.0;
      }
      if (settled || (trial.accepted && now_.objective <= smallest)) {
        outcome.termination = Termination::converged;
        break;
      }
      if (damping_ > last_damping) {
        outcome.termination = Termination::stalled;
        break;
      }
      if (trial.accepted) linearize();
    }
    outcome.objective = now_.objective;
    return outcome;
  }

  [[nodiscard]] const Scene& scene() const { return now_.scene; }

 private:
  struct Trial {
    bool accepted = false;
    double predicted = 0.0;
    double gain = 0.0;
    double change = 0.0;
  };

  void linearize() {
    if (layout_.common_width == 1) render_width_slope(now_.scene, now_.stamps, slope_);
    weigh_pixels(image_, now_.model, likelihood_, weight_, pull_);
    pattern_ = find_pairs(now_.scene, now_.supports, coupling_reach(likelihood_.noise));
    const Linearization at{now_.scene, now_.stamps, pattern_,
                           likelihood_.noise == NoiseModel::gaussian ? nullptr : &weight_, &slope_};
    matrix_ = assemble_matrix(at, layout_);
    gradient_ = assemble_gradient(at, layout_, pull_);
  }

  Trial attempt() {
    Trial trial;
    Gradient gradient = gradient_;
    Step shift = scale_diagonal(matrix_, damping_);
    parameters_.hold(now_.scene, matrix_, gradient, shift);
    Step step = solve_step(matrix_, pattern_, gradient, shift, solver_tolerance, start_border_);
    next_.scene = parameters_.apply(now_.scene, step);
    next_.supports = now_.supports;
    next_.draw(image_, likelihood_);
    trial.change = parameters_.relative_change(now_.scene, step);
    trial.predicted = predict_decrease(matrix_, pattern_, gradient, step);
    const double decrease = now_.objective - next_.objective;
    if (trial.predicted > 0.0) trial.gain = decrease / trial.predicted;
    // A change lost in the rounding of the objective is neither good nor bad: take it.
    const bool lost = std::abs(trial.predicted) <= 1e-13 * now_.objective &&
                      std::abs(decrease) <= 1e-12 * now_.objective;
    trial.accepted =
        std::isfinite(next_.objective) && (lost || (trial.predicted > 0.0 && trial.gain > 1e-4));
    if (lost) trial.gain = 1.0;
    return trial;
  }

  const Raster& image_;
  Layout layout_;
  Likelihood likelihood_;
  Parameters parameters_;
  View now_;
  View next_;
  Raster weight_;
  Raster pull_;
  Raster slope_;
  BlockPattern pattern_;
  NormalMatrix matrix_;
  Gradient gradient_;
  Eigen::MatrixXd start_border_;
  double damping_ = first_damping;
  double growth_ = 4.0;
};

}  // namespace

Outcome minimize(const Raster& image, const Layout& layout, const Likelihood& likelihood,
                 const StopRule& stop, Progress& progress, Scene& scene) {
  Minimizer minimizer(image, layout, likelihood, scene);
  const Outcome outcome = minimizer.run(stop, progress);
  scene = minimizer.scene();
  return outcome;
}

double solve_heights(const Raster& image, std::size_t background_terms, Scene& scene) {
  const Layout layout{.block = 1, .common_width = 0, .background_terms = background_terms};
  View view{
      .scene = scene, .supports = {}, .stamps = {}, .model = Raster(image.width(), image.height())};
  refresh_supports(view.scene, view.supports);
  fill_stamps(view.scene, view.supports, view.stamps);
  const BlockPattern pattern =
      find_pairs(view.scene, view.supports, coupling_reach(NoiseModel::gaussian));
  const Linearization at{view.scene, view.stamps, pattern};
  const NormalMatrix matrix = assemble_matrix(at, layout);
  const Gradient gradient = assemble_gradient(at, layout, image);
  // A little damping: starts on top of each other share their height instead of tearing apart.
  const Step shift = scale_diagonal(matrix, 1e-6);
  Eigen::MatrixXd none;
  const Step step = solve_step(matrix, pattern, gradient, shift, 1e-6, none);
  for (std::size_t i = 0; i < scene.columns.size(); ++i) {
    scene.columns[i].height = step.columns(static_cast<Index>(i));
  }
  if (background_terms > 0) scene.level = step.border(0);
  if (background_terms == 3) {
    scene.slope_x = step.border(1);
    scene.slope_y = step.border(2);
  }
  view.scene = scene;
  render_model(view.scene, view.stamps, view.model);
  return evaluate_objective(image, view.model, {.noise = NoiseModel::gaussian});
}

}  // namespace adatom::columns
