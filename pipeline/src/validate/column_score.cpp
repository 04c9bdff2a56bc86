#include "validate/column_score.h"

#include <cstdlib>

#include "adatom/columns/bound.h"
#include "adatom/reconstruct/match_points.h"

namespace adatom::pipeline {

ColumnScore score_columns(std::span<const simulate::TrueColumn> truth,
                          const columns::FitResult& fit, std::size_t width, std::size_t height,
                          double pixel_size_angstrom, double dose_per_angstrom2,
                          const columns::FitOptions& options, double tolerance_angstrom) {
  ColumnScore score;
  score.fitted_of.resize(truth.size());
  score.true_of.resize(fit.columns.size());
  score.extra = static_cast<std::int64_t>(fit.columns.size());
  if (fit.columns.empty()) return score;
  std::vector<Eigen::Vector3d> true_places;
  std::vector<Eigen::Vector3d> fitted_places;
  for (const auto& column : truth)
    true_places.emplace_back(column.x_angstrom, column.y_angstrom, 0.0);
  for (const auto& column : fit.columns) {
    fitted_places.emplace_back(column.x_angstrom, column.y_angstrom, 0.0);
  }
  const auto bounds =
      columns::cramer_rao_bound(width, height, pixel_size_angstrom, fit.columns, fit.background,
                                dose_per_angstrom2, options.width, options.background);
  for (const auto& pair :
       reconstruct::match_points(true_places, fitted_places, tolerance_angstrom)) {
    score.fitted_of[pair.a] = pair.b;
    score.true_of[pair.b] = pair.a;
    ++score.found;
    --score.extra;
    score.square_angstrom2 += pair.distance_angstrom * pair.distance_angstrom;
    const auto& bound = bounds[pair.b];
    score.bound_angstrom2 +=
        bound.x_angstrom * bound.x_angstrom + bound.y_angstrom * bound.y_angstrom;
  }
  return score;
}

CountScore score_counts(std::span<const simulate::TrueColumn> truth, const ColumnScore& columns,
                        std::span<const std::int64_t> counted) {
  CountScore score;
  const auto add = [&score](std::int64_t atoms, std::int64_t count) {
    ++score.columns;
    if (count == atoms) ++score.exact;
    if (std::abs(count - atoms) <= 1) ++score.within_one;
    score.true_atoms += atoms;
    score.counted_atoms += count;
  };
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const auto fitted = columns.fitted_of[i];
    add(truth[i].atom_count, fitted ? counted[*fitted] : 0);
  }
  for (std::size_t i = 0; i < counted.size(); ++i) {
    if (!columns.true_of[i]) add(0, counted[i]);
  }
  return score;
}

}  // namespace adatom::pipeline
