#include "adatom/tracking/detect.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "adatom/base/error.h"
#include "search.h"

namespace adatom::tracking {

struct DetectWorkspace::Memory {
  SearchMemory planes;
};

DetectWorkspace::DetectWorkspace() : memory_(std::make_unique<Memory>()) {}
DetectWorkspace::~DetectWorkspace() = default;
DetectWorkspace::DetectWorkspace(DetectWorkspace&&) noexcept = default;
DetectWorkspace& DetectWorkspace::operator=(DetectWorkspace&&) noexcept = default;

namespace {

constexpr std::size_t least_side_px = 16;
/// A radius so much below the least one may be an error of the fit.
constexpr double least_radius_share = 0.8;
/// Particles that do not touch are rarely longer.
constexpr double long_ratio = 1.8;
/// Variance of a pixel's own width.
constexpr double pixel_variance = 1.0 / 12.0;

void require(bool good, std::string what, std::string why, std::string remedy) {
  if (!good) {
    throw InputError(Complaint{
        .what = std::move(what), .where = {}, .why = std::move(why), .remedy = std::move(remedy)});
  }
}

std::string size_text(std::size_t width, std::size_t height) {
  return std::to_string(width) + " x " + std::to_string(height) + " pixels";
}

void take_frame(const Grid<double>& frame, const Grid<std::uint8_t>& mask, Plane& data) {
  data.resize(frame.width(), frame.height());
  bool finite = true;
  for (std::size_t y = 0; y < frame.height(); ++y) {
    const double* from = frame.row(y).data();
    float* to = data.row(y);
    if (mask.empty()) {
      double sum = 0.0;
      for (std::size_t x = 0; x < frame.width(); ++x) {
        to[x] = static_cast<float>(from[x]);
        sum += 0.0 * from[x];
      }
      finite = finite && sum == 0.0;
    } else {
      const std::uint8_t* counts = mask.row(y).data();
      for (std::size_t x = 0; x < frame.width(); ++x) {
        to[x] = counts[x] != 0 ? static_cast<float>(from[x]) : no_value;
        finite = finite && (counts[x] == 0 || std::isfinite(from[x]));
      }
    }
  }
  require(finite, "the frame has pixels that are no finite number", {},
          "mask them, or replace them");
}

/// Something of it lies in the frame, and the fit has come to an end.
bool is_seen(const Body& body, const Plane& data) {
  const Shape& s = body.shape;
  const double x = std::clamp(s.x, -0.5, static_cast<double>(data.width()) - 0.5);
  const double y = std::clamp(s.y, -0.5, static_cast<double>(data.height()) - 0.5);
  return !body.box.empty() && std::hypot(x - s.x, y - s.y) < body.long_axis() &&
         std::ranges::all_of(body.stderrs, [](double error) { return std::isfinite(error); });
}

Particle particle_of(const Body& body, const Field& field, const SearchMemory& planes) {
  const Shape& s = body.shape;
  Particle p;
  p.x_px = s.x;
  p.y_px = s.y;
  p.x_stderr_px = body.stderrs[0];
  p.y_stderr_px = body.stderrs[1];
  p.radius_px = s.radius;
  p.radius_stderr_px = body.stderrs[2];
  p.axis_ratio = std::exp(2.0 * std::hypot(s.e1, s.e2));
  p.angle_rad = p.axis_ratio > 1.0 ? 0.5 * std::atan2(s.e2, s.e1) : 0.0;
  if (p.angle_rad >= 0.5 * std::numbers::pi) p.angle_rad -= std::numbers::pi;
  p.area_px2 = std::numbers::pi * s.radius * s.radius;
  p.contrast = s.contrast;
  p.contrast_stderr = body.stderrs[3];
  const auto clamp = [](double v, std::size_t size) {
    return static_cast<std::size_t>(std::clamp(std::round(v), 0.0, static_cast<double>(size - 1)));
  };
  const Plane& background = planes.background;
  p.background = s.level * static_cast<double>(background.row(
                               clamp(s.y, background.height()))[clamp(s.x, background.width())]);
  p.mass = std::abs(s.contrast * p.background) * p.area_px2;
  p.reduced_chi2 = body.chi2 / std::max(body.pixels - 7.0, 1.0);
  const double step = s.contrast * p.background;
  p.x_bound_px =
      position_bound_px(s.radius, s.blur, step, field.noise().variance(p.background + 0.5 * step));
  p.at_edge = field.reaches_out(s);
  return p;
}

/// What the fit leaves beyond the noise, over the contrast.
double misfit(const Particle& p, const Body& body, const Noise& noise) {
  const double freedom = std::max(body.pixels - 7.0, 1.0);
  // What chance alone may add, and Poisson's kurtosis with it.
  const double chance = 3.0 * std::sqrt(3.0 / freedom);
  const double excess = std::max(0.0, body.chi2 / freedom - 1.0 - chance);
  const double step = std::abs(p.contrast * p.background);
  // Half of a patch's pixels or more lie beyond the body.
  return std::sqrt(excess * noise.variance(p.background) * body.pixels / p.area_px2) / step;
}

/// A flake of irregular outline is described by a heap of bodies that are all too faint, or by a
/// long one. Faint ones that stand alone and are round stay.
void drop_heaps(std::vector<Particle>& particles, double usual_contrast, double share) {
  std::vector<std::size_t> faint;
  for (std::size_t i = 0; i < particles.size(); ++i) {
    const Particle& p = particles[i];
    if (std::abs(p.contrast) + 2.0 * p.contrast_stderr < share * std::abs(usual_contrast)) {
      faint.push_back(i);
    }
  }
  std::vector<bool> drop(particles.size(), false);
  for (const std::size_t i : faint) {
    const Particle& p = particles[i];
    if (p.axis_ratio > long_ratio && p.radius_px > 4.0) drop[i] = true;
    for (const std::size_t k : faint) {
      const Particle& o = particles[k];
      const double distance = std::hypot(o.x_px - p.x_px, o.y_px - p.y_px);
      if (k != i && distance < 1.1 * (o.radius_px + p.radius_px) + 1.0) drop[i] = true;
    }
  }
  std::size_t at = 0;
  std::erase_if(particles, [&](const Particle&) { return drop[at++]; });
}

}  // namespace

void DetectOptions::describe(OptionVisitor& v) {
  v.visit({.name = "contrast", .help = "are particles darker or brighter than the background"},
          contrast);
  v.visit({.name = "radius_min_px",
           .unit = "px",
           .help = "radius of the smallest particles",
           .min = 1.0,
           .max = 200.0},
          radius_min_px);
  v.visit({.name = "radius_max_px",
           .unit = "px",
           .help = "radius of the largest particles",
           .min = 2.0,
           .max = 200.0},
          radius_max_px);
  v.visit({.name = "edge_blur_px",
           .unit = "px",
           .help = "s.d. of the Gaussian that edges are blurred with; empty: from the frame",
           .min = 0.1,
           .max = 20.0},
          edge_blur_px);
  v.visit({.name = "threshold_sigma",
           .help = "a particle stands out of the noise by so many standard deviations",
           .min = 3.0,
           .max = 100.0},
          threshold_sigma);
  v.visit({.name = "contrast_min_share",
           .help = "weaker ones than this share of the usual contrast are no particles",
           .min = 0.0,
           .max = 1.0},
          contrast_min_share);
  v.visit(
      {.name = "clutter_contrast_share",
       .help = "what is fainter than this share of the usual contrast and long, or in a heap of "
               "such, is clutter; 0: nothing is",
       .min = 0.0,
       .max = 1.0},
      clutter_contrast_share);
  v.visit({.name = "misfit_max",
           .help = "what a fit may leave beyond the noise, over the contrast; more is clutter",
           .min = 0.01,
           .max = 10.0},
          misfit_max);
}

std::vector<OptionIssue> DetectOptions::validate() const {
  auto issues = check_ranges(*this);
  if (radius_min_px >= radius_max_px) {
    issues.push_back({"radius_min_px", "must be below radius_max_px"});
  }
  return issues;
}

double position_bound_px(double radius_px, double blur_px, double step, double edge_variance) {
  return std::sqrt(2.0 * blur_px * edge_variance /
                   (std::sqrt(std::numbers::pi) * radius_px * step * step));
}

DetectResult detect_particles(const Grid<double>& frame, const Grid<std::uint8_t>& mask,
                              const DetectOptions& options, DetectWorkspace& workspace) {
  require_valid(options.validate());
  require(frame.width() >= least_side_px && frame.height() >= least_side_px,
          "the frame is too small to find particles in",
          "it is " + size_text(frame.width(), frame.height()) + ", 16 x 16 are needed", {});
  require(mask.empty() || (mask.width() == frame.width() && mask.height() == frame.height()),
          "the mask has not the size of the frame",
          "it is " + size_text(mask.width(), mask.height()) + ", the frame " +
              size_text(frame.width(), frame.height()),
          {});
  SearchMemory& planes = workspace.memory().planes;
  take_frame(frame, mask, planes.data);
  SearchSettings settings;
  settings.contrast = options.contrast;
  settings.radius_min = options.radius_min_px;
  settings.radius_max = options.radius_max_px;
  settings.threshold = options.threshold_sigma;
  settings.contrast_min_share = options.contrast_min_share;
  if (options.edge_blur_px)
    settings.blur = std::sqrt(*options.edge_blur_px * *options.edge_blur_px + pixel_variance);
  Search search(planes, settings);
  search.run();
  DetectResult result;
  result.gain = search.noise().gain;
  result.noise_floor = search.noise().floor;
  result.background = mean_of(planes.background);
  if (const Field* field = search.field()) {
    const double blur = field->priors().blur;
    result.edge_blur_px = std::sqrt(std::max(blur * blur - pixel_variance, 0.0));
    result.contrast = field->priors().contrast;
    for (const Body& body : field->bodies()) {
      if (!is_seen(body, planes.data)) continue;
      Particle p = particle_of(body, *field, planes);
      if (misfit(p, body, search.noise()) > options.misfit_max) continue;
      if (p.radius_px < least_radius_share * options.radius_min_px) continue;
      p.free_standing = field->within(body.box).size() == 1;
      result.particles.push_back(p);
    }
  }
  drop_heaps(result.particles, result.contrast, options.clutter_contrast_share);
  std::ranges::sort(result.particles, [](const Particle& a, const Particle& b) {
    return a.y_px != b.y_px ? a.y_px < b.y_px : a.x_px < b.x_px;
  });
  if (result.particles.empty()) {
    result.warnings.emplace_back("no particle stands out of the noise");
  }
  return result;
}

DetectResult detect_particles(const Grid<double>& frame, const DetectOptions& options) {
  DetectWorkspace workspace;
  return detect_particles(frame, {}, options, workspace);
}

}  // namespace adatom::tracking
