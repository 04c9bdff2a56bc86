#include "adatom/dynamics/time_blocks.h"

#include <algorithm>

namespace adatom::dynamics {

TimeBlocks::TimeBlocks(std::size_t values, std::size_t most, std::size_t length)
    : values_(values), most_(most), length_(std::max<std::size_t>(1, length)) {}

std::span<std::uint64_t> TimeBlocks::at_frame(std::size_t frame) {
  while (frame / length_ >= most_) merge_pairs();
  const std::size_t number = frame / length_;
  if (number >= blocks()) counts_.resize((number + 1) * values_, 0);
  return std::span(counts_).subspan(number * values_, values_);
}

std::vector<std::uint64_t> TimeBlocks::total() const {
  std::vector<std::uint64_t> sum(values_, 0);
  for (std::size_t b = 0; b < blocks(); ++b) {
    for (std::size_t i = 0; i < values_; ++i) sum[i] += counts_[b * values_ + i];
  }
  return sum;
}

void TimeBlocks::merge_pairs() {
  const std::size_t count = blocks();
  for (std::size_t b = 0; b < count; ++b) {
    const std::size_t into = b / 2 * values_;
    const std::size_t from = b * values_;
    if (into == from) continue;
    for (std::size_t i = 0; i < values_; ++i) {
      // The first of a pair moves to its place, the second is added.
      const std::uint64_t before = b % 2 == 0 ? 0 : counts_[into + i];
      counts_[into + i] = before + counts_[from + i];
    }
  }
  counts_.resize((count + 1) / 2 * values_);
  length_ *= 2;
}

}  // namespace adatom::dynamics
