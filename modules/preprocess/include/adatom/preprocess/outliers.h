#pragma once
// Single hot and dead pixels.
#include <array>
#include <cstdint>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/base/options.h"

namespace adatom::preprocess {

enum class OutlierMethod { off, replace };

struct OutlierOptions {
  OutlierMethod method = OutlierMethod::off;
  /// How far a pixel must stand out of its neighbours, in robust standard deviations.
  double threshold_sigma = 8.0;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

struct OutlierResult {
  Grid<double> image;
  std::int64_t hot = 0;
  std::int64_t dead = 0;
  std::vector<std::size_t> pixels;  ///< y * width + x of each replaced pixel, ascending
};

/// Replaces single pixels (or pairs) that stand out of their surroundings by the median of their
/// eight neighbours. A pixel is hot when it exceeds the second highest of its neighbours by
/// threshold_sigma * s; dead likewise below the second lowest. s is the largest of
///   - the noise at this brightness: residuals to the median of the neighbours, in classes of that
///   median,
///   - the spread of the eight neighbours, which is large where the image is steep or curved (a
///     narrow column's top, the corner of a mask is no outlier),
///   - the smallest step between grey values (a few electrons in the vacuum are no outlier).
/// Pixels that are not finite always count as outliers (dead).
/// @throws InputError: invalid options, image smaller than 3 x 3, no finite pixel beside one
[[nodiscard]] OutlierResult replace_outliers(const Grid<double>& image,
                                             const OutlierOptions& options);

}  // namespace adatom::preprocess

namespace adatom {
template <>
struct EnumNames<preprocess::OutlierMethod> {
  static constexpr std::array names = {"off", "replace"};
};
}  // namespace adatom
