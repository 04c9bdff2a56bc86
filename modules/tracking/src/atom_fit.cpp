#include "atom_fit.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <Eigen/Dense>

namespace adatom::tracking {
namespace {

/// A slope takes 7 % of the precision of a place in a disc of four widths, 29 % in one of three.
constexpr double window_widths = 4.0;
constexpr double neighbour_widths = 4.0;
constexpr std::size_t most_neighbours = 4;
constexpr std::size_t plane_terms = 3;
constexpr int turns = 3;
constexpr int steps = 4;
/// Farther than this from where the fit began is another place.
constexpr double wander_widths = 1.5;

using Vector = Eigen::VectorXd;
using Matrix = Eigen::MatrixXd;

double square(double v) { return v * v; }

struct Window {
  std::size_t x0 = 0, x1 = 0, y0 = 0, y1 = 0;  ///< one past the end
};

Window window_of(const Plane& data, double x, double y, double radius) {
  const auto low = [&](double v, std::size_t size) {
    return static_cast<std::size_t>(
        std::clamp(std::ceil(v - radius), 0.0, static_cast<double>(size)));
  };
  const auto high = [&](double v, std::size_t size) {
    return static_cast<std::size_t>(
        std::clamp(std::floor(v + radius) + 1.0, 0.0, static_cast<double>(size)));
  };
  return {low(x, data.width()), high(x, data.width()), low(y, data.height()),
          high(y, data.height())};
}

/// Calls `use(x, y, value, variance)` for the pixels of a disc.
template <class Use>
void each_pixel(const Plane& data, const Plane& variance, double x, double y, double radius,
                const Use& use) {
  const Window window = window_of(data, x, y, radius);
  for (std::size_t j = window.y0; j < window.y1; ++j) {
    for (std::size_t i = window.x0; i < window.x1; ++i) {
      const auto px = static_cast<double>(i);
      const auto py = static_cast<double>(j);
      if (square(px - x) + square(py - y) > square(radius)) continue;
      use(px, py, static_cast<double>(data.row(j)[i]), static_cast<double>(variance.row(j)[i]));
    }
  }
}

double gaussian(double dx, double dy, double width) {
  return std::exp(-0.5 * (dx * dx + dy * dy) / square(width));
}

/// The nearest other atoms, nearest first.
std::vector<std::vector<std::size_t>> neighbours_of(const std::vector<FittedAtom>& atoms,
                                                    double reach) {
  std::vector<std::vector<std::size_t>> all(atoms.size());
  std::vector<std::size_t> by_y(atoms.size());
  for (std::size_t i = 0; i < by_y.size(); ++i) by_y[i] = i;
  std::ranges::sort(by_y, [&](std::size_t a, std::size_t b) {
    return atoms[a].y != atoms[b].y ? atoms[a].y < atoms[b].y : a < b;
  });
  const auto apart = [&](std::size_t a, std::size_t b) {
    return std::hypot(atoms[a].x - atoms[b].x, atoms[a].y - atoms[b].y);
  };
  for (std::size_t i = 0; i < by_y.size(); ++i) {
    for (std::size_t j = i + 1; j < by_y.size(); ++j) {
      if (atoms[by_y[j]].y - atoms[by_y[i]].y > reach) break;
      if (apart(by_y[i], by_y[j]) > reach) continue;
      all[by_y[i]].push_back(by_y[j]);
      all[by_y[j]].push_back(by_y[i]);
    }
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    std::ranges::sort(all[i], [&](std::size_t a, std::size_t b) {
      const double da = apart(i, a);
      const double db = apart(i, b);
      return da != db ? da < db : a < b;
    });
    if (all[i].size() > most_neighbours) all[i].resize(most_neighbours);
  }
  return all;
}

/// One atom with its neighbours. Parameters: amplitude, x, y of each (its own first), then the
/// plane, then, where asked for, its own width.
class Neighbourhood {
 public:
  Neighbourhood(const Plane& data, const AtomNoise& noise, double width,
                const std::vector<FittedAtom>& atoms, std::size_t own,
                const std::vector<std::size_t>& neighbours)
      : data_(data), noise_(noise), width_(width), x_(atoms[own].x), y_(atoms[own].y) {
    members_.push_back(atoms[own]);
    for (const std::size_t n : neighbours) members_.push_back(atoms[n]);
    start_ = members_;
  }

