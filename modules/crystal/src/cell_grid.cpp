#include "cell_grid.h"

#include <algorithm>
#include <cmath>
#include <string>

#include <Eigen/Dense>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"

namespace adatom::crystal {
namespace {

// Farther out, doubles do not resolve a thousandth of an angstrom.
constexpr double farthest_angstrom = 1e12;

// Not allFinite(), which subtracts infinity from itself.
bool within_reason(double value) {
  return std::isfinite(value) && std::abs(value) <= farthest_angstrom;
}

bool within_reason(const Eigen::Matrix3d& cell) {
  return std::all_of(cell.data(), cell.data() + cell.size(),
                     [](double value) { return within_reason(value); });
}

void require_sound(std::span<const Eigen::Vector3d> positions, double reach_angstrom) {
  if (!std::isfinite(reach_angstrom) || reach_angstrom < 0.0) {
    throw InputError({.what = "the reach of the neighbours must be a positive number",
                      .where = "neighbours",
                      .why = "it is " + shortest(reach_angstrom) + " angstrom",
                      .remedy = {}});
  }
  for (std::size_t i = 0; i < positions.size(); ++i) {
    const auto& p = positions[i];
    if (within_reason(p.x()) && within_reason(p.y()) && within_reason(p.z())) continue;
    throw InputError(
        {.what = "atom " + std::to_string(i + 1) + " is nowhere",
         .where = "positions",
         .why = "it is at (" + shortest(p.x()) + ", " + shortest(p.y()) + ", " + shortest(p.z()) +
                ") angstrom",
         .remedy = "look whether the structure was damaged or the calculation before ran away"});
  }
}

/// The box's vectors along periodic directions, unit vectors at right angles to them elsewhere.
Eigen::Matrix3d complete_cell(const Box& box) {
  Eigen::Matrix3d cell = box.cell_angstrom;
  for (int k = 0; k < 3; ++k) {
    if (box.periodic[static_cast<std::size_t>(k)]) continue;
    cell.row(k).setZero();
  }
  if (!within_reason(cell)) return cell;
  for (int k = 0; k < 3; ++k) {
    if (box.periodic[static_cast<std::size_t>(k)]) continue;
    // Of the cube's axes the one farthest from the plane of the others, made orthogonal to them.
    const Eigen::Vector3d u = cell.row((k + 1) % 3).normalized();
    Eigen::Vector3d v = cell.row((k + 2) % 3);
    v = (v - u.dot(v) * u).normalized();
    Eigen::Vector3d best = Eigen::Vector3d::Zero();
    for (int axis = 0; axis < 3; ++axis) {
      Eigen::Vector3d e = Eigen::Vector3d::Unit((k + axis) % 3);
      e -= u.dot(e) * u;
      e -= v.dot(e) * v;
      if (e.norm() > best.norm() + 1e-9) best = e;
    }
    cell.row(k) = best.normalized();
  }
  return cell;
}

bool spans_a_volume(const Eigen::Matrix3d& cell) {
  if (!within_reason(cell)) return false;
  const double box = cell.row(0).norm() * cell.row(1).norm() * cell.row(2).norm();
  return box > 0.0 && std::abs(cell.determinant()) > 1e-9 * box;
}

}  // namespace

CellGrid::CellGrid(std::span<const Eigen::Vector3d> positions_angstrom, const Box& box,
                   double reach_angstrom)
    : cell_(complete_cell(box)), periodic_(box.periodic) {
  require_sound(positions_angstrom, reach_angstrom);
  if (!spans_a_volume(cell_)) {
    throw InputError({.what = "a periodic box needs cell vectors that span a volume",
                      .where = "cell",
                      .why = "they are zero, or lie in one plane",
                      .remedy = "correct the cell, or say that no direction is periodic"});
  }
  const Eigen::Matrix3d inverse = cell_.inverse();
  for (int k = 0; k < 3; ++k) height_[k] = 1.0 / inverse.col(k).norm();
  std::vector<Eigen::Vector3d> positions(positions_angstrom.begin(), positions_angstrom.end());
  std::vector<Eigen::Vector3d> fractions(positions.size());
  const Eigen::Matrix3d to_fraction = inverse.transpose();
  for (std::size_t i = 0; i < positions.size(); ++i) {
    fractions[i] = to_fraction * (positions[i] - box.origin_angstrom);
  }
  wrap(positions, fractions, reach_angstrom);
  choose_bins(fractions, reach_angstrom);
  sort(positions, fractions);
}

void CellGrid::wrap(std::vector<Eigen::Vector3d>& positions,
                    std::vector<Eigen::Vector3d>& fractions, double reach_angstrom) {
  for (std::size_t k = 0; k < 3; ++k) {
    if (!periodic_[k]) continue;
    const auto axis = static_cast<Eigen::Index>(k);
    const auto images_apart = [&] {
      double low = 0.0;
      double high = 0.0;
      for (std::size_t i = 0; i < fractions.size(); ++i) {
        const double f = fractions[i][axis];
        low = i == 0 ? f : std::min(low, f);
        high = i == 0 ? f : std::max(high, f);
      }
      // A particle in vacuum: no image of it comes near.
      constexpr double rounding = 1e-9;
      return (1.0 - (high - low)) * height_[axis] > reach_angstrom * (1.0 + rounding) + rounding;
    };
    if (images_apart()) {
      periodic_[k] = false;
      continue;
    }
    for (std::size_t i = 0; i < fractions.size(); ++i) {
      const double cells = std::floor(fractions[i][axis]);
      if (cells == 0.0) continue;
      if (std::abs(cells) > 1e9) {
        throw InputError({.what = "atom " + std::to_string(i + 1) + " is nowhere",
                          .where = "positions",
                          .why = "it lies more than 1e9 cells outside the box",
                          .remedy = "look whether the structure was damaged"});
      }
      if (outside_.empty()) outside_.assign(fractions.size(), Eigen::Vector3i::Zero());
      outside_[i][axis] = static_cast<int>(cells);
      fractions[i][axis] -= cells;
      positions[i] -= cells * cell_.row(axis).transpose();
    }
    if (images_apart()) periodic_[k] = false;
  }
}

void CellGrid::choose_bins(std::span<const Eigen::Vector3d> fractions, double reach_angstrom) {
  // As wide as the reach; the little more is for rounding at a bin's edge.
  const double width = std::max(reach_angstrom * (1.0 + 1e-9), 1e-3);
  const double most = std::min(32.0 * static_cast<double>(fractions.size()) + 1000.0, 4e9);
  std::array<double, 3> count{};
  for (std::size_t k = 0; k < 3; ++k) {
    const auto axis = static_cast<Eigen::Index>(k);
    double low = 0.0;
    double high = periodic_[k] ? 1.0 : 0.0;
    if (!periodic_[k] && !fractions.empty()) {
      low = high = fractions[0][axis];
      for (const auto& f : fractions) {
        low = std::min(low, f[axis]);
        high = std::max(high, f[axis]);
      }
    }
    axes_[k].low = low;
    axes_[k].end = periodic_[k] ? GridAxis::End::periodic : GridAxis::End::open;
    const double wide = (high - low) * height_[axis] / width;
    count[k] = periodic_[k] ? std::max(1.0, std::floor(wide)) : std::floor(wide) + 1.0;
    axes_[k].per_fraction = height_[axis] / width;
  }
  // Much empty space. Open directions fold, so that one atom far away does no harm; periodic ones
  // get wider bins.
  while (count[0] * count[1] * count[2] > most) {
    const auto k =
        static_cast<std::size_t>(std::max_element(count.begin(), count.end()) - count.begin());
    count[k] = std::max(5.0, std::floor(count[k] / 2.0));
    if (!periodic_[k]) axes_[k].end = GridAxis::End::folded;
  }
  for (std::size_t k = 0; k < 3; ++k) {
    axes_[k].count = static_cast<std::int64_t>(count[k]);
    axes_[k].reach = 1;
    if (!periodic_[k]) continue;
    axes_[k].per_fraction = count[k];
    const double bin = height_[static_cast<Eigen::Index>(k)] / count[k];
    axes_[k].reach = static_cast<std::int64_t>(std::ceil(reach_angstrom * (1.0 + 1e-9) / bin));
    if (axes_[k].reach > 500) {
      throw InputError({.what = "the periodic cell is too small",
                        .where = "cell",
                        .why = "more than 500 images lie within reach along one direction",
                        .remedy = "repeat the cell, or correct it"});
    }
  }
}

std::int64_t CellGrid::bin_of(const Eigen::Vector3d& fraction) const {
  std::int64_t bin = 0;
  for (std::size_t k = 0; k < 3; ++k) {
    const auto& axis = axes_[k];
    const double place = (fraction[static_cast<Eigen::Index>(k)] - axis.low) * axis.per_fraction;
    auto along = static_cast<std::int64_t>(place);
    along =
        axis.end == GridAxis::End::folded ? along % axis.count : std::min(along, axis.count - 1);
    bin = bin * axis.count + along;
  }
  return bin;
}

void CellGrid::sort(std::span<const Eigen::Vector3d> positions,
                    std::span<const Eigen::Vector3d> fractions) {
  const auto count = axes_[0].count * axes_[1].count * axes_[2].count;
  first_.assign(static_cast<std::size_t>(count) + 1, 0);
  std::vector<std::uint32_t> bin(fractions.size());
  for (std::size_t i = 0; i < fractions.size(); ++i) {
    bin[i] = static_cast<std::uint32_t>(bin_of(fractions[i]));
    ++first_[bin[i] + 1];
  }
  for (std::size_t b = 1; b < first_.size(); ++b) first_[b] += first_[b - 1];
  std::vector<std::uint32_t> next(first_.begin(), first_.end() - 1);
  atoms_.resize(fractions.size());
  for (auto& list : coordinates_) list.resize(fractions.size());
  for (std::size_t i = 0; i < fractions.size(); ++i) {
    const std::uint32_t place = next[bin[i]]++;
    atoms_[place] = static_cast<std::uint32_t>(i);
    for (std::size_t k = 0; k < 3; ++k) {
      coordinates_[k][place] = positions[i][static_cast<Eigen::Index>(k)];
    }
  }
}

}  // namespace adatom::crystal
