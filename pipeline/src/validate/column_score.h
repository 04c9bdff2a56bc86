#pragma once
// Fitted and counted columns against the true ones.
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "adatom/columns/fit.h"
#include "adatom/simulate/incoherent.h"

namespace adatom::pipeline {

/// Which fitted column is which true one; sums over frames come from adding them up.
struct ColumnScore {
  std::vector<std::optional<std::size_t>> fitted_of;  ///< of each true column
  std::vector<std::optional<std::size_t>> true_of;    ///< of each fitted one
  std::int64_t found = 0;
  std::int64_t extra = 0;         ///< fitted ones that are none
  double square_angstrom2 = 0.0;  ///< of dx^2 + dy^2, the columns found
  double bound_angstrom2 = 0.0;   ///< of what Cramer and Rao allow
};

/// Pairs that are the nearest to each other within `tolerance_angstrom`, each column once. The
/// bound is that of the fitted model, which knows the width and the background.
[[nodiscard]] ColumnScore score_columns(std::span<const simulate::TrueColumn> truth,
                                        const columns::FitResult& fit, std::size_t width,
                                        std::size_t height, double pixel_size_angstrom,
                                        double dose_per_angstrom2,
                                        const columns::FitOptions& options,
                                        double tolerance_angstrom);

struct CountScore {
  std::int64_t columns = 0;  ///< true ones, and those that are none
  std::int64_t exact = 0;
  std::int64_t within_one = 0;
  std::int64_t true_atoms = 0;
  std::int64_t counted_atoms = 0;
};

/// A true column that was not found has no atoms, and so has one that is none in truth.
/// @param counted of each fitted column
[[nodiscard]] CountScore score_counts(std::span<const simulate::TrueColumn> truth,
                                      const ColumnScore& columns,
                                      std::span<const std::int64_t> counted);

}  // namespace adatom::pipeline
