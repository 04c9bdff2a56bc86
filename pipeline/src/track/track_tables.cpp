#include "track/track_tables.h"

#include <array>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "adatom/base/number_text.h"

namespace adatom::pipeline {
namespace {

std::string time_text(std::int64_t frame, const VideoScale& scale) {
  return shortest(static_cast<double>(frame) * scale.frame_time_s);
}

}  // namespace

std::string detections_header() {
  return "frame,time_s,particles,brightness,contrast,edge_blur_nm,gain,noise_floor\n";
}

std::string detections_row(std::size_t frame, const SearchedFrame& searched,
                           const VideoScale& scale) {
  const tracking::DetectResult& found = searched.found;
  return fmt::format("{},{},{},{},{},{},{},{}\n", frame,
                     time_text(static_cast<std::int64_t>(frame), scale), found.particles.size(),
                     shortest(searched.brightness), shortest(found.contrast),
                     shortest(scale.pixel_size_nm * found.edge_blur_px), shortest(found.gain),
                     shortest(found.noise_floor));
}

std::string atoms_header() {
  return "frame,time_s,x_nm,y_nm,x_stderr_nm,y_stderr_nm,amplitude,amplitude_stderr,intensity,"
         "intensity_stderr,background,width_nm,width_stderr_nm,significance,false_discovery,"
         "probability,"
         "x_bound_nm,free_standing,at_edge\n";
}

std::string atoms_rows(std::size_t frame, const SearchedFrame& searched, const VideoScale& scale) {
  const double nm = scale.pixel_size_nm;
  const std::string when =
      fmt::format("{},{}", frame, time_text(static_cast<std::int64_t>(frame), scale));
  std::string text;
  for (const tracking::Atom& atom : searched.atoms) {
    text += when;
    for (const double number :
         {nm * atom.x_px, nm * atom.y_px, nm * atom.x_stderr_px, nm * atom.y_stderr_px,
          atom.amplitude, atom.amplitude_stderr, atom.intensity, atom.intensity_stderr,
          atom.background, nm * atom.width_px, nm * atom.width_stderr_px, atom.significance,
          atom.false_discovery, atom.probability, nm * atom.x_bound_px}) {
      text += ',' + shortest(number);
    }
    text += fmt::format(",{},{}\n", atom.free_standing ? 1 : 0, atom.at_edge ? 1 : 0);
  }
  return text;
}

std::string tracks_header() {
  return "frame,time_s,particle_id,x_nm,y_nm,x_stderr_nm,y_stderr_nm,radius_nm,radius_stderr_nm,"
         "area_nm2,contrast,contrast_stderr,axis_ratio,angle_rad,mass,reduced_chi2,x_bound_nm,"
         "free_standing,at_edge,x_specimen_nm,y_specimen_nm\n";
}

std::string tracks_rows(const tracking::LinkedFrame& frame, const VideoScale& scale) {
  const double nm = scale.pixel_size_nm;
  const std::string when = fmt::format("{},{}", frame.frame, time_text(frame.frame, scale));
  std::string text;
  for (const tracking::LinkedParticle& linked : frame.particles) {
    if (linked.track < 0) continue;
    const tracking::Particle& p = linked.particle;
    const std::array<double, 12> numbers = {
        nm * p.x_px,          nm * p.y_px,      nm * p.x_stderr_px,
        nm * p.y_stderr_px,   nm * p.radius_px, nm * p.radius_stderr_px,
        nm * nm * p.area_px2, p.contrast,       p.contrast_stderr,
        p.axis_ratio,         p.angle_rad,      p.mass};
    text += fmt::format("{},{}", when, linked.track);
    for (const double number : numbers) text += ',' + shortest(number);
    text += fmt::format(",{},{},{},{},{},{}\n", shortest(p.reduced_chi2),
                        shortest(nm * p.x_bound_px), p.free_standing ? 1 : 0, p.at_edge ? 1 : 0,
                        shortest(nm * (p.x_px - frame.drift.x_px)),
                        shortest(nm * (p.y_px - frame.drift.y_px)));
  }
  return text;
}

std::string track_events_header() {
  return "frame,time_s,event,particle_id,parent_ids,x_nm,y_nm,log_odds\n";
}

std::string track_events_rows(const tracking::LinkedFrame& frame, const VideoScale& scale) {
  std::string text;
  for (const tracking::TrackEvent& event : frame.events) {
    text += fmt::format(
        "{},{},{},{},{},{},{},{}\n", event.frame, time_text(event.frame, scale),
        EnumNames<tracking::TrackEventKind>::names.at(static_cast<std::size_t>(event.kind)),
        event.id, fmt::join(event.parents, " "), shortest(scale.pixel_size_nm * event.x_px),
        shortest(scale.pixel_size_nm * event.y_px), shortest(event.log_odds));
  }
  return text;
}

std::string track_drift_header() {
  return "frame,time_s,drift_x_nm,drift_y_nm,drift_x_stderr_nm,drift_y_stderr_nm,particles\n";
}

std::string track_drift_row(const tracking::LinkedFrame& frame, const VideoScale& scale) {
  const tracking::FieldDrift& drift = frame.drift;
  const double nm = scale.pixel_size_nm;
  return fmt::format("{},{},{},{},{},{},{}\n", frame.frame, time_text(frame.frame, scale),
                     shortest(nm * drift.x_px), shortest(nm * drift.y_px),
                     shortest(nm * drift.x_stderr_px), shortest(nm * drift.y_stderr_px),
                     drift.particles);
}

std::string track_sizes_header() {
  return "frame,time_s,particles,mean_radius_nm,mean_radius_stderr_nm,median_radius_nm,spread,"
         "skewness,volume_nm3\n";
}

std::string track_sizes_row(const tracking::SizePoint& point) {
  std::string text = fmt::format("{},{},{}", point.frame, shortest(point.time_s), point.particles);
  for (const double number :
       {point.mean_radius_nm, point.mean_radius_stderr_nm, point.median_radius_nm, point.spread,
        point.skewness, point.volume_nm3}) {
    text += ',' + shortest(number);
  }
  return text + '\n';
}

}  // namespace adatom::pipeline
