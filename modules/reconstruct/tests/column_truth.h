#pragma once
// Particles whose atoms are known, as columns: what a search should find, and what it starts from.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <numbers>
#include <optional>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include "adatom/base/random.h"
#include "adatom/crystal/nanoparticle.h"
#include "adatom/crystal/zone_axis.h"
#include "adatom/reconstruct/column_model.h"
#include "adatom/reconstruct/observed_column.h"
#include "project_columns.h"

namespace adatom::reconstruct::testing {

constexpr double gold_angstrom = 4.0786;

/// Repeat of an fcc crystal along the beam.
inline double spacing_of(crystal::ZoneAxis axis) {
  switch (axis) {
    case crystal::ZoneAxis::axis_110:
      return gold_angstrom / std::numbers::sqrt2;
    case crystal::ZoneAxis::axis_111:
      return gold_angstrom * std::numbers::sqrt3;
    case crystal::ZoneAxis::axis_112:
      return gold_angstrom * std::sqrt(1.5);
    case crystal::ZoneAxis::axis_100:
      break;
  }
  return gold_angstrom;
}

/// The columns of a perfect fcc particle in image coordinates; nothing if a column has a gap.
inline std::optional<ColumnModel> column_truth(const crystal::Structure& structure,
                                               crystal::ZoneAxis axis) {
  ColumnModel model;
  model.lattice_parameter_angstrom = gold_angstrom;
  const double spacing = spacing_of(axis);
  const auto of_atom = columns_of_atoms(structure, 0.3);
  for (const ObservedColumn& observed : project_columns(structure, 0.3)) {
    ModelColumn column;
    column.column_id = observed.column_id;
    column.x_angstrom = observed.x_angstrom;
    column.y_angstrom = observed.y_angstrom;
    column.spacing_angstrom = spacing;
    column.atoms = observed.atom_count;
    model.columns.push_back(column);
  }
  std::vector<double> low(model.columns.size(), std::numeric_limits<double>::max());
  std::vector<double> high(model.columns.size(), std::numeric_limits<double>::lowest());
  for (std::size_t i = 0; i < of_atom.size(); ++i) {
    const double z = structure.atoms[i].position_angstrom.z();
    low[of_atom[i]] = std::min(low[of_atom[i]], z);
    high[of_atom[i]] = std::max(high[of_atom[i]], z);
  }
  for (std::size_t c = 0; c < model.columns.size(); ++c) {
    ModelColumn& column = model.columns[c];
    if (std::llround((high[c] - low[c]) / spacing) != column.atoms - 1) return {};
    column.bottom = std::llround(std::floor(low[c] / spacing + 1e-6));
    column.z_origin_angstrom = low[c] - spacing * static_cast<double>(column.bottom);
  }
  return model;
}

/// What a frame says of these columns when nothing is wrong.
inline std::vector<ObservedColumn> observations(const ColumnModel& model) {
  std::vector<ObservedColumn> columns;
  for (const ModelColumn& column : model.columns) {
    columns.push_back({.column_id = column.column_id,
                       .x_angstrom = column.x_angstrom,
                       .y_angstrom = column.y_angstrom,
                       .atom_count = column.atoms,
                       .probability = 0.9999});
  }
  return columns;
}

/// Every column as nearly symmetrical about the first column's level 0 as its sites allow.
inline ColumnModel symmetric_start(ColumnModel model) {
  const double plane = model.columns.front().z_origin_angstrom;
  for (ModelColumn& column : model.columns) {
    const double middle = (plane - column.z_origin_angstrom) / column.spacing_angstrom;
    column.bottom =
        std::llround(std::floor(middle - 0.5 * static_cast<double>(column.atoms - 1) + 0.5 + 1e-6));
  }
  return model;
}

/// Levels of the columns' bottoms above the lowest of them: what is left of an arrangement when the
/// particle may stand anywhere along the beam.
inline std::vector<std::int64_t> levels_of(const ColumnModel& model) {
  std::vector<std::int64_t> levels;
  for (const ModelColumn& column : model.columns) levels.push_back(column.bottom);
  const std::int64_t lowest = *std::ranges::min_element(levels);
  for (auto& level : levels) level -= lowest;
  return levels;
}

/// The particle upside down, by its columns' middles; nothing where the crystal does not allow it.
inline std::optional<ColumnModel> mirrored(ColumnModel model) {
  const double plane = model.columns.front().z_origin_angstrom;
  for (ModelColumn& column : model.columns) {
    const double bottom = 2.0 * plane - column.z_angstrom(column.bottom + column.atoms - 1);
    const double level = (bottom - column.z_origin_angstrom) / column.spacing_angstrom;
    if (std::abs(level - std::round(level)) > 0.01) return {};
    column.bottom = std::llround(level);
  }
  return model;
}

/// The same atoms but for a shift along the beam, or turned upside down.
inline bool same_sites(const ColumnModel& a, const ColumnModel& b) {
  if (levels_of(a) == levels_of(b)) return true;
  const auto turned = mirrored(b);
  return turned && levels_of(a) == levels_of(*turned);
}

/// Sites of a crystal, some of them taken away or added: what particles are cut out of.
class CrystalCutter {
 public:
  /// The atoms of a particle about zero.
  explicit CrystalCutter(const crystal::Structure& particle) : centre_(Eigen::Vector3d::Zero()) {
    for (const auto& atom : particle.atoms) sites_.push_back(atom.position_angstrom);
    offset_ = *std::ranges::min_element(
        sites_, {}, [](const Eigen::Vector3d& site) { return site.squaredNorm(); });
  }

