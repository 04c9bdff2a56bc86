#include "adatom/columns/lattice.h"

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "adatom/base/error.h"
#include "adatom/numeric/statistics.h"
#include "detect_neighbours.h"

namespace adatom::columns {
namespace {

using detail::Neighbours;
using detail::Point;
using Eigen::Vector2d;

constexpr double longest_difference = 2.6;  // of the median nearest distance
constexpr double difference_spread = 0.15;  // of it: differences so near are one vector
constexpr double common_share = 0.3;        // of the commonest difference's count
constexpr double chain_share = 0.3;         // of the pairs that go on by a third position
constexpr double least_angle_sine = 0.3;    // between a and b
constexpr double outlier_sigmas = 4.0;
constexpr std::size_t least_group = 3;
constexpr std::size_t least_positions = 4;
constexpr int passes = 8;

struct Difference {
  Vector2d vector;
  std::size_t count = 0;
};

[[noreturn]] void refuse(const char* why) {
  throw InputError(Complaint{
      .what = "no lattice can be fitted to the positions", .where = {}, .why = why, .remedy = {}});
}

void require_input(std::span<const Position> positions, double tolerance) {
  if (!(tolerance > 0.0 && tolerance < 0.5)) refuse("the tolerance must lie between 0 and 0.5");
  if (positions.size() < least_positions) refuse("at least 4 positions are needed");
  for (const Position& p : positions) {
    if (!std::isfinite(p.x_angstrom) || !std::isfinite(p.y_angstrom)) {
      refuse("a position is no finite number");
    }
  }
}

// Of v and -v the one with x > 0, or y > 0 where x = 0.
Vector2d oriented(const Vector2d& v) {
  return v.x() < 0.0 || (v.x() == 0.0 && v.y() < 0.0) ? Vector2d(-v) : v;
}

// The differences of near positions, gathered about their means, shortest first.
std::vector<Difference> gather_differences(const std::vector<Point>& points,
                                           const Neighbours& neighbours, double distance) {
  const double spread = difference_spread * distance;
  std::vector<Difference> found;
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (const std::size_t j :
         neighbours.within(points[i].x, points[i].y, longest_difference * distance)) {
      if (j <= i) continue;
      Vector2d v = oriented({points[j].x - points[i].x, points[j].y - points[i].y});
      const auto same = std::ranges::find_if(found, [&](const Difference& d) {
        return (d.vector - v).norm() < spread || (d.vector + v).norm() < spread;
      });
      if (same == found.end()) {
        found.push_back({v, 1});
        continue;
      }
      if ((same->vector - v).norm() >= spread) v = -v;
      ++same->count;
      same->vector += (v - same->vector) / static_cast<double>(same->count);
    }
  }
  std::ranges::stable_sort(found, {}, [](const Difference& d) { return d.vector.norm(); });
  return found;
}

// A difference within a basis of several atoms leads from one atom to the next and no farther; a
// lattice vector goes on. So: how many of the pairs p, p + v have a third position at p - v?
bool goes_on(const Difference& difference, const std::vector<Point>& points,
             const Neighbours& neighbours, double reach) {
  std::size_t pairs = 0;
  std::size_t chains = 0;
  for (const Point& p : points) {
    const auto there = [&](double sign) {
      return !neighbours
                  .within(p.x + sign * difference.vector.x(), p.y + sign * difference.vector.y(),
                          reach)
                  .empty();
    };
    if (!there(1.0)) continue;
    ++pairs;
    if (there(-1.0)) ++chains;
  }
  return static_cast<double>(chains) >= chain_share * static_cast<double>(pairs);
}

// The two shortest independent ones among the common differences.
std::pair<Vector2d, Vector2d> choose_vectors(const std::vector<Difference>& differences,
                                             const std::vector<Point>& points,
                                             const Neighbours& neighbours, double reach) {
  std::size_t most = 0;
  for (const Difference& d : differences) most = std::max(most, d.count);
  std::vector<Vector2d> vectors;
  for (const Difference& d : differences) {
    const bool common =
        static_cast<double>(d.count) >= common_share * static_cast<double>(most) && d.count > 1;
    if (common && goes_on(d, points, neighbours, reach)) vectors.push_back(d.vector);
  }
  if (vectors.empty()) refuse("no difference between near positions repeats");
  const Vector2d& a = vectors.front();
  for (const Vector2d& b : vectors) {
    const double cross = a.x() * b.y() - a.y() * b.x();
    if (std::abs(cross) > least_angle_sine * a.norm() * b.norm()) return {a, b};
  }
  refuse("they repeat along one direction only");
}

// Gauss's reduction to the shortest basis.
void reduce(Vector2d& a, Vector2d& b) {
  for (int k = 0; k < 64; ++k) {
    if (a.squaredNorm() > b.squaredNorm()) std::swap(a, b);
    const double steps = std::round(a.dot(b) / a.squaredNorm());
    if (steps == 0.0) break;
    b -= steps * a;
  }
  a = oriented(a);
  if (a.x() * b.y() - a.y() * b.x() < 0.0) b = -b;
}

// Walks from position to position along +-a, +-b and their sums; every walk is one group.
std::vector<std::optional<LatticeSite>> index_positions(const std::vector<Point>& points,
                                                        const Neighbours& neighbours,
                                                        const Vector2d& a, const Vector2d& b,
                                                        double reach) {
  static constexpr std::array<std::array<int, 2>, 8> steps = {
      {{1, 0}, {-1, 0}, {0, 1}, {0, -1}, {1, 1}, {-1, -1}, {1, -1}, {-1, 1}}};
  std::vector<std::optional<LatticeSite>> sites(points.size());
  std::size_t groups = 0;
  for (std::size_t seed = 0; seed < points.size(); ++seed) {
    if (sites[seed]) continue;
    std::vector<std::size_t> walk{seed};
    sites[seed] = LatticeSite{groups, {0, 0}};
    for (std::size_t k = 0; k < walk.size(); ++k) {
      const std::size_t from = walk[k];
      for (const auto& step : steps) {
        const Vector2d to = Vector2d(points[from].x, points[from].y) + step[0] * a + step[1] * b;
        double nearest = reach;
        std::size_t best = points.size();
        for (const std::size_t j : neighbours.within(to.x(), to.y(), reach)) {
          const double distance = std::hypot(points[j].x - to.x(), points[j].y - to.y());
          if (distance < nearest) {
            nearest = distance;
            best = j;
          }
        }
        if (best == points.size() || sites[best]) continue;
        sites[best] = LatticeSite{
            groups, {sites[from]->indices[0] + step[0], sites[from]->indices[1] + step[1]}};
        walk.push_back(best);
      }
    }
    if (walk.size() < least_group) {
      for (const std::size_t i : walk) sites[i].reset();
    } else {
      ++groups;
    }
  }
  return sites;
}

struct LeastSquares {
  Vector2d a;
  Vector2d b;
  std::vector<Vector2d> origins;
  Eigen::Matrix2d inverse;  // covariance of (a, b) along either axis for unit error
  double sum_squares = 0.0;
  std::size_t used = 0;
};

Vector2d deviation(const LeastSquares& fit, const Point& p, const LatticeSite& site) {
  return Vector2d(p.x, p.y) - fit.origins[site.group] -
         static_cast<double>(site.indices[0]) * fit.a -
         static_cast<double>(site.indices[1]) * fit.b;
}

// p = origin[group] + i a + j b: the origins eliminated by the groups' means, which leaves a 2 x 2
// system for a and b, the same along x and y.
LeastSquares solve(const std::vector<Point>& points,
                   const std::vector<std::optional<LatticeSite>>& sites, std::size_t groups) {
  struct Sums {
    double count = 0.0;
    Vector2d index{0.0, 0.0};
    Vector2d place{0.0, 0.0};
  };
  std::vector<Sums> sums(groups);
  const auto index_of = [](const LatticeSite& s) {
    return Vector2d(static_cast<double>(s.indices[0]), static_cast<double>(s.indices[1]));
  };
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (!sites[i]) continue;
    Sums& group = sums[sites[i]->group];
    group.count += 1.0;
    group.index += index_of(*sites[i]);
    group.place += Vector2d(points[i].x, points[i].y);
  }
  Eigen::Matrix2d normal = Eigen::Matrix2d::Zero();
  Eigen::Matrix2d right = Eigen::Matrix2d::Zero();  // rows: index, columns: x and y
  LeastSquares fit;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (!sites[i]) continue;
    const Sums& group = sums[sites[i]->group];
    const Vector2d index = index_of(*sites[i]) - group.index / group.count;
    const Vector2d place = Vector2d(points[i].x, points[i].y) - group.place / group.count;
    normal += index * index.transpose();
    right += index * place.transpose();
    ++fit.used;
  }
  if (!(normal.determinant() > 1e-9 * normal.squaredNorm())) {
    refuse("the positions on it lie along one line");
  }
  fit.inverse = normal.inverse();
  const Eigen::Matrix2d vectors = fit.inverse * right;
  fit.a = vectors.row(0).transpose();
  fit.b = vectors.row(1).transpose();
  for (const Sums& group : sums) {
    const double count = std::max(group.count, 1.0);
    fit.origins.emplace_back((group.place - group.index.x() * fit.a - group.index.y() * fit.b) /
                             count);
  }
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (sites[i]) fit.sum_squares += deviation(fit, points[i], *sites[i]).squaredNorm();
  }
  return fit;
}

