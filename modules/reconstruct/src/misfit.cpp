#include "adatom/reconstruct/misfit.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <utility>

#include "adatom/base/error.h"

namespace adatom::reconstruct {
namespace {

/// What an atom that the frame knows nothing of costs: the probability below which `count_price`
/// calls no count impossible, either.
const double stray_atom_price = std::log(1e6);

/// Of the shortest distance between columns: an atom halfway belongs to neither.
constexpr double reach_share = 0.45;
/// Half a bond, for a column that has no neighbour.
constexpr double lone_reach_angstrom = 1.4;

std::vector<Eigen::Vector2d> projected_atoms(const crystal::Structure& structure) {
  std::vector<Eigen::Vector2d> places;
  places.reserve(structure.atoms.size());
  for (const auto& atom : structure.atoms) {
    if (!atom.position_angstrom.allFinite()) {
      throw InputError(
          {.what = "position of atom " + std::to_string(places.size() + 1) + " is not a number",
           .where = {},
           .why = {},
           .remedy = {}});
    }
    places.emplace_back(atom.position_angstrom.head<2>());
  }
  return places;
}

Eigen::Vector2d place_of(const ObservedColumn& column) {
  return {column.x_angstrom, column.y_angstrom};
}

double reach_of(std::span<const ObservedColumn> columns, const MisfitOptions& options) {
  if (options.reach_angstrom) return *options.reach_angstrom;
  double shortest = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      shortest = std::min(shortest, (place_of(columns[i]) - place_of(columns[j])).norm());
    }
  }
  return std::isfinite(shortest) ? reach_share * shortest : lone_reach_angstrom;
}

/// The mean place of each column's atoms.
struct ModelPlaces {
  std::vector<Eigen::Vector2d> means;
  std::vector<std::int64_t> atoms;
};

ModelPlaces places_of_columns(std::span<const Eigen::Vector2d> atoms,
                              std::span<const std::int64_t> atom_columns, std::size_t columns) {
  ModelPlaces places{std::vector<Eigen::Vector2d>(columns, Eigen::Vector2d::Zero()),
                     std::vector<std::int64_t>(columns, 0)};
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    if (atom_columns[i] < 0) continue;
    const auto column = static_cast<std::size_t>(atom_columns[i]);
    places.means[column] += atoms[i];
    ++places.atoms[column];
  }
  for (std::size_t c = 0; c < columns; ++c) {
    if (places.atoms[c] > 0) places.means[c] /= static_cast<double>(places.atoms[c]);
  }
  return places;
}

/// The index of each atom's column by its id; -1: none, or no ids.
std::vector<std::int64_t> columns_by_id(const crystal::Structure& structure,
                                        std::span<const ObservedColumn> columns) {
  std::vector<std::int64_t> found(structure.atoms.size(), -1);
  std::map<std::int64_t, std::int64_t> index;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    index.emplace(columns[c].column_id, static_cast<std::int64_t>(c));
  }
  for (const auto& column : structure.columns) {
    const auto* ids = std::get_if<std::vector<std::int64_t>>(&column.values);
    if (column.name != "column_id" || ids == nullptr || column.width != 1) continue;
    for (std::size_t i = 0; i < std::min(found.size(), ids->size()); ++i) {
      const auto at = index.find((*ids)[i]);
      if (at != index.end()) found[i] = at->second;
    }
  }
  return found;
}

std::vector<std::int64_t> nearest_columns(std::span<const Eigen::Vector2d> atoms,
                                          std::span<const ObservedColumn> columns,
                                          const PlaneMap& map, double reach) {
  std::vector<std::int64_t> nearest(atoms.size(), -1);
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    const Eigen::Vector2d at = map(atoms[i]);
    double best = reach * reach;
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const double apart = (place_of(columns[c]) - at).squaredNorm();
      if (apart > best) continue;
      best = apart;
      nearest[i] = static_cast<std::int64_t>(c);
    }
  }
  return nearest;
}

double position_variance(const ObservedColumn& column, const MisfitOptions& options) {
  return column.position_stderr_angstrom * column.position_stderr_angstrom +
         options.position_floor_angstrom * options.position_floor_angstrom;
}

/// Least squares in closed form, columns weighted by their variance. Turned and scaled only where
/// three columns or more say so.
PlaneMap fit_plane_map(const ModelPlaces& model, std::span<const ObservedColumn> columns,
                       const MisfitOptions& options) {
  double weights = 0.0;
  std::int64_t used = 0;
  Eigen::Vector2d model_middle = Eigen::Vector2d::Zero();
  Eigen::Vector2d frame_middle = Eigen::Vector2d::Zero();
  for (std::size_t c = 0; c < columns.size(); ++c) {
    if (model.atoms[c] == 0) continue;
    const double weight = 1.0 / position_variance(columns[c], options);
    weights += weight;
    ++used;
    model_middle += weight * model.means[c];
    frame_middle += weight * place_of(columns[c]);
  }
  PlaneMap map;
  if (used == 0) return map;
  model_middle /= weights;
  frame_middle /= weights;
  if (options.freedom == ProjectionFreedom::similarity && used >= 3) {
    double along = 0.0;
    double across = 0.0;
    double squares = 0.0;
    for (std::size_t c = 0; c < columns.size(); ++c) {
      if (model.atoms[c] == 0) continue;
      const double weight = 1.0 / position_variance(columns[c], options);
      const Eigen::Vector2d from = model.means[c] - model_middle;
      const Eigen::Vector2d to = place_of(columns[c]) - frame_middle;
      along += weight * from.dot(to);
      across += weight * (from.x() * to.y() - from.y() * to.x());
      squares += weight * from.squaredNorm();
    }
    if (squares > 0.0) {
      map.rotation_rad = std::atan2(across, along);
      map.scale = std::hypot(along, across) / squares;
    }
  }
  map.shift_angstrom = frame_middle - map(model_middle);
  return map;
}

