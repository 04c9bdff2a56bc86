#include "detect_model.h"

#include <Eigen/Cholesky>
#include <Eigen/SparseCholesky>
#include <Eigen/SparseCore>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <span>
#include <utility>

namespace adatom::columns::detail {
namespace {

constexpr double spot_end_widths = 4.5;  // a spot ends here: exp(-4.5^2 / 2) = 4e-5
constexpr double coupling_widths = 5.5;  // farther pairs overlap by exp(-5.5^2 / 4) = 5e-4 or less
constexpr double nuisance_widths = 5.0;  // spots so near are free when another one is judged
constexpr double local_widths = 2.5;     // of the local background
constexpr double local_reach_widths = 5.5;
constexpr double longest_move_widths = 0.5;
constexpr double longest_width_change = 1.15;
constexpr double min_width_px = 0.7;
constexpr double max_damping = 1e3;
constexpr std::size_t nobody = static_cast<std::size_t>(-1);

// A template is a sum of products: coefficient * table[mx](x) * table[my](y).
struct Term {
  double coefficient;
  std::size_t mx;
  std::size_t my;
};
struct Template {
  std::array<Term, 2> terms;
  std::size_t count;
};

// Derivatives of one spot's intensity with respect to height, x, y and the common width.
Template derivative(std::size_t parameter, double height) {
  switch (parameter) {
    case 0:
      return {{{{1.0, 0, 0}, {}}}, 1};
    case 1:
      return {{{{height, 1, 0}, {}}}, 1};
    case 2:
      return {{{{height, 0, 1}, {}}}, 1};
    default:
      return {{{{height, 2, 0}, {height, 0, 2}}}, 2};
  }
}

template <class Dots>
double inner_product(const Template& a, const Template& b, const Dots& x, const Dots& y) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.count; ++i) {
    for (std::size_t j = 0; j < b.count; ++j) {
      sum += a.terms[i].coefficient * b.terms[j].coefficient * x[a.terms[i].mx][b.terms[j].mx] *
             y[a.terms[i].my][b.terms[j].my];
    }
  }
  return sum;
}

// Centred coordinate of the plane's slopes, scaled to about [-1, 1] over the image.
struct PlaneFrame {
  double centre_x;
  double centre_y;
  double scale;
  explicit PlaneFrame(const Grid<double>& image)
      : centre_x(0.5 * static_cast<double>(image.width() - 1)),
        centre_y(0.5 * static_cast<double>(image.height() - 1)),
        scale(0.5 * static_cast<double>(std::max(image.width(), image.height()))) {}
};

std::vector<Point> centres(const std::vector<Spot>& spots) {
  std::vector<Point> points;
  points.reserve(spots.size());
  for (const Spot& spot : spots) points.push_back({spot.x, spot.y});
  return points;
}

}  // namespace

SpotModel::SpotModel(Grid<double> image, double width_px)
    : image_(std::move(image)), width_(std::max(width_px, min_width_px)) {
  rebuild();
}

void SpotModel::set_spots(std::vector<Spot> spots) {
  spots_ = std::move(spots);
  damping_ = 1e-6;
  rebuild();
}

void SpotModel::set_width(double width_px) {
  width_ = std::max(width_px, min_width_px);
  rebuild();
}

double SpotModel::max_height() const {
  double highest = 0.0;
  for (const Spot& spot : spots_) highest = std::max(highest, spot.height);
  return highest;
}

SpotModel::Axis SpotModel::sample(double centre, double width, double reach, std::size_t length) {
  const auto last = static_cast<double>(length - 1);
  const double first_px = std::clamp(std::ceil(centre - reach), 0.0, last);
  const double last_px = std::clamp(std::floor(centre + reach), 0.0, last);
  Axis axis;
  axis.begin = static_cast<std::ptrdiff_t>(first_px);
  const auto count = static_cast<std::size_t>(std::max(last_px - first_px, 0.0)) + 1;
  for (std::vector<double>& table : axis.tables) table.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    const double t = (first_px + static_cast<double>(i) - centre) / width;
    const double g = std::exp(-0.5 * t * t);
    axis.tables[0][i] = g;
    axis.tables[1][i] = g * t / width;
    axis.tables[2][i] = g * t * t / width;
  }
  return axis;
}

