#pragma once
// The covariance of every column: the diagonal blocks of the inverse of the normal equations.
#include <Eigen/Dense>
#include <cstdint>
#include <optional>
#include <vector>

#include "normal_matrix.h"

namespace adatom::columns {

/// A set of columns eliminated together, and the later columns they are coupled to.
struct Front {
  std::vector<std::uint32_t> own;
  std::vector<std::uint32_t> border;
  std::vector<std::size_t> children;
  std::size_t parent = 0;
  std::size_t depth = 0;
};

/// The order in which the columns are eliminated: nested dissection (George, SIAM J. Numer. Anal.
/// 10 (1973) 345) by position. Made once for a pattern.
struct EliminationTree {
  std::vector<Front> fronts;         ///< children before parents
  std::vector<std::uint32_t> order;  ///< when a column is eliminated
  std::size_t depths = 0;
};

[[nodiscard]] EliminationTree dissect(const BlockPattern& pattern,
                                      const std::vector<PixelColumn>& columns);

/// Covariances out of one inverse.
struct Covariance {
  std::vector<Eigen::Matrix4d> columns;  ///< (height, x, y, width); a common width is included
  Eigen::MatrixXd border;
};

/// The exact inverse, restricted to what is needed: a multifrontal Cholesky factorisation upwards,
/// then the inverse downwards from the root (Takahashi, Fagan and Chin 1973; Erisman and Tinney,
/// Comm. ACM 18 (1975) 177). Work grows with the number of columns to the power 1.5.
/// Columns that cannot be told apart make the matrix singular; a ridge of 1e-11 of the diagonal
/// (more if that is not enough) keeps it regular, and their variances come out huge but finite.
[[nodiscard]] Covariance invert_selected(const NormalMatrix& matrix, const BlockPattern& pattern,
                                         const EliminationTree& tree);

/// Parameters on which the image does not depend at all (the position of a column of no height)
/// get an infinite variance.
void mark_undetermined(const NormalMatrix& matrix, Covariance& covariance);

}  // namespace adatom::columns
