#pragma once
// The normal equations J^T W J of the model. Columns far apart do not see each other, so the part
// of the columns is sparse, in blocks; what all columns share is a narrow dense border:
//
//   [ blocks   border ]
//   [ border^T corner ]
#include <Eigen/Dense>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "raster.h"
#include "render.h"
#include "scene.h"
#include "stamps.h"

namespace adatom::columns {

/// Which columns are coupled. Pair p of column i stands at upper_begin[i] <= p < upper_begin[i+1].
struct BlockPattern {
  std::size_t columns = 0;
  std::vector<std::size_t> upper_begin;     ///< columns + 1
  std::vector<std::uint32_t> upper_column;  ///< j > i of each pair, ascending
  std::vector<std::size_t> lower_begin;     ///< the same pairs seen from j
  std::vector<std::uint32_t> lower_column;  ///< i < j
  std::vector<std::size_t> lower_pair;      ///< the pair's number

  [[nodiscard]] std::size_t pairs() const { return upper_column.size(); }
};

/// Pairs nearer than `reach` times the mean of their widths whose supports overlap.
[[nodiscard]] BlockPattern find_pairs(const Scene& scene, const std::vector<Support>& supports,
                                      double reach);

/// All blocks are row-major block x block; a pair's rows belong to its lower column.
struct NormalMatrix {
  Layout layout;
  std::vector<double> diagonal;
  std::vector<double> upper;
  Eigen::MatrixXd border;  ///< columns * block rows, layout.border() columns
  Eigen::MatrixXd corner;
};

/// Right-hand side J^T q for an image q.
struct Gradient {
  Eigen::VectorXd columns;
  Eigen::VectorXd border;
};

/// Everything the assembly reads.
struct Linearization {
  const Scene& scene;
  const std::vector<Stamp>& stamps;
  const BlockPattern& pattern;
  const Raster* weight = nullptr;       ///< none: all pixels weigh 1
  const Raster* width_slope = nullptr;  ///< needed with a common width
};

/// Each column is one task that writes its own blocks.
[[nodiscard]] NormalMatrix assemble_matrix(const Linearization& at, const Layout& layout);

[[nodiscard]] Gradient assemble_gradient(const Linearization& at, const Layout& layout,
                                         const Raster& pull);

/// Adds what turns the information into the objective's second derivative: minus the sum of
/// pull * (second derivative of the model). It lies within each column's own block and its coupling
/// to the common width. Without it steps converge badly where the model does not describe the
/// image. A column whose block would not stay clearly positive keeps its old one.
void add_curvature(const Linearization& at, const Raster& pull, NormalMatrix& matrix);

/// a + t b, both of one pattern and layout.
[[nodiscard]] NormalMatrix add_scaled(const NormalMatrix& a, double t, const NormalMatrix& b);

}  // namespace adatom::columns