SpotModel::Tables SpotModel::sample_spot(double x, double y) const {
  const double reach = spot_end_widths * width_;
  return {sample(x, width_, reach, image_.width()), sample(y, width_, reach, image_.height())};
}

SpotModel::Dots SpotModel::dot(const Axis& a, const Axis& b) {
  Dots dots{};
  const auto end_a = a.begin + static_cast<std::ptrdiff_t>(a.tables[0].size());
  const auto end_b = b.begin + static_cast<std::ptrdiff_t>(b.tables[0].size());
  const std::ptrdiff_t begin = std::max(a.begin, b.begin);
  const std::ptrdiff_t end = std::min(end_a, end_b);
  if (begin >= end) return dots;
  const auto count = static_cast<std::size_t>(end - begin);
  for (std::size_t m = 0; m < 3; ++m) {
    const double* left = a.tables[m].data() + (begin - a.begin);
    for (std::size_t n = 0; n < 3; ++n) {
      const double* right = b.tables[n].data() + (begin - b.begin);
      double sum = 0.0;
      for (std::size_t i = 0; i < count; ++i) sum += left[i] * right[i];
      dots[m][n] = sum;
    }
  }
  return dots;
}

// Sums over the spot's box of residual * table[m](x) * table[n](y).
std::array<std::array<double, 3>, 3> SpotModel::project(const Tables& tables) const {
  Dots sums{};
  const std::size_t nx = tables.x.tables[0].size();
  const std::size_t ny = tables.y.tables[0].size();
  for (std::size_t j = 0; j < ny; ++j) {
    const double* row =
        residual_.row(static_cast<std::size_t>(tables.y.begin) + j).data() + tables.x.begin;
    for (std::size_t m = 0; m < 3; ++m) {
      const double* table = tables.x.tables[m].data();
      double sum = 0.0;
      for (std::size_t i = 0; i < nx; ++i) sum += row[i] * table[i];
      for (std::size_t n = 0; n < 3; ++n) sums[m][n] += sum * tables.y.tables[n][j];
    }
  }
  return sums;
}

Grid<double> SpotModel::without_plane() const {
  Grid<double> result = image_;
  const PlaneFrame frame(image_);
  for (std::size_t y = 0; y < image_.height(); ++y) {
    const double along_y = plane_[0] + plane_[2] * (static_cast<double>(y) - frame.centre_y);
    const std::span<double> row = result.row(y);
    for (std::size_t x = 0; x < row.size(); ++x) {
      row[x] -= along_y + plane_[1] * (static_cast<double>(x) - frame.centre_x);
    }
  }
  return result;
}

Grid<double> SpotModel::light() const {
  Grid<double> result = without_plane();
  for (std::size_t i = 0; i < result.size(); ++i) result.values()[i] -= residual_.values()[i];
  return result;
}

void SpotModel::rebuild() {
  tables_.clear();
  tables_.reserve(spots_.size());
  for (const Spot& spot : spots_) tables_.push_back(sample_spot(spot.x, spot.y));
  neighbours_ = Neighbours(centres(spots_), coupling_widths * width_);
  residual_ = without_plane();
  for (std::size_t s = 0; s < spots_.size(); ++s) {
    const std::vector<double>& gx = tables_[s].x.tables[0];
    const std::vector<double>& gy = tables_[s].y.tables[0];
    for (std::size_t j = 0; j < gy.size(); ++j) {
      double* row = residual_.row(static_cast<std::size_t>(tables_[s].y.begin) + j).data() +
                    tables_[s].x.begin;
      const double factor = spots_[s].height * gy[j];
      for (std::size_t i = 0; i < gx.size(); ++i) row[i] -= factor * gx[i];
    }
  }
  objective_ = 0.0;
  for (const double value : residual_.values()) objective_ += value * value;
}

// Normal equations of the spots' parameters (1 or 3 each), the plane's 3 and perhaps the width.
struct SpotModel::Step {
  const SpotModel& model;
  std::size_t each;
  bool with_width;
  std::vector<Eigen::Triplet<double>> entries{};
  Eigen::VectorXd gradient{};
  Eigen::VectorXd to_width{};  // the width's row of the matrix

  [[nodiscard]] std::size_t plane_begin() const { return each * model.spots_.size(); }
  [[nodiscard]] std::size_t size() const { return plane_begin() + 3 + (with_width ? 1 : 0); }

  void add(std::size_t row, std::size_t column, double value) {
    entries.emplace_back(static_cast<int>(std::max(row, column)),
                         static_cast<int>(std::min(row, column)), value);
  }

