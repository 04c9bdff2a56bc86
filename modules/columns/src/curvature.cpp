#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "adatom/base/parallel.h"
#include "normal_matrix.h"

namespace adatom::columns {
namespace {

using Eigen::Index;

constexpr std::size_t columns_per_task = 8;
constexpr std::size_t powers = 6;  // 0 to 4, and one table more to make it two times three

// Sums of image * X^a Y^b exp(-(X^2 + Y^2)/2) with X, Y in widths, a + b <= 4.
using Moments = std::array<std::array<double, powers>, 5>;

Moments project_moments(const Raster& image, const Stamp& stamp, const PixelColumn& column,
                        std::vector<double>& tables) {
  const Support& s = stamp.support();
  const std::size_t stride = stamp.u_stride();
  tables.assign(powers * stride, 0.0);
  for (std::size_t i = 0; i < s.columns(); ++i) {
    const double reduced = (static_cast<double>(s.x_begin + i) - column.x) / column.width;
    double value = stamp.u()[i];
    for (std::size_t a = 0; a < 5; ++a) {
      tables[a * stride + i] = value;
      value *= reduced;
    }
  }
  Moments moments{};
  for (std::size_t k = 0; k < s.rows(); ++k) {
    std::array<double, powers> row;
    const double* pixels = image.row(s.y_begin + k) + s.x_begin;
    const std::size_t count = whole_blocks(s.columns());
    dot_three(pixels, tables.data(), stride, count, row.data());
    dot_three(pixels, tables.data() + 3 * stride, stride, count, row.data() + 3);
    const double reduced = (static_cast<double>(s.y_begin + k) - column.y) / column.width;
    double value = stamp.v()[k];
    for (std::size_t b = 0; b < 5; ++b) {
      for (std::size_t a = 0; a + b < 5; ++a) moments[b][a] += row[a] * value;
      value *= reduced;
    }
  }
  return moments;
}

// Sum of pull * second derivatives by (height, x, y, width).
Eigen::Matrix4d sum_second_derivatives(const Moments& m, const PixelColumn& c) {
  const double first = 1.0 / c.width;
  const double second = c.height / (c.width * c.width);
  const double ring = m[0][2] + m[2][0];
  Eigen::Matrix4d h = Eigen::Matrix4d::Zero();
  h(0, 1) = first * m[0][1];
  h(0, 2) = first * m[1][0];
  h(0, 3) = first * ring;
  h(1, 1) = second * (m[0][2] - m[0][0]);
  h(2, 2) = second * (m[2][0] - m[0][0]);
  h(1, 2) = second * m[1][1];
  h(1, 3) = second * (m[0][3] + m[2][1] - 2.0 * m[0][1]);
  h(2, 3) = second * (m[3][0] + m[1][2] - 2.0 * m[1][0]);
  h(3, 3) = second * (m[0][4] + 2.0 * m[2][2] + m[4][0] - 3.0 * ring);
  h.triangularView<Eigen::StrictlyLower>() = h.transpose();
  return h;
}

// Is the corrected block at least a twentieth of the old one in every direction?
bool stays_positive(const Eigen::MatrixXd& corrected, const Eigen::MatrixXd& old) {
  const Eigen::LLT<Eigen::MatrixXd> factor(corrected - 0.05 * old);
  return factor.info() == Eigen::Success;
}

}  // namespace

void add_curvature(const Linearization& at, const Raster& pull, NormalMatrix& matrix) {
  using Block = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto block = static_cast<Index>(matrix.layout.block);
  const bool common = matrix.layout.common_width == 1;
  const std::size_t columns = at.scene.columns.size();
  std::vector<double> corner(columns, 0.0);
  parallel_ranges(columns, columns_per_task, [&](std::size_t begin, std::size_t end) {
    std::vector<double> tables;
    for (std::size_t i = begin; i < end; ++i) {
      const PixelColumn& column = at.scene.columns[i];
      const Eigen::Matrix4d second =
          sum_second_derivatives(project_moments(pull, at.stamps[i], column, tables), column);
      Eigen::Map<Block> own(matrix.diagonal.data() + i * static_cast<std::size_t>(block * block),
                            block, block);
      const Eigen::MatrixXd corrected = own - second.topLeftCorner(block, block);
      if (!stays_positive(corrected, own)) continue;
      own = corrected;
      if (!common) continue;
      matrix.border.block(static_cast<Index>(i) * block, 0, block, 1) -=
          second.block(0, 3, block, 1);
      corner[i] = second(3, 3);
    }
  });
  if (!common) return;
  for (const double value : corner) matrix.corner(0, 0) -= value;
}

}  // namespace adatom::columns
