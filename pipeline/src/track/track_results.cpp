#include "track/track_results.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "adatom/storage/csv.h"
#include "stages/json_text.h"

namespace adatom::pipeline {
namespace {

using nlohmann::ordered_json;
using storage::cell;

constexpr double no_number = std::numeric_limits<double>::quiet_NaN();

std::vector<std::string> cells(std::initializer_list<double> numbers) {
  std::vector<std::string> row;
  for (const double number : numbers) row.push_back(cell(number));
  return row;
}

std::string whole(std::int64_t number) { return cell(static_cast<long long>(number)); }

ordered_json share_json(const tracking::Share& share) {
  return {{"value", json_number(share.value)},
          {"low", json_number(share.low)},
          {"high", json_number(share.high)}};
}

ordered_json rate_json(const tracking::Rate& rate) {
  return {{"events", rate.events},
          {"per_particle_s", json_number(rate.per_particle_s)},
          {"low", json_number(rate.low)},
          {"high", json_number(rate.high)}};
}

ordered_json measured_json(double value, double error) {
  return {{"value", json_number(value)}, {"standard_error", json_number(error)}};
}

ordered_json speeds_json(const TrackStatistics& statistics) {
  ordered_json list = ordered_json::array();
  for (const auto& speeds : statistics.speeds) {
    list.push_back({{"lag_frames", speeds.lag_frames},
                    {"lag_s", json_number(speeds.lag_s)},
                    {"displacements", speeds.displacements},
                    {"tracks", speeds.tracks},
                    {"mean_nm_per_s", json_number(speeds.mean_nm_per_s)},
                    {"corrected_mean_nm_per_s", json_number(speeds.corrected_mean_nm_per_s)},
                    {"sigma_nm", json_number(speeds.sigma_nm)},
                    {"rest_mean_nm_per_s", json_number(speeds.rest_mean_nm_per_s)},
                    {"rest_share_faster", json_number(speeds.rest_share_faster)},
                    {"share_faster", share_json(speeds.faster)},
                    {"corrected_share_faster", share_json(speeds.corrected_faster)},
                    {"warning", speeds.warning}});
  }
  return list;
}

ordered_json growth_json(const tracking::GrowthStatistics& growth) {
  return {
      {"growth", EnumNames<tracking::Growth>::names.at(static_cast<std::size_t>(growth.growth))},
      {"observed_particle_s", json_number(growth.observed_particle_s)},
      {"merges", rate_json(growth.merges)},
      {"splits", rate_json(growth.splits)},
      {"vanishings", rate_json(growth.vanishings)},
      {"measured_merges", growth.measured_merges},
      {"volume_ratio", measured_json(growth.volume_ratio, growth.volume_ratio_stderr)},
      {"area_ratio", measured_json(growth.area_ratio, growth.area_ratio_stderr)},
      {"parents_radius_ratio", json_number(growth.parents_radius_ratio)},
      {"ripening_nm3_per_s",
       measured_json(growth.ripening_nm3_per_s, growth.ripening_stderr_nm3_per_s)},
      {"ripening_tracks", growth.ripening_tracks}};
}

ordered_json events_json(const std::vector<tracking::TrackEvent>& events) {
  ordered_json counts;
  constexpr auto& names = EnumNames<tracking::TrackEventKind>::names;
  for (std::size_t kind = 0; kind < names.size(); ++kind) {
    counts[names[kind]] = std::ranges::count_if(
        events, [&](const auto& event) { return static_cast<std::size_t>(event.kind) == kind; });
  }
  return counts;
}

ordered_json size_json(const tracking::SizePoint& point) {
  return {{"frame", point.frame},
          {"particles", point.particles},
          {"mean_radius_nm", measured_json(point.mean_radius_nm, point.mean_radius_stderr_nm)},
          {"median_radius_nm", json_number(point.median_radius_nm)}};
}

}  // namespace

std::string velocities_csv(const TrackStatistics& statistics) {
  storage::Table table({"lag_frames", "lag_s", "speed_low_nm_per_s", "speed_high_nm_per_s", "share",
                        "corrected_share"});
  for (const auto& speeds : statistics.speeds) {
    for (std::size_t bin = 0; bin < speeds.share.size(); ++bin) {
      auto row = cells({speeds.lag_s, speeds.edges_nm_per_s[bin], speeds.edges_nm_per_s[bin + 1],
                        speeds.share[bin], speeds.corrected_share[bin]});
      row.insert(row.begin(), whole(speeds.lag_frames));
      table.add_row(std::move(row));
    }
  }
  return table.text();
}

std::string fractions_csv(const TrackStatistics& statistics, const TrackOptions& options) {
  storage::Table table({"lag_frames", "lag_s", "threshold_nm_per_s", "share_faster",
                        "share_faster_low", "share_faster_high", "corrected_share_faster",
                        "corrected_share_faster_low", "corrected_share_faster_high",
                        "rest_share_faster", "sigma_nm", "mean_nm_per_s", "corrected_mean_nm_per_s",
                        "rest_mean_nm_per_s", "displacements", "tracks", "warning"});
  for (const auto& speeds : statistics.speeds) {
    auto row =
        cells({speeds.lag_s, options.threshold_nm_per_s, speeds.faster.value, speeds.faster.low,
               speeds.faster.high, speeds.corrected_faster.value, speeds.corrected_faster.low,
               speeds.corrected_faster.high, speeds.rest_share_faster, speeds.sigma_nm,
               speeds.mean_nm_per_s, speeds.corrected_mean_nm_per_s, speeds.rest_mean_nm_per_s});
    row.insert(row.begin(), whole(speeds.lag_frames));
    row.push_back(whole(speeds.displacements));
    row.push_back(whole(speeds.tracks));
    row.push_back(speeds.warning);
    table.add_row(std::move(row));
  }
  return table.text();
}

std::string msd_csv(const TrackStatistics& statistics) {
  storage::Table table({"lag_frames", "lag_s", "msd_nm2", "msd_stderr_nm2", "pairs", "tracks"});
  for (const auto& point : statistics.msd) {
    table.add_row({whole(point.lag_frames), cell(point.lag_s), cell(point.msd_nm2),
                   cell(point.stderr_nm2), whole(point.pairs), whole(point.tracks)});
  }
  return table.text();
}

std::string van_hove_csv(const TrackStatistics& statistics) {
  storage::Table table({"lag_frames", "lag_s", "displacement_nm", "density_per_nm"});
  for (const auto& shape : statistics.van_hove) {
    for (std::size_t bin = 0; bin < shape.centres_nm.size(); ++bin) {
      table.add_row({whole(shape.lag_frames), cell(shape.lag_s), cell(shape.centres_nm[bin]),
                     cell(shape.density_per_nm[bin])});
    }
  }
  return table.text();
}

std::string track_table_csv(const TrackStatistics& statistics) {
  std::string text =
      "particle_id,first_frame,last_frame,detections,mean_radius_nm,diffusion_nm2_per_s,"
      "diffusion_stderr_nm2_per_s,localisation_variance_nm2,active_speed_nm_per_s,"
      "active_speed_stderr_nm_per_s,active_diffusion_nm2_per_s,net_displacement_nm,"
      "net_speed_nm_per_s\n";
  for (const TrackSummary& track : statistics.tracks) {
    text +=
        fmt::format("{},{},{},{}", track.id, track.first_frame, track.last_frame, track.detections);
    const auto& diffusion = track.diffusion;
    const auto& active = track.active;
    for (const double number :
         {track.mean_radius_nm, diffusion ? diffusion->d_nm2_per_s : no_number,
          diffusion ? diffusion->stderr_nm2_per_s : no_number,
          diffusion ? diffusion->localisation_variance_nm2 : no_number,
          active ? active->speed_nm_per_s : no_number,
          active ? active->speed_stderr_nm_per_s : no_number,
          active ? active->d_nm2_per_s : no_number, track.net_displacement_nm,
          track.net_speed_nm_per_s}) {
      text += ',' + cell(number);
    }
    text += '\n';
  }
  return text;
}

std::string track_summary_json(const TrackTables& tables, const TrackStatistics& statistics,
                               const VideoScale& scale, double max_step_nm,
                               const TrackOptions& options) {
  ordered_json json = {{"frames", tables.detections.frames},
                       {"pixel_size_nm", json_number(scale.pixel_size_nm)},
                       {"frame_time_s", json_number(scale.frame_time_s)},
                       {"detections", tables.detections.particles},
                       {"tracks", statistics.tracks.size()},
                       {"detections_in_tracks", tables.tracks.points()},
                       {"events", events_json(tables.events)},
                       {"max_step_nm", json_number(max_step_nm)},
                       {"edge_blur_nm", json_number(tables.detections.edge_blur_nm)}};
  json["places"] = {
      {"stderr_nm", json_number(statistics.place_stderr_nm)},
      {"stderr_over_bound", json_number(tables.bound_ratio)},
      {"error_shown_by_motion_over_stderr",
       json_number(statistics.localisation_factor.value_or(no_number))},
      {"error_shown_by_motion_over_stderr_stderr",
       json_number(statistics.localisation_factor ? statistics.localisation_factor_stderr
                                                  : no_number)}};
  if (!tables.drift.empty()) {
    json["drift"] = {{"x_nm", json_number(tables.drift.back().x_nm)},
                     {"y_nm", json_number(tables.drift.back().y_nm)}};
  }
  if (statistics.diffusion) {
    const auto& diffusion = *statistics.diffusion;
    json["diffusion"] = {
        {"d_nm2_per_s", measured_json(diffusion.d_nm2_per_s, diffusion.stderr_nm2_per_s)},
        {"localisation_variance_nm2", json_number(diffusion.localisation_variance_nm2)},
        {"steps", diffusion.steps},
        {"tracks", diffusion.tracks}};
  }
  if (statistics.active) {
    const auto& active = *statistics.active;
    json["active_motion"] = {
        {"d_nm2_per_s", measured_json(active.d_nm2_per_s, active.d_stderr_nm2_per_s)},
        {"speed_nm_per_s", measured_json(active.speed_nm_per_s, active.speed_stderr_nm_per_s)},
        {"localisation_variance_nm2", json_number(active.localisation_variance_nm2)}};
  }
  json["threshold_nm_per_s"] = options.threshold_nm_per_s;
  json["confidence"] = options.confidence;
  json["speeds"] = speeds_json(statistics);
  ordered_json shapes = ordered_json::array();
  for (const auto& shape : statistics.van_hove) {
    shapes.push_back({{"lag_frames", shape.lag_frames},
                      {"variance_nm2", json_number(shape.variance_nm2)},
                      {"non_gaussian", json_number(shape.non_gaussian)}});
  }
  json["van_hove"] = shapes;
  if (!statistics.sizes.empty()) {
    json["sizes"] = {{"first", size_json(statistics.sizes.front())},
                     {"last", size_json(statistics.sizes.back())}};
    json["growth"] = growth_json(statistics.growth);
  }
  return json_text(json);
}

}  // namespace adatom::pipeline