  void add_pair(std::size_t i, std::size_t j) {
    const Dots x = dot(model.tables_[i].x, model.tables_[j].x);
    const Dots y = dot(model.tables_[i].y, model.tables_[j].y);
    const double height_i = model.spots_[i].height;
    const double height_j = model.spots_[j].height;
    for (std::size_t p = 0; p < each; ++p) {
      const Template left = derivative(p, height_i);
      for (std::size_t q = 0; q < each; ++q) {
        if (i == j && q > p) continue;
        add(each * i + p, each * j + q, inner_product(left, derivative(q, height_j), x, y));
      }
      if (with_width) {
        const auto at = static_cast<Eigen::Index>(each * i + p);
        to_width[at] += inner_product(left, derivative(3, height_j), x, y);
      }
    }
    if (!with_width) return;
    const double both = inner_product(derivative(3, height_i), derivative(3, height_j), x, y);
    to_width[static_cast<Eigen::Index>(size() - 1)] += i == j ? both : 2.0 * both;
    if (i == j) return;
    for (std::size_t q = 0; q < each; ++q) {
      const auto at = static_cast<Eigen::Index>(each * j + q);
      to_width[at] += inner_product(derivative(3, height_i), derivative(q, height_j), x, y);
    }
  }

  // The plane's three functions as axes: 1 and the scaled coordinate in tables 0 and 1.
  void add_plane(const Tables& plane) {
    static constexpr std::array<Template, 3> functions = {Template{{{{1.0, 0, 0}, {}}}, 1},
                                                          Template{{{{1.0, 1, 0}, {}}}, 1},
                                                          Template{{{{1.0, 0, 1}, {}}}, 1}};
    const Dots xx = dot(plane.x, plane.x);
    const Dots yy = dot(plane.y, plane.y);
    for (std::size_t k = 0; k < 3; ++k) {
      for (std::size_t l = 0; l <= k; ++l) {
        add(plane_begin() + k, plane_begin() + l,
            inner_product(functions[k], functions[l], xx, yy));
      }
    }
    for (std::size_t i = 0; i < model.spots_.size(); ++i) {
      const Dots x = dot(plane.x, model.tables_[i].x);
      const Dots y = dot(plane.y, model.tables_[i].y);
      for (std::size_t k = 0; k < 3; ++k) {
        for (std::size_t p = 0; p < each; ++p) {
          add(plane_begin() + k, each * i + p,
              inner_product(functions[k], derivative(p, model.spots_[i].height), x, y));
        }
        if (with_width) {
          to_width[static_cast<Eigen::Index>(plane_begin() + k)] +=
              inner_product(functions[k], derivative(3, model.spots_[i].height), x, y);
        }
      }
    }
    const Dots sums = model.project(plane);
    for (std::size_t k = 0; k < 3; ++k) {
      gradient[static_cast<Eigen::Index>(plane_begin() + k)] =
          sums[functions[k].terms[0].mx][functions[k].terms[0].my];
    }
  }

  void add_gradients() {
    double width_gradient = 0.0;
    for (std::size_t i = 0; i < model.spots_.size(); ++i) {
      const Dots sums = model.project(model.tables_[i]);
      const auto along = [&](std::size_t parameter) {
        const Template t = derivative(parameter, model.spots_[i].height);
        double sum = 0.0;
        for (std::size_t k = 0; k < t.count; ++k) {
          sum += t.terms[k].coefficient * sums[t.terms[k].mx][t.terms[k].my];
        }
        return sum;
      };
      for (std::size_t p = 0; p < each; ++p) {
        gradient[static_cast<Eigen::Index>(each * i + p)] = along(p);
      }
      width_gradient += along(3);
    }
    if (with_width) gradient[static_cast<Eigen::Index>(size() - 1)] = width_gradient;
  }

  // Positions of spots that have hardly any height are held by a spring of the strength a spot of
  // 2 % of the highest would have.
  void add_damping(double damping) {
    const double norm = std::numbers::pi * model.width_ * model.width_;  // sum of g^2
    const double highest = model.max_height();
    const double spring = 0.5 * std::numbers::pi * highest * highest * 4e-4 + 1e-300;
    for (std::size_t i = 0; i < model.spots_.size(); ++i) {
      const double own = 0.5 * std::numbers::pi * model.spots_[i].height * model.spots_[i].height;
      add(each * i, each * i, damping * norm + 1e-12 * norm);
      for (std::size_t p = 1; p < each; ++p) {
        add(each * i + p, each * i + p, spring + damping * own);
      }
    }
    const double pixels = static_cast<double>(model.image_.size());
    for (std::size_t k = 0; k < 3; ++k) {
      add(plane_begin() + k, plane_begin() + k, 1e-9 * pixels);
    }
  }
};

