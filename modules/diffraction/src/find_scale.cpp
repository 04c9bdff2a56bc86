#include "adatom/diffraction/find_scale.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include <fmt/core.h>

#include "adatom/base/electron.h"
#include "adatom/base/error.h"
#include "adatom/base/random.h"
#include "adatom/crystal/reflections.h"

namespace adatom::diffraction {
namespace {

constexpr double chance_of_found = 0.01;
constexpr double chance_of_any = 0.1;
constexpr std::size_t fewest_matches = 3;

struct ReferenceLine {
  std::string phase;
  std::string hkl;
  double s = 0.0;
  double strength = 0.0;        // of the phase's strongest
  std::size_t phase_index = 0;  // of those given
};

/// Reflections of all phases by s; of those closer than half the tolerance, one.
std::vector<ReferenceLine> reference_lines(std::span<const crystal::Phase> phases,
                                           const FindScaleOptions& options) {
  std::vector<ReferenceLine> lines;
  for (std::size_t i = 0; i < phases.size(); ++i) {
    const auto& phase = phases[i];
    const auto reflections = crystal::find_reflections(
        phase,
        {.s_max_per_angstrom = options.s_max_per_angstrom, .default_b_factor_angstrom2 = 0.5});
    double strongest = 0.0;
    // The azimuthal mean of a ring goes with d^2.
    const auto strength = [](const crystal::Reflection& r) {
      return r.multiplicity * r.structure_factor2_angstrom2 * r.d_angstrom * r.d_angstrom;
    };
    for (const auto& r : reflections) strongest = std::max(strongest, strength(r));
    for (const auto& r : reflections) {
      if (strength(r) < options.least_strength * strongest) continue;
      lines.push_back({phase.name, r.label(), r.s_per_angstrom, strength(r) / strongest, i});
    }
  }
  std::sort(lines.begin(), lines.end(),
            [](const ReferenceLine& a, const ReferenceLine& b) { return a.s < b.s; });
  std::vector<ReferenceLine> merged;
  for (const auto& line : lines) {
    if (merged.empty() || line.s - merged.back().s > 0.5 * options.match_tolerance * line.s) {
      merged.push_back(line);
      continue;
    }
    ReferenceLine& last = merged.back();
    const double all = last.strength + line.strength;
    last.s = (last.s * last.strength + line.s * line.strength) / all;
    if (last.phase == line.phase) {
      last.hkl += "+" + line.hkl;
    } else {
      last.hkl += "+" + line.phase + " " + line.hkl;
    }
    last.strength = all;
  }
  return merged;
}

/// Rings against reflections at one scale.
class Comparison {
 public:
  Comparison(std::span<const FoundRing> rings, std::span<const ReferenceLine> lines,
             double tolerance)
      : rings_(rings), lines_(lines), tolerance_(tolerance) {}

  [[nodiscard]] std::optional<std::size_t> match(double radius, double scale) const {
    return nearest_line(radius * scale, tolerance_);
  }

  /// The line nearest to s, if it is no farther off than `least`, relative.
  [[nodiscard]] std::optional<std::size_t> nearest_line(double s, double least) const {
    std::optional<std::size_t> nearest;
    const auto try_line = [&](std::size_t i) {
      const double off = std::abs(s - lines_[i].s) / lines_[i].s;
      if (off >= least) return;
      least = off;
      nearest = i;
    };
    const std::size_t at = first_above(s);
    if (at < lines_.size()) try_line(at);
    if (at > 0) try_line(at - 1);
    return nearest;
  }

  /// The chance that a ring of this radius lies near a reflection wherever it lies.
  [[nodiscard]] double chance(double radius, double scale) const {
    constexpr double about = 0.25;  // of ln s
    static const double factor = std::exp(about);
    const double s = radius * scale;
    const auto near = static_cast<double>(first_above(s * factor) - first_above(s / factor));
    return std::clamp(near * 2.0 * tolerance_ / (2.0 * about), 1e-6, 0.9);
  }

