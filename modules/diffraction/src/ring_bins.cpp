#include "ring_bins.h"

#include <algorithm>
#include <vector>

#include "adatom/base/error.h"

namespace adatom::diffraction {

Bins read_bins(const Profile& profile, BinRange range) {
  const auto count = static_cast<Eigen::Index>(range.count);
  Bins bins{Eigen::VectorXd::Zero(count), Eigen::VectorXd::Zero(count),
            Eigen::VectorXd::Ones(count), Eigen::VectorXd::Zero(count)};
  std::vector<double> known;
  for (std::size_t i = 0; i < range.count; ++i) {
    const std::size_t bin = range.first + i;
    if (!counts(profile, bin)) continue;
    const auto at = static_cast<Eigen::Index>(i);
    const double error = profile.intensity_stderr[bin];
    bins.measured[at] = profile.intensity[bin];
    bins.stated[at] = error * error;
    bins.weight[at] = profile.weight[bin];
    if (!profile.variance_inflation.empty()) bins.inflation[at] = profile.variance_inflation[bin];
    known.push_back(error * error);
  }
  const auto middle = known.begin() + static_cast<std::ptrdiff_t>(known.size() / 2);
  if (!known.empty()) std::ranges::nth_element(known, middle);
  if (known.empty() || *middle <= 0.0) {
    throw InputError({.what = "a fit of rings needs standard errors",
                      .where = "profile",
                      .why = "those of most bins are 0",
                      .remedy = "state the gain, or use another error model"});
  }
  // Bins without a single count, or all of whose pixels are alike, have no error of their own.
  constexpr double least = 0.01;
  for (Eigen::Index i = 0; i < count; ++i) {
    const bool empty = bins.measured[i] == 0.0 || bins.stated[i] == 0.0;
    if (bins.weight[i] > 0.0 && empty) bins.stated[i] = std::max(bins.stated[i], least * *middle);
  }
  return bins;
}

Eigen::VectorXd smooth_variances(const Bins& bins, const Eigen::VectorXd& curve) {
  if (curve.minCoeff() <= 0.0) return bins.stated;
  constexpr Eigen::Index half = 10;
  const auto count = curve.size();
  const Eigen::VectorXd factor =
      (bins.stated.array() * bins.weight.array() / curve.array()).matrix();
  Eigen::VectorXd smooth = Eigen::VectorXd::Zero(count);
  for (Eigen::Index i = 0; i < count; ++i) {
    if (bins.stated[i] <= 0.0) continue;
    double sum = 0.0;
    double used = 0.0;
    for (Eigen::Index j = std::max<Eigen::Index>(i - half, 0); j <= std::min(i + half, count - 1);
         ++j) {
      if (bins.stated[j] <= 0.0) continue;
      sum += factor[j];
      used += 1.0;
    }
    smooth[i] = sum / used * curve[i] / bins.weight[i];
  }
  return smooth;
}

}  // namespace adatom::diffraction
