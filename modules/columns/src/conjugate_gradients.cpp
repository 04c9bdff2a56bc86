#include "conjugate_gradients.h"

#include <array>
#include <cmath>

#include "adatom/base/parallel.h"

namespace adatom::columns {
namespace {

using Eigen::Index;
using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr std::size_t columns_per_task = 128;
constexpr int most_steps = 500;

// One system with blocks of a size known to the compiler and up to Eigen's dynamic number of
// right-hand sides.
template <int block>
class BlockSystem {
 public:
  using Block = Eigen::Matrix<double, block, block, Eigen::RowMajor>;
  using ConstBlock = Eigen::Map<const Block>;

  BlockSystem(const NormalMatrix& matrix, const BlockPattern& pattern, const Eigen::VectorXd& shift)
      : matrix_(matrix), pattern_(pattern), shift_(shift) {}

  void multiply(const RowMatrix& x, RowMatrix& out) const {
    parallel_ranges(pattern_.columns, columns_per_task, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) multiply_row(i, x, out);
    });
  }

  void invert_diagonal() {
    inverse_.resize(pattern_.columns);
    for (std::size_t i = 0; i < pattern_.columns; ++i) {
      Block own = ConstBlock(matrix_.diagonal.data() + i * block * block);
      own.diagonal() += shift_.segment<block>(static_cast<Index>(i) * block);
      // A tiny ridge keeps a block regular, each parameter's in its own unit: positions weigh by
      // the height squared, and a column of no height has no say in its position.
      for (int d = 0; d < block; ++d) own(d, d) = own(d, d) > 0.0 ? (1.0 + 1e-14) * own(d, d) : 1.0;
      inverse_[i] = own.ldlt().solve(Block::Identity());
    }
  }

  void precondition(const RowMatrix& x, RowMatrix& out) const {
    for (std::size_t i = 0; i < pattern_.columns; ++i) {
      const Index row = static_cast<Index>(i) * block;
      out.middleRows<block>(row).noalias() = inverse_[i] * x.middleRows<block>(row);
    }
  }

 private:
  void multiply_row(std::size_t i, const RowMatrix& x, RowMatrix& out) const {
    const Index row = static_cast<Index>(i) * block;
    constexpr auto size = static_cast<std::size_t>(block) * block;
    auto target = out.middleRows<block>(row);
    target = shift_.segment<block>(row).asDiagonal() * x.middleRows<block>(row);
    target.noalias() += ConstBlock(matrix_.diagonal.data() + i * size) * x.middleRows<block>(row);
    for (std::size_t p = pattern_.upper_begin[i]; p < pattern_.upper_begin[i + 1]; ++p) {
      const Index other = static_cast<Index>(pattern_.upper_column[p]) * block;
      target.noalias() += ConstBlock(matrix_.upper.data() + p * size) * x.middleRows<block>(other);
    }
    for (std::size_t p = pattern_.lower_begin[i]; p < pattern_.lower_begin[i + 1]; ++p) {
      const Index other = static_cast<Index>(pattern_.lower_column[p]) * block;
      target.noalias() +=
          ConstBlock(matrix_.upper.data() + pattern_.lower_pair[p] * size).transpose() *
          x.middleRows<block>(other);
    }
  }

  const NormalMatrix& matrix_;
  const BlockPattern& pattern_;
  const Eigen::VectorXd& shift_;
  std::vector<Block, Eigen::aligned_allocator<Block>> inverse_;
};

using Scalars = Eigen::RowVectorXd;

Scalars dot_columns(const RowMatrix& a, const RowMatrix& b) {
  Scalars sum = Scalars::Zero(a.cols());
  for (Index i = 0; i < a.rows(); ++i) sum += a.row(i).cwiseProduct(b.row(i));
  return sum;
}

