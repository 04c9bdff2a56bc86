#pragma once
// What counts as a pixel size, whatever the format.
#include <optional>
#include <string_view>

#include "adatom/image/frame.h"

namespace adatom::image {

constexpr double angstrom_per_metre = 1e10;

/// A print resolution coarser than this (1 um per pixel, 25400 dpi) is what cameras and printers
/// write (72 dpi is 353 um, 4800 dpi 5.3 um): no electron microscope's pixel.
constexpr double coarsest_print_pixel_angstrom = 1e4;

/// Angstrom per unit ("nm", "micron", "um", with the micro sign in Latin-1, UTF-8 or escaped, ...);
/// nothing for pixels, the empty text and unknown words.
[[nodiscard]] std::optional<double> angstrom_per(std::string_view unit);
/// Seconds per unit of time ("s", "sec", "ms", ...).
[[nodiscard]] std::optional<double> seconds_per(std::string_view unit);

/// 1/angstrom per unit of a diffraction pattern's axis ("1/nm", "nm^-1", "1/A", "1/m", ...).
[[nodiscard]] std::optional<double> reciprocal_angstrom_per(std::string_view unit);

/// The axes of an image as a file gives them: stored as they are, and as pixel size or reciprocal
/// pixel where their units say so. Scales that are not finite or zero are left out with a warning;
/// of a negative one the absolute value is the pixel size.
void use_axes(const Axis& x, const Axis& y, SeriesInfo& info);
/// The axis of the frames: the time step, where its unit is one of time.
void use_frame_axis(const Axis& frames, SeriesInfo& info);

/// A pixel size from a resolution per cm, inch or metre: taken if fine enough, else a warning.
void use_print_resolution(double x_angstrom, double y_angstrom, SeriesInfo& info);

/// A number that can be a length or a duration: finite and positive.
[[nodiscard]] bool is_positive(double value);

}  // namespace adatom::image
