#pragma once
// The density of a sample, smoothed by a Gaussian about each value.
#include <cstddef>
#include <vector>

namespace adatom::numeric {

/// Scott's rule in one dimension, as SciPy's gaussian_kde has it: factor * deviation * count^(-1/5)
/// (Scott, Multivariate Density Estimation, Wiley 1992).
/// @param deviation standard deviation of the sample (with count - 1)
[[nodiscard]] double scott_bandwidth(double deviation, std::size_t count, double factor = 1.0);

struct Density {
  std::vector<double> at;
  std::vector<double> density;  ///< integrates to 1
};

/// Values come one by one and only bins are kept, a 50th of the bandwidth wide. A value counts in
/// its two neighbouring bins by its distance from them (Wand, J. Comput. Graph. Stat. 3 (1994)
/// 433), which puts the straight line between the bins in the kernel's place: the density is wrong
/// by at most (1/50)^2 / 8 = 5e-5 of the height of a kernel, 1 / (bandwidth sqrt(2 pi)).
class DensityEstimate {
 public:
  /// @param low,high all values lie between
  /// @throws InputError: not low <= high; a bandwidth that is not positive, or below a
  /// millionth of the range
  DensityEstimate(double low, double high, double bandwidth);

  /// A value outside counts as the nearest one inside.
  void add(double value);
  /// All that another of the same range and bandwidth has.
  void add(const DensityEstimate& other);
  [[nodiscard]] double count() const { return count_; }

  /// At so many places (2 or more) from three bandwidths below the range to three above.
  [[nodiscard]] Density evaluate(std::size_t places) const;

 private:
  double low_;
  double high_;
  double bandwidth_;
  double per_bin_ = 0.0;
  std::vector<double> bins_;
  double count_ = 0.0;
};

}  // namespace adatom::numeric
