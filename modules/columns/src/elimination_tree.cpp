#include <algorithm>

#include "selected_inverse.h"

namespace adatom::columns {
namespace {

using Set = std::vector<std::uint32_t>;

// Sets this small are eliminated as a whole: dense arithmetic beats a finer cut.
constexpr std::size_t smallest_cut = 12;

template <class Visit>
void visit_neighbours(const BlockPattern& pattern, std::uint32_t i, const Visit& visit) {
  for (std::size_t p = pattern.lower_begin[i]; p < pattern.lower_begin[i + 1]; ++p) {
    visit(pattern.lower_column[p]);
  }
  for (std::size_t p = pattern.upper_begin[i]; p < pattern.upper_begin[i + 1]; ++p) {
    visit(pattern.upper_column[p]);
  }
}

class Dissection {
 public:
  Dissection(const BlockPattern& pattern, const std::vector<PixelColumn>& columns)
      : pattern_(pattern), columns_(columns), side_(columns.size(), 0) {}

  EliminationTree run() {
    Set all(columns_.size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint32_t>(i);
    cut(std::move(all), 0);
    tree_.order.resize(columns_.size());
    std::uint32_t next = 0;
    for (Front& front : tree_.fronts) {
      for (const std::uint32_t i : front.own) tree_.order[i] = next++;
      tree_.depths = std::max(tree_.depths, front.depth + 1);
    }
    for (std::size_t f = 0; f < tree_.fronts.size(); ++f) find_border(f);
    return std::move(tree_);
  }

 private:
  // Appends the fronts of a set of columns, the last of them its root, whose number it returns.
  std::size_t cut(Set set, std::size_t depth) {
    std::vector<std::size_t> children;
    if (set.size() > smallest_cut) {
      Set left;
      Set right;
      halve(set, left, right);
      Set separator = separate(left, right);
      if (!left.empty() && !right.empty()) {
        children.push_back(cut(std::move(left), depth + 1));
        children.push_back(cut(std::move(right), depth + 1));
        set = std::move(separator);
      }
    }
    const std::size_t root = tree_.fronts.size();
    for (const std::size_t child : children) tree_.fronts[child].parent = root;
    std::ranges::sort(set);
    tree_.fronts.push_back({.own = std::move(set),
                            .border = {},
                            .children = children,
                            .parent = root,
                            .depth = depth});
    return root;
  }

  // Two halves on the two sides of a line across the longer extent.
  void halve(Set& set, Set& left, Set& right) const {
    const auto by_x = [&](std::uint32_t a, std::uint32_t b) {
      return columns_[a].x != columns_[b].x ? columns_[a].x < columns_[b].x : a < b;
    };
    const auto by_y = [&](std::uint32_t a, std::uint32_t b) {
      return columns_[a].y != columns_[b].y ? columns_[a].y < columns_[b].y : a < b;
    };
    const auto [x_low, x_high] = std::ranges::minmax_element(set, by_x);
    const auto [y_low, y_high] = std::ranges::minmax_element(set, by_y);
    const bool wide =
        columns_[*x_high].x - columns_[*x_low].x >= columns_[*y_high].y - columns_[*y_low].y;
    const auto middle = set.begin() + static_cast<std::ptrdiff_t>(set.size() / 2);
    if (wide) {
      std::nth_element(set.begin(), middle, set.end(), by_x);
    } else {
      std::nth_element(set.begin(), middle, set.end(), by_y);
    }
    left.assign(set.begin(), middle);
    right.assign(middle, set.end());
  }

  // Takes out of one half, the one that loses less, the columns that touch the other half.
  Set separate(Set& left, Set& right) {
    const std::uint32_t mark_left = ++mark_;
    const std::uint32_t mark_right = ++mark_;
    for (const std::uint32_t i : left) side_[i] = mark_left;
    for (const std::uint32_t i : right) side_[i] = mark_right;
    const auto touching = [&](const Set& half, std::uint32_t other) {
      Set found;
      for (const std::uint32_t i : half) {
        bool touches = false;
        visit_neighbours(pattern_, i, [&](std::uint32_t j) { touches |= side_[j] == other; });
        if (touches) found.push_back(i);
      }
      return found;
    };
    Set from_left = touching(left, mark_right);
    Set from_right = touching(right, mark_left);
    Set& half = from_left.size() <= from_right.size() ? left : right;
    Set& found = from_left.size() <= from_right.size() ? from_left : from_right;
    const std::uint32_t mark_out = ++mark_;
    for (const std::uint32_t i : found) side_[i] = mark_out;
    std::erase_if(half, [&](std::uint32_t i) { return side_[i] == mark_out; });
    return std::move(found);
  }

  void find_border(std::size_t f) {
    Front& front = tree_.fronts[f];
    const std::uint32_t mark = ++mark_;
    const std::vector<std::uint32_t>& order = tree_.order;
    for (const std::uint32_t i : front.own) side_[i] = mark;
    const auto add = [&](std::uint32_t j, std::uint32_t after) {
      if (side_[j] == mark || order[j] < after) return;
      side_[j] = mark;
      front.border.push_back(j);
    };
    for (const std::uint32_t i : front.own) {
      visit_neighbours(pattern_, i, [&](std::uint32_t j) { add(j, order[i]); });
    }
    for (const std::size_t child : front.children) {
      for (const std::uint32_t j : tree_.fronts[child].border) add(j, 0);
    }
    std::ranges::sort(front.border,
                      [&](std::uint32_t a, std::uint32_t b) { return order[a] < order[b]; });
  }

  const BlockPattern& pattern_;
  const std::vector<PixelColumn>& columns_;
  EliminationTree tree_;
  std::vector<std::uint32_t> side_;
  std::uint32_t mark_ = 0;
};

}  // namespace

EliminationTree dissect(const BlockPattern& pattern, const std::vector<PixelColumn>& columns) {
  return Dissection(pattern, columns).run();
}

}  // namespace adatom::columns
