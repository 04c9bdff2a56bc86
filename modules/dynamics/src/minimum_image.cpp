#include "minimum_image.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <Eigen/Dense>

#include "adatom/base/error.h"

namespace adatom::dynamics {
namespace {

using Eigen::Vector3d;

/// Takes off `vector` the lattice vector of `others` that leaves it shortest.
bool shorten(Vector3d& vector, const std::vector<Vector3d>& others) {
  Vector3d best = vector;
  // Rounding in the plane (or along the line) of the others, then one step around.
  Vector3d base = vector;
  if (others.size() == 1) {
    base -= std::round(vector.dot(others[0]) / others[0].squaredNorm()) * others[0];
  } else {
    const double aa = others[0].squaredNorm();
    const double bb = others[1].squaredNorm();
    const double ab = others[0].dot(others[1]);
    const double va = vector.dot(others[0]);
    const double vb = vector.dot(others[1]);
    const double determinant = aa * bb - ab * ab;
    base -= std::round((va * bb - vb * ab) / determinant) * others[0];
    base -= std::round((vb * aa - va * ab) / determinant) * others[1];
  }
  const bool plane = others.size() > 1;
  for (int i = -1; i <= 1; ++i) {
    for (int j = plane ? -1 : 0; j <= (plane ? 1 : 0); ++j) {
      Vector3d tried = base + i * others[0];
      if (plane) tried += j * others[1];
      if (tried.squaredNorm() < best.squaredNorm()) best = tried;
    }
  }
  // Less than rounding is no gain.
  const bool gained = best.squaredNorm() < vector.squaredNorm() * (1.0 - 1e-12);
  if (gained) vector = best;
  return gained;
}

void reduce(std::vector<Vector3d>& vectors) {
  if (vectors.size() < 2) return;
  const auto shorter = [](const Vector3d& a, const Vector3d& b) {
    return a.squaredNorm() < b.squaredNorm();
  };
  if (vectors.size() == 2) {
    do {
      std::ranges::stable_sort(vectors, shorter);
    } while (shorten(vectors[1], {vectors[0]}));
    return;
  }
  do {
    std::vector<Vector3d> plane;
    std::ranges::stable_sort(vectors, shorter);
    plane = {vectors[0], vectors[1]};
    reduce(plane);
    vectors[0] = plane[0];
    vectors[1] = plane[1];
  } while (shorten(vectors[2], {vectors[0], vectors[1]}));
}

/// Unit vectors across those that are there, until there are three.
void complete(std::vector<Vector3d>& vectors) {
  if (vectors.size() == 1) {
    Vector3d axis = Vector3d::Zero();
    Eigen::Index least = 0;
    vectors[0].cwiseAbs().minCoeff(&least);
    axis[least] = 1.0;
    vectors.emplace_back(vectors[0].cross(axis).normalized());
  }
  if (vectors.size() == 2) vectors.emplace_back(vectors[0].cross(vectors[1]).normalized());
}

}  // namespace

MinimumImage::MinimumImage(const crystal::Box& box) {
  std::vector<Vector3d> vectors;
  for (int k = 0; k < 3; ++k) {
    if (box.periodic[static_cast<std::size_t>(k)]) {
      vectors.emplace_back(box.cell_angstrom.row(k).transpose());
    }
  }
  if (vectors.empty()) return;
  const std::size_t periodic = vectors.size();
  reduce(vectors);
  complete(vectors);
  for (int k = 0; k < 3; ++k) cell_.row(k) = vectors[static_cast<std::size_t>(k)];
  constexpr double least_volume_angstrom3 = 1e-9;
  if (!(std::abs(cell_.determinant()) > least_volume_angstrom3)) {
    throw InputError({.what = "the cell spans no volume",
                      .where = "Lattice",
                      .why = {},
                      .remedy = "give three cell vectors, or say that no direction is periodic"});
  }
  inverse_ = cell_.transpose().inverse();
  for (std::size_t k = 0; k < periodic; ++k) rounded_[static_cast<Eigen::Index>(k)] = 1.0;
  const auto steps = [&](int k) { return rounded_[k] > 0.0 ? 1 : 0; };
  for (int i = -steps(0); i <= steps(0); ++i) {
    for (int j = -steps(1); j <= steps(1); ++j) {
      for (int k = -steps(2); k <= steps(2); ++k) {
        if (i == 0 && j == 0 && k == 0) continue;
        shifts_.emplace_back(i * vectors[0] + j * vectors[1] + k * vectors[2]);
      }
    }
  }
  // The shortest lattice vector of a reduced cell is its first; an image within half of it has no
  // other that is nearer. Where vectors are at right angles rounding is all.
  safe_ = 0.5 * vectors[0].norm();
  constexpr double rounding = 1e-14;
  const bool right_angles =
      std::abs(vectors[0].dot(vectors[1])) <= rounding * vectors[0].norm() * vectors[1].norm() &&
      std::abs(vectors[0].dot(vectors[2])) <= rounding * vectors[0].norm() * vectors[2].norm() &&
      std::abs(vectors[1].dot(vectors[2])) <= rounding * vectors[1].norm() * vectors[2].norm();
  if (right_angles) safe_ = std::numeric_limits<double>::infinity();
}

Vector3d MinimumImage::nearest(const Vector3d& vector) const {
  if (open()) return vector;
  const Vector3d fractions = inverse_ * vector;
  const Vector3d whole = (fractions.array() + 0.5).floor().matrix().cwiseProduct(rounded_);
  Vector3d base = vector - cell_.transpose() * whole;
  if (base.squaredNorm() <= safe_ * safe_) return base;
  Vector3d best = base;
  for (const Vector3d& shift : shifts_) {
    const Vector3d tried = base + shift;
    if (tried.squaredNorm() < best.squaredNorm()) best = tried;
  }
  return best;
}

}  // namespace adatom::dynamics