  /// Sites with normal . r <= distance for every {111} and {100} plane, angstrom.
  CrystalCutter(const std::vector<std::pair<Eigen::Vector3d, double>>& planes,
                const Eigen::Vector3d& centre_angstrom)
      : centre_(centre_angstrom) {
    for_each_site([&](const Eigen::Vector3d& site) {
      for (const auto& [normal, distance] : planes) {
        if (normal.dot(site - centre_) > distance) return;
      }
      sites_.push_back(site);
    });
  }

  /// Takes away what lies beyond a plane.
  void cut(const Eigen::Vector3d& normal, double distance) {
    std::erase_if(sites_, [&](const Eigen::Vector3d& site) {
      return normal.normalized().dot(site - centre_) > distance;
    });
  }

  /// Adds the next layer on a facet, as far as `where(site)` allows and there are at least three
  /// neighbours below.
  template <class Where>
  void grow(const Eigen::Vector3d& normal, const Where& where) {
    double top = std::numeric_limits<double>::lowest();
    for (const auto& site : sites_) top = std::max(top, normal.dot(site));
    const double bond = gold_angstrom / std::numbers::sqrt2;
    std::vector<Eigen::Vector3d> added;
    for_each_site([&](const Eigen::Vector3d& site) {
      const double height = normal.dot(site) - top;
      if (height < 0.1 || height > 0.6 * gold_angstrom || !where(site)) return;
      const auto below = std::ranges::count_if(
          sites_, [&](const Eigen::Vector3d& other) { return (other - site).norm() < 1.1 * bond; });
      if (below >= 3) added.push_back(site);
    });
    sites_.insert(sites_.end(), added.begin(), added.end());
  }

  [[nodiscard]] const std::vector<Eigen::Vector3d>& sites() const { return sites_; }
  [[nodiscard]] const Eigen::Vector3d& centre() const { return centre_; }

  [[nodiscard]] crystal::Structure seen_along(crystal::ZoneAxis axis) const {
    crystal::Structure structure;
    for (const auto& site : sites_) structure.atoms.push_back({"Au", site});
    return crystal::rotated(std::move(structure), crystal::zone_axis_rotation(axis));
  }

