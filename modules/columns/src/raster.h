#pragma once
// An image whose rows are padded with zeros, so that whole blocks can be read past a row's end.
#include <algorithm>
#include <cstddef>
#include <vector>

#include "adatom/base/grid.h"
#include "kernels.h"

namespace adatom::columns {

class Raster {
 public:
  Raster() = default;
  Raster(std::size_t width, std::size_t height)
      : width_(width),
        height_(height),
        stride_(whole_blocks(width) + lanes),
        values_(stride_ * height, 0.0) {}
  explicit Raster(const Grid<double>& image) : Raster(image.width(), image.height()) {
    for (std::size_t y = 0; y < height_; ++y) std::ranges::copy(image.row(y), row(y));
  }

  [[nodiscard]] std::size_t width() const { return width_; }
  [[nodiscard]] std::size_t height() const { return height_; }
  double* row(std::size_t y) { return values_.data() + y * stride_; }
  [[nodiscard]] const double* row(std::size_t y) const { return values_.data() + y * stride_; }

  [[nodiscard]] Grid<double> grid() const {
    Grid<double> image(width_, height_);
    for (std::size_t y = 0; y < height_; ++y) {
      std::copy_n(row(y), width_, image.row(y).begin());
    }
    return image;
  }

 private:
  std::size_t width_ = 0;
  std::size_t height_ = 0;
  std::size_t stride_ = 0;
  std::vector<double> values_;
};

}  // namespace adatom::columns
