#include "selected_inverse.h"

#include <algorithm>
#include <atomic>

#include "adatom/base/parallel.h"
#include "conjugate_gradients.h"

namespace adatom::columns {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

constexpr double first_ridge = 1e-11;

double diagonal_of(const NormalMatrix& matrix, std::size_t column, Index entry) {
  const std::size_t block = matrix.layout.block;
  return matrix.diagonal[column * block * block + static_cast<std::size_t>(entry) * (block + 1)];
}

// Does the image depend on a parameter at all? Not on the position of a column of no height: its
// row of the matrix is zero, and 1 on the diagonal keeps it apart from the others.
bool has_say(const NormalMatrix& matrix, std::size_t column, Index entry) {
  double largest = 0.0;
  for (Index d = 0; d < static_cast<Index>(matrix.layout.block); ++d) {
    largest = std::max(largest, diagonal_of(matrix, column, d));
  }
  return diagonal_of(matrix, column, entry) > 1e-200 * largest;
}

// What the factorisation leaves of a front, and later its part of the inverse.
struct Work {
  MatrixXd inverse;  // of the front's own block, its descendants eliminated
  MatrixXd gain;     // inverse * (own to border)
  MatrixXd update;   // what the front gives to its parent; freed there
  MatrixXd result;   // the inverse over own and border columns; freed after the children
};

class Multifrontal {
 public:
  Multifrontal(const NormalMatrix& matrix, const BlockPattern& pattern, const EliminationTree& tree)
      : matrix_(matrix),
        pattern_(pattern),
        tree_(tree),
        block_(static_cast<Index>(matrix.layout.block)),
        work_(tree.fronts.size()),
        levels_(tree.depths) {
    for (std::size_t f = 0; f < tree.fronts.size(); ++f) {
      levels_[tree.fronts[f].depth].push_back(f);
    }
  }

  // False if the matrix with that ridge is not positive definite.
  bool factorize(double ridge) {
    std::atomic<bool> regular = true;
    for (std::size_t depth = tree_.depths; depth-- > 0;) {
      parallel_for(levels_[depth].size(), [&](std::size_t k) {
        if (!eliminate(levels_[depth][k], ridge)) regular = false;
      });
      if (!regular) return false;
    }
    return true;
  }

  // The diagonal block of every column. Results of a level are freed once the next is done.
  std::vector<MatrixXd> invert() {
    std::vector<MatrixXd> blocks(pattern_.columns);
    for (std::size_t depth = 0; depth < tree_.depths; ++depth) {
      parallel_for(levels_[depth].size(), [&](std::size_t k) { descend(levels_[depth][k]); });
      if (depth > 0) free_results(depth - 1);
      for (const std::size_t f : levels_[depth]) {
        const std::vector<std::uint32_t>& own = tree_.fronts[f].own;
        for (std::size_t i = 0; i < own.size(); ++i) {
          const Index row = static_cast<Index>(i) * block_;
          blocks[own[i]] = work_[f].result.block(row, row, block_, block_);
        }
      }
    }
    return blocks;
  }

 private:
  // Where columns stand among a front's own and border columns.
  [[nodiscard]] std::vector<Index> places(const Front& front,
                                          const std::vector<std::uint32_t>& columns) const {
    std::vector<Index> found;
    found.reserve(columns.size());
    for (const std::uint32_t i : columns) found.push_back(place(front, i) * block_);
    return found;
  }

  [[nodiscard]] Index place(const Front& front, std::uint32_t i) const {
    const auto earlier = [&](std::uint32_t a, std::uint32_t b) {
      return tree_.order[a] < tree_.order[b];
    };
    if (!front.own.empty() && tree_.order[i] <= tree_.order[front.own.back()]) {
      return std::ranges::lower_bound(front.own, i, earlier) - front.own.begin();
    }
    return static_cast<Index>(front.own.size()) +
           (std::ranges::lower_bound(front.border, i, earlier) - front.border.begin());
  }