 private:
  template <class See>
  void for_each_site(const See& see) const {
    constexpr int most = 14;  // half lattice parameters: the largest particle's radius
    for (int i = -most; i <= most; ++i) {
      for (int j = -most; j <= most; ++j) {
        for (int k = -most; k <= most; ++k) {
          if ((i + j + k) % 2 == 0) see(offset_ + 0.5 * gold_angstrom * Eigen::Vector3d(i, j, k));
        }
      }
    }
  }

  Eigen::Vector3d centre_;
  Eigen::Vector3d offset_ = Eigen::Vector3d::Zero();
  std::vector<Eigen::Vector3d> sites_ = {};
};

/// The fourteen unit normals of {111} and {100}.
inline std::vector<Eigen::Vector3d> facet_directions() {
  std::vector<Eigen::Vector3d> normals;
  for (const double x : {-1.0, 1.0}) {
    for (const double y : {-1.0, 1.0}) {
      for (const double z : {-1.0, 1.0}) {
        normals.push_back(Eigen::Vector3d(x, y, z).normalized());
      }
    }
    for (int axis = 0; axis < 3; ++axis) normals.push_back(x * Eigen::Vector3d::Unit(axis));
  }
  return normals;
}

/// A polyhedron of {111} and {100} facets at distances of their own from a centre that is no site,
/// with, each once in two times, a corner missing, a step and an island of adatoms; 250 to 1100
/// atoms.
inline ColumnModel random_polyhedron(crystal::ZoneAxis axis, RandomStream random) {
  for (;;) {
    const double size = 9.5 + 4.5 * random.uniform();
    std::vector<std::pair<Eigen::Vector3d, double>> planes;
    for (const auto& normal : facet_directions()) {
      const bool is_111 = std::abs(normal.x()) < 0.9 && std::abs(normal.x()) > 0.1;
      const double distance = size * (is_111 ? 1.0 : 1.12) + 2.6 * (random.uniform() - 0.5) * 2.0;
      planes.emplace_back(normal, distance);
    }
    // One number a statement: the order within an expression would be the compiler's.
    Eigen::Vector3d centre = Eigen::Vector3d::Zero();
    for (double& component : centre) component = 2.0 * random.uniform();
    CrystalCutter cutter(planes, centre);
    const auto any_111 = [&random] {
      Eigen::Vector3d direction = Eigen::Vector3d::Zero();
      for (double& component : direction) component = random.below(2) == 0 ? -1.0 : 1.0;
      return Eigen::Vector3d(direction.normalized());
    };
    if (random.below(2) == 0) {
      Eigen::Vector3d corner = any_111();
      corner += 0.8 * any_111();
      corner += 0.3 * any_111();
      corner.normalize();
      double far = 0.0;
      for (const auto& site : cutter.sites()) {
        far = std::max(far, corner.dot(site - cutter.centre()));
      }
      cutter.cut(corner, far - 3.0 * random.uniform());
    }
    if (random.below(2) == 0) {
      const Eigen::Vector3d edge = any_111();
      const double limit = 6.0 * (random.uniform() - 0.5);
      const Eigen::Vector3d normal = any_111();
      cutter.grow(normal, [&](const Eigen::Vector3d& site) {
        return edge.dot(site - cutter.centre()) < limit;
      });
    }
    if (random.below(2) == 0) {
      const Eigen::Vector3d normal = any_111();
      const Eigen::Vector3d middle = cutter.centre() + size * normal;
      const double radius = 3.2 + 2.5 * random.uniform();
      cutter.grow(normal, [&](const Eigen::Vector3d& site) {
        return (site - middle).norm() < radius + 2.4;
      });
    }
    const auto atoms = cutter.sites().size();
    if (atoms < 250 || atoms > 1100) continue;
    if (const auto model = column_truth(cutter.seen_along(axis), axis)) return *model;
  }
}

}  // namespace adatom::reconstruct::testing
