#pragma once
// A long series made shorter while it comes, for what is only drawn or told roughly.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace adatom::pipeline {

/// Every n-th element and the last, fewer than 600: a curve of more points is no finer on paper.
template <class Element>
class Thinned {
 public:
  void add(Element element) {
    if (index_ % stride_ == 0) {
      last_.reset();
      kept_.push_back(std::move(element));
    } else {
      last_ = std::move(element);
    }
    ++index_;
    constexpr std::size_t most = 598;  // one more is odd: of every second one the newest stays
    if (kept_.size() <= most) return;
    std::size_t to = 0;
    for (std::size_t from = 0; from < kept_.size(); from += 2) {
      if (from != to) kept_[to] = std::move(kept_[from]);
      ++to;
    }
    kept_.resize(to);
    stride_ *= 2;
  }
  [[nodiscard]] std::vector<Element> elements() const {
    auto all = kept_;
    if (last_) all.push_back(*last_);
    return all;
  }

 private:
  std::vector<Element> kept_;
  std::optional<Element> last_;  ///< where it is not one of those
  std::size_t index_ = 0;
  std::size_t stride_ = 1;
};

/// The median of numbers above zero, of which only counts are kept: bins 0.01 % wide, the mean of
/// the one it falls into.
class RoughMedian {
 public:
  void add(double value) {
    auto& bin = bins_[std::llround(std::log(value) / width)];
    bin.sum += value;
    ++bin.count;
    ++count_;
  }
  [[nodiscard]] std::int64_t count() const { return count_; }
  /// NaN without any.
  [[nodiscard]] double value() const {
    std::int64_t below = 0;
    for (const auto& [key, bin] : bins_) {
      below += bin.count;
      if (below > count_ / 2) return bin.sum / static_cast<double>(bin.count);
    }
    return std::numeric_limits<double>::quiet_NaN();
  }

 private:
  static constexpr double width = 1e-4;
  struct Bin {
    double sum = 0.0;
    std::int64_t count = 0;
  };
  std::map<std::int64_t, Bin> bins_;
  std::int64_t count_ = 0;
};

}  // namespace adatom::pipeline
