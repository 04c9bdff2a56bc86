#include "parameters.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace adatom::columns {
namespace {

using Eigen::Index;

constexpr double longest_move = 0.5;  // in widths
constexpr double largest_growth = 4.0 / 3.0;
constexpr double smallest_width = 0.3;  // pixels
constexpr double width_freedom = 2.0;

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

double inside(double position, double width, std::size_t size) {
  return std::clamp(position, -width, static_cast<double>(size) - 1.0 + width);
}

}  // namespace

Parameters::Parameters(const Layout& layout, const Scene& scene)
    : layout_(layout),
      narrowest_(smallest_width),
      widest_(0.5 * static_cast<double>(std::max(scene.width, scene.height)) + 1.0) {
  if (layout.common_width == 1 || scene.columns.empty()) return;
  std::vector<double> widths;
  for (const PixelColumn& c : scene.columns) widths.push_back(c.width);
  const double typical = median(std::move(widths));
  narrowest_ = std::max(narrowest_, typical / width_freedom);
  widest_ = std::min(widest_, typical * width_freedom);
}

double Parameters::next_width(double width, double change) const {
  const double next = std::clamp(width + change, width / largest_growth, width * largest_growth);
  return std::clamp(next, narrowest_, widest_);
}

Parameters::Change Parameters::limit(const Scene& from, std::size_t i, Change wanted) const {
  const PixelColumn& c = from.columns[i];
  const double distance = std::hypot(wanted.x, wanted.y);
  if (distance > longest_move * c.width) {
    wanted.x *= longest_move * c.width / distance;
    wanted.y *= longest_move * c.width / distance;
  }
  wanted.x = inside(c.x + wanted.x, c.width, from.width) - c.x;
  wanted.y = inside(c.y + wanted.y, c.width, from.height) - c.y;
  if (layout_.common_width == 0) wanted.width = next_width(c.width, wanted.width) - c.width;
  return wanted;
}

std::vector<FixedChange> Parameters::find_limits(const Scene& from, const Step& step) const {
  std::vector<FixedChange> fixed;
  const auto block = static_cast<Index>(layout_.block);
  for (std::size_t i = 0; i < from.columns.size(); ++i) {
    const Index row = static_cast<Index>(i) * block;
    const Change wanted{step.columns(row + 1), step.columns(row + 2),
                        block == 4 ? step.columns(row + 3) : 0.0};
    const Change allowed = limit(from, i, wanted);
    const double slack = 1e-5 * from.columns[i].width;  // prescribed changes are not met exactly
    if (std::abs(wanted.x - allowed.x) > slack || std::abs(wanted.y - allowed.y) > slack) {
      fixed.push_back({row + 1, allowed.x});
      fixed.push_back({row + 2, allowed.y});
    }
    if (std::abs(wanted.width - allowed.width) > slack) fixed.push_back({row + 3, allowed.width});
  }
  return fixed;
}

Scene Parameters::apply(const Scene& from, Step& step) const {
  Scene to = from;
  const auto block = static_cast<Index>(layout_.block);
  double common = 0.0;
  if (layout_.common_width == 1) {
    const double width = from.columns.front().width;
    const double wanted = step.border(0);
    const double allowed = next_width(width, wanted) - width;
    if (std::abs(wanted) > std::abs(allowed)) {
      // Heights lean on the common width: if that is cut, all is.
      step.columns *= allowed / wanted;
      step.border *= allowed / wanted;
    }
    common = width + step.border(0);
  }
  for (std::size_t i = 0; i < from.columns.size(); ++i) {
    auto own = step.columns.segment(static_cast<Index>(i) * block, block);
    const Change change = limit(from, i, {own(1), own(2), block == 4 ? own(3) : 0.0});
    own(1) = change.x;
    own(2) = change.y;
    if (block == 4) own(3) = change.width;
    PixelColumn& column = to.columns[i];
    column.height += own(0);
    column.x += change.x;
    column.y += change.y;
    column.width = layout_.common_width == 1 ? common : column.width + change.width;
  }
  if (layout_.background_terms > 0) {
    const auto first = static_cast<Index>(layout_.common_width);
    to.level += step.border(first);
    if (layout_.background_terms == 3) {
      to.slope_x += step.border(first + 1);
      to.slope_y += step.border(first + 2);
    }
  }
  return to;
}

double Parameters::relative_change(const Scene& scene, const Step& step) const {
  std::vector<double> heights;
  heights.reserve(scene.columns.size());
  for (const PixelColumn& c : scene.columns) heights.push_back(std::abs(c.height));
  const double typical = std::max(median(std::move(heights)), 1e-300);
  const auto block = static_cast<Index>(layout_.block);
  double largest = 0.0;
  for (std::size_t i = 0; i < scene.columns.size(); ++i) {
    const auto own = step.columns.segment(static_cast<Index>(i) * block, block);
    const double weight = std::min(1.0, std::abs(scene.columns[i].height) / typical);
    largest =
        std::max({largest, std::abs(own(0)) / typical,
                  weight * own.tail(block - 1).cwiseAbs().maxCoeff() / scene.columns[i].width});
  }
  if (layout_.common_width == 1) {
    largest = std::max(largest, std::abs(step.border(0)) / scene.columns.front().width);
  }
  if (layout_.background_terms > 0) {
    const auto first = static_cast<Index>(layout_.common_width);
    largest = std::max(largest, std::abs(step.border(first)) / typical);
  }
  return largest;
}

bool Parameters::at_width_limit(double width) const {
  return width <= narrowest_ * (1.0 + 1e-9) || width >= widest_ * (1.0 - 1e-9);
}

}  // namespace adatom::columns
