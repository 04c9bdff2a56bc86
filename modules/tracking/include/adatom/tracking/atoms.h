#pragma once
// Single atoms on a HAADF frame: bright spots of the probe's width on an uneven support.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/base/options.h"
#include "adatom/tracking/particle.h"

namespace adatom::tracking {

struct AtomOptions {
  /// Standard deviation of the Gaussian that an atom is seen as; empty: from the frame.
  std::optional<double> width_px = std::nullopt;
  /// Of what is called an atom this share may be noise or texture of the support.
  double false_discovery = 0.05;
  /// What stands out of the noise by fewer standard deviations is never an atom.
  double threshold_sigma = 4.0;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// Lengths in pixels, the centre of the first pixel is (0, 0), x along a row to the right, y down.
/// The model is amplitude * exp(-r^2 / (2 width^2)) on a local plane.
struct Atom {
  double x_px = 0.0;
  double y_px = 0.0;
  double x_stderr_px = 0.0;
  double y_stderr_px = 0.0;
  double amplitude = 0.0;  ///< above the support, in units of the frame
  double amplitude_stderr = 0.0;
  double intensity = 0.0;         ///< 2 pi width^2 amplitude: sum over pixels
  double intensity_stderr = 0.0;  ///< the width taken as known
  double background = 0.0;        ///< of the support where the atom is
  /// Square root of -2 log (likelihood without this atom / with it).
  double significance = 0.0;
  /// Least false discovery rate at which it is still called an atom.
  double false_discovery = 0.0;
  /// That it is an atom, by how it stands out: from the mixture of false ones, known from the dark
  /// side, and of the frame's atoms, normally distributed.
  double probability = 0.0;
  double width_px = 0.0;  ///< its own, which the fit does not use
  double width_stderr_px = 0.0;
  double x_bound_px = 0.0;    ///< Cramer-Rao if it stood alone; same for y
  bool free_standing = true;  ///< no other atom within four widths
  bool at_edge = false;       ///< within three widths of the frame's edge or the mask
};

struct AtomResult {
  std::vector<Atom> atoms;       ///< sorted by y, then x
  double width_px = 0.0;         ///< of all atoms
  double threshold_sigma = 0.0;  ///< what the filter's response had to reach
  double null_sigma = 0.0;       ///< spread of the response where no atom is; 1: the noise alone
  std::vector<std::string> warnings;
};

/// No atom is a result with a warning, not an error. Runs on one thread; frames are independent.
/// @param frame any unit that is linear in the electrons; atoms are bright
/// @param mask empty, or of the frame's size: 0 where the frame does not count
/// @throws InputError: invalid options, frame smaller than 32 x 32 or with values that are no
/// finite number where it counts, mask of another size, nothing but equal pixels
[[nodiscard]] AtomResult detect_atoms(const Grid<double>& frame, const Grid<std::uint8_t>& mask,
                                      const AtomOptions& options);

/// Cramer-Rao bound of x (and y) of a Gaussian spot of known width, finely sampled, on a
/// background that makes the noise: sigma_x^2 >= 2 v / (pi a^2) (the limit of much background of
/// Ober, Ram and Ward, Biophysical Journal 86 (2004) 1185), whatever the width.
/// @param noise_variance of a pixel
[[nodiscard]] double atom_position_bound_px(double amplitude, double noise_variance);

/// As a particle, for linking: the radius is that of half of the amplitude, the contrast is
/// amplitude over background (over one unit of the frame where that is not above zero).
[[nodiscard]] Particle particle_of(const Atom& atom, double width_px);

}  // namespace adatom::tracking
