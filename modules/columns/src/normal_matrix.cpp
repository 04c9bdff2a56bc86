#include "normal_matrix.h"

#include <algorithm>
#include <array>

#include "adatom/base/parallel.h"

namespace adatom::columns {
namespace {

constexpr std::size_t columns_per_task = 8;

// The five products u_a v_b of which a column and its derivatives are made (order of Projection).
constexpr std::array<std::size_t, 5> x_table = {0, 1, 0, 2, 0};
constexpr std::array<std::size_t, 5> y_table = {0, 0, 1, 0, 2};

// Sums of products of the five functions of two columns.
using Products = std::array<std::array<double, 5>, 5>;

// Number of the five functions a block of that size needs.
std::size_t count_functions(std::size_t block) { return block == 4 ? 5 : block; }

// The block of two columns: the width derivative is the sum of the last two functions, and all
// derivatives but the first carry the height.
void write_block(const Products& p, double height_i, double height_j, std::size_t block,
                 double* out) {
  const auto fold = [&](std::size_t a, std::size_t b) {
    double sum = p[a][b];
    if (a == 3) sum += p[4][b];
    if (b == 3) sum += p[a][4];
    if (a == 3 && b == 3) sum += p[4][4];
    return sum;
  };
  for (std::size_t a = 0; a < block; ++a) {
    for (std::size_t b = 0; b < block; ++b) {
      out[a * block + b] = fold(a, b) * (a == 0 ? 1.0 : height_i) * (b == 0 ? 1.0 : height_j);
    }
  }
}

void write_projection(const Projection& p, double height, std::size_t block, double* out,
                      std::size_t step) {
  out[0] = p[0];
  if (block > 1) {
    out[step] = height * p[1];
    out[2 * step] = height * p[2];
  }
  if (block > 3) out[3 * step] = height * (p[3] + p[4]);
}

struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
  [[nodiscard]] std::size_t size() const { return end > begin ? end - begin : 0; }
};

Range shared_x(const Support& a, const Support& b) {
  return {std::max(a.x_begin, b.x_begin), std::min(a.x_end, b.x_end)};
}

Range shared_y(const Support& a, const Support& b) {
  return {std::max(a.y_begin, b.y_begin), std::min(a.y_end, b.y_end)};
}

// All pixels weigh the same: the sums over a rectangle are products of sums along x and y.
Products multiply_unweighted(const Stamp& a, const Stamp& b) {
  const Range x = shared_x(a.support(), b.support());
  const Range y = shared_y(a.support(), b.support());
  double sums_x[3][3];
  double sums_y[3][3];
  dot_three_by_three(a.u() + (x.begin - a.support().x_begin), a.u_stride(),
                     b.u() + (x.begin - b.support().x_begin), b.u_stride(), whole_blocks(x.size()),
                     sums_x);
  dot_three_by_three(a.v() + (y.begin - a.support().y_begin), a.v_stride(),
                     b.v() + (y.begin - b.support().y_begin), b.v_stride(), whole_blocks(y.size()),
                     sums_y);
  Products products;
  for (std::size_t p = 0; p < 5; ++p) {
    for (std::size_t q = 0; q < 5; ++q) {
      products[p][q] = sums_x[x_table[p]][x_table[q]] * sums_y[y_table[p]][y_table[q]];
    }
  }
  return products;
}

// One row of two columns, with the weights already in the tables t of the first one.
void add_row(const Stamp& a, const Stamp& b, const double* t, std::size_t t_stride, std::size_t y,
             std::size_t functions, Products& products) {
  const Range x = shared_x(a.support(), b.support());
  const std::size_t count = whole_blocks(x.size());
  const double* from = t + (x.begin - a.support().x_begin);
  const double* to = b.u() + (x.begin - b.support().x_begin);
  double sums[3][3];
  if (functions == 5) {
    dot_three_by_three(from, t_stride, to, b.u_stride(), count, sums);
  } else {
    dot_two_by_two(from, t_stride, to, b.u_stride(), count, sums);
  }
  const double* v_a = a.v() + (y - a.support().y_begin);
  const double* v_b = b.v() + (y - b.support().y_begin);
  for (std::size_t p = 0; p < functions; ++p) {
    const double left = v_a[y_table[p] * a.v_stride()];
    for (std::size_t q = 0; q < functions; ++q) {
      products[p][q] += sums[x_table[p]][x_table[q]] * left * v_b[y_table[q] * b.v_stride()];
    }
  }
}

// A column's block with itself and with each of its pairs, pixels weighted.
class WeightedRows {
 public:
  WeightedRows(const Linearization& at, const Layout& layout) : at_(at), layout_(layout) {}