  // The original matrix's entries in the rows of a front's own columns (upper triangle).
  void gather(const Front& front, double ridge, MatrixXd& dense) const {
    using Block = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    using ConstBlock = Eigen::Map<const Block>;
    const std::size_t size = matrix_.layout.block * matrix_.layout.block;
    for (std::size_t k = 0; k < front.own.size(); ++k) {
      const std::uint32_t i = front.own[k];
      const Index row = static_cast<Index>(k) * block_;
      ConstBlock own(matrix_.diagonal.data() + i * size, block_, block_);
      auto target = dense.block(row, row, block_, block_);
      target = own;
      // Each parameter's ridge goes with its own unit: positions weigh by the height squared.
      for (Index d = 0; d < block_; ++d) {
        target(d, d) = has_say(matrix_, i, d) ? (1.0 + ridge) * own(d, d) : 1.0;
      }
      for (std::size_t p = pattern_.upper_begin[i]; p < pattern_.upper_begin[i + 1]; ++p) {
        const std::uint32_t j = pattern_.upper_column[p];
        if (tree_.order[j] < tree_.order[i]) continue;
        dense.block(row, place(front, j) * block_, block_, block_) =
            ConstBlock(matrix_.upper.data() + p * size, block_, block_);
      }
      for (std::size_t p = pattern_.lower_begin[i]; p < pattern_.lower_begin[i + 1]; ++p) {
        const std::uint32_t j = pattern_.lower_column[p];
        if (tree_.order[j] < tree_.order[i]) continue;
        dense.block(row, place(front, j) * block_, block_, block_) =
            ConstBlock(matrix_.upper.data() + pattern_.lower_pair[p] * size, block_, block_)
                .transpose();
      }
    }
  }

  bool eliminate(std::size_t f, double ridge) {
    const Front& front = tree_.fronts[f];
    const Index own = static_cast<Index>(front.own.size()) * block_;
    const Index border = static_cast<Index>(front.border.size()) * block_;
    MatrixXd dense = MatrixXd::Zero(own + border, own + border);
    gather(front, ridge, dense);
    for (const std::size_t child : front.children) {
      const std::vector<Index> to = places(front, tree_.fronts[child].border);
      MatrixXd& update = work_[child].update;
      for (std::size_t a = 0; a < to.size(); ++a) {
        for (std::size_t b = a; b < to.size(); ++b) {
          dense.block(to[a], to[b], block_, block_) += update.block(
              static_cast<Index>(a) * block_, static_cast<Index>(b) * block_, block_, block_);
        }
      }
      update = MatrixXd();
    }
    Work& work = work_[f];
    if (own > 0) {
      const Eigen::LLT<MatrixXd, Eigen::Upper> factor(dense.topLeftCorner(own, own));
      if (factor.info() != Eigen::Success) return false;
      work.inverse = factor.solve(MatrixXd::Identity(own, own));
    } else {
      work.inverse = MatrixXd(0, 0);
    }
    const auto coupling = dense.topRightCorner(own, border);
    work.gain.noalias() = work.inverse * coupling;
    work.update = dense.bottomRightCorner(border, border);
    if (own > 0) work.update.noalias() -= coupling.transpose() * work.gain;
    return true;
  }

  void descend(std::size_t f) {
    const Front& front = tree_.fronts[f];
    Work& work = work_[f];
    const Index own = work.inverse.rows();
    const Index border = static_cast<Index>(front.border.size()) * block_;
    work.result.resize(own + border, own + border);
    if (border > 0) {
      const std::vector<Index> from = places(tree_.fronts[front.parent], front.border);
      const MatrixXd& above = work_[front.parent].result;
      for (std::size_t a = 0; a < from.size(); ++a) {
        for (std::size_t b = 0; b < from.size(); ++b) {
          work.result.block(own + static_cast<Index>(a) * block_,
                            own + static_cast<Index>(b) * block_, block_, block_) =
              above.block(from[a], from[b], block_, block_);
        }
      }
    }
    if (own > 0) {
      const MatrixXd across = work.gain * work.result.bottomRightCorner(border, border);
      work.result.topLeftCorner(own, own) = work.inverse;
      work.result.topLeftCorner(own, own).noalias() += across * work.gain.transpose();
      work.result.topRightCorner(own, border) = -across;
      work.result.bottomLeftCorner(border, own) = -across.transpose();
    }
    work.inverse = MatrixXd();
    work.gain = MatrixXd();
  }