  /// Does the width of a ring that is there hide this line?
  [[nodiscard]] bool hidden(const ReferenceLine& line, double scale) const {
    constexpr double parted = 1.5;  // of the full width at half maximum
    return std::ranges::any_of(rings_, [&](const FoundRing& ring) {
      return std::abs(ring.radius_px * scale - line.s) < parted * ring.width_px * scale;
    });
  }

  /// ln of the likelihood of the matches and of the rings' heights over that of chance.
  [[nodiscard]] double score(double scale) const {
    constexpr double stray = 0.15;  // share of rings that are none of the phases
    double sum = 0.0;
    std::vector<char> seen(lines_.size(), 0);
    std::vector<std::pair<std::size_t, double>> heights;  // phase, ln of height over strength
    double low = std::numeric_limits<double>::max();
    double high = 0.0;
    for (const auto& ring : rings_) {
      const double p = chance(ring.radius_px, scale);
      low = std::min(low, ring.radius_px * scale);
      high = std::max(high, ring.radius_px * scale);
      const auto line = match(ring.radius_px, scale);
      if (!line) {
        sum += std::log(stray / (1.0 - p));
        continue;
      }
      seen[*line] = 1;
      if (ring.height > 0.0) {
        heights.emplace_back(lines_[*line].phase_index,
                             std::log(ring.height / lines_[*line].strength));
      }
      const double off = (ring.radius_px * scale - lines_[*line].s) / lines_[*line].s / tolerance_;
      // Triangular: nearer is likelier.
      sum += std::log((1.0 - stray) * std::max(2.0 * (1.0 - std::abs(off)), 0.05) / p);
    }
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (seen[i] != 0 || lines_[i].strength < 0.1) continue;
      if (lines_[i].s < low * (1.0 - tolerance_) || lines_[i].s > high) continue;
      if (hidden(lines_[i], scale)) continue;
      sum -= 2.0 * std::min(lines_[i].strength * 3.0, 1.0);
    }
    return sum - contrast(heights);
  }

