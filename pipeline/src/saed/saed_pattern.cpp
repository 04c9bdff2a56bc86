#include "saed/saed_pattern.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <span>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "adatom/diffraction/find_scale.h"
#include "adatom/image/reader.h"
#include "mobility/placed_error.h"

namespace adatom::pipeline {
namespace {

constexpr std::size_t kept_integrators = 4;
constexpr double centre_step_px = 0.1;

diffraction::Mask read_saed_mask(const InputFile& file, const image::FrameSeries& series) {
  if (!file.given()) return {};
  const image::Image image = image::to_image(image::open_series(file.path)->read(0));
  if (image.width() != series.width() || image.height() != series.height()) {
    throw InputError({.what = "the mask has another size than the patterns",
                      .where = file.path,
                      .why = fmt::format("{} x {} pixels, patterns have {} x {}", image.width(),
                                         image.height(), series.width(), series.height()),
                      .remedy = "make it of the patterns' size"});
  }
  diffraction::Mask mask(image.width(), image.height());
  for (std::size_t i = 0; i < image.size(); ++i) {
    mask.values()[i] = image.values()[i] != 0.0 ? 1 : 0;
  }
  return mask;
}

std::string most_matched(const std::vector<diffraction::ScaleMatch>& matches) {
  std::map<std::string, int> counts;
  for (const auto& match : matches) ++counts[match.phase];
  return std::ranges::max_element(counts, {}, [](const auto& each) { return each.second; })->first;
}

/// The rings and phases of a fit, none of them measured.
diffraction::RingFit without_numbers(diffraction::RingFit fit) {
  constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
  const diffraction::Estimate none{unknown, unknown};
  fit.converged = false;
  fit.chi2_per_dof = unknown;
  fit.residual_peak = {unknown, unknown};
  for (diffraction::Ring& ring : fit.rings) {
    for (auto* each : {&ring.d_angstrom, &ring.s_per_angstrom, &ring.area, &ring.intensity}) {
      *each = none;
    }
    ring.width_per_angstrom = ring.lorentz_share = unknown;
  }
  for (diffraction::FittedPhase& phase : fit.phases) {
    phase.scale = phase.a_angstrom = phase.size_nm = phase.microstrain = none;
    phase.significance = unknown;
  }
  return fit;
}

/// Standard deviation of what pixels and bins blur, in bins: a pixel's square, its splitting, and
/// the bin, each 1/12 of its width squared.
double blur_of(const diffraction::IntegrateOptions& options, double bin_px) {
  const double pixel = options.splitting == diffraction::Splitting::none ? 1.0 : 2.0;
  return std::sqrt((pixel + bin_px * bin_px) / 12.0) / bin_px;
}

std::string place_of(const image::FrameSeries& series, std::size_t frame) {
  const auto origin = series.origin(frame);
  return fmt::format("{}, frame {}", origin.path.string(), origin.index);
}

}  // namespace

IntegratorPool::IntegratorPool(std::size_t width, std::size_t height,
                               const diffraction::Geometry& reference,
                               const diffraction::Mask& mask,
                               const diffraction::IntegrateOptions& options)
    : width_(width), height_(height), reference_(reference), mask_(mask), options_(options) {
  const auto first = at(reference);
  // All frames have the reference's bins.
  options_.bins = static_cast<std::int64_t>(first->bins());
  options_.s_min_per_angstrom = first->s_min_per_angstrom();
  options_.s_max_per_angstrom = first->s_min_per_angstrom() +
                                first->s_step_per_angstrom() * static_cast<double>(first->bins());
  kept_.clear();  // the first one's bins may differ from those by a rounding error
}

std::shared_ptr<const diffraction::Integrator> IntegratorPool::at(
    const diffraction::Geometry& wanted) {
  const double corner_px =
      0.5 * std::hypot(static_cast<double>(width_), static_cast<double>(height_));
  const double ellipse_step = centre_step_px / corner_px;
  auto ellipse = diffraction::ellipse_vector(reference_);
  const auto wanted_ellipse = diffraction::ellipse_vector(wanted);
  const auto steps = [](double from, double to, double step) {
    return std::llround((to - from) / step);
  };
  const Place place{steps(reference_.centre_x_px, wanted.centre_x_px, centre_step_px),
                    steps(reference_.centre_y_px, wanted.centre_y_px, centre_step_px),
                    steps(ellipse[0], wanted_ellipse[0], ellipse_step),
                    steps(ellipse[1], wanted_ellipse[1], ellipse_step)};
  {
    const std::scoped_lock lock(mutex_);
    const auto found =
        std::ranges::find_if(kept_, [&](const auto& each) { return each.first == place; });
    if (found != kept_.end()) {
      kept_.splice(kept_.begin(), kept_, found);
      return kept_.front().second;
    }
  }
  diffraction::Geometry geometry = reference_;
  geometry.centre_x_px += centre_step_px * static_cast<double>(place[0]);
  geometry.centre_y_px += centre_step_px * static_cast<double>(place[1]);
  if (place[2] != 0 || place[3] != 0) {
    for (std::size_t i = 0; i < 2; ++i)
      ellipse[i] += ellipse_step * static_cast<double>(place[2 + i]);
    diffraction::set_ellipse(geometry, ellipse);
  }
  auto made =
      std::make_shared<const diffraction::Integrator>(width_, height_, geometry, mask_, options_);
  const std::scoped_lock lock(mutex_);
  kept_.emplace_front(place, made);
  if (kept_.size() > kept_integrators) kept_.pop_back();
  return made;
}

SaedPattern::SaedPattern(const SaedOptions& options, const image::FrameSeries& series,
                         std::vector<crystal::Phase> phases, Progress& progress)
    : options_(options), series_(series), phases_(std::move(phases)) {
  const SaedScale scale = saed_scale(series, options);
  voltage_kv_ = series.acquisition().voltage_kv;
  if (!options.scale_phase.empty() &&
      std::ranges::find(phases_, options.scale_phase, &crystal::Phase::name) == phases_.end()) {
    throw InputError({.what = fmt::format("{} is none of the phases", options.scale_phase),
                      .where = "scale_phase",
                      .why = "the scale is refined with a phase that is fitted",
                      .remedy = "name one of --phases"});
  }
  read_reference(progress);
  const auto& asked = options_.pattern.geometry;
  const bool all_given = asked.centre_x_px && asked.ellipse_ratio;
  if (geometry_.state == diffraction::GeometryState::no_rings && !all_given) {
    throw InputError(
        {.what = "no rings are found",
         .where = series.origin(0).path.string(),
         .why = fmt::format("the mean of the first {} frames shows no ring all around "
                            "a centre",
                            first_.size()),
         .remedy = "give centre and ellipse (--pattern-geometry-centre-x-px and the like), or "
                   "a mask of what is no pattern"});
  }
  stop_if_cancelled(progress);
  set_scale(scale.s_per_px);
  if (options.gain == GainSource::measured) measure_gain();
  integrate_reference();
  if (options.choice == PhaseSelection::best) choose(progress);
  fit_reference();
}

void SaedPattern::read_reference(Progress& progress) {
  const auto most = static_cast<std::size_t>(options_.reference_frames);
  const std::size_t count = std::min(most, series_.frames());
  progress.begin("first frames", count);
  std::vector<image::Image> frames;
  for (std::size_t i = 0; i < count; ++i) {
    stop_if_cancelled(progress);
    try {
      image::Image image = series_.read(i).image;
      const bool shows =
          std::ranges::any_of(image.values(), [](double value) { return std::isfinite(value); });
      if (shows) {
        frames.push_back(std::move(image));
        first_.push_back(i);
      }
    } catch (const InputError& error) {
      if (i == 0) throw placed(error, place_of(series_, i));
      break;  // told when the frame is measured
    }
    progress.advance(1);
  }
  if (first_.empty()) {
    throw InputError({.what = fmt::format("the first {} frames have no finite pixel", count),
                      .where = series_.origin(0).path.string(),
                      .why = "mask, geometry and rings are found in them",
                      .remedy = "leave them out, or raise reference_frames"});
  }
  auto found =
      diffraction::find_pattern(frames, read_saed_mask(options_.mask, series_), options_.pattern);
  mask_ = std::move(found.mask);
  geometry_ = std::move(found.geometry);
  mean_ = diffraction::upright(diffraction::mean_frame(frames), mask_);
  for (const auto* warnings : {&mask_.warnings, &geometry_.warnings}) {
    warnings_.insert(warnings_.end(), warnings->begin(), warnings->end());
  }
  if (frames.size() > 1 && options_.centre != CentreModel::fixed &&
      !options_.pattern.geometry.ellipse_ratio) {
    refine_ellipse(frames);
  }
}

/// From the frames one by one, as their mean is blurred where the pattern drifts.
void SaedPattern::refine_ellipse(const std::vector<image::Image>& frames) {
  if (geometry_.state == diffraction::GeometryState::no_rings) return;
  std::vector<diffraction::GeometryResult> own(frames.size());
  const auto parts = options_.pattern.geometry.centre_x_px
                         ? diffraction::RefineParts::ellipse
                         : diffraction::RefineParts::centre_and_ellipse;
  parallel_for(frames.size(), [&](std::size_t i) {
    own[i] = refined(diffraction::upright(frames[i], mask_), geometry_.geometry, parts);
  });
  std::erase_if(own, [](const diffraction::GeometryResult& frame) {
    return frame.state == diffraction::GeometryState::no_rings;
  });
  if (own.size() < 2) return;
  const diffraction::CommonEllipse common = diffraction::common_ellipse(own);
  geometry_.geometry.ellipse_ratio = common.geometry.ellipse_ratio;
  geometry_.geometry.ellipse_angle_deg = common.geometry.ellipse_angle_deg;
  geometry_.geometry_stderr.ellipse_ratio = common.ellipse_ratio_stderr;
  geometry_.geometry_stderr.ellipse_angle_deg = common.ellipse_angle_stderr_deg;
  // Of chi-square per degree of freedom, of which each frame but one has two.
  const double deviation = 1.0 / std::sqrt(static_cast<double>(common.frames - 1));
  constexpr double surely = 5.0;
  if (common.chi2_per_dof > 1.0 + surely * deviation &&
      options_.centre != CentreModel::with_ellipse) {
    warnings_.push_back(fmt::format(
        "the ellipse changes over the first {} frames (chi-square {:.1f} per degree of freedom): "
        "centre: with_ellipse follows it",
        common.frames, common.chi2_per_dof));
  }
}

void SaedPattern::set_scale(std::optional<double> given) {
  in_use_ = geometry_.geometry;
  if (given) {
    in_use_.s_per_px = *given;
    scale_origin_ = options_.s_per_px ? "given" : "file";
    return;
  }
  diffraction::FindScaleOptions options;
  options.pincushion = diffraction::PincushionSearch::none;
  const auto trusted = std::ranges::find(phases_, options_.scale_phase, &crystal::Phase::name);
  const std::span<const crystal::Phase> phases =
      trusted == phases_.end() ? std::span(phases_) : std::span(&*trusted, 1);
  const auto found = diffraction::find_scale(geometry_.rings, phases, options);
  if (found.state == diffraction::ScaleState::no_match) {
    throw InputError({.what = "the scale is not known",
                      .where = series_.origin(0).path.string(),
                      .why = "the file holds none, and no scale puts the rings where those of the "
                             "phases are",
                      .remedy = "give it as --s-per-px, in 1/angstrom per pixel"});
  }
  in_use_.s_per_px = found.s_per_px;
  // Radii of blended rings are none: the fit of all rings makes it better.
  if (options_.scale_phase.empty()) options_.scale_phase = most_matched(found.matches);
  std::string doubt;
  if (found.state == diffraction::ScaleState::ambiguous) {
    doubt =
        found.second_s_per_px > 0.0
            ? fmt::format(" ({:.5g} 1/angstrom per pixel fits them as well)", found.second_s_per_px)
            : fmt::format(" (rings at random would fit as well in {:.0f} % of cases)",
                          100.0 * found.chance);
  }
  warnings_.push_back(fmt::format(
      "the scale is not known and was found from {} rings{}; the lattice of {} is trusted",
      found.matches.size(), doubt, options_.scale_phase));
}

/// The profile of the mean and the fit of its rings; with a trusted phase once more with the scale
/// that puts its rings where they should be.
void SaedPattern::fit_reference() {
  diffraction::RingFitOptions options = options_.rings;
  options.reference_phase = options_.scale_phase;
  fit_rings(options);
  if (options_.scale_phase.empty()) return;
  const diffraction::Estimate off = rings_->reference().s_scale;
  in_use_.s_per_px /= off.value;
  s_per_px_stderr_ = in_use_.s_per_px * off.stderr_value / off.value;
  scale_origin_ = "lattice of " + options_.scale_phase;
  options.reference_phase.clear();  // what frames differ by is their lattice
  integrate_reference();
  fit_rings(options);
}

/// Of a bin's pixels the variance about their line over the radius, over the mean: the median over
/// the bins of some frames, which texture on some of the rings does not change.
void SaedPattern::measure_gain() {
  diffraction::IntegrateOptions options = options_.integration;
  options.splitting = diffraction::Splitting::none;
  options.error_model = diffraction::ErrorModel::azimuthal;
  std::vector<double> gains;
  constexpr std::size_t most_frames = 4;
  for (std::size_t i = 0; i < std::min(first_.size(), most_frames); ++i) {
    SaedFrameResult own;
    const image::Image image = read(first_[i], own);
    find_centre(image, own);
    const diffraction::Integrator integrator(image.width(), image.height(), own.geometry,
                                             mask_.mask, options);
    const diffraction::Profile profile = integrator.integrate(image);
    constexpr double least_pixels = 100.0;
    for (std::size_t bin = 0; bin < profile.size(); ++bin) {
      const double error = profile.intensity_stderr[bin];
      if (profile.weight[bin] < least_pixels || !std::isfinite(error)) continue;
      if (!(error > 0.0) || !(profile.intensity[bin] > 0.0)) continue;
      gains.push_back(error * error * profile.weight[bin] / profile.intensity[bin]);
    }
  }
  if (gains.empty()) return;  // as given
  const auto middle = gains.begin() + static_cast<std::ptrdiff_t>(gains.size() / 2);
  std::ranges::nth_element(gains, middle);
  options_.integration.gain = *middle;
  options_.integration.readout_variance = 0.0;
}

void SaedPattern::integrate_reference() {
  integrators_ = std::make_unique<IntegratorPool>(series_.width(), series_.height(), in_use_,
                                                  mask_.mask, options_.integration);
  average_profiles();
}

/// Of the candidates those that the mean profile shows.
void SaedPattern::choose(Progress& progress) {
  diffraction::ChoosePhasesOptions options;
  const diffraction::RingFitOptions tied = options.fit;
  options.fit = options_.rings;
  options.fit.areas = tied.areas;
  options.fit.size = tied.size;
  options.fit.microstrain = tied.microstrain;
  options.fit.scale_range = tied.scale_range;
  options.fit.unknown_sigma = tied.unknown_sigma;
  options.fit.reference_phase.clear();
  set_bins(options.fit);
  const auto found = diffraction::choose_phases(profile_, phases_, options, progress);
  candidates_ = found.candidates;
  std::vector<crystal::Phase> chosen;
  for (std::size_t i = 0; i < phases_.size(); ++i) {
    // The one that sets the scale is taken to be there.
    candidates_[i].chosen = candidates_[i].chosen || phases_[i].name == options_.scale_phase;
    if (candidates_[i].chosen) chosen.push_back(std::move(phases_[i]));
  }
  if (chosen.empty()) {
    throw InputError(
        {.what = "none of the candidate phases shows",
         .where = series_.origin(0).path.string(),
         .why = "their rings explain the profile no better than a background does",
         .remedy = "look whether the scale is right (--s-per-px), or give other phases"});
  }
  phases_ = std::move(chosen);
}

void SaedPattern::fit_rings(diffraction::RingFitOptions options) {
  set_bins(options);
  rings_ = std::make_unique<diffraction::RingFitter>(profile_, phases_, options);
  fraction_rings_ = options_.fraction_rings.empty()
                        ? diffraction::default_rings(rings_->reference())
                        : read_fraction_rings(options_.fraction_rings);
  (void)diffraction::intensity_fractions(rings_->reference(), fraction_rings_);  // are they there?
}

/// Bins that are not as wide as a pixel.
void SaedPattern::set_bins(diffraction::RingFitOptions& options) const {
  options.s_per_px = in_use_.s_per_px;
  if (options.blur_bins == diffraction::RingFitOptions{}.blur_bins) {
    options.blur_bins =
        blur_of(options_.integration, profile_.s_step_per_angstrom / in_use_.s_per_px);
  }
}

/// Each frame about its own centre, so that drift does not blur the rings.
void SaedPattern::average_profiles() {
  std::vector<diffraction::Profile> profiles(first_.size());
  parallel_for(profiles.size(), [&](std::size_t i) { profiles[i] = locate(first_[i]).profile; });
  profile_ = std::move(profiles.front());
  for (double& error : profile_.intensity_stderr) error *= error;
  for (std::size_t i = 1; i < profiles.size(); ++i) {
    for (std::size_t bin = 0; bin < profile_.size(); ++bin) {
      profile_.intensity[bin] += profiles[i].intensity[bin];
      profile_.intensity_stderr[bin] +=
          profiles[i].intensity_stderr[bin] * profiles[i].intensity_stderr[bin];
      profile_.weight[bin] = std::min(profile_.weight[bin], profiles[i].weight[bin]);
    }
  }
  const auto count = static_cast<double>(profiles.size());
  for (double& value : profile_.intensity) value /= count;
  for (double& error : profile_.intensity_stderr) error = std::sqrt(error) / count;
}

diffraction::Profile SaedPattern::integrate(const image::Image& image,
                                            const diffraction::Geometry& geometry) const {
  const auto integrator = integrators_->at(geometry);
  switch (options_.average) {
    case AzimuthalAverage::median:
      return integrator->integrate_median(image);
    case AzimuthalAverage::clipped:
      return integrator->integrate_clipped(image).profile;
    case AzimuthalAverage::mean:
      break;
  }
  return integrator->integrate(image);
}

image::Image SaedPattern::read(std::size_t frame, SaedFrameResult& result) const {
  image::Image image = series_.read(frame).image;
  if (mask_.saturation_counts) {
    const double limit = *mask_.saturation_counts;
    const bool inverted = mask_.polarity == diffraction::Polarity::inverted;
    for (std::size_t i = 0; i < image.size(); ++i) {
      double& value = image.values()[i];
      if (inverted ? !(value <= limit) : !(value >= limit)) continue;
      value = std::numeric_limits<double>::quiet_NaN();  // does not count
      if (mask_.mask.values()[i] != 0) ++result.saturated_pixels;
    }
  }
  return diffraction::upright(image, mask_);
}

diffraction::GeometryResult SaedPattern::refined(const image::Image& image,
                                                 const diffraction::Geometry& start,
                                                 diffraction::RefineParts parts) const {
  const diffraction::FindGeometryOptions& asked = options_.pattern.geometry;
  diffraction::RefineGeometryOptions options;
  options.parts = parts;
  const auto passes = options.rings.iterations_max;  // fewer are enough from here
  options.rings = asked.rings;
  options.rings.iterations_max = passes;
  return diffraction::refine_geometry(image, mask_.mask, start, options);
}

/// What is given is kept.
void SaedPattern::find_centre(const image::Image& image, SaedFrameResult& result) const {
  result.geometry = in_use_;
  result.geometry_stderr = geometry_.geometry_stderr;
  const diffraction::FindGeometryOptions& asked = options_.pattern.geometry;
  const bool centre = options_.centre != CentreModel::fixed && !asked.centre_x_px;
  const bool ellipse = options_.centre == CentreModel::with_ellipse && !asked.ellipse_ratio;
  using diffraction::RefineParts;
  if (!centre && !ellipse) return;
  const auto parts = !centre   ? RefineParts::ellipse
                     : ellipse ? RefineParts::centre_and_ellipse
                               : RefineParts::centre;
  const auto found = refined(image, in_use_, parts);
  if (found.state == diffraction::GeometryState::no_rings) return;
  // What still moves after its passes does so by far less than a pixel.
  result.own_centre = true;
  result.geometry = found.geometry;
  if (centre) {
    result.geometry_stderr.centre_x_px = found.geometry_stderr.centre_x_px;
    result.geometry_stderr.centre_y_px = found.geometry_stderr.centre_y_px;
  }
  if (ellipse) {
    result.geometry_stderr.ellipse_ratio = found.geometry_stderr.ellipse_ratio;
    result.geometry_stderr.ellipse_angle_deg = found.geometry_stderr.ellipse_angle_deg;
  }
}

SaedFrameResult SaedPattern::locate(std::size_t frame) const {
  SaedFrameResult result;
  const image::Image image = read(frame, result);
  find_centre(image, result);
  result.profile = integrate(image, result.geometry);
  return result;
}

SaedFrameResult SaedPattern::measure(std::size_t frame) const {
  SaedFrameResult result;
  try {
    result = locate(frame);
  } catch (const InputError& error) {
    throw placed(error, place_of(series_, frame));
  }
  try {
    result.fit = rings_->fit(result.profile);
    result.intensity_fractions = diffraction::intensity_fractions(result.fit, fraction_rings_);
    result.volume_fractions = diffraction::volume_fractions(result.fit).phases;
  } catch (const InputError&) {  // a blank frame: nothing that a fit could weigh
    result.fit = without_numbers(rings_->reference());
    result.intensity_fractions.clear();
    result.volume_fractions.clear();
  }
  return result;
}

}  // namespace adatom::pipeline
