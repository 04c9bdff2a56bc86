#pragma once
// A pattern over radius and azimuth: profiles of sectors, and the texture of rings.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/base/options.h"
#include "adatom/diffraction/integrate.h"

namespace adatom::diffraction {

struct PolarOptions {
  IntegrateOptions radial;
  /// Equal shares of the full circle; the first begins along x, and they go from x towards y.
  std::int64_t sectors = 36;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// Rows are sectors, columns radii; azimuth and radius are those of the round pattern. What no
/// pixel reached has weight 0, and NaN as intensity and standard error.
struct PolarPattern {
  double s_first_per_angstrom = 0.0;  ///< middle of the first bin
  double s_step_per_angstrom = 0.0;
  double azimuth_first_deg = 0.0;  ///< middle of the first sector
  double azimuth_step_deg = 0.0;
  Grid<double> intensity;           ///< counts per pixel
  Grid<double> intensity_stderr;    ///< of the mean
  Grid<double> weight;              ///< pixels' areas that went in, px^2
  Grid<double> variance_inflation;  ///< as of Profile, along the radius and the azimuth

  [[nodiscard]] std::size_t sectors() const { return intensity.height(); }
  [[nodiscard]] std::size_t radii() const { return intensity.width(); }
  /// One sector's; correlations with neighbours are left empty.
  [[nodiscard]] Profile sector(std::size_t index) const;
};

/// As Integrator, with a full or bounding-box splitting over both axes.
class PolarIntegrator {
 public:
  /// @throws InputError: as Integrator, and more than 10^8 bins in all
  PolarIntegrator(std::size_t width, std::size_t height, const Geometry& geometry, const Mask& mask,
                  const PolarOptions& options);
  ~PolarIntegrator();
  PolarIntegrator(PolarIntegrator&&) noexcept;
  PolarIntegrator& operator=(PolarIntegrator&&) noexcept;

  /// @throws InputError: not as many pixels as the integrator is made for
  [[nodiscard]] PolarPattern integrate(const Pixels& frame) const;
  /// @throws InputError: a frame of another size
  template <class T>
  [[nodiscard]] PolarPattern integrate(const Grid<T>& frame) const {
    require_size(frame.width(), frame.height());
    return integrate(Pixels(frame.values()));
  }

 private:
  void require_size(std::size_t width, std::size_t height) const;

  std::size_t width_ = 0;
  std::size_t height_ = 0;
  IntegrateOptions options_;
  std::size_t radii_ = 0;
  std::size_t sectors_ = 0;
  double s_min_ = 0.0;
  double s_step_ = 0.0;
  std::unique_ptr<const SplitMatrix> matrix_;
};

/// How a ring's intensity is spread over the azimuth.
struct Texture {
  std::vector<double> azimuth_deg;  ///< middles of sectors
  /// Net intensity over the mean of all sectors: 1 for a powder. NaN where a sector has no pixels
  /// in the ring or beside it.
  std::vector<double> relative;
  std::vector<double> relative_stderr;
  double net_intensity = 0.0;         ///< mean over sectors, counts per pixel
  double net_intensity_stderr = 0.0;  ///< counts per pixel
  /// Mean of the squares of `relative`, less what noise adds to it (Bunge's texture index, about
  /// the beam): 1 for a powder. It says something where net_intensity is well above its error.
  double texture_index = 0.0;
  /// Of equal intensity in all sectors; NaN where a sector has no error.
  double chi_square = 0.0;
  std::int64_t degrees_of_freedom = 0;
};

/// Of the ring in [s_low, s_high): the mean there less that of what lies half as wide inside and
/// outside of it. Bins count where their middles lie.
/// @throws InputError: a ring without bins in it or beside it, fewer than two sectors with pixels
[[nodiscard]] Texture ring_texture(const PolarPattern& pattern, double s_low_per_angstrom,
                                   double s_high_per_angstrom);

}  // namespace adatom::diffraction