  void free_results(std::size_t depth) {
    for (const std::size_t f : levels_[depth]) work_[f].result = MatrixXd();
  }

  const NormalMatrix& matrix_;
  const BlockPattern& pattern_;
  const EliminationTree& tree_;
  Index block_;
  std::vector<Work> work_;
  std::vector<std::vector<std::size_t>> levels_;
};

}  // namespace

Covariance invert_selected(const NormalMatrix& matrix, const BlockPattern& pattern,
                           const EliminationTree& tree) {
  Multifrontal solver(matrix, pattern, tree);
  double ridge = first_ridge;
  while (!solver.factorize(ridge)) ridge *= 10.0;  // ends: with enough ridge it is diagonal
  const std::vector<MatrixXd> blocks = solver.invert();

  const Index block = static_cast<Index>(matrix.layout.block);
  const Index shared = static_cast<Index>(matrix.layout.border());
  MatrixXd towards = MatrixXd::Zero(matrix.border.rows(), shared);
  MatrixXd schur = matrix.corner;
  if (shared > 0) {
    Eigen::VectorXd shift(matrix.border.rows());
    for (Index i = 0; i < shift.size(); ++i) {
      const auto column = static_cast<std::size_t>(i / block);
      const bool known = has_say(matrix, column, i % block);
      shift(i) = known ? ridge * diagonal_of(matrix, column, i % block) : 1.0;
    }
    solve_blocks(matrix, pattern, shift, matrix.border, 1e-13, towards);
    schur -= matrix.border.transpose() * towards;
    schur = 0.5 * (schur + schur.transpose()).eval();
    for (Index k = 0; k < shared; ++k) {
      schur(k, k) += matrix.corner(k, k) > 0.0 ? 1e-12 * matrix.corner(k, k) : 1.0;
    }
  }
  Covariance covariance{
      .columns = std::vector<Eigen::Matrix4d>(pattern.columns, Eigen::Matrix4d::Zero()),
      .border = MatrixXd(shared, shared)};
  if (shared > 0) covariance.border = schur.ldlt().solve(MatrixXd::Identity(shared, shared));
  const bool common = matrix.layout.common_width == 1;
  for (std::size_t i = 0; i < pattern.columns; ++i) {
    const auto own = towards.middleRows(static_cast<Index>(i) * block, block);
    Eigen::Matrix4d& out = covariance.columns[i];
    out.topLeftCorner(block, block) = blocks[i] + own * covariance.border * own.transpose();
    if (common) {
      out.block(0, 3, block, 1) = -own * covariance.border.col(0);
      out.block(3, 0, 1, block) = out.block(0, 3, block, 1).transpose();
      out(3, 3) = covariance.border(0, 0);
    }
  }
  return covariance;
}

void mark_undetermined(const NormalMatrix& matrix, Covariance& covariance) {
  const auto block = static_cast<Index>(matrix.layout.block);
  const auto mark = [](auto& square, Index k) {
    square.row(k).setZero();
    square.col(k).setZero();
    square(k, k) = undetermined;
  };
  for (std::size_t i = 0; i < covariance.columns.size(); ++i) {
    for (Index d = 0; d < block; ++d) {
      if (!has_say(matrix, i, d)) mark(covariance.columns[i], d);
    }
    const bool common = matrix.layout.common_width == 1;
    if (common && matrix.corner(0, 0) <= 0.0) mark(covariance.columns[i], 3);
  }
  for (Index k = 0; k < covariance.border.rows(); ++k) {
    if (matrix.corner(k, k) <= 0.0) mark(covariance.border, k);
  }
}

}  // namespace adatom::columns