// Takes off the lattice what lies far from it, and groups that become too small; says whether any
// did.
bool reject(const std::vector<Point>& points, const LeastSquares& fit, double reach,
            std::vector<std::optional<LatticeSite>>& sites) {
  std::vector<double> distances;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (sites[i]) distances.push_back(deviation(fit, points[i], *sites[i]).norm());
  }
  // The median distance of a normal cloud in the plane is 1.1774 standard deviations of an axis.
  const double sigma = numeric::median(distances) / 1.1774;
  const double limit = std::min(reach, outlier_sigmas * sigma + 1e-9 * reach);
  std::vector<std::size_t> sizes(fit.origins.size(), 0);
  bool changed = false;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (!sites[i]) continue;
    if (deviation(fit, points[i], *sites[i]).norm() > limit) {
      sites[i].reset();
      changed = true;
    } else {
      ++sizes[sites[i]->group];
    }
  }
  for (std::optional<LatticeSite>& site : sites) {
    if (site && sizes[site->group] < least_group) {
      site.reset();
      changed = true;
    }
  }
  return changed;
}

// Groups renumbered by size, the largest first; those without positions vanish.
std::size_t sort_groups(std::vector<std::optional<LatticeSite>>& sites) {
  std::vector<std::size_t> sizes;
  for (const auto& site : sites) {
    if (!site) continue;
    sizes.resize(std::max(sizes.size(), site->group + 1), 0);
    ++sizes[site->group];
  }
  std::vector<std::size_t> order;
  for (std::size_t g = 0; g < sizes.size(); ++g) {
    if (sizes[g] > 0) order.push_back(g);
  }
  std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::size_t g) { return sizes[g]; });
  std::vector<std::size_t> number(sizes.size(), 0);
  for (std::size_t k = 0; k < order.size(); ++k) number[order[k]] = k;
  for (auto& site : sites) {
    if (site) site->group = number[site->group];
  }
  return order.size();
}

