#include "match_points.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

namespace adatom::counting {

namespace {

constexpr std::size_t shift_neighbours = 10;
// Farther than this many spacings a distortion is another one.
constexpr double shift_reach = 3.2;
// Beyond this many spacings nobody looks for a nearest neighbour.
constexpr long long farthest_ring = 64;

double middle_of(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return 0.5 * (*middle + *std::max_element(values.begin(), middle));
}

}  // namespace

double distance_between(const PlanePoint& a, const PlanePoint& b) {
  return std::hypot(a.x - b.x, a.y - b.y);
}

PointCells::PointCells(std::span<const PlanePoint> points, double cell_angstrom)
    : points_(points.begin(), points.end()), cell_(cell_angstrom) {
  for (std::size_t i = 0; i < points_.size(); ++i) {
    cells_[key(cell_of(points_[i]))].push_back(i);
  }
}

std::pair<long long, long long> PointCells::cell_of(const PlanePoint& at) const {
  return {static_cast<long long>(std::floor(at.x / cell_)),
          static_cast<long long>(std::floor(at.y / cell_))};
}

long long PointCells::key(std::pair<long long, long long> cell) {
  // Positions are below 1e6 cells, so that no two cells share a key.
  return cell.first * 4'000'000LL + cell.second;
}

std::vector<std::size_t> PointCells::within(const PlanePoint& at, double reach) const {
  std::vector<std::size_t> found;
  const auto [left, top] = cell_of({at.x - reach, at.y - reach});
  const auto [right, bottom] = cell_of({at.x + reach, at.y + reach});
  for (long long x = left; x <= right; ++x) {
    for (long long y = top; y <= bottom; ++y) {
      const auto cell = cells_.find(key({x, y}));
      if (cell == cells_.end()) continue;
      for (const std::size_t i : cell->second) {
        if (distance_between(points_[i], at) <= reach) found.push_back(i);
      }
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

PointPairs pair_points(std::span<const PlanePoint> points, const PointCells& cells, double reach) {
  std::vector<std::tuple<double, std::size_t, std::size_t>> near;
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (const std::size_t k : cells.within(points[i], reach)) {
      near.emplace_back(distance_between(points[i], cells.point(k)), i, k);
    }
  }
  std::sort(near.begin(), near.end());
  std::vector<bool> point_taken(points.size(), false);
  std::vector<bool> cell_taken(cells.size(), false);
  PointPairs pairs;
  for (const auto& [distance, i, k] : near) {
    if (point_taken[i] || cell_taken[k]) continue;
    point_taken[i] = cell_taken[k] = true;
    pairs.emplace_back(i, k);
  }
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

LocalShift::LocalShift(std::vector<PlanePoint> from, std::vector<PlanePoint> shift,
                       double spacing_angstrom)
    : cells_(from, spacing_angstrom), shift_(std::move(shift)), spacing_(spacing_angstrom) {}

PlanePoint LocalShift::at(const PlanePoint& place, std::size_t leave_out) const {
  std::vector<std::pair<double, std::size_t>> near;
  for (const std::size_t i : cells_.within(place, shift_reach * spacing_)) {
    if (i != leave_out) near.emplace_back(distance_between(cells_.point(i), place), i);
  }
  if (near.empty()) return {};
  std::sort(near.begin(), near.end());
  near.resize(std::min(near.size(), shift_neighbours));
  std::vector<double> x;
  std::vector<double> y;
  for (const auto& [distance, i] : near) {
    x.push_back(shift_[i].x);
    y.push_back(shift_[i].y);
  }
  return {middle_of(x), middle_of(y)};
}

double neighbour_spacing(std::span<const std::vector<PlanePoint>> frames) {
  std::vector<double> nearest;
  for (const auto& points : frames) {
    if (points.size() < 2) continue;
    double left = points[0].x;
    double right = left;
    double top = points[0].y;
    double bottom = top;
    for (const PlanePoint& point : points) {
      left = std::min(left, point.x);
      right = std::max(right, point.x);
      top = std::min(top, point.y);
      bottom = std::max(bottom, point.y);
    }
    // About one point to a cell.
    const double area = std::max((right - left) * (bottom - top), 1e-6);
    const double cell = std::max({std::sqrt(area / static_cast<double>(points.size())),
                                  1e-5 * std::max(right - left, bottom - top), 1e-6});
    const PointCells cells(points, cell);
    for (const PlanePoint& point : points) {
      double best = std::numeric_limits<double>::max();
      for (long long ring = 1; ring <= farthest_ring && best > 1e300; ring *= 2) {
        const double reach = static_cast<double>(ring) * cell;
        for (const std::size_t i : cells.within(point, reach)) {
          const double distance = distance_between(cells.point(i), point);
          if (distance > 0.0) best = std::min(best, distance);
        }
      }
      if (best < 1e300) nearest.push_back(best);
    }
  }
  return nearest.empty() ? 0.0 : middle_of(nearest);
}

namespace {

/// The two shortest vectors between neighbours that occur often, or nothing.
std::vector<PlanePoint> short_vectors(const PointCells& cells, double spacing) {
  struct Group {
    PlanePoint sum;
    double count = 0.0;
  };
  std::vector<Group> groups;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    for (const std::size_t k : cells.within(cells.point(i), 1.7 * spacing)) {
      PlanePoint d{cells.point(k).x - cells.point(i).x, cells.point(k).y - cells.point(i).y};
      if (k == i) continue;
      // Of a vector and its opposite, that which points to the right.
      if (d.x < -0.2 * spacing || (std::abs(d.x) <= 0.2 * spacing && d.y < 0.0)) continue;
      const auto own = std::find_if(groups.begin(), groups.end(), [&](const Group& group) {
        return distance_between({group.sum.x / group.count, group.sum.y / group.count}, d) <
               0.25 * spacing;
      });
      Group& group = own == groups.end() ? groups.emplace_back() : *own;
      group.sum = {group.sum.x + d.x, group.sum.y + d.y};
      group.count += 1.0;
    }
  }
  std::vector<PlanePoint> often;
  for (const Group& group : groups) {
    if (group.count < 0.3 * static_cast<double>(cells.size())) continue;
    often.push_back({group.sum.x / group.count, group.sum.y / group.count});
  }
  std::stable_sort(often.begin(), often.end(), [](const PlanePoint& a, const PlanePoint& b) {
    return std::hypot(a.x, a.y) < std::hypot(b.x, b.y);
  });
  for (std::size_t second = 1; second < often.size(); ++second) {
    const double cross = often[0].x * often[second].y - often[0].y * often[second].x;
    // More than 30 degrees between them.
    if (std::abs(cross) >
        0.5 * std::hypot(often[0].x, often[0].y) * std::hypot(often[second].x, often[second].y)) {
      return {often[0], often[second]};
    }
  }
  return {};
}

}  // namespace

void set_lattice_sites(std::vector<SeriesColumn>& columns, double spacing_angstrom) {
  std::vector<PlanePoint> points;
  PlanePoint middle;
  for (const SeriesColumn& column : columns) {
    points.push_back({column.x_angstrom, column.y_angstrom});
    middle.x += column.x_angstrom / static_cast<double>(columns.size());
    middle.y += column.y_angstrom / static_cast<double>(columns.size());
  }
  const PointCells cells(points, spacing_angstrom);
  const std::vector<PlanePoint> basis = short_vectors(cells, spacing_angstrom);
  if (basis.empty()) return;
  const auto central =
      std::min_element(points.begin(), points.end(), [&](const auto& a, const auto& b) {
        return distance_between(a, middle) < distance_between(b, middle);
      });
  std::vector<std::size_t> reached{static_cast<std::size_t>(central - points.begin())};
  columns[reached[0]].on_lattice = true;
  for (std::size_t next = 0; next < reached.size(); ++next) {
    const SeriesColumn& from = columns[reached[next]];
    for (int du = -1; du <= 1; ++du) {
      for (int dv = -1; dv <= 1; ++dv) {
        const PlanePoint place{from.x_angstrom + du * basis[0].x + dv * basis[1].x,
                               from.y_angstrom + du * basis[0].y + dv * basis[1].y};
        for (const std::size_t k : cells.within(place, 0.35 * spacing_angstrom)) {
          if (columns[k].on_lattice) continue;
          columns[k].on_lattice = true;
          columns[k].u = from.u + du;
          columns[k].v = from.v + dv;
          reached.push_back(k);
        }
      }
    }
  }
}

}  // namespace adatom::counting
