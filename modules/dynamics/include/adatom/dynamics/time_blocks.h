#pragma once
// Counts of a stream in blocks of time, of which there never are too many.
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace adatom::dynamics {

/// Adds up counts frame by frame in consecutive blocks. When there are as many blocks as allowed,
/// they are merged in pairs and the next ones are twice as long, so memory does not grow with the
/// stream. Where a block starts depends on the number of the frame alone.
class TimeBlocks {
 public:
  /// @param values counts in a block
  /// @param most blocks, even
  /// @param length frames in the first blocks
  explicit TimeBlocks(std::size_t values = 0, std::size_t most = 64, std::size_t length = 1);
  /// The block to add to; frames come in order.
  [[nodiscard]] std::span<std::uint64_t> at_frame(std::size_t frame);

  [[nodiscard]] std::size_t values() const { return values_; }
  [[nodiscard]] std::size_t blocks() const { return values_ == 0 ? 0 : counts_.size() / values_; }
  [[nodiscard]] std::size_t frames_in_block() const { return length_; }
  [[nodiscard]] std::span<const std::uint64_t> block(std::size_t number) const {
    return std::span(counts_).subspan(number * values_, values_);
  }
  [[nodiscard]] std::vector<std::uint64_t> total() const;
  /// Pairs of neighbours as one. What makes no pair at the end stays as it is.
  void merge_pairs();

 private:
  std::size_t values_;
  std::size_t most_;
  std::size_t length_;
  std::vector<std::uint64_t> counts_;
};

}  // namespace adatom::dynamics
