#include "minimize.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "conjugate_gradients.h"
#include "parameters.h"
#include "render.h"
#include "stamps.h"

namespace adatom::columns {
namespace {

using Eigen::Index;

constexpr double first_damping = 1e-3;
constexpr double least_raised = 1e-5;  // after a step that failed
constexpr int most_rejections = 6;     // of steps with the true curvature
constexpr double last_damping = 1e12;
constexpr double near_optimum = 0.02;  // predicted relative decrease
constexpr int most_restraints = 4;     // rounds of finding parameters at a limit
constexpr double solver_tolerance = 1e-8;

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
struct Prediction {
  double linear = 0.0;
  double quadratic = 0.0;
  [[nodiscard]] double decrease() const { return linear - 0.5 * quadratic; }
};

Prediction predict(const NormalMatrix& matrix, const BlockPattern& pattern,
                   const Gradient& gradient, const Step& step) {
  const Eigen::VectorXd curved = multiply_blocks(matrix, pattern, step.columns);
  Prediction p{step.columns.dot(gradient.columns), step.columns.dot(curved)};
  if (step.border.size() > 0) {
    p.quadratic += 2.0 * step.columns.dot(matrix.border * step.border) +
                   step.border.dot(matrix.corner * step.border);
    p.linear += step.border.dot(gradient.border);
  }
  return p;
}

// The share of a step at which the quadratic model is lowest; at most 1.
double find_best_share(const NormalMatrix& matrix, const BlockPattern& pattern,
                       const Gradient& gradient, const Step& step) {
  const Prediction p = predict(matrix, pattern, gradient, step);
  return p.linear > 0.0 && p.quadratic > p.linear ? p.linear / p.quadratic : 1.0;
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
        damping_ = std::max(damping_ * growth_, least_raised);
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
      // Far off, the expected curvature is the safer one; near the optimum the true one is faster.
      const Curvature before = curvature_;
      if (trial.accepted) {
        rejected_ = 0;
        if (trial.predicted < near_optimum * now_.objective && !given_up_) {
          curvature_ = Curvature::observed;
        }
      } else if (++rejected_ == most_rejections && curvature_ == Curvature::observed) {
        given_up_ = true;
        curvature_ = Curvature::expected;
        damping_ = first_damping;
      }
      if (trial.accepted || curvature_ != before) linearize();
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
    weigh_pixels(image_, now_.model, likelihood_, curvature_, weight_, pull_);
    pattern_ = find_pairs(now_.scene, now_.supports, coupling_reach(likelihood_.noise));
    const Linearization at{now_.scene, now_.stamps, pattern_,
                           likelihood_.noise == NoiseModel::gaussian ? nullptr : &weight_, &slope_};
    matrix_ = assemble_matrix(at, layout_);
    gradient_ = assemble_gradient(at, layout_, pull_);
    if (curvature_ == Curvature::observed) add_curvature(at, pull_, matrix_);
  }

  Trial attempt() {
    Trial trial;
    Step step = solve();
    next_.scene = parameters_.apply(now_.scene, step);
    const double share = find_best_share(matrix_, pattern_, gradient_, step);
    if (share < 0.9) {  // the step was cut: what is left of it may now be too long
      step.columns *= share;
      step.border *= share;
      next_.scene = parameters_.apply(now_.scene, step);
    }
    next_.supports = now_.supports;
    next_.draw(image_, likelihood_);
    trial.change = parameters_.relative_change(now_.scene, step);
    trial.predicted = predict(matrix_, pattern_, gradient_, step).decrease();
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

  // The step of the damped equations. Where it goes beyond a limit the parameter is taken to the
  // limit, and the others answer to that.
  Step solve() {
    const Step damping = scale_diagonal(matrix_, damping_);
    Gradient gradient = gradient_;
    Step shift = damping;
    std::vector<bool> fixed(static_cast<std::size_t>(gradient.columns.size()), false);
    for (int round = 0;; ++round) {
      Step step = solve_step(matrix_, pattern_, gradient, shift, solver_tolerance, start_border_);
      if (round == most_restraints) return step;
      bool more = false;
      for (const FixedChange& limit : parameters_.find_limits(now_.scene, step)) {
        const auto row = static_cast<std::size_t>(limit.row);
        if (fixed[row]) continue;
        fixed[row] = true;
        more = true;
        // A million times stiffer than the equation itself.
        const double stiffness = 1e6 * (diagonal(row) + damping.columns(limit.row));
        shift.columns(limit.row) = stiffness;
        gradient.columns(limit.row) = stiffness * limit.change;
      }
      if (!more) return step;
    }
  }

  [[nodiscard]] double diagonal(std::size_t row) const {
    const std::size_t block = layout_.block;
    return matrix_.diagonal[(row / block * block + row % block) * block + row % block];
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
  Curvature curvature_ = Curvature::expected;
  bool given_up_ = false;  // the true curvature led nowhere
  int rejected_ = 0;       // steps in a row
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
