#pragma once
// Counts per frame with errors from blocks of frames, in memory that does not grow with them.
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace adatom::dynamics {

/// A mean over frames.
struct CountMean {
  double mean = 0.0;
  double standard_error = 0.0;  ///< NaN: fewer than two whole blocks
};

/// A table of rows (atoms, or one) and bins. Consecutive frames are gathered in at most 16 blocks
/// of equal length, which are joined in pairs when all are full: so there are always 8 or more once
/// there are so many frames, and a block's length grows with the trajectory.
class FrameHistogram {
 public:
  static constexpr std::size_t most_blocks = 16;

  /// @param most_bins what lies beyond counts in the last one
  FrameHistogram(std::size_t rows, std::size_t most_bins);

  void count(std::size_t row, std::size_t bin);
  void end_frame();

  [[nodiscard]] std::size_t frames() const { return frames_; }
  [[nodiscard]] std::size_t block_frames() const { return block_frames_; }
  /// Up to the last one that anything fell into.
  [[nodiscard]] std::size_t bins() const;
  /// Of each bin the mean per frame of the counts of these rows together; the standard error is
  /// that of the whole blocks' means.
  [[nodiscard]] std::vector<CountMean> means(std::span<const std::size_t> rows) const;

  /// All that it holds, to be stored; `restore` takes it back.
  [[nodiscard]] std::vector<double> numbers() const;
  /// @returns how many of the numbers were its own @throws InputError: too few, or of another table
  std::size_t restore(std::span<const double> numbers);

 private:
  using Block = std::vector<std::uint32_t>;
  void widen(std::size_t bins);
  void join_pairs();
  [[nodiscard]] std::size_t frames_of(std::size_t block) const;

  std::size_t rows_;
  std::size_t most_bins_;
  std::size_t bins_ = 0;  ///< that there is room for
  std::size_t frames_ = 0;
  std::size_t block_frames_ = 1;
  std::vector<Block> blocks_;  ///< the last one may be growing
};

}  // namespace adatom::dynamics
