#pragma once
// Finding the particles of one frame: where they are, how large, and how well that is known.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/base/options.h"
#include "adatom/tracking/particle.h"

namespace adatom::tracking {

struct DetectOptions {
  Contrast contrast = Contrast::dark;
  double radius_min_px = 2.0;
  double radius_max_px = 25.0;
  /// Standard deviation of the Gaussian that edges are blurred with, without the pixel's own width;
  /// empty: from the frame.
  std::optional<double> edge_blur_px = std::nullopt;
  /// A particle must stand out of the noise by so many standard deviations.
  double threshold_sigma = 5.0;
  /// Weaker ones than this share of the usual contrast are none.
  double contrast_min_share = 0.25;
  /// What is fainter than this share of the usual contrast, and long or in a heap of such, is
  /// clutter.
  double clutter_contrast_share = 0.75;
  /// Root mean square of what the fit leaves beyond the noise, over the contrast: more is clutter.
  double misfit_max = 0.3;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

struct DetectResult {
  std::vector<Particle> particles;  ///< sorted by y, then x
  double edge_blur_px = 0.0;        ///< of all of them, without the pixel's own width
  double gain = 0.0;                ///< variance of a pixel = noise_floor + gain * value
  double noise_floor = 0.0;
  double background = 0.0;  ///< mean over the frame
  double contrast = 0.0;    ///< the usual one; 0: no particle
  std::vector<std::string> warnings;
};

/// Memory that is kept from frame to frame; one for each thread.
class DetectWorkspace {
 public:
  DetectWorkspace();
  ~DetectWorkspace();
  DetectWorkspace(DetectWorkspace&&) noexcept;
  DetectWorkspace& operator=(DetectWorkspace&&) noexcept;
  struct Memory;
  Memory& memory() { return *memory_; }

 private:
  std::unique_ptr<Memory> memory_;
};

/// No particle is a result with a warning, not an error. Runs on one thread; frames are
/// independent of each other. The result is the same with any workspace.
/// @param frame any unit that is linear in the electrons; particles absorb (dark) or add (bright)
/// @param mask empty, or of the frame's size: 0 where the frame does not count
/// @throws InputError: invalid options, frame smaller than 16 x 16 or with values that are no
/// finite number where it counts, mask of another size
[[nodiscard]] DetectResult detect_particles(const Grid<double>& frame,
                                            const Grid<std::uint8_t>& mask,
                                            const DetectOptions& options,
                                            DetectWorkspace& workspace);
[[nodiscard]] DetectResult detect_particles(const Grid<double>& frame,
                                            const DetectOptions& options);

/// The Cramer-Rao bound of x (and y) of a disc with a blurred edge: what each of its edge pixels
/// tells, summed up; radius well above blur.
/// @param step difference of the two levels
/// @param edge_variance of a pixel at the level between them
[[nodiscard]] double position_bound_px(double radius_px, double blur_px, double step,
                                       double edge_variance);

}  // namespace adatom::tracking

namespace adatom {
template <>
struct EnumNames<tracking::Contrast> {
  static constexpr std::array names = {"dark", "bright"};
};
}  // namespace adatom
