#include "io/calibration_rules.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "adatom/base/number_text.h"
#include "pixel_types.h"

namespace adatom::image {
namespace {

struct Unit {
  std::string_view name;
  double factor;
};

constexpr std::array lengths = {Unit{"\xC3\x85", 1.0},      // Angstrom sign, UTF-8
                                Unit{"\xE2\x84\xAB", 1.0},  // its compatibility form
                                Unit{"\xC5", 1.0},          // Latin-1
                                Unit{"\\u00C5", 1.0},       // as ImageJ escapes it
                                Unit{"A", 1.0},
                                Unit{"angstrom", 1.0},
                                Unit{"angstroms", 1.0},
                                Unit{"pm", 0.01},
                                Unit{"picometer", 0.01},
                                Unit{"nm", 10.0},
                                Unit{"nanometer", 10.0},
                                Unit{"nanometre", 10.0},
                                Unit{"nanometers", 10.0},
                                Unit{"micron", 1e4},
                                Unit{"microns", 1e4},
                                Unit{"micrometer", 1e4},
                                Unit{"micrometre", 1e4},
                                Unit{"um", 1e4},
                                Unit{"\xC2\xB5m", 1e4},  // micro sign, UTF-8
                                Unit{"\xCE\xBCm", 1e4},  // Greek mu, UTF-8
                                Unit{"\xB5m", 1e4},      // Latin-1
                                Unit{"\\u00B5m", 1e4},   // as ImageJ escapes it
                                Unit{"\\u03BCm", 1e4},
                                Unit{"mm", 1e7},
                                Unit{"millimeter", 1e7},
                                Unit{"cm", 1e8},
                                Unit{"centimeter", 1e8},
                                Unit{"inch", 2.54e8},
                                Unit{"in", 2.54e8},
                                Unit{"m", angstrom_per_metre},
                                Unit{"meter", angstrom_per_metre}};

constexpr std::array times = {Unit{"s", 1.0},       Unit{"sec", 1.0},        Unit{"second", 1.0},
                              Unit{"seconds", 1.0}, Unit{"ms", 1e-3},        Unit{"msec", 1e-3},
                              Unit{"us", 1e-6},     Unit{"\xC2\xB5s", 1e-6}, Unit{"min", 60.0},
                              Unit{"minute", 60.0}, Unit{"h", 3600.0},       Unit{"hour", 3600.0}};

template <std::size_t n>
std::optional<double> factor_of(const std::array<Unit, n>& units, std::string_view name) {
  // Some writers count the closing zero into the text.
  while (!name.empty() && (name.back() == '\0' || name.back() == ' ')) name.remove_suffix(1);
  while (!name.empty() && name.front() == ' ') name.remove_prefix(1);
  const auto found =
      std::find_if(units.begin(), units.end(), [&](const Unit& u) { return u.name == name; });
  if (found != units.end()) return found->factor;
  std::string lower(name);
  for (auto& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  // Words may be capitalised, symbols may not ("Mm" is no millimetre).
  if (lower.size() < 4) return std::nullopt;
  const auto word =
      std::find_if(units.begin(), units.end(), [&](const Unit& u) { return u.name == lower; });
  return word == units.end() ? std::nullopt : std::optional(word->factor);
}

}  // namespace

std::optional<double> angstrom_per(std::string_view unit) { return factor_of(lengths, unit); }
std::optional<double> seconds_per(std::string_view unit) { return factor_of(times, unit); }

std::optional<double> reciprocal_angstrom_per(std::string_view unit) {
  while (!unit.empty() && (unit.back() == '\0' || unit.back() == ' ')) unit.remove_suffix(1);
  // pyxem and HyperSpy: "$A^{-1}$", "k_nm^-1".
  if (unit.size() > 2 && unit.front() == '$' && unit.back() == '$') {
    unit = unit.substr(1, unit.size() - 2);
  }
  if (unit.starts_with("k_")) unit.remove_prefix(2);
  for (const std::string_view sign : {"1/", "1 / "}) {
    if (!unit.starts_with(sign)) continue;
    const auto length = angstrom_per(unit.substr(sign.size()));
    return length ? std::optional(1.0 / *length) : std::nullopt;
  }
  for (const std::string_view sign : {"**-1", "^-1", "-1", "^{-1}", "\xE2\x81\xBB\xC2\xB9"}) {
    if (!unit.ends_with(sign)) continue;
    const auto length = angstrom_per(unit.substr(0, unit.size() - sign.size()));
    return length ? std::optional(1.0 / *length) : std::nullopt;
  }
  return std::nullopt;
}

namespace {

bool usable(const Axis& axis, const char* name, SeriesInfo& info) {
  if (is_finite(axis.scale) && axis.scale != 0.0 && is_finite(axis.offset)) return true;
  info.warnings.push_back(std::string("the scale of ") + name + " is no number and is left out");
  return false;
}

/// |scale| in `factor`, if that is a number too.
std::optional<double> step_of(const Axis& axis, std::optional<double> factor) {
  if (!factor) return std::nullopt;
  const double step = std::abs(axis.scale) * *factor;
  return is_positive(step) ? std::optional(step) : std::nullopt;
}

}  // namespace

void use_axes(const Axis& x, const Axis& y, SeriesInfo& info) {
  Calibration& calibration = info.calibration;
  if (usable(x, "x", info)) {
    calibration.axis_x = x;
    calibration.pixel_size_x_angstrom = step_of(x, angstrom_per(x.unit));
    calibration.reciprocal_pixel_x_per_angstrom = step_of(x, reciprocal_angstrom_per(x.unit));
  }
  if (usable(y, "y", info)) {
    calibration.axis_y = y;
    calibration.pixel_size_y_angstrom = step_of(y, angstrom_per(y.unit));
    calibration.reciprocal_pixel_y_per_angstrom = step_of(y, reciprocal_angstrom_per(y.unit));
  }
}

void use_frame_axis(const Axis& frames, SeriesInfo& info) {
  if (!usable(frames, "the frames", info)) return;
  info.calibration.axis_frames = frames;
  info.calibration.time_step_s = step_of(frames, seconds_per(frames.unit));
}

bool is_positive(double value) { return is_finite(value) && value > 0.0; }

void use_print_resolution(double x_angstrom, double y_angstrom, SeriesInfo& info) {
  if (!is_positive(x_angstrom) || !is_positive(y_angstrom)) return;
  if (std::max(x_angstrom, y_angstrom) > coarsest_print_pixel_angstrom) {
    const auto dpi = std::lround(std::min(2.54e8 / x_angstrom, 1e9));
    info.warnings.push_back("the resolution of " + std::to_string(dpi) +
                            " dots per inch is a printer's or camera's and is not taken as a "
                            "pixel size");
    return;
  }
  info.calibration.pixel_size_x_angstrom = x_angstrom;
  info.calibration.pixel_size_y_angstrom = y_angstrom;
}

}  // namespace adatom::image
