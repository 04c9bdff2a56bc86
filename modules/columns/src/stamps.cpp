#include "stamps.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "adatom/base/parallel.h"

namespace adatom::columns {
namespace {

constexpr double position_slack = 0.25;  // pixels
constexpr double width_slack = 0.02;
constexpr std::size_t columns_per_task = 64;

// The pixels whose centres lie within `reach` of `centre`, clipped to [0, size).
std::pair<std::size_t, std::size_t> clip_range(double centre, double reach, std::size_t size) {
  const double last = static_cast<double>(size) - 1.0;
  const double begin = std::clamp(std::ceil(centre - reach), 0.0, last + 1.0);
  const double end = std::clamp(std::floor(centre + reach), -1.0, last) + 1.0;
  if (end <= begin) return {0, 0};
  return {static_cast<std::size_t>(begin), static_cast<std::size_t>(end)};
}

void fill_tables(double centre, double width, std::size_t begin, std::size_t count, double* table,
                 std::size_t stride) {
  const double inverse = 1.0 / width;
  for (std::size_t i = 0; i < count; ++i) {
    const double reduced = (static_cast<double>(begin + i) - centre) * inverse;
    const double g = std::exp(-0.5 * reduced * reduced);
    table[i] = g;
    table[stride + i] = reduced * inverse * g;
    table[2 * stride + i] = reduced * reduced * inverse * g;
  }
  for (std::size_t k = 0; k < 3; ++k) {
    std::fill(table + k * stride + count, table + (k + 1) * stride, 0.0);
  }
}

bool fits(const PixelColumn& column, const Support& support) {
  return support.width > 0.0 && std::abs(column.x - support.x) <= position_slack &&
         std::abs(column.y - support.y) <= position_slack &&
         std::abs(column.width - support.width) <= width_slack * support.width;
}

Support make_support(const PixelColumn& column, std::size_t width, std::size_t height) {
  const double reach = cut_widths * column.width * (1.0 + width_slack) + position_slack;
  Support support{.x = column.x, .y = column.y, .width = column.width};
  std::tie(support.x_begin, support.x_end) = clip_range(column.x, reach, width);
  std::tie(support.y_begin, support.y_end) = clip_range(column.y, reach, height);
  return support;
}

}  // namespace

void Stamp::fill(const PixelColumn& column, const Support& support) {
  support_ = support;
  u_stride_ = whole_blocks(support.columns()) + lanes;
  v_stride_ = whole_blocks(support.rows()) + lanes;
  tables_.resize(3 * (u_stride_ + v_stride_));
  fill_tables(column.x, column.width, support.x_begin, support.columns(), tables_.data(),
              u_stride_);
  fill_tables(column.y, column.width, support.y_begin, support.rows(),
              tables_.data() + 3 * u_stride_, v_stride_);
}

bool refresh_supports(const Scene& scene, std::vector<Support>& supports) {
  bool changed = supports.size() != scene.columns.size();
  supports.resize(scene.columns.size());
  for (std::size_t i = 0; i < supports.size(); ++i) {
    if (fits(scene.columns[i], supports[i])) continue;
    supports[i] = make_support(scene.columns[i], scene.width, scene.height);
    changed = true;
  }
  return changed;
}

void fill_stamps(const Scene& scene, const std::vector<Support>& supports,
                 std::vector<Stamp>& stamps) {
  stamps.resize(scene.columns.size());
  parallel_ranges(stamps.size(), columns_per_task, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) stamps[i].fill(scene.columns[i], supports[i]);
  });
}

}  // namespace adatom::columns