template <int block>
bool run(const NormalMatrix& matrix, const BlockPattern& pattern, const Eigen::VectorXd& shift,
         const Eigen::MatrixXd& right, double tolerance, Eigen::MatrixXd& solution) {
  BlockSystem<block> system(matrix, pattern, shift);
  system.invert_diagonal();
  RowMatrix x = solution;
  RowMatrix product(right.rows(), right.cols());
  system.multiply(x, product);
  RowMatrix residual = right - product;
  RowMatrix scaled(right.rows(), right.cols());
  system.precondition(residual, scaled);
  RowMatrix direction = scaled;
  // Norms in the metric of the preconditioner: rows of different units weigh alike.
  RowMatrix right_rows = right;
  RowMatrix right_scaled(right.rows(), right.cols());
  system.precondition(right_rows, right_scaled);
  const Scalars goal = dot_columns(right_rows, right_scaled) * (tolerance * tolerance);
  Scalars size = dot_columns(residual, scaled);
  for (int step = 0; step < most_steps; ++step) {
    if ((size.array() <= goal.array()).all()) break;
    system.multiply(direction, product);
    const Scalars curvature = dot_columns(direction, product);
    Scalars alpha = Scalars::Zero(size.size());
    for (Index k = 0; k < size.size(); ++k) {
      if (size(k) > goal(k) && curvature(k) > 0.0) alpha(k) = size(k) / curvature(k);
    }
    if (alpha.isZero(0.0)) break;
    x += direction * alpha.asDiagonal();
    residual -= product * alpha.asDiagonal();
    system.precondition(residual, scaled);
    const Scalars next = dot_columns(residual, scaled);
    Scalars beta = Scalars::Zero(size.size());
    for (Index k = 0; k < size.size(); ++k) {
      if (size(k) > 0.0) beta(k) = next(k) / size(k);
    }
    direction = scaled + direction * beta.asDiagonal();
    size = next;
  }
  solution = x;
  return (size.array() <= goal.array()).all();
}

}  // namespace

bool solve_blocks(const NormalMatrix& matrix, const BlockPattern& pattern,
                  const Eigen::VectorXd& shift, const Eigen::MatrixXd& right, double tolerance,
                  Eigen::MatrixXd& solution) {
  switch (matrix.layout.block) {
    case 1:
      return run<1>(matrix, pattern, shift, right, tolerance, solution);
    case 3:
      return run<3>(matrix, pattern, shift, right, tolerance, solution);
    default:
      return run<4>(matrix, pattern, shift, right, tolerance, solution);
  }
}

Eigen::VectorXd multiply_blocks(const NormalMatrix& matrix, const BlockPattern& pattern,
                                const Eigen::VectorXd& x) {
  const Eigen::VectorXd none = Eigen::VectorXd::Zero(x.size());
  const RowMatrix rows = x;
  RowMatrix out(x.size(), 1);
  switch (matrix.layout.block) {
    case 1:
      BlockSystem<1>(matrix, pattern, none).multiply(rows, out);
      break;
    case 3:
      BlockSystem<3>(matrix, pattern, none).multiply(rows, out);
      break;
    default:
      BlockSystem<4>(matrix, pattern, none).multiply(rows, out);
  }
  return out;
}

Step solve_step(const NormalMatrix& matrix, const BlockPattern& pattern, const Gradient& gradient,
                const Step& shift, double tolerance, Eigen::MatrixXd& start_border) {
  const Index rows = gradient.columns.size();
  const Index shared = gradient.border.size();
  Eigen::MatrixXd right(rows, shared + 1);
  right << matrix.border, gradient.columns;
  Eigen::MatrixXd solution = Eigen::MatrixXd::Zero(rows, shared + 1);
  if (start_border.rows() == rows && start_border.cols() == shared) {
    solution.leftCols(shared) = start_border;
  }
  solve_blocks(matrix, pattern, shift.columns, right, tolerance, solution);
  start_border = solution.leftCols(shared);
  Step step{solution.col(shared), Eigen::VectorXd::Zero(shared)};
  if (shared == 0) return step;
  Eigen::MatrixXd schur = matrix.corner - matrix.border.transpose() * start_border;
  schur = 0.5 * (schur + schur.transpose()).eval();
  schur.diagonal() += shift.border;
  // What is left of a shared parameter that the columns can imitate is rounding: keep it positive.
  schur.diagonal() += 1e-12 * matrix.corner.diagonal();
  const Eigen::VectorXd rest = gradient.border - matrix.border.transpose() * step.columns;
  step.border = schur.ldlt().solve(rest);
  step.columns -= start_border * step.border;
  return step;
}

}  // namespace adatom::columns