  void write(std::size_t i, NormalMatrix& matrix) {
    const Stamp& a = at_.stamps[i];
    const std::size_t first = at_.pattern.upper_begin[i];
    const std::size_t pairs = at_.pattern.upper_begin[i + 1] - first;
    const std::size_t functions = count_functions(layout_.block);
    products_.assign(pairs + 1, Products{});
    tables_.assign(3 * a.u_stride(), 0.0);  // what follows the support stays zero
    for (std::size_t y = a.support().y_begin; y < a.support().y_end; ++y) {
      multiply_tables(at_.weight->row(y) + a.support().x_begin, a.u(), a.u_stride(), tables_.data(),
                      a.u_stride(), functions == 5 ? 3 : 2, whole_blocks(a.support().columns()));
      add_row(a, a, tables_.data(), a.u_stride(), y, functions, products_[pairs]);
      for (std::size_t k = 0; k < pairs; ++k) {
        const Stamp& b = at_.stamps[at_.pattern.upper_column[first + k]];
        if (y < b.support().y_begin || y >= b.support().y_end) continue;
        add_row(a, b, tables_.data(), a.u_stride(), y, functions, products_[k]);
      }
    }
    const std::size_t size = layout_.block * layout_.block;
    const double height = at_.scene.columns[i].height;
    write_block(products_[pairs], height, height, layout_.block, matrix.diagonal.data() + i * size);
    for (std::size_t k = 0; k < pairs; ++k) {
      const double other = at_.scene.columns[at_.pattern.upper_column[first + k]].height;
      write_block(products_[k], height, other, layout_.block,
                  matrix.upper.data() + (first + k) * size);
    }
  }

 private:
  const Linearization& at_;
  const Layout& layout_;
  std::vector<Products> products_;
  std::vector<double> tables_;
};

void write_unweighted(const Linearization& at, std::size_t i, NormalMatrix& matrix) {
  const std::size_t block = matrix.layout.block;
  const double height = at.scene.columns[i].height;
  write_block(multiply_unweighted(at.stamps[i], at.stamps[i]), height, height, block,
              matrix.diagonal.data() + i * block * block);
  for (std::size_t p = at.pattern.upper_begin[i]; p < at.pattern.upper_begin[i + 1]; ++p) {
    const std::size_t j = at.pattern.upper_column[p];
    write_block(multiply_unweighted(at.stamps[i], at.stamps[j]), height, at.scene.columns[j].height,
                block, matrix.upper.data() + p * block * block);
  }
}

// The derivative of the model by one border parameter, times the weight: one image each.
std::vector<Raster> weigh_border(const Linearization& at, const Layout& layout) {
  const std::size_t width = at.scene.width;
  const std::size_t height = at.scene.height;
  std::vector<Raster> images(layout.border(), Raster(width, height));
  parallel_ranges(height, rows_per_band, [&](std::size_t begin, std::size_t end) {
    for (std::size_t y = begin; y < end; ++y) {
      const double dy = static_cast<double>(y) - at.scene.centre_y();
      for (std::size_t x = 0; x < width; ++x) {
        const double w = at.weight == nullptr ? 1.0 : at.weight->row(y)[x];
        std::size_t k = 0;
        if (layout.common_width == 1) images[k++].row(y)[x] = w * at.width_slope->row(y)[x];
        if (layout.background_terms >= 1) images[k++].row(y)[x] = w;
        if (layout.background_terms == 3) {
          images[k++].row(y)[x] = w * (static_cast<double>(x) - at.scene.centre_x());
          images[k++].row(y)[x] = w * dy;
        }
      }
    }
  });
  return images;
}

// Sums of one image against the derivatives by all border parameters, bands added in order.
Eigen::VectorXd project_border(const Linearization& at, const Layout& layout, const Raster& image) {
  const std::size_t bands = (at.scene.height + rows_per_band - 1) / rows_per_band;
  Eigen::MatrixXd sums = Eigen::MatrixXd::Zero(4, static_cast<Eigen::Index>(bands));
  parallel_for(bands, [&](std::size_t band) {
    std::array<double, 4> total{};  // slope image, 1, x, y
    const std::size_t end = std::min(at.scene.height, (band + 1) * rows_per_band);
    for (std::size_t y = band * rows_per_band; y < end; ++y) {
      const double* row = image.row(y);
      double slope = 0.0;
      double level = 0.0;
      double along_x = 0.0;
      for (std::size_t x = 0; x < at.scene.width; ++x) {
        if (layout.common_width == 1) slope += row[x] * at.width_slope->row(y)[x];
        level += row[x];
        along_x += row[x] * (static_cast<double>(x) - at.scene.centre_x());
      }
      total[0] += slope;
      total[1] += level;
      total[2] += along_x;
      total[3] += level * (static_cast<double>(y) - at.scene.centre_y());
    }
    for (Eigen::Index k = 0; k < 4; ++k) {
      sums(k, static_cast<Eigen::Index>(band)) = total[static_cast<std::size_t>(k)];
    }
  });
  Eigen::Vector4d total = Eigen::Vector4d::Zero();
  for (Eigen::Index band = 0; band < sums.cols(); ++band) total += sums.col(band);
  return total.segment(layout.common_width == 1 ? 0 : 1,
                       static_cast<Eigen::Index>(layout.border()));
}

}  // namespace

