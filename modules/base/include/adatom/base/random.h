#pragma once
// Counter-based random streams: the same seed and path of indices give the same numbers, whatever
// the thread count or the order of the work.
#include <array>
#include <cstdint>

namespace adatom {

/// Philox4x32-10 (Salmon et al., SC'11, "Parallel random numbers: as easy as 1, 2, 3").
/// @param counter 128-bit counter, least significant word first
/// @param key 64-bit key, least significant word first
std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key);

/// A stream of random numbers. Copying copies the position.
class RandomStream {
 public:
  explicit RandomStream(std::uint64_t seed) : RandomStream(seed, 0) {}

  /// An independent stream for item `index` (a frame, a start, a column); does not advance this.
  /// Distinct paths of indices give distinct streams but for hash collisions (2^-64 a pair).
  [[nodiscard]] RandomStream substream(std::uint64_t index) const;

  /// 32 uniformly distributed bits.
  std::uint32_t bits();
  /// Uniform in the open interval (0, 1), 52 bits.
  double uniform();
  /// Uniform integer in [0, bound), bound >= 1.
  std::uint64_t below(std::uint64_t bound);
  /// Standard normal deviate (Box and Muller 1958).
  double normal();
  /// Poisson deviate with mean `mean` >= 0 (inversion below 10; above it PTRS, Hoermann,
  /// Insurance: Mathematics and Economics 12 (1993) 39).
  std::uint64_t poisson(double mean);

 private:
  RandomStream(std::uint64_t seed, std::uint64_t path) : seed_(seed), path_(path) {}
  std::uint64_t seed_;
  std::uint64_t path_;
  std::uint64_t block_ = 0;
  unsigned used_ = 4;
  std::array<std::uint32_t, 4> words_{};
  bool has_spare_ = false;
  double spare_ = 0.0;
};

}  // namespace adatom
