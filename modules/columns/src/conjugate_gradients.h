#pragma once
// Solving with the sparse part of the normal equations.
#include <Eigen/Dense>
#include <vector>

#include "normal_matrix.h"

namespace adatom::columns {

/// Solves (blocks + diag(shift)) X = B for all right-hand sides (the columns of B) by conjugate
/// gradients, preconditioned with the inverse of each column's own block. Columns couple only to
/// their neighbours, so a few tens of steps do, whatever the number of columns.
/// @param shift what is added to the diagonal (damping), one value per row
/// @param solution where to start; holds the answer afterwards
/// @returns whether every right-hand side reached |residual| <= tolerance |B|
bool solve_blocks(const NormalMatrix& matrix, const BlockPattern& pattern,
                  const Eigen::VectorXd& shift, const Eigen::MatrixXd& right, double tolerance,
                  Eigen::MatrixXd& solution);

/// blocks * x for one vector.
[[nodiscard]] Eigen::VectorXd multiply_blocks(const NormalMatrix& matrix,
                                              const BlockPattern& pattern,
                                              const Eigen::VectorXd& x);

/// A step of the whole system (blocks, border and corner), each diagonal raised by its shift.
struct Step {
  Eigen::VectorXd columns;
  Eigen::VectorXd border;
};

/// Solves the bordered system through the Schur complement of the blocks.
/// @param start_border where the solution for the border's right-hand sides starts; kept for the
///   next call, whose matrix is much the same
[[nodiscard]] Step solve_step(const NormalMatrix& matrix, const BlockPattern& pattern,
                              const Gradient& gradient, const Step& shift, double tolerance,
                              Eigen::MatrixXd& start_border);

}  // namespace adatom::columns