void fill_errors(const LeastSquares& fit, std::size_t groups, Lattice& lattice) {
  const double values = 2.0 * static_cast<double>(fit.used);
  const double parameters = 4.0 + 2.0 * static_cast<double>(groups);
  if (values <= parameters) {
    lattice.warnings.emplace_back("no standard errors: as many parameters as coordinates");
    return;
  }
  const double variance = fit.sum_squares / (values - parameters);  // of one coordinate
  const double a_error = std::sqrt(variance * fit.inverse(0, 0));
  const double b_error = std::sqrt(variance * fit.inverse(1, 1));
  lattice.a_stderr_angstrom = {a_error, a_error};
  lattice.b_stderr_angstrom = {b_error, b_error};
  // Both axes carry the same independent error, so that a length has that of one coordinate.
  lattice.a_length_stderr_angstrom = a_error;
  lattice.b_length_stderr_angstrom = b_error;
  // The angle changes by the part of each vector's error across it; these correlate by the
  // covariance of a and b, turned by the angle between their normals.
  const double la = lattice.a_length_angstrom;
  const double lb = lattice.b_length_angstrom;
  const double across =
      variance * (fit.inverse(0, 0) / (la * la) + fit.inverse(1, 1) / (lb * lb) -
                  2.0 * fit.inverse(0, 1) * std::cos(lattice.angle_rad) / (la * lb));
  lattice.angle_stderr_rad = std::sqrt(std::max(across, 0.0));
}

}  // namespace

Lattice fit_lattice(std::span<const Position> positions, double tolerance) {
  require_input(positions, tolerance);
  std::vector<Point> points;
  points.reserve(positions.size());
  for (const Position& p : positions) points.push_back({p.x_angstrom, p.y_angstrom});
  const double distance = detail::median_nearest_distance(points);
  if (!(distance > 0.0)) refuse("most of them coincide");
  const Neighbours neighbours(points, longest_difference * distance);
  auto [a, b] = choose_vectors(gather_differences(points, neighbours, distance), points, neighbours,
                               difference_spread * distance);
  reduce(a, b);

  std::vector<std::optional<LatticeSite>> sites;
  LeastSquares fit;
  std::size_t groups = 0;
  // Better vectors index more positions; each pass indexes anew and drops what does not fit.
  for (int pass = 0; pass < passes; ++pass) {
    const double reach = tolerance * a.norm();
    sites = index_positions(points, neighbours, a, b, reach);
    for (int k = 0; k < passes; ++k) {
      groups = sort_groups(sites);
      if (groups == 0) refuse("no three positions follow one lattice");
      fit = solve(points, sites, groups);
      if (!reject(points, fit, reach, sites)) break;
    }
    const double change = (fit.a - a).norm() + (fit.b - b).norm();
    a = fit.a;
    b = fit.b;
    reduce(a, b);
    const bool same_basis = (a - fit.a).norm() + (b - fit.b).norm() < 1e-12 * a.norm();
    if (same_basis && change < 1e-12 * a.norm()) break;
  }

  groups = sort_groups(sites);
  if (groups == 0) refuse("no three positions follow one lattice");
  fit = solve(points, sites, groups);
  Lattice lattice;
  lattice.a = fit.a;
  lattice.b = fit.b;
  lattice.a_length_angstrom = fit.a.norm();
  lattice.b_length_angstrom = fit.b.norm();
  lattice.angle_rad = std::acos(std::clamp(
      fit.a.dot(fit.b) / (lattice.a_length_angstrom * lattice.b_length_angstrom), -1.0, 1.0));
  lattice.rms_angstrom = std::sqrt(fit.sum_squares / static_cast<double>(fit.used));
  for (const Vector2d& origin : fit.origins) lattice.origins.push_back({origin.x(), origin.y()});
  lattice.sites = std::move(sites);
  lattice.positions_on_lattice = fit.used;
  fill_errors(fit, groups, lattice);
  return lattice;
}

}  // namespace adatom::columns
