#include "regions.h"

namespace adatom::diffraction {
namespace {

/// Gives all points that hang together with `first` its number; returns how many.
std::size_t fill(const Grid<std::uint8_t>& values, std::size_t first, Neighbours neighbours,
                 std::int32_t number, Grid<std::int32_t>& numbers) {
  const auto width = static_cast<std::int64_t>(values.width());
  const auto height = static_cast<std::int64_t>(values.height());
  std::vector<std::size_t> open = {first};
  numbers.values()[first] = number;
  std::size_t count = 0;
  while (!open.empty()) {
    const auto point = static_cast<std::int64_t>(open.back());
    open.pop_back();
    ++count;
    for (std::int64_t dy = -1; dy <= 1; ++dy) {
      for (std::int64_t dx = -1; dx <= 1; ++dx) {
        if (neighbours == Neighbours::four && dx != 0 && dy != 0) continue;
        const std::int64_t x = point % width + dx;
        const std::int64_t y = point / width + dy;
        if (x < 0 || y < 0 || x >= width || y >= height) continue;
        const auto next = static_cast<std::size_t>(y * width + x);
        if (numbers.values()[next] != 0 || values.values()[next] != values.values()[first])
          continue;
        numbers.values()[next] = number;
        open.push_back(next);
      }
    }
  }
  return count;
}

}  // namespace

Regions find_regions(const Grid<std::uint8_t>& values, Neighbours neighbours) {
  Regions regions{Grid<std::int32_t>(values.width(), values.height(), 0), {}};
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values.values()[i] == 0 || regions.number.values()[i] != 0) continue;
    const auto number = static_cast<std::int32_t>(regions.sizes.size() + 1);
    regions.sizes.push_back(fill(values, i, neighbours, number, regions.number));
  }
  return regions;
}

std::vector<std::size_t> drop_small(Grid<std::uint8_t>& values, double least,
                                    std::size_t largest_value) {
  const Regions regions = find_regions(values, Neighbours::eight);
  std::vector<std::size_t> kept(largest_value, 0);
  std::vector<char> counted(regions.sizes.size(), 0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    auto& value = values.values()[i];
    if (value == 0) continue;
    const auto region = static_cast<std::size_t>(regions.number.values()[i] - 1);
    if (static_cast<double>(regions.sizes[region]) < least) {
      value = 0;
    } else if (counted[region] == 0) {
      counted[region] = 1;
      ++kept.at(value - 1U);
    }
  }
  return kept;
}

}  // namespace adatom::diffraction
