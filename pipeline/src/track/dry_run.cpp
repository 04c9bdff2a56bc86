#include "track/dry_run.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/core.h>

#include "adatom/base/parallel.h"
#include "adatom/pipeline/yaml_options.h"
#include "adatom/report/figure_image.h"
#include "adatom/report/number_format.h"
#include "adatom/report/page.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "md/folder_lock.h"
#include "track/file_remarks.h"
#include "track/video_tracking.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

struct TriedFrame {
  std::size_t frame = 0;
  Grid<double> image;
  tracking::DetectResult found;
};

/// Rings of the particles' own sizes: a set of points has one radius.
report::Figure draw_overlay(const TriedFrame& tried, const VideoScale& scale) {
  constexpr double step_px = 0.5;
  std::map<long long, report::Points> by_radius;
  for (const auto& particle : tried.found.particles) {
    auto& points = by_radius[std::llround(particle.radius_px / step_px)];
    points.x_px.push_back(particle.x_px);
    points.y_px.push_back(particle.y_px);
  }
  std::vector<report::Points> rings;
  for (auto& [radius, points] : by_radius) {
    points.marker = report::Marker::ring;
    points.radius_px = step_px * static_cast<double>(radius);
    rings.push_back(std::move(points));
  }
  return report::draw_image(
      tried.image,
      {.title = fmt::format("Frame {}: {} particles", tried.frame, tried.found.particles.size()),
       .pixel_size_angstrom = 10.0 * scale.pixel_size_nm,
       .scale = {.quantity = "intensity"},
       .points = std::move(rings),
       .width = report::FigureWidth::page});
}

std::string dry_run_csv(const std::vector<TriedFrame>& tried, const VideoScale& scale) {
  using storage::cell;
  const double nm = scale.pixel_size_nm;
  storage::Table table({"frame", "x_nm", "y_nm", "x_stderr_nm", "y_stderr_nm", "radius_nm",
                        "radius_stderr_nm", "contrast", "axis_ratio", "reduced_chi2"});
  for (const TriedFrame& each : tried) {
    for (const auto& p : each.found.particles) {
      table.add_row({cell(static_cast<long long>(each.frame)), cell(nm * p.x_px), cell(nm * p.y_px),
                     cell(nm * p.x_stderr_px), cell(nm * p.y_stderr_px), cell(nm * p.radius_px),
                     cell(nm * p.radius_stderr_px), cell(p.contrast), cell(p.axis_ratio),
                     cell(p.reduced_chi2)});
    }
  }
  return table.text();
}

report::Table found_table(const std::vector<TriedFrame>& tried, const VideoScale& scale) {
  report::Table table{.caption = "What is found, frame by frame",
                      .columns = {{"frame", ""},
                                  {"particles", ""},
                                  {"smallest radius", "nm"},
                                  {"largest radius", "nm"},
                                  {"usual contrast", "%"},
                                  {"edge blur", "nm"}},
                      .rows = {}};
  for (const TriedFrame& each : tried) {
    const auto& particles = each.found.particles;
    std::vector<std::string> row = {report::count_text(static_cast<long long>(each.frame)),
                                    report::count_text(static_cast<long long>(particles.size()))};
    if (!particles.empty()) {
      const auto [least, most] =
          std::ranges::minmax_element(particles, {}, &tracking::Particle::radius_px);
      for (const double radius : {least->radius_px, most->radius_px}) {
        row.push_back(report::significant(scale.pixel_size_nm * radius, 3));
      }
      row.push_back(report::significant(100.0 * each.found.contrast, 3));
      row.push_back(report::significant(scale.pixel_size_nm * each.found.edge_blur_px, 2));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string dry_run_page(const std::vector<TriedFrame>& tried, const VideoScale& scale,
                         const std::vector<std::string>& warnings, const std::string& options) {
  report::Page page("Dry run", "particles found on a few frames of a video");
  page.warnings(warnings);
  page.section("Frames");
  std::vector<report::SliderStep> steps;
  for (const TriedFrame& each : tried) {
    steps.push_back({fmt::format("frame {}", each.frame), {draw_overlay(each, scale)}});
  }
  page.slider(steps, {.caption = "Rings have the place and the radius of each particle's fit, to "
                                 "half a pixel."});
  page.table(found_table(tried, scale));
  page.section("Options");
  page.verbatim("All options", options);
  return page.html();
}

}  // namespace

Remarks run_dry(const TrackOptions& options, const VideoPaths& videos, std::size_t frames,
                const fs::path& folder, Progress& progress,
                const std::function<void(const std::string&)>& say) {
  const image::FrameSeries series(videos, options.load());
  const VideoScale scale = scale_of(series, options);
  const FrameSearch search(options, scale.pixel_size_nm);
  search.check();
  const FieldMask field = field_mask(options, series);
  const FolderLock lock(folder);
  const std::vector<std::size_t> chosen = report::spread_steps(series.frames(), frames);
  std::vector<TriedFrame> tried(chosen.size());
  progress.begin("frames", chosen.size());
  WorkspacePool memory;
  parallel_for(chosen.size(), [&](std::size_t i) {
    stop_if_cancelled(progress);
    tried[i].frame = chosen[i];
    tried[i].found = search_frame(series, chosen[i], field.mask, search, *memory.take()).found;
    tried[i].image = outside_blank(series.read(chosen[i]).image, field);
    progress.advance(1);
  });
  Remarks remarks;
  remarks.warnings = file_remarks(series, videos);
  if (field.edge) {
    remarks.warnings.push_back(edge_remark(*field.edge));
    write_mask(folder / edge_file, field.mask);
  }
  for (const TriedFrame& each : tried) {
    for (const auto& warning : each.found.warnings) {
      remarks.warnings.push_back(fmt::format("frame {}: {}", each.frame, warning));
    }
    say(fmt::format("frame {}: {} particles", each.frame, each.found.particles.size()));
  }
  storage::write_file(folder / "dry_run.csv", dry_run_csv(tried, scale));
  storage::write_file(folder / "dry_run.html",
                      dry_run_page(tried, scale, remarks.warnings, write_yaml(options)));
  return remarks;
}

}  // namespace adatom::pipeline
