#include "adatom/tracking/atoms.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "atom_filter.h"
#include "atom_fit.h"
#include "atom_mixture.h"

namespace adatom::tracking {
namespace {

constexpr std::size_t least_side_px = 32;
/// Closer than this share of the width two are one.
constexpr double same_widths = 1.0;
/// An own width beyond this multiple, by three standard errors, is that of a body.
constexpr double body_ratio = 1.2;
constexpr double edge_widths = 3.0;
constexpr double free_widths = 4.0;

constexpr const char* nothing_found = "no atom stands out of noise and support";

double square(double v) { return v * v; }

void require(bool good, std::string what, std::string why, std::string remedy) {
  if (!good) {
    throw InputError(Complaint{
        .what = std::move(what), .where = {}, .why = std::move(why), .remedy = std::move(remedy)});
  }
}

/// The frame; where it does not count the mean of the rest.
void take_frame(const Grid<double>& frame, const Grid<std::uint8_t>& mask, Plane& data) {
  require(frame.width() >= least_side_px && frame.height() >= least_side_px,
          "the frame is too small for single atoms",
          fmt::format("{} x {} pixels", frame.width(), frame.height()),
          fmt::format("give one of at least {0} x {0}", least_side_px));
  require(mask.empty() || (mask.width() == frame.width() && mask.height() == frame.height()),
          "the mask has another size than the frame",
          fmt::format("{} x {} and {} x {} pixels", mask.width(), mask.height(), frame.width(),
                      frame.height()),
          "make it of the frame's size");
  double sum = 0.0;
  double count = 0.0;
  double least = std::numeric_limits<double>::infinity();
  double most = -least;
  for (std::size_t i = 0; i < frame.size(); ++i) {
    if (!mask.empty() && mask.values()[i] == 0) continue;
    const double value = frame.values()[i];
    require(std::isfinite(value), "the frame has pixels that are no finite number", {},
            "mask them, or replace them");
    sum += value;
    count += 1.0;
    least = std::min(least, value);
    most = std::max(most, value);
  }
  require(count > 0.0, "the mask leaves nothing of the frame", {}, "make it 1 where atoms may be");
  require(most > least, "all pixels of the frame are equal", {},
          "give a frame that shows something");
  data.resize(frame.width(), frame.height());
  for (std::size_t y = 0; y < frame.height(); ++y) {
    for (std::size_t x = 0; x < frame.width(); ++x) {
      const bool counts = mask.empty() || mask(x, y) != 0;
      data.row(y)[x] = static_cast<float>(counts ? frame(x, y) : sum / count);
    }
  }
}

struct Chosen {
  std::vector<FittedAtom> places;
  std::vector<double> rates;  ///< of all bright peaks
  std::vector<double> probabilities = {};
  ResponsePeaks peaks;
  double threshold = 0.0;
};

/// The amplitude that the response stands for on a background that is known.
FittedAtom start_at(const ResponsePeak& peak, const Plane& data, const Plane& variance,
                    double width) {
  FittedAtom atom;
  atom.x = static_cast<double>(peak.x);
  atom.y = static_cast<double>(peak.y);
  atom.amplitude = peak.response * std::sqrt(static_cast<double>(variance.row(peak.y)[peak.x]) /
                                             (std::numbers::pi * square(width)));
  atom.background = static_cast<double>(data.row(peak.y)[peak.x]) - atom.amplitude;
  return atom;
}

Chosen choose(const Plane& data, const Plane& variance, const Grid<std::uint8_t>& mask,
              double width, const AtomOptions& options) {
  Plane response;
  atom_response(data, variance, width, response);
  Chosen chosen;
  chosen.peaks = find_peaks(response, mask, width);
  chosen.rates = false_discovery_rates(chosen.peaks);
  for (std::size_t i = 0; i < chosen.rates.size(); ++i) {
    const ResponsePeak& peak = chosen.peaks.bright[i];
    // That of the first that is none, so that the last atom is well above where they stand out.
    chosen.threshold = std::max(options.threshold_sigma, peak.response);
    if (chosen.rates[i] > options.false_discovery || peak.response < options.threshold_sigma) break;
    chosen.places.push_back(start_at(peak, data, variance, width));
  }
  return chosen;
}

/// That at which what is found stands out most of noise and support: widths a factor of 2^(1/4)
/// apart, then a parabola. Empty: none stands out, or most at the widest or the narrowest.
std::optional<double> width_of(const Plane& data, const Plane& variance,
                               const Grid<std::uint8_t>& mask, const AtomOptions& options) {
  constexpr std::size_t tries = 13;
  constexpr double least = 1.0;
  std::array<double, tries> sums{};
  for (std::size_t k = 0; k < tries; ++k) {
    const double width = least * std::exp2(0.25 * static_cast<double>(k));
    const Chosen chosen = choose(data, variance, mask, width, options);
    for (std::size_t i = 0; i < chosen.places.size(); ++i)
      sums.at(k) += square(chosen.peaks.bright[i].response / chosen.peaks.null_sigma);
  }
  const auto best = static_cast<std::size_t>(std::ranges::max_element(sums) - sums.begin());
  if (best == 0 || best + 1 == tries) return std::nullopt;
  const double curve = sums.at(best - 1) - 2.0 * sums.at(best) + sums.at(best + 1);
  const double shift = curve < 0.0 ? 0.5 * (sums.at(best - 1) - sums.at(best + 1)) / curve : 0.0;
  return least * std::exp2(0.25 * (static_cast<double>(best) + shift));
}

/// Of pairs that have become one the weaker; what is too weak.
void thin_out(std::vector<FittedAtom>& atoms, double width, double least, double least_hidden) {
  std::erase_if(atoms, [&](const FittedAtom& atom) {
    return !(atom.significance >= (atom.hidden ? least_hidden : least));
  });
  std::ranges::sort(atoms, [](const FittedAtom& a, const FittedAtom& b) {
    if (a.significance != b.significance) return a.significance > b.significance;
    return a.y != b.y ? a.y < b.y : a.x < b.x;
  });
  std::vector<FittedAtom> kept;
  for (const FittedAtom& atom : atoms) {
    const bool again = std::ranges::any_of(kept, [&](const FittedAtom& other) {
      return std::hypot(atom.x - other.x, atom.y - other.y) < same_widths * width;
    });
    if (!again) kept.push_back(atom);
  }
  atoms = std::move(kept);
}

bool near_edge(const FittedAtom& atom, const Plane& data, const Grid<std::uint8_t>& mask,
               double reach) {
  const double right = static_cast<double>(data.width()) - 1.0;
  const double bottom = static_cast<double>(data.height()) - 1.0;
  if (atom.x < reach || atom.y < reach || atom.x > right - reach || atom.y > bottom - reach)
    return true;
  if (mask.empty()) return false;
  const auto r = static_cast<std::ptrdiff_t>(reach);
  for (std::ptrdiff_t j = -r; j <= r; ++j) {
    for (std::ptrdiff_t i = -r; i <= r; ++i) {
      const auto x = static_cast<std::size_t>(std::lround(atom.x) + i);
      const auto y = static_cast<std::size_t>(std::lround(atom.y) + j);
      if (mask(x, y) == 0) return true;
    }
  }
  return false;
}

bool inside(const FittedAtom& atom, const Plane& data) {
  return atom.x > -0.5 && atom.y > -0.5 && atom.x < static_cast<double>(data.width()) - 0.5 &&
         atom.y < static_cast<double>(data.height()) - 0.5;
}

/// That of the atom's own peak; where it hides beside another what the fit says instead.
double response_of(const Chosen& chosen, const FittedAtom& atom, double width) {
  double response = 0.0;
  for (const ResponsePeak& peak : chosen.peaks.bright) {
    const double distance =
        std::hypot(static_cast<double>(peak.x) - atom.x, static_cast<double>(peak.y) - atom.y);
    if (distance < width) response = std::max(response, peak.response);
  }
  return response > 0.0 ? response : atom.significance;
}

/// What bright peaks of this response have of a list that goes with them.
double at_response(const Chosen& chosen, const std::vector<double>& values, double response) {
  const auto& bright = chosen.peaks.bright;
  const auto beyond =
      std::ranges::lower_bound(bright, response, std::ranges::greater{}, &ResponsePeak::response);
  const auto at = static_cast<std::size_t>(beyond - bright.begin());
  return values[std::min(at, values.size() - 1)];
}

}  // namespace

void AtomOptions::describe(OptionVisitor& v) {
  v.visit({.name = "width_px",
           .unit = "px",
           .help = "s.d. of the Gaussian that an atom is seen as; empty: from the frame",
           .min = 0.7,
           .max = 20.0},
          width_px);
  v.visit({.name = "false_discovery",
           .help = "share of the atoms that may be noise or texture of the support",
           .min = 1e-6,
           .max = 0.5},
          false_discovery);
  v.visit({.name = "threshold_sigma",
           .help = "an atom stands out of the noise by at least so many standard deviations",
           .min = 2.0,
           .max = 100.0},
          threshold_sigma);
}

std::vector<OptionIssue> AtomOptions::validate() const { return check_ranges(*this); }

AtomResult detect_atoms(const Grid<double>& frame, const Grid<std::uint8_t>& mask,
                        const AtomOptions& options) {
  require_valid(options.validate());
  Plane data;
  take_frame(frame, mask, data);
  Plane variance;
  noise_variance(data, variance);
  flatten_lines(data);
  const AtomNoise noise{.variance = &variance, .gain = noise_gain(data, variance)};

  AtomResult result;
  const auto width_found =
      options.width_px ? options.width_px : width_of(data, variance, mask, options);
  constexpr double usual_width_px = 2.0;
  result.width_px = width_found.value_or(usual_width_px);
  Chosen chosen = choose(data, variance, mask, result.width_px, options);
  result.null_sigma = chosen.peaks.null_sigma;
  std::vector<FittedAtom> atoms = chosen.places;
  if (atoms.empty()) {
    result.warnings.emplace_back(nothing_found);
    return result;
  }
  if (!width_found) {
    result.warnings.push_back(fmt::format(
        "the frame does not tell how wide atoms are; {:.2g} pixels are taken", result.width_px));
  }
  result.threshold_sigma = chosen.threshold;
  fit_atoms(data, noise, result.width_px, atoms);
  // What hides beside brighter ones: peaks of what the fits leave.
  Plane rest = data;
  take_out(atoms, result.width_px, rest);
  Plane response;
  atom_response(rest, variance, result.width_px, response);
  const ResponsePeaks left = find_peaks(response, mask, result.width_px);
  result.null_sigma = left.null_sigma;
  // Beside an atom the filter's response is negative: minima without those that atoms make.
  ResponsePeaks beside_dark = chosen.peaks;
  beside_dark.dark = left.dark;
  chosen.probabilities = atom_probabilities(beside_dark, options.threshold_sigma);
  // Where the support has a texture likelihoods of white noise say too much, by its share.
  const double hidden_threshold = chosen.threshold * left.null_sigma;
  for (const ResponsePeak& peak : left.bright) {
    if (peak.response < options.threshold_sigma * left.null_sigma) break;
    FittedAtom atom = start_at(peak, rest, variance, result.width_px);
    atom.hidden = true;
    atoms.push_back(atom);
  }
  fit_atoms(data, noise, result.width_px, atoms);
  thin_out(atoms, result.width_px, options.threshold_sigma, hidden_threshold);
  fit_atoms(data, noise, result.width_px, atoms);

  const double width = result.width_px;
  for (const FittedAtom& fitted : atoms) {
    if (!inside(fitted, data) || fitted.significance < chosen.threshold) continue;
    if (fitted.width - 3.0 * fitted.width_stderr > body_ratio * width) continue;
    const double area = 2.0 * std::numbers::pi * square(width);
    const auto x = static_cast<std::size_t>(std::lround(fitted.x));
    const auto y = static_cast<std::size_t>(std::lround(fitted.y));
    Atom atom;
    atom.x_px = fitted.x;
    atom.y_px = fitted.y;
    atom.x_stderr_px = fitted.x_stderr;
    atom.y_stderr_px = fitted.y_stderr;
    atom.amplitude = fitted.amplitude;
    atom.amplitude_stderr = fitted.amplitude_stderr;
    atom.intensity = area * fitted.amplitude;
    atom.intensity_stderr = area * fitted.amplitude_stderr;
    atom.background = fitted.background;
    atom.significance = fitted.significance;
    atom.false_discovery = at_response(chosen, chosen.rates, fitted.significance);
    atom.probability =
        at_response(chosen, chosen.probabilities, response_of(chosen, fitted, width));
    atom.width_px = fitted.width;
    atom.width_stderr_px = fitted.width_stderr;
    atom.x_bound_px =
        atom_position_bound_px(fitted.amplitude, static_cast<double>(variance.row(y)[x]));
    atom.free_standing = std::ranges::none_of(atoms, [&](const FittedAtom& other) {
      return &other != &fitted &&
             std::hypot(other.x - fitted.x, other.y - fitted.y) < free_widths * width;
    });
    atom.at_edge = near_edge(fitted, data, mask, edge_widths * width);
    result.atoms.push_back(atom);
  }
  if (result.atoms.empty()) result.warnings.emplace_back(nothing_found);
  std::ranges::sort(result.atoms, [](const Atom& a, const Atom& b) {
    return a.y_px != b.y_px ? a.y_px < b.y_px : a.x_px < b.x_px;
  });
  return result;
}

double atom_position_bound_px(double amplitude, double noise_variance) {
  return std::sqrt(2.0 * noise_variance / std::numbers::pi) / std::abs(amplitude);
}

Particle particle_of(const Atom& atom, double width_px) {
  Particle p;
  p.x_px = atom.x_px;
  p.y_px = atom.y_px;
  p.x_stderr_px = atom.x_stderr_px;
  p.y_stderr_px = atom.y_stderr_px;
  p.radius_px = std::sqrt(2.0 * std::numbers::ln2) * width_px;
  p.radius_stderr_px = atom.width_stderr_px * std::sqrt(2.0 * std::numbers::ln2);
  p.area_px2 = std::numbers::pi * square(p.radius_px);
  const double unit = atom.background > 0.0 ? atom.background : 1.0;
  p.contrast = atom.amplitude / unit;
  p.contrast_stderr = atom.amplitude_stderr / unit;
  p.background = atom.background;
  p.mass = atom.intensity;
  p.reduced_chi2 = 1.0;
  p.x_bound_px = atom.x_bound_px;
  p.free_standing = atom.free_standing;
  p.at_edge = atom.at_edge;
  return p;
}

}  // namespace adatom::tracking
