#pragma once
// Rigid registration of a series: how far each frame is displaced from frame 0.
//
// Sign: an object at position p in frame 0 stands at p + shift in frame i, so
// position in frame 0 = position in frame i - shift_i. Frames are never resampled for fitting
// (interpolation correlates noise): shifts are delivered as numbers, and only the average is made
// of displaced frames.
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/base/options.h"

namespace adatom::preprocess {

enum class RegisterMethod { off, correlation };
/// The weight of a spatial frequency: as strong as it is (best at shot noise), or all alike up to
/// where noise begins (phase correlation: sharper peak, for frames with uneven background).
enum class CorrelationWeight { amplitude, phase };

struct RegisterOptions {
  RegisterMethod method = RegisterMethod::off;
  CorrelationWeight weight = CorrelationWeight::amplitude;
  /// Largest displacement looked for, from one frame to the next; below half a lattice spacing it
  /// rules out a shift by a lattice vector. Empty: a quarter of the shorter side.
  std::optional<double> max_step_px = std::nullopt;
  /// Spatial frequencies above this are not used (0.5: all).
  double cutoff_per_px = 0.25;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

struct FrameShift {
  double x_px = 0.0;
  double y_px = 0.0;
  /// Standard error with respect to frame 0, from the difference of frame and reference; 0 for
  /// frame 0. Frame 0's own share is common to all shifts.
  double x_stderr_px = 0.0;
  double y_stderr_px = 0.0;
  double quality = 1.0;  ///< correlation coefficient with the reference at the shift
  /// Height of the next best maximum of the correlation over the best: near 1, a shift by a lattice
  /// vector is nearly as likely.
  double second_peak = 0.0;
};

/// What the registration knows after some frames: plain data, so it can be stored and restored.
struct RegistrationState {
  std::int64_t frames = 0;
  FrameShift last;                     ///< of the last frame
  Grid<double> sum;                    ///< frames moved onto frame 0, added up
  Grid<double> coverage;               ///< how many frames each pixel of the sum has
  double x_variance_frame0_px2 = 0.0;  ///< frame 0's share in the shifts' variances
  double y_variance_frame0_px2 = 0.0;
};

/// Measures the frame's displacement against the mean of the frames before it, and adds it to that.
/// @throws InputError: invalid options, a frame of another size or below 16 x 16, not finite, no
/// contrast
FrameShift register_frame(RegistrationState& state, const Grid<double>& frame,
                          const RegisterOptions& options);

/// The mean of the frames on frame 0; pixels that no frame shows are 0.
[[nodiscard]] Grid<double> average_frame(const RegistrationState& state);

/// The image displaced by (dx, dy) pixels: what stood at p stands at p + (dx, dy). By Fourier
/// interpolation of the mirrored image, which keeps white noise white.
[[nodiscard]] Grid<double> displaced(const Grid<double>& image, double dx_px, double dy_px);

}  // namespace adatom::preprocess

namespace adatom {
template <>
struct EnumNames<preprocess::RegisterMethod> {
  static constexpr std::array names = {"off", "correlation"};
};
template <>
struct EnumNames<preprocess::CorrelationWeight> {
  static constexpr std::array names = {"amplitude", "phase"};
};
}  // namespace adatom
