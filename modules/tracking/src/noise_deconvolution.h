#pragma once
// The distribution of true distances behind measured ones whose errors are known.
#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

namespace adatom::tracking {

/// Measured distances that are about alike and have about the same error.
struct DistanceCell {
  double distance = 0.0;
  double error = 0.0;
  double count = 0.0;
};

struct DistanceCells {
  /// How many of a cell are of a group of tracks.
  struct Entry {
    std::uint32_t cell;
    std::uint32_t group;
    double count;
  };
  std::vector<DistanceCell> cells;
  std::vector<Entry> entries;
};

/// Puts measured distances that are alike together: errors within 15 %, distances within 0.35
/// errors.
class DistanceCellSums {
 public:
  /// @param error standard deviation of the displacement along each axis
  /// @param group of tracks that it is of
  void add(double distance, double error, std::uint32_t group);
  [[nodiscard]] DistanceCells cells() const;

 private:
  struct GroupCount {
    std::uint32_t group;
    std::uint32_t count;
  };
  struct Sums {
    DistanceCell sum;
    std::vector<GroupCount> counts;  // by group
  };
  std::map<std::pair<std::int64_t, std::int64_t>, Sums> sorted_;
};

/// Nonparametric maximum likelihood (Laird, J. Am. Stat. Assoc. 73 (1978) 805) by expectation and
/// maximisation, which is the deconvolution of Richardson and Lucy with the right kernel: a true
/// distance r with normal errors s along both axes is measured as d with Rice's density
/// d / s^2 exp(-(d^2 + r^2) / (2 s^2)) I0(d r / s^2), whatever the directions are.
class NoiseDeconvolution {
 public:
  /// @param threshold a distance that lies between two points of the grid of true distances
  NoiseDeconvolution(std::span<const DistanceCell> cells, double threshold);

  /// Goes on from `shares` of the grid's points until the share beyond the threshold stands still.
  /// @param counts of the cells, in place of their own
  [[nodiscard]] std::vector<double> solve(std::vector<double> shares, int most_rounds,
                                          std::span<const double> counts) const;
  [[nodiscard]] std::vector<double> uniform() const;
  [[nodiscard]] const std::vector<double>& distances() const { return grid_; }
  /// Sum of the shares beyond the threshold.
  [[nodiscard]] double beyond(std::span<const double> shares) const;

 private:
  void make_grid(double least_error, double farthest);
  struct Row {
    std::uint32_t first;  ///< point of the grid that the kernel begins at
    std::uint32_t points;
    std::size_t begin;  ///< in kernel_
  };
  double threshold_;
  std::size_t first_beyond_ = 0;
  std::vector<double> grid_;
  std::vector<Row> rows_;
  std::vector<double> kernel_;
};

}  // namespace adatom::tracking
