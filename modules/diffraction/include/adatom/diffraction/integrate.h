#pragma once
// Azimuthal integration: frames to profiles, by a sparse matrix that is built once per geometry.
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/base/options.h"
#include "adatom/diffraction/geometry.h"
#include "adatom/diffraction/profile.h"

namespace adatom::diffraction {

struct SplitMatrix;

/// How a pixel is shared among the bins it lies in: all of it to that of its centre; evenly over
/// the radii from its centre less to its centre more the distance to its farthest corner, as radii
/// go; by the area of its outline, drawn straight from corner to corner over radius and azimuth
/// (definitions of pyFAI: Kieffer and Ashiotis, EuroSciPy 2013).
enum class Splitting { none, bounding_box, full };

/// Where errors come from: counting statistics, or the spread of the pixels of a bin (which also
/// holds texture, and the slope of the intensity within the bin).
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

/// Frames of one size and geometry to profiles. Pixels that are not finite do not count. All
/// functions are safe to call from several threads, and none depends on the number of threads.
///
/// intensity_i = sum_p w_pi I_p / W_i, W_i = sum_p w_pi, with w_pi the share of pixel p in bin i.
/// Its variance is sum_p w_pi^2 var(I_p) / W_i^2: of Poisson counts with var(I_p) = gain I_p +
/// readout variance, and not less than that of one electron in the bin; of the azimuthal model with
/// sum_p w_pi (I_p - intensity_i)^2 / (W_i - sum_p w_pi^2 / W_i) for each pixel (infinite where one
/// pixel is all there is). pyFAI has the same Poisson variance but for counts below 1; its
/// azimuthal one has no correction for the mean's degree of freedom, and w for w^2.
class Integrator {
 public:
  /// An empty mask: all pixels count.
  /// @throws InputError: options, geometry, a mask of another size, no pixel that counts in range
  Integrator(std::size_t width, std::size_t height, const Geometry& geometry, const Mask& mask,
             const IntegrateOptions& options);
  ~Integrator();
  Integrator(Integrator&&) noexcept;
  Integrator& operator=(Integrator&&) noexcept;

  /// Pixels in counts, row by row.
  /// @throws InputError: not as many as the integrator is made for
  [[nodiscard]] Profile integrate(std::span<const double> frame) const;
  [[nodiscard]] Profile integrate(std::span<const float> frame) const;
  [[nodiscard]] Profile integrate(std::span<const std::uint16_t> frame) const;
  /// @throws InputError: a frame of another size
  template <class T>
  [[nodiscard]] Profile integrate(const Grid<T>& frame) const {
    require_size(frame.width(), frame.height());
    return integrate(frame.values());
  }

  [[nodiscard]] std::size_t bins() const;
  [[nodiscard]] double s_min_per_angstrom() const { return s_min_; }
  [[nodiscard]] double s_step_per_angstrom() const { return s_step_; }
  /// Bytes of the matrix.
  [[nodiscard]] std::size_t bytes() const;

 private:
  void require_size(std::size_t width, std::size_t height) const;
  template <class T>
  [[nodiscard]] Profile integrate_pixels(std::span<const T> frame) const;

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