NormalMatrix assemble_matrix(const Linearization& at, const Layout& layout) {
  const std::size_t block = layout.block;
  const std::size_t columns = at.scene.columns.size();
  const auto border = static_cast<Eigen::Index>(layout.border());
  NormalMatrix matrix{
      .layout = layout,
      .diagonal = std::vector<double>(columns * block * block),
      .upper = std::vector<double>(at.pattern.pairs() * block * block),
      .border = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(columns * block), border),
      .corner = Eigen::MatrixXd::Zero(border, border)};
  const std::vector<Raster> images = weigh_border(at, layout);
  parallel_ranges(columns, columns_per_task, [&](std::size_t begin, std::size_t end) {
    WeightedRows rows(at, layout);
    for (std::size_t i = begin; i < end; ++i) {
      if (at.weight == nullptr) {
        write_unweighted(at, i, matrix);
      } else {
        rows.write(i, matrix);
      }
      for (std::size_t k = 0; k < images.size(); ++k) {
        write_projection(
            project(images[k], at.stamps[i]), at.scene.columns[i].height, block,
            &matrix.border(static_cast<Eigen::Index>(i * block), static_cast<Eigen::Index>(k)), 1);
      }
    }
  });
  for (std::size_t k = 0; k < images.size(); ++k) {
    matrix.corner.col(static_cast<Eigen::Index>(k)) = project_border(at, layout, images[k]);
  }
  return matrix;
}

Gradient assemble_gradient(const Linearization& at, const Layout& layout, const Raster& pull) {
  const std::size_t block = layout.block;
  const std::size_t columns = at.scene.columns.size();
  Gradient gradient{Eigen::VectorXd::Zero(static_cast<Eigen::Index>(columns * block)), {}};
  parallel_ranges(columns, columns_per_task, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      write_projection(project(pull, at.stamps[i]), at.scene.columns[i].height, block,
                       gradient.columns.data() + i * block, 1);
    }
  });
  gradient.border = project_border(at, layout, pull);
  return gradient;
}

NormalMatrix add_scaled(const NormalMatrix& a, double t, const NormalMatrix& b) {
  NormalMatrix sum = a;
  for (std::size_t k = 0; k < sum.diagonal.size(); ++k) sum.diagonal[k] += t * b.diagonal[k];
  for (std::size_t k = 0; k < sum.upper.size(); ++k) sum.upper[k] += t * b.upper[k];
  sum.border += t * b.border;
  sum.corner += t * b.corner;
  return sum;
}

}  // namespace adatom::columns
