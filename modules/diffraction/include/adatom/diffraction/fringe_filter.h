#pragma once
// The local amplitude and phase of lattice fringes, by Gaussian masks in the Fourier transform.
#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/base/random.h"
#include "adatom/diffraction/fringe_search.h"
#include "adatom/numeric/fft.h"

namespace adatom::diffraction {

/// full: a value for each pixel. coarse: points a quarter of the kernel apart, enough for what a
/// mask lets through.
enum class Sampling { full, coarse };
/// What is taken of an envelope: itself, or its derivative along x or y, 1/nm.
enum class Derivative { none, x, y };

/// E(r) of fringes Re(E(r) exp(2 pi i k0 . r)) with r from the centre of the first pixel.
struct FringeEnvelope {
  Grid<numeric::Complex> values;
  double k0x_per_nm = 0.0;  ///< the carrier: the point of the transform nearest to the mask
  double k0y_per_nm = 0.0;
};

/// An image transformed once, for any number of masks.
///
/// A mask exp(-(k - g)^2 / (2 sigma_k^2)) about g, times two: the real image's opposite reflection
/// holds nothing new. In real space a Gaussian kernel of standard deviation 1 / (2 pi sigma_k).
/// Before it what varies slowly is taken out (the image blurred over 0.8 / k_min), and the image is
/// padded with zeros by six kernels, so that opposite borders do not meet. Near a border the
/// envelope is divided by the share of the kernel that lies within the image.
class FringeFilter {
 public:
  /// @param sigma_k_per_nm of the masks
  /// @param k_min_per_nm the coarsest fringes
  /// @throws InputError: as find_fringes; sigma_k not positive, or k_min below 4 sigma_k
  FringeFilter(const Grid<double>& image, double pixel_size_nm, double sigma_k_per_nm,
               double k_min_per_nm);
  ~FringeFilter();
  FringeFilter(FringeFilter&&) noexcept;
  FringeFilter& operator=(FringeFilter&&) noexcept;

  /// Of the image's size, or coarser.
  [[nodiscard]] FringeEnvelope envelope(double kx_per_nm, double ky_per_nm, Sampling sampling,
                                        Derivative derivative = Derivative::none) const;

  /// What a mask lets through of white noise, on coarse points: complex normal numbers of mean
  /// square `power` far from the borders, correlated over the kernel.
  [[nodiscard]] Grid<numeric::Complex> noise(double power, RandomStream& random) const;

  /// The share of the kernel within the image at a coarse point: noise has the mean square n^2 over
  /// this there.
  [[nodiscard]] double coarse_share(std::size_t x, std::size_t y) const;
  /// Steps of coarse points along x and y, pixels; the first lies on the first pixel.
  [[nodiscard]] double coarse_step_x_px() const;
  [[nodiscard]] double coarse_step_y_px() const;
  [[nodiscard]] double sigma_k_per_nm() const;
  [[nodiscard]] double kernel_nm() const;  ///< 1 / (2 pi sigma_k)
  [[nodiscard]] double pixel_size_nm() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Directions on the ring of a fringe where no reflection is, for masks that see only noise: at
/// least 4 sigma_k from every one of `avoid` and its opposite, 3 sigma_k from one another.
/// @param most at most so many, evenly taken from all there are
/// @returns kx, ky, 1/nm; empty where the ring is full
[[nodiscard]] std::vector<std::array<double, 2>> noise_places(double k_per_nm,
                                                              std::span<const Fringe> avoid,
                                                              double sigma_k_per_nm,
                                                              std::size_t most);

/// What masks at noise_places see.
struct FringeNoise {
  std::vector<Grid<numeric::Complex>> envelopes;  ///< on coarse points, one for each mask
  /// Mean square n^2 of the envelopes, from the median (which is n^2 log 2): the edges of strong
  /// crystals, which reach into these masks, do not count.
  double power = 0.0;
};

/// At most 12 masks. @throws InputError: reflections fill the ring, or the image has no noise
[[nodiscard]] FringeNoise fringe_noise(const FringeFilter& filter, const Fringe& fringe,
                                       std::span<const Fringe> avoid);

}  // namespace adatom::diffraction
