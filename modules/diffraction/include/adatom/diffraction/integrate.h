#pragma once
// Azimuthal integration: frames to profiles, by a sparse matrix that is built once per geometry.
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/base/options.h"
#include "adatom/diffraction/geometry.h"
#include "adatom/diffraction/profile.h"

namespace adatom::diffraction {

struct SplitMatrix;

/// A frame row by row, in counts. They are summed in single precision, relative to a pixel of the
/// same bin.
using Pixels =
    std::variant<std::span<const double>, std::span<const float>, std::span<const std::uint16_t>>;

/// How a pixel is shared among the bins it lies in: all of it to that of its centre; evenly over
/// the radii from its centre less to its centre more the distance to its farthest corner, as radii
/// go; by the area of its outline, drawn straight from corner to corner over radius and azimuth
/// (definitions of pyFAI: Kieffer and Ashiotis, EuroSciPy 2013).
enum class Splitting { none, bounding_box, full };

/// Where errors come from: counting statistics, or the spread of a bin's pixels about their
/// straight line over the radius (which also holds texture).
enum class ErrorModel { poisson, azimuthal };

struct IntegrateOptions {
  Splitting splitting = Splitting::full;
  double s_min_per_angstrom = 0.0;
  /// Empty: up to the farthest corner of a pixel that counts, in whole bins.
  std::optional<double> s_max_per_angstrom = std::nullopt;
  /// 0: each as wide as a pixel (geometric mean of the ellipse's axes).
  std::int64_t bins = 0;
  ErrorModel error_model = ErrorModel::poisson;
  /// Counts per electron. A pixel's variance is gain * counts + readout_variance.
  double gain = 1.0;
  double readout_variance = 0.0;  ///< counts^2
  /// Clipped profiles leave out pixels so many standard deviations from the mean of their bin.
  double clip_sigma = 4.0;
  std::int64_t clip_cycles = 10;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// A profile of what is left once outliers are out.
struct ClippedProfile {
  Profile profile;
  std::vector<double> rejected_share;  ///< of each bin's weight
  bool converged = false;              ///< before clip_cycles were over
};

/// Frames of one size and geometry to profiles. Pixels that are not finite do not count. All
/// functions are safe to call from several threads, and none depends on the number of threads.
///
/// intensity_i = sum_p w_pi I_p / W_i, W_i = sum_p w_pi, with w_pi the share of pixel p in bin i.
/// Its variance is sum_p w_pi^2 var(I_p) / W_i^2: of Poisson counts with var(I_p) = gain I_p +
/// readout variance, and not less than that of one electron in the bin; of the azimuthal model with
/// one var(I) for all pixels of the bin, that about their straight line over the radius (infinite
/// where there are too few to tell). pyFAI has the same Poisson variance but for counts below 1;
/// its azimuthal one is taken about the mean, with neither a correction for the degrees of freedom
/// nor the square of w.
class Integrator {
 public:
  /// An empty mask: all pixels count.
  /// @throws InputError: options, geometry, a mask of another size, no pixel that counts in range
  Integrator(std::size_t width, std::size_t height, const Geometry& geometry, const Mask& mask,
             const IntegrateOptions& options);
  ~Integrator();
  Integrator(Integrator&&) noexcept;
  Integrator& operator=(Integrator&&) noexcept;

  /// @throws InputError: not as many pixels as the integrator is made for
  [[nodiscard]] Profile integrate(const Pixels& frame) const;
  /// The median along the azimuth, which spots of single crystals move little: the point where the
  /// mid-distribution function of the weighted pixels, straight between their values, is 1/2 (Ma,
  /// Genton and Parzen, Ann. Inst. Stat. Math. 63, 227 (2011), eq. 3). That of Poisson counts is
  /// 1/6 count below the mean. Standard error: half of what lies between the points where the
  /// function is 1/2 -+ its own standard error there, sqrt(sum w^2) / (2 W); of the pixels' spread,
  /// whatever the error model.
  [[nodiscard]] Profile integrate_median(const Pixels& frame) const;
  /// The mean of what is within clip_sigma standard deviations (of the error model) of it, found
  /// from the median on.
  [[nodiscard]] ClippedProfile integrate_clipped(const Pixels& frame) const;
  /// @throws InputError: a frame of another size
  template <class T>
  [[nodiscard]] Profile integrate(const Grid<T>& frame) const {
    return integrate(pixels_of(frame));
  }
  template <class T>
  [[nodiscard]] Profile integrate_median(const Grid<T>& frame) const {
    return integrate_median(pixels_of(frame));
  }
  template <class T>
  [[nodiscard]] ClippedProfile integrate_clipped(const Grid<T>& frame) const {
    return integrate_clipped(pixels_of(frame));
  }

  [[nodiscard]] std::size_t bins() const;
  [[nodiscard]] double s_min_per_angstrom() const { return s_min_; }
  [[nodiscard]] double s_step_per_angstrom() const { return s_step_; }
  /// Bytes of the matrix.
  [[nodiscard]] std::size_t bytes() const;

 private:
  template <class T>
  [[nodiscard]] Pixels pixels_of(const Grid<T>& frame) const {
    require_size(frame.width(), frame.height());
    return frame.values();
  }
  void require_size(std::size_t width, std::size_t height) const;
  [[nodiscard]] Profile empty_profile() const;

  std::size_t width_ = 0;
  std::size_t height_ = 0;
  IntegrateOptions options_;
  double s_min_ = 0.0;
  double s_step_ = 0.0;
  std::unique_ptr<const SplitMatrix> matrix_;
  std::vector<double> neighbour_correlation_;
};

}  // namespace adatom::diffraction

namespace adatom {

template <>
struct EnumNames<diffraction::Splitting> {
  static constexpr std::array names = {"none", "bounding_box", "full"};
};
template <>
struct EnumNames<diffraction::ErrorModel> {
  static constexpr std::array names = {"poisson", "azimuthal"};
};

}  // namespace adatom
