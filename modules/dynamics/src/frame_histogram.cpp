#include "adatom/dynamics/frame_histogram.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "adatom/base/error.h"

namespace adatom::dynamics {

FrameHistogram::FrameHistogram(std::size_t rows, std::size_t most_bins)
    : rows_(rows), most_bins_(std::max<std::size_t>(most_bins, 1)), blocks_(1) {}

void FrameHistogram::widen(std::size_t bins) {
  constexpr std::size_t step = 32;
  const std::size_t wider = std::min((bins + step - 1) / step * step, most_bins_);
  for (Block& block : blocks_) {
    Block moved(rows_ * wider, 0);
    for (std::size_t row = 0; row < rows_ && bins_ > 0; ++row) {
      std::copy_n(block.begin() + static_cast<std::ptrdiff_t>(row * bins_), bins_,
                  moved.begin() + static_cast<std::ptrdiff_t>(row * wider));
    }
    block = std::move(moved);
  }
  bins_ = wider;
}

void FrameHistogram::count(std::size_t row, std::size_t bin) {
  bin = std::min(bin, most_bins_ - 1);
  if (bin >= bins_) widen(bin + 1);
  ++blocks_.back()[row * bins_ + bin];
}

void FrameHistogram::end_frame() {
  ++frames_;
  if (frames_ % block_frames_ != 0) return;
  if (blocks_.size() == most_blocks) join_pairs();
  blocks_.emplace_back(rows_ * bins_, 0);
}

void FrameHistogram::join_pairs() {
  for (std::size_t b = 0; b < most_blocks / 2; ++b) {
    Block& first = blocks_[2 * b];
    const Block& second = blocks_[2 * b + 1];
    for (std::size_t k = 0; k < first.size(); ++k) first[k] += second[k];
    if (b > 0) blocks_[b] = std::move(first);
  }
  blocks_.resize(most_blocks / 2);
  block_frames_ *= 2;
}

std::size_t FrameHistogram::frames_of(std::size_t block) const {
  return std::min(block_frames_, frames_ - block * block_frames_);
}

std::size_t FrameHistogram::bins() const {
  for (std::size_t bin = bins_; bin > 0; --bin) {
    for (const Block& block : blocks_) {
      for (std::size_t row = 0; row < rows_; ++row) {
        if (block[row * bins_ + bin - 1] > 0) return bin;
      }
    }
  }
  return 0;
}

std::vector<CountMean> FrameHistogram::means(std::span<const std::size_t> rows) const {
  const std::size_t used = bins();
  std::vector<CountMean> means(used);
  for (std::size_t bin = 0; bin < used; ++bin) {
    double total = 0.0;
    double sum = 0.0;
    double squares = 0.0;
    double whole = 0.0;
    for (std::size_t b = 0; b < blocks_.size(); ++b) {
      double counted = 0.0;
      for (const std::size_t row : rows) counted += blocks_[b][row * bins_ + bin];
      total += counted;
      if (frames_of(b) < block_frames_) continue;
      sum += counted;
      squares += counted * counted;
      whole += 1.0;
    }
    if (frames_ > 0) means[bin].mean = total / static_cast<double>(frames_);
    means[bin].standard_error = std::numeric_limits<double>::quiet_NaN();
    if (whole < 2.0) continue;
    const double variance = std::max(squares - sum * sum / whole, 0.0) / (whole - 1.0);
    means[bin].standard_error = std::sqrt(variance / whole) / static_cast<double>(block_frames_);
  }
  return means;
}

std::vector<double> FrameHistogram::numbers() const {
  std::vector<double> all = {static_cast<double>(frames_), static_cast<double>(block_frames_),
                             static_cast<double>(bins_), static_cast<double>(blocks_.size())};
  for (const Block& block : blocks_) all.insert(all.end(), block.begin(), block.end());
  return all;
}

std::size_t FrameHistogram::restore(std::span<const double> numbers) {
  constexpr std::size_t head = 4;
  const auto refuse = [] {
    throw InputError(
        {.what = "stored counts of another table", .where = {}, .why = {}, .remedy = {}});
  };
  if (numbers.size() < head) refuse();
  const auto within = [](double value, double least, double most) {
    return value >= least && value <= most;
  };
  if (!within(numbers[0], 0.0, 1e15) || !within(numbers[1], 1.0, 1e15) ||
      !within(numbers[2], 0.0, static_cast<double>(most_bins_)) ||
      !within(numbers[3], 1.0, static_cast<double>(most_blocks))) {
    refuse();
  }
  const auto bins = static_cast<std::size_t>(numbers[2]);
  const auto blocks = static_cast<std::size_t>(numbers[3]);
  if (numbers.size() < head + blocks * rows_ * bins) refuse();
  frames_ = static_cast<std::size_t>(numbers[0]);
  block_frames_ = static_cast<std::size_t>(numbers[1]);
  bins_ = bins;
  blocks_.assign(blocks, Block(rows_ * bins_));
  auto next = numbers.begin() + head;
  for (Block& block : blocks_) {
    for (auto& value : block) value = static_cast<std::uint32_t>(*next++);
  }
  return head + blocks * rows_ * bins;
}

}  // namespace adatom::dynamics