 private:
  /// What heights unlike the strengths of their lines cost, phase by phase: strengths are known to
  /// a factor of about e, for texture and dynamical scattering, and by less than that squared.
  static double contrast(std::span<const std::pair<std::size_t, double>> heights) {
    double cost = 0.0;
    for (const auto& [phase, height] : heights) {
      double sum = 0.0;
      double count = 0.0;
      for (const auto& [other, value] : heights) {
        if (other != phase) continue;
        sum += value;
        count += 1.0;
      }
      const double off = height - sum / count;
      constexpr double most = 2.0;
      cost += std::min(0.5 * off * off, most);
    }
    return cost;
  }
  [[nodiscard]] std::size_t first_above(double s) const {
    const auto at =
        std::lower_bound(lines_.begin(), lines_.end(), s,
                         [](const ReferenceLine& line, double value) { return line.s < value; });
    return static_cast<std::size_t>(at - lines_.begin());
  }
  std::span<const FoundRing> rings_;
  std::span<const ReferenceLine> lines_;
  double tolerance_;
};

struct ScoredScale {
  double score = 0.0;
  double scale = 0.0;
};

/// The scales that the strongest rings and all lines propose, the best first.
std::vector<ScoredScale> proposed_scales(std::span<const FoundRing> rings,
                                         std::span<const ReferenceLine> lines,
                                         const FindScaleOptions& options) {
  const Comparison comparison(rings, lines, options.match_tolerance);
  std::vector<std::size_t> strongest(rings.size());
  for (std::size_t i = 0; i < rings.size(); ++i) strongest[i] = i;
  std::sort(strongest.begin(), strongest.end(), [&](std::size_t a, std::size_t b) {
    return rings[a].height != rings[b].height ? rings[a].height > rings[b].height : a < b;
  });
  constexpr std::size_t proposing = 6;
  strongest.resize(std::min(strongest.size(), proposing));
  std::vector<ScoredScale> scored;
  for (const std::size_t i : strongest) {
    for (const auto& line : lines) {
      const double scale = line.s / rings[i].radius_px;
      if (options.s_per_px && std::abs(scale / *options.s_per_px - 1.0) > options.start_tolerance) {
        continue;
      }
      scored.push_back({comparison.score(scale), scale});
    }
  }
  std::sort(scored.begin(), scored.end(), [](const ScoredScale& a, const ScoredScale& b) {
    return a.score != b.score ? a.score > b.score : a.scale > b.scale;
  });
  return scored;
}

/// How often as many rings with the same innermost and outermost one, but else of random radii
/// (evenly in ln R), have a scale that scores as well. Of two or three the ends are random as well:
/// they are all there is.
double chance_of(std::span<const FoundRing> rings, std::span<const ReferenceLine> lines,
                 double score, const FindScaleOptions& options) {
  constexpr int trials = 399;
  const double inner = rings.front().radius_px;
  const double ratio = rings.back().radius_px / inner;
  std::vector<FoundRing> others(rings.begin(), rings.end());
  std::vector<double> radii(rings.size());
  const RandomStream random(1);
  int as_good = 1;  // the pattern itself
  for (int trial = 0; trial < trials; ++trial) {
    auto own = random.substream(static_cast<std::uint64_t>(trial));
    for (double& radius : radii) radius = inner * std::pow(ratio, own.uniform());
    if (radii.size() > 3) {
      radii.front() = inner;
      radii.back() = inner * ratio;
    }
    std::sort(radii.begin(), radii.end());
    for (std::size_t i = 0; i < radii.size(); ++i) others[i].radius_px = radii[i];
    const auto scored = proposed_scales(others, lines, options);
    if (!scored.empty() && scored.front().score >= score) ++as_good;
  }
  return static_cast<double>(as_good) / static_cast<double>(trials + 1);
}

double median_of(std::vector<double> values) {
  if (values.empty()) return 0.0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

enum class Model { scale, scale_and_pincushion };

/// s / R = p0 + p1 R^2 by weighted least squares, outliers left out.
void refine(std::span<const FoundRing> rings, Model model, ScaleResult& result) {
  const bool curved = model == Model::scale_and_pincushion;
  double p0 = result.s_per_px;
  double p1 = -result.pincushion_per_px2 * p0;
  double s00 = 0.0;
  double s01 = 0.0;
  double s11 = 0.0;
  double squares = 0.0;
  double used = 0.0;
  for (int round = 0; round < 12; ++round) {
    std::vector<double> sizes;
    for (auto& match : result.matches) {
      const double r = rings[match.ring].radius_px;
      match.residual = r * (p0 + p1 * r * r) / match.s_per_angstrom - 1.0;
      sizes.push_back(std::abs(match.residual));
    }
    // The median of few is uncertain, and none of them should go by chance.
    const double few = 1.0 + 5.0 / static_cast<double>(sizes.size());
    const double scatter = std::max(1.4826 * few * median_of(sizes), 1e-6);
    s00 = s01 = s11 = squares = used = 0.0;
    double right0 = 0.0;
    double right1 = 0.0;
    for (auto& match : result.matches) {
      const double r = rings[match.ring].radius_px;
      const double own = rings[match.ring].radius_stderr_px / r;
      const double z = match.residual / (4.7 * scatter);
      match.weight = std::abs(z) < 1.0 ? 1.0 : 0.0;
      match.weight /= 1.0 + own * own / (scatter * scatter);
      const double x0 = r / match.s_per_angstrom;
      const double x1 = curved ? x0 * r * r : 0.0;
      s00 += match.weight * x0 * x0;
      s01 += match.weight * x0 * x1;
      s11 += match.weight * x1 * x1;
      right0 += match.weight * x0;
      right1 += match.weight * x1;
      squares += match.weight * match.residual * match.residual;
      if (match.weight > 0.0) used += 1.0;
    }
    const double before = p0;
    if (curved) {
      const double determinant = s00 * s11 - s01 * s01;
      if (!(determinant > 1e-12 * s00 * s11)) break;
      p0 = (right0 * s11 - right1 * s01) / determinant;
      p1 = (right1 * s00 - right0 * s01) / determinant;
    } else {
      p0 = right0 / s00;
      p1 = 0.0;
    }
    if (std::abs(p0 / before - 1.0) < 1e-12) break;
  }
  double weights = 0.0;
  for (const auto& match : result.matches) weights += match.weight;
  const double parameters = curved ? 2.0 : 1.0;
  // The weights are those of equal relative errors.
  const double variance = squares / std::max(used - parameters, 1.0);
  result.residual_rms = std::sqrt(squares / weights);
  result.s_per_px = p0;
  result.pincushion_per_px2 = -p1 / p0;
  const double determinant = curved ? s00 * s11 - s01 * s01 : s00;
  result.s_per_px_stderr = std::sqrt(variance * (curved ? s11 : 1.0) / determinant);
  result.pincushion_stderr_per_px2 = curved ? std::sqrt(variance * s00 / determinant) / p0 : 0.0;
}

/// Ring by ring the reflection, or those of one phase that the ring's width does not part.
void match_all(const Comparison& comparison, std::span<const FoundRing> rings,
               std::span<const ReferenceLine> lines, double tolerance, ScaleResult& result) {
  result.matches.clear();
  result.unexplained.clear();
  for (std::size_t i = 0; i < rings.size(); ++i) {
    const double r = rings[i].radius_px;
    const double scale = result.s_per_px * (1.0 - result.pincushion_per_px2 * r * r);
    constexpr double parted = 0.8;  // of the full width at half maximum
    const auto alone = comparison.match(r, scale);
    const auto nearest =
        alone ? alone : comparison.nearest_line(r * scale, parted * rings[i].width_px / r);
    if (!nearest) {
      result.unexplained.push_back(i);
      continue;
    }
    const ReferenceLine& line = lines[*nearest];
    ScaleMatch match{i, line.phase, {}, 0.0, 0.0, 1.0};
    double strength = 0.0;
    for (const auto& near : lines) {
      if (near.phase != line.phase) continue;
      if (std::abs(near.s - line.s) > parted * rings[i].width_px * scale) continue;
      match.hkl += (match.hkl.empty() ? "" : "+") + near.hkl;
      match.s_per_angstrom += near.strength * near.s;
      strength += near.strength;
    }
    match.s_per_angstrom /= strength;
    // Between two lines, too far from either: their blend is what must be near.
    if (!alone && std::abs(r * scale / match.s_per_angstrom - 1.0) >= tolerance) {
      result.unexplained.push_back(i);
      continue;
    }
    result.matches.push_back(match);
  }
}

/// A pincushion if it is clear.
void try_pincushion(std::span<const FoundRing> rings, ScaleResult& result) {
  constexpr double clearly = 5.0;    // standard errors
  constexpr double explained = 0.5;  // of the residuals
  constexpr std::ptrdiff_t fewest = 4;
  ScaleResult curved = result;
  refine(rings, Model::scale_and_pincushion, curved);
  const auto used =
      std::ranges::count_if(curved.matches, [](const ScaleMatch& m) { return m.weight > 0.0; });
  if (used < fewest) return;
  if (std::abs(curved.pincushion_per_px2) < clearly * curved.pincushion_stderr_per_px2) return;
  double plain = 0.0;
  double bent = 0.0;
  for (std::size_t i = 0; i < result.matches.size(); ++i) {
    plain += std::abs(result.matches[i].residual);
    bent += std::abs(curved.matches[i].residual);
  }
  if (bent < explained * plain) result = std::move(curved);
}

}  // namespace

void FindScaleOptions::describe(OptionVisitor& v) {
  v.visit({.name = "s_per_px",
           .unit = "1/angstrom",
           .help = "about how much 1/d a pixel is; empty: not known",
           .min = 1e-7,
           .max = 1},
          s_per_px);
  v.visit({.name = "start_tolerance",
           .help = "how far that may be off, relative",
           .min = 1e-4,
           .max = 10},
          start_tolerance);
  v.visit({.name = "match_tolerance",
           .help = "how far a ring may be off its reflection, relative",
           .min = 1e-4,
           .max = 0.1},
          match_tolerance);
  v.visit({.name = "pincushion",
           .help = "look for a radial distortion of third order in the ratios of the radii"},
          pincushion);
  v.visit({.name = "s_max_per_angstrom",
           .unit = "1/angstrom",
           .help = "reflections are used up to here",
           .min = 0.05,
           .max = 5},
          s_max_per_angstrom);
  v.visit({.name = "least_strength",
           .help = "weaker reflections are not used; share of the phase's strongest",
           .min = 0,
           .max = 1},
          least_strength);
}

std::vector<OptionIssue> FindScaleOptions::validate() const { return check_ranges(*this); }

ScaleResult find_scale(std::span<const FoundRing> rings, std::span<const crystal::Phase> phases,
                       const FindScaleOptions& options) {
  require_valid(options.validate());
  if (phases.empty() || rings.size() < 2) {
    throw InputError(
        Complaint{.what = fmt::format("{} rings and {} phases", rings.size(), phases.size()),
                  .where = "finding the scale",
                  .why = "two rings and a phase are the least from which a scale follows",
                  .remedy = "give the scale, or a known phase"});
  }
  const auto lines = reference_lines(phases, options);
  const Comparison comparison(rings, lines, options.match_tolerance);
  const auto scored = proposed_scales(rings, lines, options);
  ScaleResult result;
  if (scored.empty()) return result;
  result.s_per_px = scored.front().scale;
  // The first scale is that of a single ring, and a pincushion brings rings farther out.
  for (int round = 0; round < 4; ++round) {
    match_all(comparison, rings, lines, options.match_tolerance, result);
    if (result.matches.empty()) return result;
    refine(rings, Model::scale, result);
    if (options.pincushion == PincushionSearch::automatic) try_pincushion(rings, result);
  }
  for (const auto& line : lines) {
    const double radius = line.s / result.s_per_px;
    const bool seen = std::ranges::any_of(rings, [&](const FoundRing& ring) {
      return std::abs(ring.radius_px - radius) < ring.width_px + options.match_tolerance * radius;
    });
    const bool inside = radius > rings.front().radius_px && radius < rings.back().radius_px;
    if (seen || !inside || line.strength <= 0.1) continue;
    if (comparison.hidden(line, result.s_per_px)) continue;
    result.missing.push_back(line.phase + " " + line.hkl);
  }
  result.chance = chance_of(rings, lines, scored.front().score, options);
  double heights = 0.0;
  for (const auto& ring : rings) heights += ring.height;
  for (const auto& match : result.matches) {
    result.explained_share += rings[match.ring].height / heights;
  }
  const bool enough = result.matches.size() >= std::min(fewest_matches, rings.size());
  if (!enough || result.chance > chance_of_any) return result;
  const bool clear = result.chance <= chance_of_found && result.explained_share >= 0.5;
  result.state = clear ? ScaleState::found : ScaleState::ambiguous;
  for (const auto& [score, scale] : scored) {
    if (std::abs(scale / result.s_per_px - 1.0) < 2.0 * options.match_tolerance) continue;
    result.second_s_per_px = scale;
    constexpr double clearly = 3.0;  // of ln likelihood
    if (comparison.score(result.s_per_px) - score < clearly) result.state = ScaleState::ambiguous;
    break;
  }
  return result;
}

double camera_length_mm(double s_per_px, double pixel_size_um, double voltage_kv) {
  constexpr double mm_per_um = 1e-3;
  return pixel_size_um * mm_per_um / (electron_wavelength_angstrom(voltage_kv) * s_per_px);
}

double s_per_px_at(double camera_length_mm, double pixel_size_um, double voltage_kv) {
  constexpr double mm_per_um = 1e-3;
  return pixel_size_um * mm_per_um / (electron_wavelength_angstrom(voltage_kv) * camera_length_mm);
}

}  // namespace adatom::diffraction
