#include "adatom/dynamics/radial.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "adatom/base/error.h"
#include "centre_of_mass.h"
#include "minimum_image.h"

namespace adatom::dynamics {
namespace {

using Eigen::Vector3d;

/// A point that the particle lies around.
Vector3d rough_centre(std::span<const Vector3d> positions, std::span<const double> masses,
                      const MinimumImage& image) {
  Vector3d cosines = Vector3d::Zero();
  Vector3d sines = Vector3d::Zero();
  for (std::size_t i = 0; i < positions.size(); ++i) {
    const Vector3d angles = 2.0 * std::numbers::pi * (image.inverse() * positions[i]);
    cosines += masses[i] * angles.array().cos().matrix();
    sines += masses[i] * angles.array().sin().matrix();
  }
  Vector3d fractions = Vector3d::Zero();
  for (int k = 0; k < 3; ++k) {
    if (image.rounded()[k] > 0.0) {
      fractions[k] = std::atan2(sines[k], cosines[k]) / (2.0 * std::numbers::pi);
    }
  }
  return image.cell_angstrom().transpose() * fractions;
}

void require_masses(std::span<const Vector3d> positions, std::span<const double> masses) {
  const bool good = masses.size() == positions.size() &&
                    std::ranges::all_of(masses, [](double mass) { return mass > 0.0; });
  if (good) return;
  throw InputError({.what = "a centre of mass needs one positive mass for each atom",
                    .where = {},
                    .why = {},
                    .remedy = {}});
}

}  // namespace

Vector3d centre_of_mass(std::span<const Vector3d> positions, std::span<const double> masses,
                        const MinimumImage& image) {
  const Vector3d start = image.open() ? Vector3d::Zero() : rough_centre(positions, masses, image);
  Vector3d sum = Vector3d::Zero();
  double mass = 0.0;
  for (std::size_t i = 0; i < positions.size(); ++i) {
    sum += masses[i] * image.nearest(positions[i] - start);
    mass += masses[i];
  }
  return start + sum / mass;
}

std::vector<double> distances_from_centre(std::span<const Vector3d> positions,
                                          std::span<const double> masses, const crystal::Box& box) {
  require_masses(positions, masses);
  const MinimumImage image(box);
  const Vector3d centre = centre_of_mass(positions, masses, image);
  std::vector<double> distances;
  distances.reserve(positions.size());
  for (const Vector3d& position : positions) {
    distances.push_back(image.nearest(position - centre).norm());
  }
  return distances;
}

RadialSums::RadialSums(std::size_t atoms)
    : mean_angstrom_(atoms, 0.0), square_angstrom2_(atoms, 0.0), counts_(atoms, most_bins) {}

void RadialSums::add(std::span<const double> distances) {
  if (distances.size() != mean_angstrom_.size()) {
    throw InputError({.what = "the number of atoms changes", .where = {}, .why = {}, .remedy = {}});
  }
  const double share = 1.0 / static_cast<double>(counts_.frames() + 1);
  for (std::size_t i = 0; i < distances.size(); ++i) {
    const double before = distances[i] - mean_angstrom_[i];
    mean_angstrom_[i] += before * share;
    square_angstrom2_[i] += before * (distances[i] - mean_angstrom_[i]);
    const double bin = std::min(distances[i] / bin_angstrom, static_cast<double>(most_bins));
    counts_.count(i, static_cast<std::size_t>(bin));
  }
  counts_.end_frame();
}

std::vector<double> RadialSums::spread_angstrom() const {
  std::vector<double> spread;
  const double frames = std::max(1.0, static_cast<double>(counts_.frames()));
  for (const double square : square_angstrom2_) {
    spread.push_back(std::sqrt(std::max(square, 0.0) / frames));
  }
  return spread;
}

std::vector<RadialBin> RadialSums::distribution(std::span<const std::size_t> atoms) const {
  std::vector<RadialBin> bins;
  if (atoms.empty() || counts_.frames() == 0) return bins;
  const double unit = static_cast<double>(atoms.size()) * bin_angstrom;
  const auto means = counts_.means(atoms);
  for (std::size_t k = 0; k < means.size(); ++k) {
    bins.push_back({(static_cast<double>(k) + 0.5) * bin_angstrom, means[k].mean / unit,
                    means[k].standard_error / unit});
  }
  return bins;
}

std::vector<double> RadialSums::numbers() const {
  std::vector<double> all = mean_angstrom_;
  all.insert(all.end(), square_angstrom2_.begin(), square_angstrom2_.end());
  const auto counts = counts_.numbers();
  all.insert(all.end(), counts.begin(), counts.end());
  return all;
}

void RadialSums::restore(std::span<const double> numbers) {
  const std::size_t atoms = mean_angstrom_.size();
  const bool long_enough = numbers.size() > 2 * atoms;
  if (!long_enough || counts_.restore(numbers.subspan(2 * atoms)) != numbers.size() - 2 * atoms) {
    throw InputError({.what = "stored distances of another number of atoms",
                      .where = {},
                      .why = {},
                      .remedy = {}});
  }
  std::ranges::copy(numbers.first(atoms), mean_angstrom_.begin());
  std::ranges::copy(numbers.subspan(atoms, atoms), square_angstrom2_.begin());
}

std::vector<std::size_t> Shells::atoms_of(std::size_t shell) const {
  std::vector<std::size_t> atoms;
  for (std::size_t i = 0; i < of_atoms.size(); ++i) {
    if (of_atoms[i] == shell) atoms.push_back(i);
  }
  return atoms;
}

Shells find_shells(std::span<const double> mean_distances, double nearest_distance,
                   std::span<const double> borders) {
  Shells shells;
  shells.borders_angstrom.assign(borders.begin(), borders.end());
  if (borders.empty() && !mean_distances.empty()) {
    std::vector<double> sorted(mean_distances.begin(), mean_distances.end());
    std::ranges::sort(sorted);
    shells.rule = ShellRule::layer;
    double border = sorted.back() - nearest_distance;
    for (std::size_t i = 1; i < sorted.size(); ++i) {
      if (sorted[i] - sorted[i - 1] <= 0.5 * nearest_distance) continue;
      shells.rule = ShellRule::gap;
      border = 0.5 * (sorted[i] + sorted[i - 1]);
    }
    shells.borders_angstrom = {border};
  }
  shells.names = {"core"};
  for (std::size_t k = 1; k <= shells.borders_angstrom.size(); ++k) {
    shells.names.push_back(shells.borders_angstrom.size() == 1 ? "shell"
                                                               : "shell " + std::to_string(k));
  }
  for (const double r : mean_distances) {
    const auto outside = std::ranges::lower_bound(shells.borders_angstrom, r);
    shells.of_atoms.push_back(static_cast<std::size_t>(outside - shells.borders_angstrom.begin()));
  }
  return shells;
}

}  // namespace adatom::dynamics