Eigen::VectorXd SpotModel::solve(Freedom freedom, double damping) const {
  Step step{*this, freedom == Freedom::heights ? 1U : 3U,
            freedom == Freedom::width && !spots_.empty()};
  const auto size = static_cast<Eigen::Index>(step.size());
  step.gradient = Eigen::VectorXd::Zero(size);
  step.to_width = Eigen::VectorXd::Zero(size);
  for (std::size_t i = 0; i < spots_.size(); ++i) {
    for (const std::size_t j :
         neighbours_.within(spots_[i].x, spots_[i].y, coupling_widths * width_)) {
      if (j >= i) step.add_pair(i, j);
    }
  }
  const PlaneFrame frame(image_);
  const auto plane_axis = [&](std::size_t length, double centre) {
    Axis axis;
    for (std::vector<double>& table : axis.tables) table.resize(length, 0.0);
    for (std::size_t i = 0; i < length; ++i) {
      axis.tables[0][i] = 1.0;
      axis.tables[1][i] = (static_cast<double>(i) - centre) / frame.scale;
    }
    return axis;
  };
  step.add_plane(
      {plane_axis(image_.width(), frame.centre_x), plane_axis(image_.height(), frame.centre_y)});
  step.add_gradients();
  step.add_damping(damping);
  if (step.with_width) {
    for (Eigen::Index k = 0; k < size; ++k) {
      const bool own = k == size - 1;
      step.add(static_cast<std::size_t>(size - 1), static_cast<std::size_t>(k),
               own ? step.to_width[k] * (1.0 + damping) + 1e-300 : step.to_width[k]);
    }
  }
  Eigen::SparseMatrix<double> matrix(size, size);
  matrix.setFromTriplets(step.entries.begin(), step.entries.end());
  const Eigen::SimplicialLDLT<Eigen::SparseMatrix<double>, Eigen::Lower> solver(matrix);
  if (solver.info() != Eigen::Success) return Eigen::VectorXd::Zero(size);
  Eigen::VectorXd result = solver.solve(step.gradient);
  for (Eigen::Index k = 0; k < 2; ++k) {
    result[static_cast<Eigen::Index>(step.plane_begin()) + 1 + k] /= frame.scale;
  }
  return result;
}

void SpotModel::apply(const Eigen::VectorXd& step, Freedom freedom) {
  const Eigen::Index each = freedom == Freedom::heights ? 1 : 3;
  const double longest = longest_move_widths * width_;
  for (std::size_t i = 0; i < spots_.size(); ++i) {
    const Eigen::Index at = each * static_cast<Eigen::Index>(i);
    Spot& spot = spots_[i];
    spot.height += step[at];
    if (each == 1) continue;
    const double length = std::hypot(step[at + 1], step[at + 2]);
    const double factor = length > longest ? longest / length : 1.0;
    const double out = 2.0 * width_;  // spots beyond the border may still shine into the image
    const auto last_x = static_cast<double>(image_.width() - 1);
    const auto last_y = static_cast<double>(image_.height() - 1);
    spot.x = std::clamp(spot.x + factor * step[at + 1], -out, last_x + out);
    spot.y = std::clamp(spot.y + factor * step[at + 2], -out, last_y + out);
  }
  const Eigen::Index plane = each * static_cast<Eigen::Index>(spots_.size());
  for (std::size_t k = 0; k < 3; ++k) plane_[k] += step[plane + static_cast<Eigen::Index>(k)];
  if (freedom == Freedom::width && !spots_.empty()) {
    const double wanted = width_ + step[plane + 3];
    width_ = std::clamp(wanted, std::max(width_ / longest_width_change, min_width_px),
                        width_ * longest_width_change);
  }
}

