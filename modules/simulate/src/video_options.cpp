#include "adatom/simulate/video_options.h"

#include <cmath>
#include <string>

namespace adatom::simulate {
namespace {

/// Shorter calls: one line an option.
class Describer {
 public:
  explicit Describer(OptionVisitor& v) : v_(v) {}
  template <class T>
  void operator()(std::string_view name, T& value, std::string_view unit, double min, double max,
                  std::string_view help) {
    v_.visit({.name = name, .unit = unit, .help = help, .min = min, .max = max}, value);
  }
  template <class E>
  requires std::is_enum_v<E>
  void operator()(std::string_view name, E& value, std::string_view help) {
    v_.visit({.name = name, .help = help}, value);
  }

 private:
  OptionVisitor& v_;
};

void check_frames(std::string_view name, const std::vector<double>& frames,
                  std::vector<OptionIssue>& issues) {
  for (const double frame : frames) {
    if (frame == std::floor(frame)) continue;
    issues.push_back({"faults." + std::string(name), "frame numbers are whole numbers"});
    return;
  }
}

}  // namespace

void VideoParticleOptions::describe(OptionVisitor& v) {
  Describer option(v);
  option("count", count, "particles", 0, 100000, "in the field at frame 0");
  option("radius_mean_nm", radius_mean_nm, "nm", 1e-3, 1e4,
         "mean of the log-normal distribution of radii, before it is cut");
  option("radius_spread", radius_spread, "", 0, 3, "its standard deviation over its mean");
  option("radius_min_nm", radius_min_nm, "nm", 1e-3, 1e4, "smaller ones are drawn again");
  option("radius_max_nm", radius_max_nm, "nm", 1e-3, 1e4, "larger ones are drawn again");
  option("tone", tone, "dark: transmissions multiply; bright: signals add up");
  option("profile", profile,
         "disc: one level; sphere: 1 - exp(-mu t) of its thickness; spot: a Gaussian (an atom)");
  option("ellipse_share", ellipse_share, "", 0, 1, "of all particles");
  option("facet_share", facet_share, "", 0, 1, "polygons with rounded corners, of all particles");
  option("aspect_max", aspect_max, "", 1, 5,
         "ellipses: axis ratios are uniform between 1 and this");
  option("corners", corners, "", 3, 12, "of the polygons");
  option("corner_rounding", corner_rounding, "", 0.01, 1,
         "radius of a rounded corner over the inner radius of the polygon");
  option("edge_blur_nm", edge_blur_nm, "nm", 0, 1e3,
         "standard deviation of the Gaussian discs and spheres are blurred with; at least 0.3 px");
  option("contrast", contrast, "fraction", 1e-3, 0.99,
         "at the middle of a particle, before blurring; dark: of what is there without it; bright: "
         "of the dose");
  option("contrast_spread", contrast_spread, "", 0, 1,
         "standard deviation over the mean, from particle to particle");
  option("absorption_per_nm", absorption_per_nm, "1/nm", 1e-6, 10,
         "sphere: mu, the contrast is 1 - exp(-2 mu radius); empty: contrast");
  option("spot_width_nm", spot_width_nm, "nm", 1e-4, 1e3, "spot: its standard deviation");
  option("gap_nm", gap_nm, "nm", 0, 1e3,
         "least gap when placed; empty: none, and overlaps where motion.contact is overlap");
}

void VideoMotionOptions::describe(OptionVisitor& v) {
  Describer option(v);
  option("brownian_share", brownian_share, "", 0, 1, "of all particles");
  option("directed_share", directed_share, "", 0, 1, "of all particles; the others rest");
  option("diffusion_nm2_per_s", diffusion_nm2_per_s, "nm^2/s", 0, 1e7,
         "of a Brownian particle of the reference radius");
  option("reference_radius_nm", reference_radius_nm, "nm", 1e-3, 1e4, "see diffusion_exponent");
  option("diffusion_exponent", diffusion_exponent, "", 0, 6,
         "D = D_ref (r_ref / r)^exponent; 0: the same for all");
  option("speed_nm_per_s", speed_nm_per_s, "nm/s", 0, 1e6, "of directed particles");
  option("speed_spread", speed_spread, "", 0, 3,
         "log-normal, standard deviation over the mean, from particle to particle");
  option("persistence_s", persistence_s, "s", 1e-3, 1e6,
         "mean cosine of the turn after t is exp(-t / persistence)");
  option("directed_diffusion_nm2_per_s", directed_diffusion_nm2_per_s, "nm^2/s", 0, 1e7,
         "diffusion of directed particles on top");
  option("drift_x_nm_per_s", drift_x_nm_per_s, "nm/s", -1e4, 1e4, "of the whole field");
  option("drift_y_nm_per_s", drift_y_nm_per_s, "nm/s", -1e4, 1e4, "of the whole field");
  option("drift_walk_nm", drift_walk_nm, "nm", 0, 1e3,
         "standard deviation of a random step of the field per frame, along x and y");
  option("contact", contact, "particles that meet overlap, stop at each other, or coalesce");
  option("margin_nm", margin_nm, "nm", 0, 1e5,
         "particles also live so far outside the field; walls there reflect");
  option("blur_steps", blur_steps, "", 1, 64,
         "places a particle is summed over in an exposure; 1: its place at the middle");
  option("exposure_fraction", exposure_fraction, "", 0.01, 1,
         "exposure over the frame time, where blur_steps is more than 1");
}

void VideoPopulationOptions::describe(OptionVisitor& v) {
  Describer option(v);
  option("births_per_s", births_per_s, "1/s", 0, 1e6, "in the whole field with its margin");
  option("death_rate_per_s", death_rate_per_s, "1/s", 0, 1e3, "of each particle");
  option("split_rate_per_s", split_rate_per_s, "1/s", 0, 1e3, "of each particle");
  option("coalescence_time_s", coalescence_time_s, "s", 0, 1e6,
         "mean time a touching pair stands still before it is one");
  option("conserve", conserve, "what coalescence and splitting keep");
  option("ripening_nm3_per_s", ripening_nm3_per_s, "nm^3/s", 0, 1e6,
         "K of Ostwald ripening, dr/dt = K / r (1 / mean radius - 1 / r)");
}

void VideoBackgroundOptions::describe(OptionVisitor& v) {
  Describer option(v);
  option("level", level, "fraction of the dose", 0, 1, "where no particle is");
  option("gradient", gradient, "", 0, 1, "relative rise of the level across the field");
  option("gradient_direction_rad", gradient_direction_rad, "rad", -6.2832, 6.2832,
         "in which it rises, from x towards y");
  option("waves", waves, "", 0, 0.3, "standard deviation of slow random waves, relative");
  option("wave_length_nm", wave_length_nm, "nm", 1, 1e6, "the shortest of them");
  option("cell_edge_radius_nm", cell_edge_radius_nm, "nm", 1, 1e6,
         "circular edge of the gas cell, dark outside; empty: none");
  option("cell_edge_x_nm", cell_edge_x_nm, "nm", -1e6, 1e6,
         "its centre; empty: the middle of the field");
  option("cell_edge_y_nm", cell_edge_y_nm, "nm", -1e6, 1e6,
         "its centre; empty: the middle of the field");
  option("cell_edge_blur_nm", cell_edge_blur_nm, "nm", 0.1, 1e3, "its standard deviation");
  option("cell_edge_transmission", cell_edge_transmission, "", 0, 1, "outside it");
  option("clutter_count", clutter_count, "flakes", 0, 10000,
         "irregular flakes that are no particles and stand in no table");
  option("clutter_radius_nm", clutter_radius_nm, "nm", 0.1, 1e4, "of a circle of their area");
  option("clutter_contrast", clutter_contrast, "fraction", 1e-3, 0.99, "as of particles");
}

void VideoCameraOptions::describe(OptionVisitor& v) {
  Describer option(v);
  option("width", width, "px", 1, 8192, "pixels along x");
  option("height", height, "px", 1, 8192, "pixels along y");
  option("pixel_size_nm", pixel_size_nm, "nm", 1e-4, 1e3, "side of a pixel");
  option("frame_time_s", frame_time_s, "s", 1e-6, 1e4, "from frame to frame");
  option("dose_per_nm2", dose_per_nm2, "electrons/nm^2", 1e-3, 1e9,
         "incident electrons of one frame");
  option("noise", noise, "poisson: counted electrons; none: their expected number");
  option("gain", gain, "", 1e-6, 1e6, "value per electron");
  option("offset", offset, "", 0, 1e6, "value without an electron");
  option("readout_noise", readout_noise, "", 0, 1e6, "its standard deviation, in values");
  option("flicker", flicker, "", 0, 0.5, "relative standard deviation of the dose of a frame");
  option("output", output, "type of the pixels in the file");
}

void VideoFaultOptions::describe(OptionVisitor& v) {
  Describer option(v);
  option("empty_frames", empty_frames, "", 0, 1e7, "in which no electron arrives");
  option("dropped_frames", dropped_frames, "", 0, 1e7, "that are not written; time goes on");
  option("jump_frames", jump_frames, "", 0, 1e7,
         "from each of which on the dose is jump_factor as large");
  option("jump_factor", jump_factor, "", 0.01, 100, "of the dose");
}

void VideoOptions::describe(OptionVisitor& v) {
  v.visit_group("particles", "what is seen", particles);
  v.visit_group("motion", "how it moves", motion);
  v.visit_group("population", "what comes, goes and grows", population);
  v.visit_group("background", "what it lies on", background);
  v.visit_group("camera", "how it is recorded", camera);
  v.visit_group("faults",
                "what goes wrong in the recording; frames are numbered with the dropped "
                "ones",
                faults);
  v.visit({.name = "frames", .help = "number of frames written", .min = 1, .max = 1000000}, frames);
  v.visit({.name = "seed", .help = "of the random numbers", .min = 0, .max = 9e15}, seed);
}

std::vector<OptionIssue> VideoOptions::validate() const {
  auto issues = check_ranges(*this);
  if (!issues.empty()) return issues;
  const auto& p = particles;
  if (p.radius_min_nm > p.radius_mean_nm) {
    issues.push_back({"particles.radius_min_nm", "must not be above radius_mean_nm"});
  }
  if (p.radius_max_nm < p.radius_mean_nm) {
    issues.push_back({"particles.radius_max_nm", "must not be below radius_mean_nm"});
  }
  if (p.ellipse_share + p.facet_share > 1.0) {
    issues.push_back({"particles.facet_share", "the shares of ellipses and facets exceed 1"});
  }
  if (motion.brownian_share + motion.directed_share > 1.0) {
    issues.push_back({"motion.directed_share", "the shares of moving particles exceed 1"});
  }
  if (p.profile == ParticleProfile::spot && p.tone == ParticleTone::dark) {
    issues.push_back({"particles.profile", "spots are bright: set tone to bright"});
  }
  if (p.profile != ParticleProfile::spot && p.edge_blur_nm < 0.3 * camera.pixel_size_nm) {
    issues.push_back({"particles.edge_blur_nm", "must be at least 0.3 pixels"});
  }
  if (p.profile == ParticleProfile::spot && p.spot_width_nm < 0.3 * camera.pixel_size_nm) {
    issues.push_back({"particles.spot_width_nm", "must be at least 0.3 pixels"});
  }
  // A particle's picture is held in memory, four by four cells a pixel.
  const double largest_nm = 1000.0 * camera.pixel_size_nm;
  if (p.profile != ParticleProfile::spot && p.radius_max_nm > largest_nm) {
    issues.push_back({"particles.radius_max_nm", "must be at most 1000 pixels"});
  }
  if (p.profile == ParticleProfile::spot && p.spot_width_nm > largest_nm) {
    issues.push_back({"particles.spot_width_nm", "must be at most 1000 pixels"});
  }
  if (p.edge_blur_nm > largest_nm) {
    issues.push_back({"particles.edge_blur_nm", "must be at most 1000 pixels"});
  }
  if (background.clutter_count > 0 && background.clutter_radius_nm > largest_nm) {
    issues.push_back({"background.clutter_radius_nm", "must be at most 1000 pixels"});
  }
  if (p.absorption_per_nm && p.profile != ParticleProfile::sphere) {
    issues.push_back({"particles.absorption_per_nm", "needs the profile sphere"});
  }
  const bool changes = motion.contact == Contact::coalesce || population.split_rate_per_s > 0.0 ||
                       population.ripening_nm3_per_s > 0.0;
  if (p.profile == ParticleProfile::spot && changes) {
    issues.push_back({"particles.profile", "spots neither coalesce nor split nor ripen"});
  }
  // Directed particles move in steps of a twentieth of the persistence.
  if (motion.directed_share > 0.0 && camera.frame_time_s > 50.0 * motion.persistence_s) {
    issues.push_back({"motion.persistence_s", "must be at least a fiftieth of the frame time"});
  }
  check_frames("empty_frames", faults.empty_frames, issues);
  check_frames("dropped_frames", faults.dropped_frames, issues);
  check_frames("jump_frames", faults.jump_frames, issues);
  return issues;
}

}  // namespace adatom::simulate
