#include "track/track_report.h"

#include <cmath>

#include <fmt/core.h>

#include "adatom/pipeline/yaml_options.h"
#include "adatom/report/number_format.h"
#include "adatom/report/page.h"
#include "track/track_figures.h"

namespace adatom::pipeline {
namespace {

std::string percent(const tracking::Share& share) {
  return fmt::format("{} ({} to {})", report::fixed(100.0 * share.value, 1),
                     report::fixed(100.0 * share.low, 1), report::fixed(100.0 * share.high, 1));
}

std::string count_of(std::size_t number) {
  return report::count_text(static_cast<long long>(number));
}

std::vector<report::Fact> track_facts(const TrackShown& shown) {
  const auto& statistics = shown.statistics;
  std::vector<report::Fact> facts = {
      {"frames", report::count_text(shown.tables.detections.frames)},
      {"length",
       report::significant(
           static_cast<double>(shown.tables.detections.frames) * shown.scale.frame_time_s, 3) +
           " s"},
      {"tracks", count_of(statistics.tracks.size())}};
  if (!statistics.sizes.empty()) {
    facts.emplace_back("particles, first and last",
                       report::count_text(statistics.sizes.front().particles) + ", " +
                           report::count_text(statistics.sizes.back().particles));
  }
  if (std::isfinite(statistics.place_stderr_nm)) {
    facts.emplace_back("error of a place",
                       report::significant(statistics.place_stderr_nm, 2) + " nm");
  }
  if (statistics.diffusion) {
    facts.emplace_back("diffusion", report::with_error(statistics.diffusion->d_nm2_per_s,
                                                       statistics.diffusion->stderr_nm2_per_s) +
                                        " nm²/s");
  }
  for (const auto& speeds : statistics.speeds) {
    if (speeds.displacements == 0) continue;
    facts.emplace_back(fmt::format("faster than {:g} nm/s over {:.3g} s, corrected",
                                   shown.options.threshold_nm_per_s, speeds.lag_s),
                       report::fixed(100.0 * speeds.corrected_faster.value, 1) + " %");
  }
  return facts;
}

report::Table fractions_table(const TrackShown& shown) {
  report::Table table{
      .caption = fmt::format("Displacements faster than {:g} nm/s, by the lag that they are taken "
                             "over, with {:g} % intervals. Corrected: the noise of places taken "
                             "out. At rest: what the noise alone would make faster",
                             shown.options.threshold_nm_per_s, 100.0 * shown.options.confidence),
      .columns = {{"lag", "frames"},
                  {"lag", "s"},
                  {"measured", "%"},
                  {"corrected", "%"},
                  {"at rest", "%"},
                  {"error of a place", "nm"},
                  {"mean speed", "nm/s"},
                  {"corrected mean", "nm/s"},
                  {"displacements", ""}},
      .rows = {}};
  for (const auto& speeds : shown.statistics.speeds) {
    if (speeds.displacements == 0) continue;
    table.rows.push_back(
        {report::count_text(speeds.lag_frames), report::significant(speeds.lag_s, 3),
         percent(speeds.faster), percent(speeds.corrected_faster),
         report::significant(100.0 * speeds.rest_share_faster, 2),
         report::significant(speeds.sigma_nm, 2), report::significant(speeds.mean_nm_per_s, 3),
         report::significant(speeds.corrected_mean_nm_per_s, 3),
         report::count_text(speeds.displacements)});
  }
  return table;
}

std::vector<report::Fact> motion_facts(const TrackStatistics& statistics) {
  std::vector<report::Fact> facts;
  if (statistics.diffusion) {
    const auto& diffusion = *statistics.diffusion;
    facts.emplace_back(
        "diffusion coefficient, covariance estimator",
        report::with_error(diffusion.d_nm2_per_s, diffusion.stderr_nm2_per_s) + " nm²/s");
  }
  if (statistics.active) {
    const auto& active = *statistics.active;
    facts.emplace_back(
        "fit of 4 D t + v² t² + 4 σ²: D",
        report::with_error(active.d_nm2_per_s, active.d_stderr_nm2_per_s) + " nm²/s");
    facts.emplace_back(
        "v", report::with_error(active.speed_nm_per_s, active.speed_stderr_nm_per_s) + " nm/s");
    facts.emplace_back("σ",
                       report::significant(std::sqrt(active.localisation_variance_nm2), 2) + " nm");
  }
  if (statistics.localisation_factor) {
    facts.emplace_back("errors of places that motion shows, over those of the fits",
                       report::significant(*statistics.localisation_factor, 3));
  }
  return facts;
}

std::vector<report::Fact> growth_facts(const tracking::GrowthStatistics& growth) {
  const auto rate = [](const tracking::Rate& r) {
    return fmt::format("{} ({} per particle and s, 95 % interval {} to {})",
                       report::count_text(r.events), report::significant(r.per_particle_s, 2),
                       report::significant(r.low, 2), report::significant(r.high, 2));
  };
  std::vector<report::Fact> facts = {
      {"growth", EnumNames<tracking::Growth>::names.at(static_cast<std::size_t>(growth.growth))},
      {"merges", rate(growth.merges)},
      {"splits", rate(growth.splits)},
      {"vanishings that no event explains", rate(growth.vanishings)}};
  if (growth.measured_merges > 0) {
    facts.emplace_back("volume after over before a merge",
                       report::with_error(growth.volume_ratio, growth.volume_ratio_stderr));
    facts.emplace_back("area after over before a merge",
                       report::with_error(growth.area_ratio, growth.area_ratio_stderr));
  }
  if (growth.ripening_tracks > 0) {
    facts.emplace_back(
        "ripening, K of dr/dt = K/r (1/⟨r⟩ − 1/r)",
        report::with_error(growth.ripening_nm3_per_s, growth.ripening_stderr_nm3_per_s) + " nm³/s");
  }
  return facts;
}

report::Table events_table(const TrackShown& shown) {
  constexpr std::size_t most = 200;
  report::Table table{.caption = "Merges and splits, the first 200; all events are in events.csv",
                      .columns = {{"event", "", report::Align::left},
                                  {"frame", ""},
                                  {"time", "s"},
                                  {"new particle", ""},
                                  {"from", "", report::Align::left},
                                  {"x", "nm"},
                                  {"y", "nm"}},
                      .rows = {}};
  for (const auto& event : shown.tables.events) {
    const bool counts = event.kind == tracking::TrackEventKind::merge ||
                        event.kind == tracking::TrackEventKind::split;
    if (!counts || table.rows.size() >= most) continue;
    std::string parents;
    for (const auto parent : event.parents) {
      parents += (parents.empty() ? "" : ", ") + std::to_string(parent);
    }
    table.rows.push_back(
        {EnumNames<tracking::TrackEventKind>::names.at(static_cast<std::size_t>(event.kind)),
         report::count_text(event.frame),
         report::significant(static_cast<double>(event.frame) * shown.scale.frame_time_s, 4),
         std::to_string(event.id), parents,
         report::fixed(shown.scale.pixel_size_nm * event.x_px, 1),
         report::fixed(shown.scale.pixel_size_nm * event.y_px, 1)});
  }
  return table;
}

void add_speeds(const TrackShown& shown, report::Page& page) {
  page.section("Speeds");
  std::vector<report::Figure> histograms;
  for (const auto& speeds : shown.statistics.speeds) {
    if (speeds.displacements == 0) continue;
    histograms.push_back(draw_speeds(speeds, shown.options.threshold_nm_per_s));
  }
  if (histograms.empty()) {
    page.paragraph("No track is as long as any of the lags.");
    return;
  }
  page.figures(histograms,
               "Speeds over different lags: as measured, with the noise of places taken out, and "
               "what particles that are all at rest would seem to do. At a short lag noise rules; "
               "what of a histogram lies beyond the noise alone is motion.");
  page.table(fractions_table(shown));
}

void add_motion(const TrackShown& shown, report::Page& page) {
  if (shown.statistics.msd.empty()) return;
  page.section("Diffusion and active motion");
  std::vector<report::Figure> figures = {draw_mean_square_displacement(shown.statistics)};
  if (!shown.statistics.van_hove.empty()) figures.push_back(draw_van_hove(shown.statistics));
  page.figures(figures,
               "Mean square displacement over all tracks, bars are standard errors from the "
               "scatter between tracks, with the fit below; and how displacements along x and y "
               "are distributed at the lags of the speeds (van Hove).");
  page.facts(motion_facts(shown.statistics));
}

void add_growth(const TrackShown& shown, report::Page& page) {
  page.section("Number and size");
  const std::vector<report::Figure> figures = {draw_particle_counts(shown.statistics),
                                               draw_radii(shown.statistics),
                                               draw_size_histograms(shown.statistics)};
  page.figures(figures,
               "Particles with a track, their radii over time, and how radii were "
               "distributed at the beginning and at the end.");
  page.facts(growth_facts(shown.statistics.growth));
  const report::Table events = events_table(shown);
  if (!events.rows.empty()) page.table(events, report::Fold::closed);
}

void add_overlay(const TrackShown& shown, report::Page& page) {
  const TrackPictures& pictures = shown.pictures;
  if (!pictures.has_overlay) return;
  page.section("Video");
  std::string caption =
      "The frames with the particles that are followed: outlines have the places and sizes of the "
      "fits, each track its colour, tails are the way of the last second with the drift taken "
      "out. White squares stand about particles that have just merged, diamonds about what has "
      "just split. ";
  const double speed = static_cast<double>(pictures.frames_between * pictures.frames_per_second) *
                       shown.scale.frame_time_s;
  if (pictures.frames_between > 1) {
    caption += fmt::format("One frame in {} is shown. ", pictures.frames_between);
  }
  if (std::abs(speed - 1.0) < 0.02) {
    caption += "It plays as fast as it was recorded.";
  } else {
    caption += fmt::format("It plays at {:.3g} times the speed it was recorded at.", speed);
  }
  if (!shown.overlay_mp4.empty()) {
    page.video(shown.overlay_mp4, caption);
  } else {
    page.video_beside(overlay_file, caption);
    page.link(overlay_file, overlay_file);
  }
}

void add_kymograph(const TrackShown& shown, report::Page& page) {
  if (!shown.pictures.has_kymograph) return;
  page.section("Kymograph");
  const std::vector<report::Figure> panels = {shown.pictures.kymograph,
                                              shown.pictures.kymograph_tracks};
  page.figures(panels, "Intensity along a line on the specimen against time, which goes down: " +
                           shown.pictures.line +
                           " (chosen along the way of the particle that went farthest unless it "
                           "was given). What is at rest stands upright, what moves leans; at the "
                           "right with the tracks that are on the line. The numbers are in "
                           "kymograph.npy.");
}

}  // namespace

std::string track_report(const TrackShown& shown) {
  report::Page page("Tracks", "particles of a video, found and followed");
  page.key_numbers(track_facts(shown));
  page.warnings(shown.warnings);
  if (shown.labels) {
    page.section("Against marks");
    page.figure(draw_atom_scores(*shown.labels),
                "Precision and recall while the least significance falls, until half of what is "
                "found may be noise or texture; all thresholds are in atom_scores.csv. " +
                    label_text(*shown.labels) + ".");
  }
  if (!shown.statistics.tracks.empty()) {
    add_overlay(shown, page);
    page.section("Trajectories");
    page.figure(draw_trajectories_by_time(shown), "Over the first frame, the drift taken out.");
    const auto& speeds = shown.statistics.speeds;
    const auto& middle = speeds[speeds.size() / 2];
    if (middle.displacements > 0) {
      page.figure(draw_trajectories_by_speed(shown, middle.lag_frames),
                  "The same, coloured by the speed as measured; the fastest hundredth has the last "
                  "colour.");
    }
    add_speeds(shown, page);
    add_motion(shown, page);
    add_kymograph(shown, page);
    add_growth(shown, page);
    page.section("Drift");
    page.figure(draw_drift(shown),
                "Displacement of the field from the first frame, found from all particles.");
  }
  page.section("Options");
  page.verbatim("All options", write_yaml(shown.options));
  return page.html();
}

}  // namespace adatom::pipeline
