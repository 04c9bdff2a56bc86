#include "adatom/dynamics/lindemann.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "adatom/base/cpu_clones.h"
#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "minimum_image.h"

namespace adatom::dynamics {
namespace {

/// Pairs of one piece of work: fewer are not worth a thread.
constexpr std::size_t pairs_in_a_range = 32768;

/// Positions component by component, as vector registers want them.
struct Components {
  explicit Components(std::span<const Eigen::Vector3d> positions) {
    for (std::size_t k = 0; k < 3; ++k) {
      of[k].resize(positions.size());
      for (std::size_t i = 0; i < positions.size(); ++i) {
        of[k][i] = positions[i][static_cast<Eigen::Index>(k)];
      }
    }
  }
  std::array<std::vector<double>, 3> of;
};

/// What rounding to the nearest image needs, without Eigen, so that the loop becomes vectors.
struct Rounding {
  std::array<double, 9> inverse{};  ///< with zeros where nothing is rounded
  std::array<double, 9> cell{};
};

ADATOM_CLONES void squared_distances(const double* x, const double* y, const double* z,
                                     std::size_t count, double xi, double yi, double zi,
                                     double* square) {
  for (std::size_t j = 0; j < count; ++j) {
    const double dx = x[j] - xi;
    const double dy = y[j] - yi;
    const double dz = z[j] - zi;
    square[j] = dx * dx + dy * dy + dz * dz;
  }
}

ADATOM_CLONES void rounded_distances(const double* x, const double* y, const double* z,
                                     std::size_t count, double xi, double yi, double zi,
                                     const Rounding& box, double* square) {
  const std::array<double, 9> m = box.inverse;
  const std::array<double, 9> c = box.cell;
  for (std::size_t j = 0; j < count; ++j) {
    double dx = x[j] - xi;
    double dy = y[j] - yi;
    double dz = z[j] - zi;
    const double a = std::floor(m[0] * dx + m[1] * dy + m[2] * dz + 0.5);
    const double b = std::floor(m[3] * dx + m[4] * dy + m[5] * dz + 0.5);
    const double e = std::floor(m[6] * dx + m[7] * dy + m[8] * dz + 0.5);
    dx -= a * c[0] + b * c[3] + e * c[6];
    dy -= a * c[1] + b * c[4] + e * c[7];
    dz -= a * c[2] + b * c[5] + e * c[8];
    square[j] = dx * dx + dy * dy + dz * dz;
  }
}

/// Welford's update with the distances' squares; `share` is 1 / frames.
ADATOM_CLONES void update_moments(const double* square, std::size_t count, double share,
                                  double* mean, double* scatter) {
  for (std::size_t j = 0; j < count; ++j) {
    const double distance = std::sqrt(square[j]);
    const double before = distance - mean[j];
    mean[j] += before * share;
    scatter[j] += before * (distance - mean[j]);
  }
}

ADATOM_CLONES void merge_moments(const double* mean_b, const double* scatter_b, std::size_t count,
                                 double share_b, double weight, double* mean_a, double* scatter_a) {
  for (std::size_t j = 0; j < count; ++j) {
    const double step = mean_b[j] - mean_a[j];
    mean_a[j] += step * share_b;
    scatter_a[j] += scatter_b[j] + step * step * weight;
  }
}

Rounding rounding_of(const MinimumImage& image) {
  Rounding rounding;
  std::size_t at = 0;
  for (Eigen::Index k = 0; k < 3; ++k) {
    for (Eigen::Index d = 0; d < 3; ++d, ++at) {
      rounding.inverse[at] = image.inverse()(k, d) * image.rounded()[k];
      rounding.cell[at] = image.cell_angstrom()(k, d);
    }
  }
  return rounding;
}

void require_finite(std::span<const Eigen::Vector3d> positions) {
  for (std::size_t i = 0; i < positions.size(); ++i) {
    if (positions[i].allFinite()) continue;
    throw InputError({.what = "the position of atom " + std::to_string(i + 1) + " is not finite",
                      .where = {},
                      .why = {},
                      .remedy = {}});
  }
}

/// sqrt(<r^2> - <r>^2) / <r>
double relative_fluctuation(double mean, double scatter, double frames) {
  return mean > 0.0 ? std::sqrt(std::max(scatter, 0.0) / frames) / mean : 0.0;
}

}  // namespace

LindemannSums::LindemannSums(std::size_t atoms) : atoms_(atoms) {
  if (atoms == 0 || atoms > most_lindemann_atoms) {
    throw InputError({.what = "a Lindemann index of " + std::to_string(atoms) + " atoms",
                      .where = {},
                      .why = "1 to " + std::to_string(most_lindemann_atoms) +
                             " can be done: the distances of all pairs are kept in memory",
                      .remedy = "take the atoms that matter out of the trajectory"});
  }
  mean_angstrom_.assign(atoms * (atoms - 1) / 2, 0.0);
  square_angstrom2_.assign(mean_angstrom_.size(), 0.0);
}

void LindemannSums::add(std::span<const Eigen::Vector3d> positions, const crystal::Box& box) {
  if (positions.size() != atoms_) {
    throw InputError(
        {.what = "the number of atoms changes",
         .where = {},
         .why = std::to_string(positions.size()) + " here, " + std::to_string(atoms_) + " before",
         .remedy = "the Lindemann index needs the same atoms in every frame"});
  }
  require_finite(positions);
  const MinimumImage image(box);
  const Rounding rounding = rounding_of(image);
  const Components at(positions);
  ++frames_;
  const double share = 1.0 / static_cast<double>(frames_);
  const auto do_rows = [&](std::size_t begin, std::size_t end) {
    std::vector<double> square(atoms_);
    for (std::size_t i = begin; i < end; ++i) {
      const std::size_t next = i + 1;
      const std::size_t count = atoms_ - next;
      const double* x = at.of[0].data() + next;
      const double* y = at.of[1].data() + next;
      const double* z = at.of[2].data() + next;
      const Eigen::Vector3d& p = positions[i];
      if (image.open()) {
        squared_distances(x, y, z, count, p.x(), p.y(), p.z(), square.data());
      } else {
        rounded_distances(x, y, z, count, p.x(), p.y(), p.z(), rounding, square.data());
        const double safe = image.safe_angstrom() * image.safe_angstrom();
        for (std::size_t j = 0; j < count; ++j) {
          if (square[j] <= safe) continue;
          square[j] = image.nearest(positions[next + j] - p).squaredNorm();
        }
      }
      const std::size_t first = row(i);
      update_moments(square.data(), count, share, mean_angstrom_.data() + first,
                     square_angstrom2_.data() + first);
    }
  };
  const std::size_t grain = std::max<std::size_t>(2 * pairs_in_a_range / atoms_, 1);
  if (atoms_ <= grain) {
    do_rows(0, atoms_);
  } else {
    parallel_ranges(atoms_, grain, do_rows);
  }
}

void LindemannSums::add(const LindemannSums& later) {
  if (later.frames_ == 0) return;
  const auto here = static_cast<double>(frames_);
  const auto there = static_cast<double>(later.frames_);
  merge_moments(later.mean_angstrom_.data(), later.square_angstrom2_.data(), mean_angstrom_.size(),
                there / (here + there), here * there / (here + there), mean_angstrom_.data(),
                square_angstrom2_.data());
  frames_ += later.frames_;
}

void LindemannSums::clear() {
  frames_ = 0;
  std::ranges::fill(mean_angstrom_, 0.0);
  std::ranges::fill(square_angstrom2_, 0.0);
}

LindemannIndices LindemannSums::indices() const {
  LindemannIndices result;
  const std::vector<std::size_t> all(atoms_, 0);
  result.of_atoms = indices_within(all);
  for (const double q : result.of_atoms) result.global += q;
  result.global /= static_cast<double>(atoms_);
  return result;
}

std::vector<double> LindemannSums::indices_within(std::span<const std::size_t> groups) const {
  std::vector<double> q(atoms_, 0.0);
  std::vector<double> others(atoms_, 0.0);
  if (frames_ == 0) return q;
  const auto frames = static_cast<double>(frames_);
  for (std::size_t i = 0; i < atoms_; ++i) {
    std::size_t pair = row(i);
    for (std::size_t j = i + 1; j < atoms_; ++j, ++pair) {
      if (groups[i] != groups[j]) continue;
      const double value =
          relative_fluctuation(mean_angstrom_[pair], square_angstrom2_[pair], frames);
      q[i] += value;
      q[j] += value;
      others[i] += 1.0;
      others[j] += 1.0;
    }
  }
  for (std::size_t i = 0; i < atoms_; ++i) q[i] /= std::max(others[i], 1.0);
  return q;
}

double LindemannSums::nearest_distance_angstrom() const {
  if (atoms_ < 2) return 0.0;
  std::vector<double> nearest(atoms_, mean_angstrom_.front());
  std::vector<bool> known(atoms_, false);
  const auto take = [&](std::size_t i, double distance) {
    nearest[i] = known[i] ? std::min(nearest[i], distance) : distance;
    known[i] = true;
  };
  for (std::size_t i = 0; i < atoms_; ++i) {
    std::size_t pair = row(i);
    for (std::size_t j = i + 1; j < atoms_; ++j, ++pair) {
      take(i, mean_angstrom_[pair]);
      take(j, mean_angstrom_[pair]);
    }
  }
  const auto middle = nearest.begin() + static_cast<std::ptrdiff_t>(nearest.size() / 2);
  std::nth_element(nearest.begin(), middle, nearest.end());
  return *middle;
}

std::vector<double> LindemannSums::numbers() const {
  std::vector<double> all = {static_cast<double>(frames_)};
  all.insert(all.end(), mean_angstrom_.begin(), mean_angstrom_.end());
  all.insert(all.end(), square_angstrom2_.begin(), square_angstrom2_.end());
  return all;
}

void LindemannSums::restore(std::span<const double> numbers) {
  const std::size_t pairs = mean_angstrom_.size();
  if (numbers.size() != 1 + 2 * pairs) {
    throw InputError(
        {.what = "stored sums of another number of atoms", .where = {}, .why = {}, .remedy = {}});
  }
  frames_ = static_cast<std::size_t>(numbers[0]);
  std::copy_n(numbers.begin() + 1, pairs, mean_angstrom_.begin());
  std::copy_n(numbers.begin() + 1 + static_cast<std::ptrdiff_t>(pairs), pairs,
              square_angstrom2_.begin());
}

}  // namespace adatom::dynamics
