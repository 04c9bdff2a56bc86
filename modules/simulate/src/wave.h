#pragma once
// Electron waves on a periodic grid, and how they pass a slice and the space behind it.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "adatom/numeric/row_fft.h"
#include "wave_kernels.h"

namespace adatom::simulate {

using Amplitudes = numeric::ComplexFloats;

/// Sees the spectrum of a wave, a row of constant k_x at a time.
class SpectrumSink {
 public:
  virtual ~SpectrumSink() = default;
  /// @param band_x which row, 0 to WaveSpace::band_x(); @param row the amplitudes at
  /// k_y = 0, 1, ..., in the order of a transform; those outside the band are to be passed over
  virtual void take(std::size_t band_x, const Amplitude* row) = 0;
};

/// A periodic grid and its transforms. A wave lives half transformed: over k_x, within the band,
/// and over y. To pass a slice needs x in place of k_x, to travel on needs k_y in place of y; so a
/// step costs two transforms in each direction, those along y only within the band.
///
/// The band is a circle. The product of a wave and a transmission function does not fold back into
/// it where twice the wave's limit and the transmission function's limit are together below the
/// sampling frequency; with equal limits this is the usual 2/3 of the Nyquist frequency (Kirkland,
/// Advanced Computing in Electron Microscopy, 2nd ed., section 6.8).
class WaveSpace {
 public:
  /// Grid points, lengths in angstrom, radius of the band in 1/angstrom.
  WaveSpace(std::size_t nx, std::size_t ny, double length_x, double length_y, double band_limit);

  [[nodiscard]] std::size_t nx() const { return nx_; }
  [[nodiscard]] std::size_t ny() const { return ny_; }
  [[nodiscard]] double length_x() const { return length_x_; }
  [[nodiscard]] double length_y() const { return length_y_; }
  /// Radius of the band, 1/angstrom.
  [[nodiscard]] double band_limit() const { return band_limit_; }
  /// Rows of a wave: k_x = 0, 1, ..., half, -half, ..., -1 over length_x.
  [[nodiscard]] std::size_t band_x() const { return half_y_.size(); }
  [[nodiscard]] std::int64_t index_x(std::size_t band_x) const;
  /// The largest index of k_y within the band in a row.
  [[nodiscard]] std::size_t half_y(std::size_t band_x) const { return half_y_[band_x]; }
  /// From the beginning of one row of a wave to the next.
  [[nodiscard]] std::size_t stride() const { return stride_; }

  /// A wave of zeros.
  [[nodiscard]] Amplitudes empty_wave() const { return Amplitudes(band_x() * stride_); }
  /// Turns amplitudes psi(x) = sum A exp(2 pi i k.x), written as rows over k_y, into a wave.
  void from_spectrum(Amplitudes& wave) const;

  /// Multiplies with a transmission function: rows of nx values, `t_stride` apart.
  void transmit(Amplitudes& wave, const Amplitude* t, std::size_t t_stride) const;

  /// Free space: a factor for each k_x and each k_y.
  struct Propagator {
    Amplitudes x;  ///< by band_x
    Amplitudes y;  ///< in the order of a transform
  };
  /// Through `distance` angstrom: exp(-i pi lambda distance |k + shift / length|^2).
  [[nodiscard]] Propagator propagator(double wavelength, double distance, double shift_x = 0.0,
                                      double shift_y = 0.0) const;
  /// Shows the wave after transmit to `sink`, if there is one, and sends it on, if there is a
  /// propagator; without one the wave is left in pieces.
  void finish_step(Amplitudes& wave, const Propagator* propagator, SpectrumSink* sink) const;
  /// What a sink sees is larger than the amplitudes of from_spectrum by this.
  [[nodiscard]] double spectrum_scale() const;

  /// For transmission functions: rows over k_y to values over x and y, in rows of nx.
  void to_real_space(Amplitudes& rows, Amplitude* values, std::size_t values_stride) const;
  /// Cuts rows of values over x and y off at the band.
  void limit_band(Amplitude* values, std::size_t values_stride) const;

 private:
  void gather_rows(const Amplitudes& wave, std::size_t y, std::size_t count, Amplitude* rows) const;
  void scatter_rows(Amplitudes& wave, std::size_t y, std::size_t count,
                    const Amplitude* rows) const;
  void clear_outside(std::size_t band_x, Amplitude* row) const;

  std::size_t nx_;
  std::size_t ny_;
  double length_x_;
  double length_y_;
  double band_limit_;
  std::size_t half_x_ = 0;
  std::size_t stride_;
  std::vector<std::size_t> half_y_;
  numeric::RowFft fft_x_;
  numeric::RowFft fft_y_;
  double gain_ = 1.0;  ///< of the step's transforms, beside their lengths
};

/// How far waves and transmission functions reach, 1/angstrom.
struct Bands {
  double wave = 0.0;
  double transmission = 0.0;
};

/// The widest bands of a grid with `points_per_angstrom` along its coarser side. A beam from one
/// side of the aperture scatters to an angle on the other: so the transmission function's band is
/// wider than the wave's by the aperture and a bit. With equal bands a library of gold loses twice
/// as much.
[[nodiscard]] Bands bands_of_grid(double points_per_angstrom, double aperture);
/// Grid points per angstrom that detect up to `largest`, a tenth below the wave's band.
[[nodiscard]] double grid_density(double largest, double aperture);

}  // namespace adatom::simulate