void SpotModel::refine(Freedom freedom, int steps) {
  for (int k = 0; k < steps; ++k) {
    const std::vector<Spot> spots = spots_;
    const std::array<double, 3> plane = plane_;
    const double width = width_;
    const double objective = objective_;
    for (;;) {
      apply(solve(freedom, damping_), freedom);
      rebuild();
      if (objective_ <= objective) {
        damping_ = std::max(damping_ * 0.1, 1e-6);
        break;
      }
      spots_ = spots;
      plane_ = plane;
      width_ = width;
      rebuild();
      damping_ = std::max(damping_ * 10.0, 1e-3);
      if (damping_ > max_damping) {
        damping_ = 1e-6;
        return;
      }
    }
    if (objective - objective_ <= 1e-7 * objective_) return;
  }
}

// Schur complements of the spot's own g^2 sum when heights and positions of the spots near it and
// its own position (if it stands among them) are free, without and with a local background. The
// residual is orthogonal to the spots fitted, so that only the background shifts the height.
Evidence SpotModel::weigh(const Tables& tables, const Spot& spot, std::size_t without) const {
  std::vector<std::size_t> near = neighbours_.within(spot.x, spot.y, nuisance_widths * width_);
  std::erase(near, without);
  const double own = dot(tables.x, tables.x)[0][0] * dot(tables.y, tables.y)[0][0];
  const double broad = local_widths * width_;
  const double reach = local_reach_widths * width_;
  std::vector<const Tables*> others;
  for (const std::size_t i : near) others.push_back(&tables_[i]);
  const Tables background{sample(spot.x, broad, reach, image_.width()),
                          sample(spot.y, broad, reach, image_.height())};
  others.push_back(&background);
  // The background has a height only; spots have three parameters, their derivatives scaled to unit
  // height and width, since only their span matters and zero heights then do no harm.
  const auto size = static_cast<Eigen::Index>(3 * near.size() + 1);
  const auto parameters = [&](std::size_t k) { return k < near.size() ? 3U : 1U; };
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(size, size);
  Eigen::VectorXd coupling(size);
  const Template self = derivative(0, 1.0);
  for (std::size_t a = 0; a < others.size(); ++a) {
    const Dots cx = dot(tables.x, others[a]->x);
    const Dots cy = dot(tables.y, others[a]->y);
    for (std::size_t p = 0; p < parameters(a); ++p) {
      coupling[static_cast<Eigen::Index>(3 * a + p)] =
          inner_product(self, derivative(p, width_), cx, cy);
    }
    for (std::size_t b = 0; b <= a; ++b) {
      const Dots dx = dot(others[a]->x, others[b]->x);
      const Dots dy = dot(others[a]->y, others[b]->y);
      for (std::size_t p = 0; p < parameters(a); ++p) {
        for (std::size_t q = 0; q < parameters(b); ++q) {
          const auto row = static_cast<Eigen::Index>(3 * a + p);
          const auto column = static_cast<Eigen::Index>(3 * b + q);
          matrix(row, column) = inner_product(derivative(p, width_), derivative(q, width_), dx, dy);
          matrix(column, row) = matrix(row, column);
        }
      }
    }
  }
  matrix.diagonal() *= 1.0 + 1e-9;
  matrix.diagonal().array() += 1e-9 * own;
  const double least = 1e-6 * own;
  // A spot that is present has its height already: what is left of its gradient is not converged.
  const double projection = without == nobody ? project(tables)[0][0] : 0.0;
  Evidence evidence{spot.height, own, 0.0, spot.height};
  if (size > 1) {
    const Eigen::LDLT<Eigen::MatrixXd> solver(matrix.topLeftCorner(size - 1, size - 1));
    const Eigen::VectorXd part = coupling.head(size - 1);
    evidence.information = std::max(own - part.dot(solver.solve(part)), least);
  }
  evidence.height += projection / evidence.information;
  evidence.shared = 1.0 - evidence.information / own;
  const Eigen::LDLT<Eigen::MatrixXd> solver(matrix);
  const Eigen::VectorXd weights = solver.solve(coupling);
  evidence.local_height += (projection - weights[size - 1] * project(background)[0][0]) /
                           std::max(own - coupling.dot(weights), least);
  return evidence;
}

Evidence SpotModel::candidate(double x, double y) const {
  return weigh(sample_spot(x, y), {x, y, 0.0, {x, y}}, nobody);
}

Evidence SpotModel::present(std::size_t index) const {
  return weigh(tables_[index], spots_[index], index);
}

}  // namespace adatom::columns::detail