  FittedAtom fit() {
    for (int step = 0; step < steps && members_.front().good; ++step) {
      accumulate(false);
      add_priors();
      const Vector change = information_.ldlt().solve(score_);
      if (!change.allFinite()) return given_up();
      apply(change);
    }
    FittedAtom& own = members_.front();
    if (std::hypot(own.x - start_.front().x, own.y - start_.front().y) > wander_widths * width_)
      return given_up();
    return own;
  }

  /// Errors, significance and its own width, where the fit has ended.
  FittedAtom judged() {
    accumulate(false);
    add_priors();
    FittedAtom& own = members_.front();
    const Matrix covariance = information_.inverse();
    const std::array<double, 3> variances = {covariance(0, 0), covariance(1, 1), covariance(2, 2)};
    if (!std::ranges::all_of(variances, [](double v) { return v > 0.0; })) return given_up();
    own.amplitude_stderr = std::sqrt(variances[0]);
    own.x_stderr = std::sqrt(variances[1]);
    own.y_stderr = std::sqrt(variances[2]);
    // Without it: the amplitude goes to zero with the place held, all else free.
    Matrix held = information_;
    for (const Eigen::Index place : {1, 2}) {
      held.row(place).setZero();
      held.col(place).setZero();
      held(place, place) = 1.0;
    }
    own.significance = own.amplitude / std::sqrt(held.inverse()(0, 0));
    accumulate(true);
    add_priors();
    const Matrix with_width = information_.inverse();
    const Eigen::Index last = information_.rows() - 1;
    own.width = width_ + (with_width * score_)(last);
    own.width_stderr = std::sqrt(std::max(0.0, with_width(last, last)));
    if (!std::isfinite(own.width + own.width_stderr + own.significance)) return given_up();
    return own;
  }

 private:
  FittedAtom given_up() {
    FittedAtom atom = start_.front();
    atom.good = false;
    return atom;
  }

  void accumulate(bool own_width) {
    const std::size_t plane = 3 * members_.size();
    const auto size = static_cast<Eigen::Index>(plane + plane_terms + (own_width ? 1 : 0));
    information_.setZero(size, size);
    score_.setZero(size);
    Vector d(size);
    const FittedAtom& own = members_.front();
    each_pixel(data_, *noise_.variance, x_, y_, window_widths * width_,
               [&](double px, double py, double value, double variance) {
                 double model = own.background + own.slope_x * (px - x_) + own.slope_y * (py - y_);
                 double light = 0.0;
                 for (std::size_t m = 0; m < members_.size(); ++m) {
                   const FittedAtom& atom = members_[m];
                   const double dx = px - atom.x;
                   const double dy = py - atom.y;
                   const double g = gaussian(dx, dy, width_);
                   light += atom.amplitude * g;
                   const auto at = static_cast<Eigen::Index>(3 * m);
                   d(at) = g;
                   d(at + 1) = atom.amplitude * g * dx / square(width_);
                   d(at + 2) = atom.amplitude * g * dy / square(width_);
                   if (own_width && m == 0)
                     d(size - 1) =
                         atom.amplitude * g * (dx * dx + dy * dy) / (square(width_) * width_);
                 }
                 model += light;
                 const auto at = static_cast<Eigen::Index>(plane);
                 d(at) = 1.0;
                 d(at + 1) = px - x_;
                 d(at + 2) = py - y_;
                 const double v = variance + noise_.gain * std::max(0.0, light);
                 const double weight = v > 0.0 ? 1.0 / v : 0.0;
                 score_ += (weight * (value - model)) * d;
                 information_.selfadjointView<Eigen::Lower>().rankUpdate(d, weight);
               });
    information_ = information_.selfadjointView<Eigen::Lower>();
  }