PlaneMap map_middles(std::span<const Eigen::Vector2d> atoms,
                     std::span<const ObservedColumn> columns) {
  Eigen::Vector2d middle = Eigen::Vector2d::Zero();
  for (const auto& atom : atoms) middle += atom / static_cast<double>(atoms.size());
  Eigen::Vector2d frame = Eigen::Vector2d::Zero();
  double counts = 0.0;
  for (const auto& column : columns) {
    const double count = std::max(1e-9, static_cast<double>(column.atom_count));
    frame += count * place_of(column);
    counts += count;
  }
  return {.shift_angstrom = frame / counts - middle};
}

void add_columns(const ModelPlaces& model, std::span<const ObservedColumn> columns,
                 const MisfitOptions& options, MisfitResult& result) {
  const auto count = static_cast<double>(columns.size());
  for (std::size_t c = 0; c < columns.size(); ++c) {
    ColumnResidual residual{.column_id = columns[c].column_id,
                            .atoms = model.atoms[c],
                            .observed = columns[c].atom_count,
                            .price = count_price(columns[c], model.atoms[c])};
    double position = 0.0;
    if (residual.atoms > 0) {
      const Eigen::Vector2d off = result.map(model.means[c]) - place_of(columns[c]);
      residual.dx_angstrom = off.x();
      residual.dy_angstrom = off.y();
      position = off.squaredNorm() / position_variance(columns[c], options);
    }
    residual.chi = 2.0 * residual.price + position;
    result.chi_counts += 2.0 * residual.price / count;
    result.chi_positions += position / count;
    if (residual.atoms == residual.observed) ++result.columns_exact;
    result.columns.push_back(residual);
  }
}

}  // namespace

Eigen::Vector2d PlaneMap::operator()(const Eigen::Vector2d& model_angstrom) const {
  const double c = scale * std::cos(rotation_rad);
  const double s = scale * std::sin(rotation_rad);
  return {c * model_angstrom.x() - s * model_angstrom.y() + shift_angstrom.x(),
          s * model_angstrom.x() + c * model_angstrom.y() + shift_angstrom.y()};
}

void MisfitOptions::describe(OptionVisitor& v) {
  v.visit({.name = "freedom", .help = "what is done to the model's projection to fit the frame"},
          freedom);
  v.visit({.name = "position_floor_angstrom",
           .unit = "angstrom",
           .help = "what positions of a model that is right may be off",
           .min = 1e-3,
           .max = 10.0},
          position_floor_angstrom);
  v.visit({.name = "reach_angstrom",
           .unit = "angstrom",
           .help = "an atom farther than this from every column is in none",
           .min = 1e-3,
           .max = 100.0},
          reach_angstrom);
}

std::vector<OptionIssue> MisfitOptions::validate() const { return check_ranges(*this); }

MisfitResult measure_misfit(const crystal::Structure& structure,
                            std::span<const ObservedColumn> columns, const MisfitOptions& options) {
  require_valid(options.validate());
  if (structure.atoms.empty() || columns.empty()) {
    throw InputError({.what = structure.atoms.empty() ? "a model without atoms has no misfit"
                                                      : "no columns to compare a model with",
                      .where = {},
                      .why = {},
                      .remedy = {}});
  }
  const auto atoms = projected_atoms(structure);
  const double reach = reach_of(columns, options);
  MisfitResult result;
  result.atom_columns = columns_by_id(structure, columns);
  auto model = places_of_columns(atoms, result.atom_columns, columns.size());
  const bool ids = std::any_of(result.atom_columns.begin(), result.atom_columns.end(),
                               [](std::int64_t column) { return column >= 0; });
  result.map = ids ? fit_plane_map(model, columns, options) : map_middles(atoms, columns);
  constexpr int most_rounds = 30;
  for (int round = 0; round < most_rounds; ++round) {
    auto nearest = nearest_columns(atoms, columns, result.map, reach);
    const bool settled = round > 0 && nearest == result.atom_columns;
    result.atom_columns = std::move(nearest);
    if (settled) break;
    model = places_of_columns(atoms, result.atom_columns, columns.size());
    result.map = fit_plane_map(model, columns, options);
  }
  result.stray_atoms =
      std::count(result.atom_columns.begin(), result.atom_columns.end(), std::int64_t{-1});
  add_columns(model, columns, options, result);
  result.chi_counts += 2.0 * stray_atom_price * static_cast<double>(result.stray_atoms) /
                       static_cast<double>(columns.size());
  result.chi = result.chi_counts + result.chi_positions;
  return result;
}

}  // namespace adatom::reconstruct
