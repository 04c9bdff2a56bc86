#include "render.h"

#include <algorithm>

#include "adatom/base/parallel.h"

namespace adatom::columns {
namespace {

// For each band of rows, the columns that reach into it, in their order.
std::vector<std::vector<std::size_t>> sort_into_bands(const std::vector<Stamp>& stamps,
                                                      std::size_t height) {
  std::vector<std::vector<std::size_t>> bands((height + rows_per_band - 1) / rows_per_band);
  for (std::size_t i = 0; i < stamps.size(); ++i) {
    const Support& s = stamps[i].support();
    if (s.columns() == 0 || s.rows() == 0) continue;
    for (std::size_t b = s.y_begin / rows_per_band; b <= (s.y_end - 1) / rows_per_band; ++b) {
      bands[b].push_back(i);
    }
  }
  return bands;
}

// Calls draw(column, stamp, row begin, row end) for each column of each band. A band's pixels are
// written by one task only, column after column: the sums do not depend on the threads.
template <class Draw>
void draw_bands(const std::vector<Stamp>& stamps, std::size_t height, const Draw& draw) {
  const auto bands = sort_into_bands(stamps, height);
  parallel_for(bands.size(), [&](std::size_t band) {
    const std::size_t begin = band * rows_per_band;
    const std::size_t end = std::min(height, begin + rows_per_band);
    draw.clear(begin, end);
    for (const std::size_t i : bands[band]) {
      const Support& s = stamps[i].support();
      draw.add(i, std::max(begin, s.y_begin), std::min(end, s.y_end));
    }
  });
}

struct DrawModel {
  const Scene& scene;
  const std::vector<Stamp>& stamps;
  Raster& model;

  void clear(std::size_t begin, std::size_t end) const {
    for (std::size_t y = begin; y < end; ++y) {
      double* row = model.row(y);
      if (scene.slope_x == 0.0 && scene.slope_y == 0.0) {
        std::fill_n(row, model.width(), scene.level);
        continue;
      }
      for (std::size_t x = 0; x < model.width(); ++x) {
        row[x] = scene.background(static_cast<double>(x), static_cast<double>(y));
      }
    }
  }
  void add(std::size_t i, std::size_t begin, std::size_t end) const {
    const Stamp& stamp = stamps[i];
    const Support& s = stamp.support();
    for (std::size_t y = begin; y < end; ++y) {
      add_scaled(model.row(y) + s.x_begin, stamp.u(),
                 scene.columns[i].height * stamp.v()[y - s.y_begin], whole_blocks(s.columns()));
    }
  }
};

struct DrawWidthSlope {
  const Scene& scene;
  const std::vector<Stamp>& stamps;
  Raster& slope;

  void clear(std::size_t begin, std::size_t end) const {
    for (std::size_t y = begin; y < end; ++y) std::fill_n(slope.row(y), slope.width(), 0.0);
  }
  void add(std::size_t i, std::size_t begin, std::size_t end) const {
    const Stamp& stamp = stamps[i];
    const Support& s = stamp.support();
    const double height = scene.columns[i].height;
    const double* v2 = stamp.v() + 2 * stamp.v_stride();
    for (std::size_t y = begin; y < end; ++y) {
      const std::size_t k = y - s.y_begin;
      add_two_scaled(slope.row(y) + s.x_begin, stamp.u(), height * v2[k],
                     stamp.u() + 2 * stamp.u_stride(), height * stamp.v()[k],
                     whole_blocks(s.columns()));
    }
  }
};

}  // namespace

void render_model(const Scene& scene, const std::vector<Stamp>& stamps, Raster& model) {
  draw_bands(stamps, scene.height, DrawModel{scene, stamps, model});
}

Raster draw_model(const Scene& scene) {
  std::vector<Support> supports;
  std::vector<Stamp> stamps;
  refresh_supports(scene, supports);
  fill_stamps(scene, supports, stamps);
  Raster model(scene.width, scene.height);
  render_model(scene, stamps, model);
  return model;
}

void render_width_slope(const Scene& scene, const std::vector<Stamp>& stamps, Raster& slope) {
  draw_bands(stamps, scene.height, DrawWidthSlope{scene, stamps, slope});
}

Projection project(const Raster& image, const Stamp& stamp) {
  const Support& s = stamp.support();
  const double* v = stamp.v();
  const std::size_t stride = stamp.v_stride();
  const std::size_t count = whole_blocks(s.columns());
  Projection sums{};
  for (std::size_t k = 0; k < s.rows(); ++k) {
    double row[3];
    dot_three(image.row(s.y_begin + k) + s.x_begin, stamp.u(), stamp.u_stride(), count, row);
    sums[0] += row[0] * v[k];
    sums[1] += row[1] * v[k];
    sums[2] += row[0] * v[stride + k];
    sums[3] += row[2] * v[k];
    sums[4] += row[0] * v[2 * stride + k];
  }
  return sums;
}

}  // namespace adatom::columns