  /// Of neighbours the window may hold a corner only: they stay near where they were.
  void add_priors() {
    for (std::size_t m = 1; m < members_.size(); ++m) {
      const auto at = static_cast<Eigen::Index>(3 * m);
      const std::array<double, 3> sigma = {0.3 * start_[m].amplitude, 0.3 * width_, 0.3 * width_};
      const std::array<double, 3> off = {start_[m].amplitude - members_[m].amplitude,
                                         start_[m].x - members_[m].x, start_[m].y - members_[m].y};
      for (Eigen::Index k = 0; k < 3; ++k) {
        const double weight = 1.0 / square(sigma.at(static_cast<std::size_t>(k)));
        information_(at + k, at + k) += weight;
        score_(at + k) += weight * off.at(static_cast<std::size_t>(k));
      }
    }
  }

  void apply(const Vector& change) {
    const double longest = 0.4 * width_;
    for (std::size_t m = 0; m < members_.size(); ++m) {
      const auto at = static_cast<Eigen::Index>(3 * m);
      members_[m].amplitude += change(at);
      members_[m].x += std::clamp(change(at + 1), -longest, longest);
      members_[m].y += std::clamp(change(at + 2), -longest, longest);
    }
    const auto plane = static_cast<Eigen::Index>(3 * members_.size());
    FittedAtom& own = members_.front();
    own.background += change(plane);
    own.slope_x += change(plane + 1);
    own.slope_y += change(plane + 2);
    own.good = own.amplitude > 0.0;
  }

  const Plane& data_;
  const AtomNoise& noise_;
  double width_;
  double x_;
  double y_;
  std::vector<FittedAtom> members_;
  std::vector<FittedAtom> start_;
  Matrix information_;
  Vector score_;
};

}  // namespace

double noise_gain(const Plane& data, const Plane& variance) {
  Plane mean;
  (void)smooth(data, 16.0, mean);
  double n = 0.0;
  double value = 0.0;
  double noise = 0.0;
  double value2 = 0.0;
  double both = 0.0;
  for (std::size_t y = 4; y < data.height(); y += 8) {
    for (std::size_t x = 4; x < data.width(); x += 8) {
      const auto v = static_cast<double>(mean.row(y)[x]);
      const auto s = static_cast<double>(variance.row(y)[x]);
      n += 1.0;
      value += v;
      noise += s;
      value2 += v * v;
      both += v * s;
    }
  }
  value /= n;
  noise /= n;
  const double spread = value2 / n - value * value;
  if (spread > square(0.1 * value)) return std::max(0.0, (both / n - value * noise) / spread);
  return value > 0.0 ? noise / value : 0.0;
}

void fit_atoms(const Plane& data, const AtomNoise& noise, double width,
               std::vector<FittedAtom>& atoms) {
  for (int turn = 0; turn < turns; ++turn) {
    const auto neighbours = neighbours_of(atoms, neighbour_widths * width);
    std::vector<FittedAtom> next = atoms;
    for (std::size_t i = 0; i < atoms.size(); ++i)
      next[i] = Neighbourhood(data, noise, width, atoms, i, neighbours[i]).fit();
    atoms = std::move(next);
    std::erase_if(atoms, [](const FittedAtom& atom) { return !atom.good; });
  }
  const auto neighbours = neighbours_of(atoms, neighbour_widths * width);
  std::vector<FittedAtom> judged = atoms;
  for (std::size_t i = 0; i < atoms.size(); ++i)
    judged[i] = Neighbourhood(data, noise, width, atoms, i, neighbours[i]).judged();
  atoms = std::move(judged);
  std::erase_if(atoms, [](const FittedAtom& atom) { return !atom.good; });
}

void take_out(const std::vector<FittedAtom>& atoms, double width, Plane& data) {
  for (const FittedAtom& atom : atoms) {
    const Window window = window_of(data, atom.x, atom.y, 5.0 * width);
    for (std::size_t y = window.y0; y < window.y1; ++y) {
      for (std::size_t x = window.x0; x < window.x1; ++x) {
        data.row(y)[x] -=
            static_cast<float>(atom.amplitude * gaussian(static_cast<double>(x) - atom.x,
                                                         static_cast<double>(y) - atom.y, width));
      }
    }
  }
}

}  // namespace adatom::tracking
