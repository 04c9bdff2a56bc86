#pragma once
// How sure a column is, from what the residual and the noise say.
#include <array>
#include <cstddef>
#include <vector>

#include "adatom/base/grid.h"
#include "detect_model.h"
#include "detect_noise.h"

namespace adatom::columns::detail {

/// Anywhere in the frame, or at a site that the columns around it predict?
enum class Prior { free, predicted };

inline constexpr std::size_t nobody = static_cast<std::size_t>(-1);

/// While columns are still missing, their light looks like a halo about the ones that are found:
/// then halos must pass. `strict` tells them from peaks.
enum class Scrutiny { lenient, strict };

struct Verdict {
  double z = 0.0;      ///< height over its standard error
  double score = 0.0;  ///< ln of the odds for the column
};

/// Judges heights by the noise at their place and by the faults of the model there (columns that
/// moved, tails that are no Gaussian): these grow with the light about the place.
class Judge {
 public:
  /// @param brightness the frame smoothed with about the columns' width
  Judge(const SpotModel& model, const NoiseCurve& noise, const Grid<double>& brightness,
        const Grid<unsigned char>& flat, Scrutiny scrutiny);

  /// @param height the spot's height from `evidence`; N: columns in the frame.
  /// ln odds = z^2/2 + ln N + (3/2) ln(4 pi) - ln(area heights) - (1/2) ln det H, the ratio of the
  /// posterior probabilities of N and N - 1 columns (Fatermans et al., Phys. Rev. Lett. 121 (2018)
  /// 056101, eq. 3) with H = 2 J^T J of the one column; a predicted site has its small area, and no
  /// N. A crowded place loses 15: such pairs are rare, and a column that moves looks like one.
  /// @param itself the spot's index in the model, or `nobody`
  [[nodiscard]] Verdict judge(const Evidence& evidence, double x, double y, Prior prior,
                              std::size_t itself) const;

  /// Does another column stand nearer than 0.7 of the usual distance?
  [[nodiscard]] bool crowded(double x, double y, std::size_t itself) const;

  /// Residual height of a lone spot centred at every pixel, over its standard error.
  [[nodiscard]] const Grid<double>& significance() const { return significance_; }
  /// Median distance of near columns in pixels.
  [[nodiscard]] double distance() const { return distance_; }

 private:
  void measure_misfit(const Grid<unsigned char>& flat);
  void hear_decoys();
  [[nodiscard]] static std::size_t company(const Evidence& evidence);
  [[nodiscard]] double peak_factor(const Evidence& evidence, double x, double y) const;
  [[nodiscard]] double height_error(const Evidence& evidence, double x, double y,
                                    double highest) const;

  const SpotModel& model_;
  Scrutiny scrutiny_;
  Grid<double> noise_;  // standard deviation of a pixel
  Grid<double> sigma_;  // and with the faults of the model, as if they were noise
  std::array<double, 2> decoy_excess_{1.0, 1.0};  // factor on sigma in the open, in company
  Grid<double> significance_;
  double distance_ = 0.0;
};

}  // namespace adatom::columns::detail
