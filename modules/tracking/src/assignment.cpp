#include "assignment.h"

#include <functional>
#include <limits>
#include <queue>
#include <utility>

namespace adatom::tracking {
namespace {

constexpr double far_away = std::numeric_limits<double>::infinity();

/// The pairs, row by row, as costs; every row has a private column of cost 0 besides: alone.
class Assignment {
 public:
  Assignment(std::size_t rows, std::size_t columns, std::span<const PairGain> pairs)
      : begin_(rows + 1, 0),
        column_of_(rows, -1),
        cost_of_row_(rows, 0.0),
        row_of_(columns, -1),
        price_(columns, 0.0),
        distance_(columns, far_away),
        from_(columns, -1),
        settled_(columns, 0) {
    for (const auto& pair : pairs) {
      if (pair.gain > 0.0) ++begin_[pair.row + 1];
    }
    for (std::size_t i = 0; i < rows; ++i) begin_[i + 1] += begin_[i];
    edges_.resize(begin_[rows]);
    auto next = begin_;
    for (const auto& pair : pairs) {
      if (pair.gain > 0.0) edges_[next[pair.row]++] = {pair.column, -pair.gain};
    }
  }

  /// Brings one more row in: along the cheapest path to a free column, or to a row that is better
  /// left alone.
  void insert(std::size_t row) {
    queue_ = {};
    touched_.clear();
    settled_columns_.clear();
    double cheapest_end = 0.0;  // the row itself alone
    auto last_row = static_cast<std::int32_t>(row);
    std::int32_t end_column = -1;
    reach_from(static_cast<std::int32_t>(row), 0.0);
    while (!queue_.empty()) {
      const auto [distance, column] = queue_.top();
      queue_.pop();
      if (distance >= cheapest_end) break;
      if (settled_[column] != 0 || distance > distance_[column]) continue;
      const std::int32_t owner = row_of_[column];
      if (owner < 0) {
        cheapest_end = distance;
        end_column = static_cast<std::int32_t>(column);
        break;
      }
      settled_[column] = 1;
      settled_columns_.push_back(column);
      // What the owner pays now; alone it would pay nothing.
      const double paid = cost_of_row_[static_cast<std::size_t>(owner)] - price_[column];
      if (distance - paid < cheapest_end) {
        cheapest_end = distance - paid;
        last_row = owner;
      }
      reach_from(owner, distance - paid);
    }
    for (const auto column : settled_columns_) price_[column] += distance_[column] - cheapest_end;
    augment(row, end_column, last_row);
    for (const auto column : touched_) {
      distance_[column] = far_away;
      settled_[column] = 0;
    }
  }

  [[nodiscard]] std::vector<std::int32_t> take() { return std::move(column_of_); }

 private:
  struct Edge {
    std::uint32_t column;
    double cost;
  };
  using Reached = std::pair<double, std::uint32_t>;

  void reach_from(std::int32_t row, double base) {
    for (auto e = begin_[static_cast<std::size_t>(row)];
         e < begin_[static_cast<std::size_t>(row) + 1]; ++e) {
      const auto [column, cost] = edges_[e];
      const double distance = base + cost - price_[column];
      if (settled_[column] != 0 || distance >= distance_[column]) continue;
      if (distance_[column] == far_away) touched_.push_back(column);
      distance_[column] = distance;
      from_[column] = row;
      queue_.emplace(distance, column);
    }
  }

  void give(std::int32_t row, std::int32_t column) {
    const auto i = static_cast<std::size_t>(row);
    column_of_[i] = column;
    cost_of_row_[i] = 0.0;
    if (column < 0) return;
    row_of_[static_cast<std::size_t>(column)] = row;
    for (auto e = begin_[i]; e < begin_[i + 1]; ++e) {
      if (edges_[e].column == static_cast<std::uint32_t>(column)) cost_of_row_[i] = edges_[e].cost;
    }
  }

  void augment(std::size_t start, std::int32_t end_column, std::int32_t alone) {
    std::int32_t column = end_column;
    if (column < 0) {
      column = column_of_[static_cast<std::size_t>(alone)];
      give(alone, -1);
    }
    while (column >= 0) {
      const std::int32_t row = from_[static_cast<std::size_t>(column)];
      const std::int32_t before = column_of_[static_cast<std::size_t>(row)];
      give(row, column);
      if (row == static_cast<std::int32_t>(start)) break;
      column = before;
    }
  }

  std::vector<std::size_t> begin_;
  std::vector<Edge> edges_;
  std::vector<std::int32_t> column_of_;
  std::vector<double> cost_of_row_;
  std::vector<std::int32_t> row_of_;
  std::vector<double> price_;  // of a column, at most 0; 0 while it is free
  std::vector<double> distance_;
  std::vector<std::int32_t> from_;
  std::vector<char> settled_;
  std::vector<std::uint32_t> touched_;
  std::vector<std::uint32_t> settled_columns_;
  std::priority_queue<Reached, std::vector<Reached>, std::greater<>> queue_;
};

}  // namespace

std::vector<std::int32_t> best_pairs(std::size_t rows, std::size_t columns,
                                     std::span<const PairGain> pairs) {
  Assignment assignment(rows, columns, pairs);
  for (std::size_t row = 0; row < rows; ++row) assignment.insert(row);
  return assignment.take();
}

}  // namespace adatom::tracking
