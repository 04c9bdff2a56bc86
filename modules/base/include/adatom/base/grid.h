#pragma once
// A two-dimensional array: what an image, a spectrum or a map is made of.
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace adatom {

/// Row-major values, x along a row to the right, y down; the centre of the first pixel is (0, 0).
template <class T>
class Grid {
 public:
  Grid() = default;
  Grid(std::size_t width, std::size_t height, T value = T{})
      : width_(width), height_(height), values_(width * height, value) {}
  /// Takes `values`, which must hold width * height of them.
  Grid(std::size_t width, std::size_t height, std::vector<T> values)
      : width_(width), height_(height), values_(std::move(values)) {}

  [[nodiscard]] std::size_t width() const { return width_; }
  [[nodiscard]] std::size_t height() const { return height_; }
  [[nodiscard]] std::size_t size() const { return values_.size(); }
  [[nodiscard]] bool empty() const { return values_.empty(); }

  T& operator()(std::size_t x, std::size_t y) { return values_[y * width_ + x]; }
  const T& operator()(std::size_t x, std::size_t y) const { return values_[y * width_ + x]; }

  std::span<T> row(std::size_t y) { return {values_.data() + y * width_, width_}; }
  [[nodiscard]] std::span<const T> row(std::size_t y) const {
    return {values_.data() + y * width_, width_};
  }
  std::span<T> values() { return values_; }
  [[nodiscard]] std::span<const T> values() const { return values_; }

 private:
  std::size_t width_ = 0;
  std::size_t height_ = 0;
  std::vector<T> values_;
};

}  // namespace adatom
