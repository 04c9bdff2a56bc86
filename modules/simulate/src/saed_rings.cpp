#include "saed_rings.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "adatom/base/error.h"
#include "adatom/crystal/reflections.h"

namespace adatom::simulate {
namespace {

/// Full width at half maximum of a Gaussian over its standard deviation.
const double fwhm_per_sigma = 2.0 * std::sqrt(2.0 * std::numbers::ln2);

double entry(const std::vector<double>& list, std::size_t i, double if_empty) {
  if (list.empty()) return if_empty;
  return list.size() == 1 ? list[0] : list.at(i);
}

}  // namespace

SaedMixture::SaedMixture(const SaedOptions& options, std::vector<crystal::Phase> phases,
                         double s_max)
    : options_(options), phases_(std::move(phases)) {
  for (std::size_t i = 0; i < phases_.size(); ++i) add_lines(i, s_max);
  add_unknown(s_max);
  const auto fractions = volume_fractions(0);
  double sum = 0.0;
  for (const auto& line : lines_) sum += fractions[line.phase] * line.strength;
  if (sum > 0.0) electrons_per_strength_ = options_.beam.ring_counts / sum;
}

void SaedMixture::add_lines(std::size_t phase, double s_max) {
  const auto& crystallites = options_.crystallites;
  const auto reflections = crystal::find_reflections(
      phases_[phase],
      {.s_max_per_angstrom = s_max, .default_b_factor_angstrom2 = crystallites.b_factor_angstrom2});
  const double volume = phases_[phase].cell.volume_angstrom3();
  for (const auto& reflection : reflections) {
    SaedRing ring{.phase = phases_[phase].name,
                  .hkl = reflection.label(),
                  .multiplicity = reflection.multiplicity,
                  .d_angstrom = reflection.d_angstrom,
                  .s_per_angstrom = reflection.s_per_angstrom};
    set_width(ring, entry(crystallites.size_nm, phase, 10.0),
              entry(crystallites.microstrain, phase, 0.0));
    lines_.push_back(
        {phase, std::move(ring), crystal::ring_strength_per_volume(reflection, volume)});
  }
}

void SaedMixture::add_unknown(double s_max) {
  const auto& mixture = options_.mixture;
  for (std::size_t i = 0; i < mixture.unknown_d_angstrom.size(); ++i) {
    const double d = mixture.unknown_d_angstrom[i];
    if (1.0 / d > s_max) continue;
    SaedRing ring{.phase = "unknown",
                  .hkl = {},
                  .multiplicity = 0,
                  .d_angstrom = d,
                  .s_per_angstrom = 1.0 / d,
                  .intensity = mixture.unknown_counts[i]};
    set_width(ring, entry(options_.crystallites.size_nm, 0, 10.0), 0.0);
    unknown_.push_back(std::move(ring));
  }
}

void SaedMixture::set_width(SaedRing& ring, double size_nm, double microstrain) const {
  // Scherrer's constant of the half width; a reflection's width in s is K/size at every s.
  constexpr double scherrer = 0.89;
  constexpr double angstrom_per_nm = 10.0;
  const double lorentz = scherrer / (size_nm * angstrom_per_nm);
  const double gauss = std::hypot(options_.pattern.width_per_angstrom,
                                  fwhm_per_sigma * microstrain * ring.s_per_angstrom);
  // Thompson, Cox and Hastings, J. Appl. Cryst. 20 (1987) 79, equations 3 and 4.
  const double g = gauss;
  const double l = lorentz;
  const double fifth = std::pow(g, 5) + 2.69269 * std::pow(g, 4) * l +
                       2.42843 * std::pow(g, 3) * l * l + 4.47163 * g * g * std::pow(l, 3) +
                       0.07842 * g * std::pow(l, 4) + std::pow(l, 5);
  ring.width_per_angstrom = std::pow(fifth, 0.2);
  const double ratio = l / ring.width_per_angstrom;
  ring.lorentz_share = 1.36603 * ratio - 0.47719 * ratio * ratio + 0.11116 * ratio * ratio * ratio;
}

std::vector<double> SaedMixture::volume_fractions(std::int64_t frame) const {
  const auto& mixture = options_.mixture;
  const double last = static_cast<double>(std::max<std::int64_t>(options_.frames - 1, 1));
  const double way = static_cast<double>(frame) / last;
  const double time = static_cast<double>(frame) * options_.frame_time_s;
  const double wave = std::sin(2.0 * std::numbers::pi * time / mixture.period_s +
                               mixture.period_phase_deg * std::numbers::pi / 180.0);
  std::vector<double> fractions(phases_.size());
  double sum = 0.0;
  for (std::size_t i = 0; i < fractions.size(); ++i) {
    const double start = mixture.volume_fraction.empty() ? 1.0 : mixture.volume_fraction[i];
    const double end = mixture.end_fraction.empty() ? start : mixture.end_fraction[i];
    const double amplitude = mixture.amplitude.empty() ? 0.0 : mixture.amplitude[i];
    fractions[i] = std::max(start + (end - start) * way + amplitude * wave, 0.0);
    sum += fractions[i];
  }
  for (double& fraction : fractions) fraction /= sum;
  return fractions;
}

SaedMixture::State SaedMixture::at(std::int64_t frame) const {
  const auto fractions = volume_fractions(frame);
  const double gain = options_.detector.gain;
  const double pixel = options_.pattern.s_per_px;
  State state;
  for (std::size_t i = 0; i < phases_.size(); ++i) {
    state.shares.push_back({phases_[i].name, fractions[i], 0.0});
  }
  const auto add = [&](SaedRing ring, double counts) {
    ring.intensity = counts;
    ring.profile_area = counts * pixel * pixel / (2.0 * std::numbers::pi * ring.s_per_angstrom);
    state.rings.push_back(std::move(ring));
  };
  double all = 0.0;
  for (const auto& line : lines_) {
    const double counts = gain * electrons_per_strength_ * fractions[line.phase] * line.strength;
    add(line.ring, counts);
    state.shares[line.phase].intensity_fraction += counts;
    all += counts;
  }
  for (auto& share : state.shares) {
    if (all > 0.0) share.intensity_fraction /= all;
  }
  for (const auto& ring : unknown_) add(ring, gain * ring.intensity);
  return state;
}

double SaedMixture::texture2(std::size_t phase) const {
  return entry(options_.crystallites.texture2, phase, 0.0);
}

double SaedMixture::texture4(std::size_t phase) const {
  return entry(options_.crystallites.texture4, phase, 0.0);
}

std::vector<crystal::Phase> saed_phases(const SaedOptions& options,
                                        std::span<const crystal::Phase> from_cif) {
  std::vector<crystal::Phase> phases;
  for (const auto& name : options.phase_list()) phases.push_back(crystal::find_phase(name).value());
  if (!options.cif.given()) return phases;
  for (const auto& phase : from_cif) {
    if (std::ranges::find(phases, phase.name, &crystal::Phase::name) != phases.end()) {
      throw InputError({.what = "a phase is there twice",
                        .where = options.cif.path,
                        .why = "'" + phase.name + "' is in phases as well",
                        .remedy = "leave it out of phases"});
    }
    phases.push_back(phase);
  }
  return phases;
}

}  // namespace adatom::simulate
