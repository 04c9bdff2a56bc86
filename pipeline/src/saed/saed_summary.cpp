// What the numbers of `adatom saed` say in a few words, and as JSON.
#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <utility>

#include <fmt/core.h>

#include "adatom/diffraction/find_scale.h"
#include "adatom/diffraction/index_rings.h"
#include "saed/saed_results.h"
#include "stages/json_text.h"

namespace adatom::pipeline {
namespace {

using nlohmann::ordered_json;

ordered_json json_of(const diffraction::Estimate& estimate) {
  return {{"value", json_number(estimate.value)}, {"stderr", json_number(estimate.stderr_value)}};
}

ordered_json json_of(const std::optional<WindowMean>& mean) {
  if (!mean) return nullptr;
  return {{"value", json_number(mean->value)},
          {"stderr", json_number(mean->stderr_value)},
          {"frames", mean->frames},
          {"error_determined", mean->determined}};
}

ordered_json json_of(const numeric::Oscillation& wave) {
  ordered_json json = {{"period_s", json_number(wave.period)},
                       {"period_stderr_s", json_number(wave.period_stderr)},
                       {"amplitude", json_number(wave.amplitude)},
                       {"amplitude_stderr", json_number(wave.amplitude_stderr)},
                       {"phase_rad", json_number(wave.phase_rad)},
                       {"mean", json_number(wave.mean)},
                       {"mean_stderr", json_number(wave.mean_stderr)},
                       {"share_of_variance", json_number(wave.power)},
                       {"false_alarm_bound", json_number(wave.false_alarm_bound)},
                       {"at_edge", wave.at_edge}};
  if (wave.false_alarm_permutation) {
    json["false_alarm_permutation"] = json_number(*wave.false_alarm_permutation);
  }
  return json;
}

ordered_json json_of(const diffraction::MaskResult& mask) {
  using diffraction::MaskReason;
  ordered_json json = {
      {"polarity", mask.polarity == diffraction::Polarity::inverted ? "inverted" : "normal"}};
  constexpr std::array reasons = {std::pair{"given", MaskReason::given},
                                  std::pair{"not_finite", MaskReason::not_finite},
                                  std::pair{"border", MaskReason::border},
                                  std::pair{"gap", MaskReason::gap},
                                  std::pair{"hot", MaskReason::hot},
                                  std::pair{"dead", MaskReason::dead},
                                  std::pair{"saturated", MaskReason::saturated},
                                  std::pair{"beam_stop", MaskReason::beam_stop}};
  for (const auto& [name, reason] : reasons)
    json["pixels_" + std::string(name)] = mask.count(reason);
  json["saturation_counts"] =
      mask.saturation_counts ? ordered_json(*mask.saturation_counts) : ordered_json();
  return json;
}

/// L = pixel / (lambda s_per_px); nothing: voltage or pixel are not known.
std::optional<double> length_mm(const SaedOptions& options, const SaedPattern& pattern) {
  const auto voltage_kv = options.voltage_kv ? options.voltage_kv : pattern.voltage_kv();
  if (!voltage_kv || !options.detector_pixel_um) return std::nullopt;
  return diffraction::camera_length_mm(pattern.in_use().s_per_px, *options.detector_pixel_um,
                                       *voltage_kv);
}

/// Phases of the program's table that have a ring there.
std::string possible_phases(const diffraction::Ring& ring) {
  const diffraction::MeasuredSpacing spacing{ring.d_angstrom.value, ring.d_angstrom.stderr_value};
  const auto found = diffraction::index_rings(std::span(&spacing, 1), known_phases());
  std::string text;
  constexpr std::size_t most = 4;
  const auto& matches = found.spacings.front().matches;
  for (std::size_t i = 0; i < std::min(most, matches.size()); ++i) {
    text += (text.empty() ? "" : ", ") + matches[i].phase + " " + matches[i].hkl;
  }
  return text.empty() ? "nor any of the program's table" : "near it are " + text;
}

std::string percent_text(double share) { return fmt::format("{:.1f} %", 100.0 * share); }

}  // namespace

Remarks saed_remarks(const SaedOptions& options, const SaedPattern& pattern,
                     const SaedResults& results) {
  Remarks remarks;
  remarks.warnings = pattern.warnings();
  const diffraction::RingFit& fit = pattern.fit();
  for (const auto& ring : fit.rings) {
    if (!ring.phase.empty()) continue;
    remarks.warnings.push_back(fmt::format(
        "no phase explains the ring at d = {:.4g} angstrom, {:.0f} times its error; {}",
        ring.d_angstrom.value, ring.area.value / ring.area.stderr_value, possible_phases(ring)));
  }
  constexpr double poor_chi2 = 4.0;
  if (fit.chi2_per_dof > poor_chi2) {
    remarks.warnings.push_back(fmt::format(
        "the fit of the first frames leaves a chi-square of {:.1f} per degree of freedom; errors "
        "are multiplied by its root, and what is left over shows in the residual",
        fit.chi2_per_dof));
  }
  if (!fit.converged) remarks.shortfalls.push_back("the fit of the first frames did not converge");
  const auto frames = static_cast<double>(results.frames);
  if (results.not_converged > 0) {
    remarks.shortfalls.push_back(
        fmt::format("the fit of {} of {} frames ({}) did not converge: converged = 0 in fits.csv",
                    results.not_converged, results.frames,
                    percent_text(static_cast<double>(results.not_converged) / frames)));
  }
  if (results.saturated > 0) {
    remarks.warnings.push_back(fmt::format(
        "{} of {} frames, the first of them {}, are saturated where the mask of the first frames "
        "is not: these pixels do not count there, which makes bright rings too weak; "
        "saturated_pixels in fits.csv",
        results.saturated, results.frames, results.first_saturated));
  }
  const bool centre_given = options.pattern.geometry.centre_x_px.has_value();
  if (options.centre != CentreModel::fixed && !centre_given && results.without_centre > 0) {
    remarks.warnings.push_back(fmt::format(
        "{} of {} frames show too little for a centre of their own and were measured about that "
        "of the first frames: own_centre = 0 in fits.csv",
        results.without_centre, results.frames));
  }
  for (const PhaseSeries& series : results.phases) {
    const std::string name = "intensity_fraction_" + series.name;
    if (series.intensity_mean && std::isfinite(series.intensity_mean->value)) {
      remarks.metrics[name] = series.intensity_mean->value;
    }
    if (series.intensity_mean && !series.intensity_mean->determined) {
      remarks.warnings.push_back(fmt::format(
          "the {} frames of the window are too few for what they have in common in time: the "
          "error of the mean fraction of {} may be too small",
          series.intensity_mean->frames, series.name));
    }
  }
  if (results.with_unexplained > 0) {
    remarks.warnings.push_back(fmt::format(
        "{} of {} frames, the first of them {}, have a peak that no ring explains: "
        "residual_peak_sigma in fits.csv; a phase may have come that is not among those given",
        results.with_unexplained, results.frames, results.first_unexplained));
  }
  remarks.metrics["chi2_per_dof"] = fit.chi2_per_dof;
  return remarks;
}

std::string saed_summary_json(const SaedOptions& options, const SaedPattern& pattern,
                              const SaedResults& results) {
  ordered_json json = {{"frames", results.frames},
                       {"window_s", options.window_s},
                       {"s_per_px", pattern.in_use().s_per_px},
                       {"chi2_per_dof", json_number(pattern.fit().chi2_per_dof)},
                       {"frames_not_converged", results.not_converged}};
  auto phases = ordered_json::array();
  for (std::size_t i = 0; i < results.phases.size(); ++i) {
    const PhaseSeries& series = results.phases[i];
    const auto& fitted = pattern.fit().phases[i];
    ordered_json phase = {{"phase", series.name},
                          {"a_angstrom", json_of(fitted.a_angstrom)},
                          {"size_nm", json_of(fitted.size_nm)},
                          {"microstrain", json_of(fitted.microstrain)},
                          {"significance", json_number(fitted.significance)},
                          {"intensity_fraction", json_of(series.intensity_mean)},
                          {"volume_fraction", json_of(series.volume_mean)}};
    if (series.periodogram) phase["oscillation"] = json_of(series.periodogram->strongest);
    if (series.autocorrelation && series.autocorrelation->period) {
      phase["autocorrelation_period_s"] = *series.autocorrelation->period;
      phase["autocorrelation_period_stderr_s"] = json_number(series.autocorrelation->period_stderr);
    }
    phases.push_back(std::move(phase));
  }
  json["phases"] = std::move(phases);
  auto unknown = ordered_json::array();
  for (const auto& ring : pattern.fit().rings) {
    if (ring.phase.empty()) {
      unknown.push_back({{"d_angstrom", json_of(ring.d_angstrom)}, {"area", json_of(ring.area)}});
    }
  }
  json["unknown_rings"] = std::move(unknown);
  if (!pattern.candidates().empty()) {
    auto candidates = ordered_json::array();
    for (const auto& each : pattern.candidates()) {
      candidates.push_back({{"phase", each.phase},
                            {"chosen", each.chosen},
                            {"bic_gain", json_number(each.gain)},
                            {"area_share", json_number(each.area_share)}});
    }
    json["candidates"] = std::move(candidates);
  }
  return json_text(json);
}

std::string saed_geometry_json(const SaedOptions& options, const SaedPattern& pattern,
                               const SaedResults& results) {
  const auto& in_use = pattern.in_use();
  const auto& error = pattern.geometry().geometry_stderr;
  ordered_json json = {{"width_px", pattern.mean().width()},
                       {"height_px", pattern.mean().height()},
                       {"centre_x_px", in_use.centre_x_px},
                       {"centre_x_stderr_px", json_number(error.centre_x_px)},
                       {"centre_y_px", in_use.centre_y_px},
                       {"centre_y_stderr_px", json_number(error.centre_y_px)},
                       {"ellipse_ratio", in_use.ellipse_ratio},
                       {"ellipse_ratio_stderr", json_number(error.ellipse_ratio)},
                       {"ellipse_angle_deg", in_use.ellipse_angle_deg},
                       {"ellipse_angle_stderr_deg", json_number(error.ellipse_angle_deg)},
                       {"distortion_per_px", in_use.distortion_per_px},
                       {"s_per_px", in_use.s_per_px},
                       {"s_per_px_stderr", json_number(pattern.s_per_px_stderr())},
                       {"scale_from", pattern.scale_origin()},
                       {"gain", pattern.gain()},
                       {"frames_in_reference", pattern.frames_in_mean()}};
  const auto length = length_mm(options, pattern);
  json["camera_length_mm"] = length ? ordered_json(*length) : ordered_json();
  json["mask"] = json_of(pattern.mask());
  auto rings = ordered_json::array();
  for (const auto& ring : pattern.geometry().rings) {
    rings.push_back({{"radius_px", ring.radius_px},
                     {"radius_stderr_px", json_number(ring.radius_stderr_px)},
                     {"azimuthal_spread", json_number(ring.azimuthal_spread)},
                     {"sectors", ring.sectors},
                     {"used", ring.use == diffraction::RingUse::used}});
  }
  json["rings"] = std::move(rings);
  auto frames = ordered_json::array();
  for (std::size_t i = 0; i < results.frames; ++i) {
    frames.push_back(
        {{"frame", i},
         {"time_s", results.centre_x_px.time_s[i]},
         {"centre_x_px", results.centre_x_px.value[i]},
         {"centre_y_px", results.centre_y_px.value[i]},
         {"centre_x_stderr_px", json_number(results.centre_x_px.stderr_value[i])},
         {"centre_y_stderr_px", json_number(results.centre_y_px.stderr_value[i])},
         {"ellipse_ratio", results.ellipse_ratio.value[i]},
         {"ellipse_ratio_stderr", json_number(results.ellipse_ratio.stderr_value[i])},
         {"ellipse_angle_deg", results.ellipse_angle_deg.value[i]},
         {"ellipse_angle_stderr_deg", json_number(results.ellipse_angle_deg.stderr_value[i])}});
  }
  json["frames"] = std::move(frames);
  return json_text(json);
}

}  // namespace adatom::pipeline
