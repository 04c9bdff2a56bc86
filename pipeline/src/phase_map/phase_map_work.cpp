#include "phase_map/phase_map_work.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <numbers>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/image/load.h"
#include "adatom/image/writer.h"
#include "adatom/pipeline/sha256.h"
#include "adatom/pipeline/yaml_options.h"
#include "adatom/storage/files.h"
#include "md/folder_lock.h"
#include "mobility/placed_error.h"
#include "phase_map/phase_map_report.h"
#include "phase_map/phase_map_tables.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

constexpr const char* parts_folder = ".parts";
constexpr std::string_view part_kind = "phase-map";
constexpr int part_version = 1;

Grid<std::int32_t> read_particles(const InputFile& file, const image::FrameSeries& series) {
  if (!file.given()) return {};
  const auto reader = image::open_series(file.path);
  const auto numbers = image::to_image(reader->read(0));
  if (numbers.width() != series.width() || numbers.height() != series.height()) {
    throw InputError({.what = "the particles' image is of another size than the frames",
                      .where = file.path,
                      .why = fmt::format("{} x {} pixels, the frames have {} x {}", numbers.width(),
                                         numbers.height(), series.width(), series.height()),
                      .remedy = "number the particles on a frame"});
  }
  Grid<std::int32_t> particles(numbers.width(), numbers.height(), 0);
  constexpr double most = 1e6;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const double value = numbers.values()[i];
    if (!(value >= 0.0) || value > most || value != std::floor(value)) {
      throw InputError({.what = "this is no number of a particle",
                        .where = file.path,
                        .why = fmt::format("a pixel is {}", value),
                        .remedy = "0 is no particle, 1, 2, ... are particles"});
    }
    particles.values()[i] = static_cast<std::int32_t>(value);
  }
  return particles;
}

PhaseMapPlan make_plan(const PhaseMapCommandOptions& options, const image::FrameSeries& series,
                       std::vector<std::string>& warnings) {
  PhaseMapPlan plan;
  plan.options = options;
  plan.phases = options.phase_list();
  plan.pixel_size_nm = 0.1 * series.pixel_size_angstrom();
  plan.given = options.given_fringes(plan.phases.size());
  auto chosen = diffraction::choose_families(plan.phases, options.family_labels(plan.phases),
                                             options.reflections);
  plan.families = std::move(chosen.families);
  if (plan.given.empty()) warnings = std::move(chosen.warnings);
  if (options.tracks.given())
    plan.directions = ParticleDirections(options.tracks.path, options.direction_frames);
  plan.particles = read_particles(options.particles, series);
  if (static_cast<std::size_t>(options.strain_phase) > plan.phases.size()) {
    throw InputError({.what = fmt::format("there is no phase of number {}", options.strain_phase),
                      .where = "strain_phase",
                      .why = fmt::format("there are {}", plan.phases.size()),
                      .remedy = "count the phases from 1"});
  }
  return plan;
}

/// Frames that are done, each in a file of its own until all are.
class FrameParts {
 public:
  FrameParts(fs::path folder, const PhaseMapPlan& plan, const image::FrameSeries& series)
      : folder_(std::move(folder)), plan_(plan), series_(series) {
    Sha256 hash;
    hash.add(fmt::format("{} {} {} {}\n", part_version, series.width(), series.height(),
                         plan.pixel_size_nm));
    hash.add(write_yaml(plan.options));
    for (const auto* file : {&plan.options.cif, &plan.options.tracks, &plan.options.particles}) {
      hash.add(file->given() ? storage::read_file(file->path) : std::string("none"));
    }
    identity_ = hash.hex();
  }
  [[nodiscard]] std::optional<MappedFrame> find(std::size_t frame,
                                                const Grid<double>& image) const {
    const auto state = read_state(part_kind, path(frame));
    if (!state || !state->head.contains("identity")) return std::nullopt;
    if (state->head["identity"] != key(image)) return std::nullopt;
    return from_state(*state, series_.width(), series_.height(), plan_.phases.size());
  }
  void keep(std::size_t frame, const Grid<double>& image, const MappedFrame& mapped) const {
    auto state = to_state(mapped);
    state.head["identity"] = key(image);
    storage::write_file(path(frame), encode_state(part_kind, state));
  }
  [[nodiscard]] MappedFrame read(std::size_t frame, const Grid<double>& image) const {
    auto found = find(frame, image);
    if (!found) {
      throw InputError({.what = "what was kept of a frame is gone",
                        .where = path(frame).string(),
                        .why = "the file was changed while the program ran",
                        .remedy = "run it again"});
    }
    return *std::move(found);
  }
  void remove() const { fs::remove_all(folder_); }

 private:
  [[nodiscard]] fs::path path(std::size_t frame) const {
    return folder_ / fmt::format("frame_{:06}", frame);
  }
  [[nodiscard]] std::string key(const Grid<double>& image) const {
    Sha256 hash;
    hash.add(identity_);
    hash.add(std::as_bytes(image.values()));
    return hash.hex();
  }
  fs::path folder_;
  const PhaseMapPlan& plan_;
  const image::FrameSeries& series_;
  std::string identity_;
};

/// Says nothing of its own steps: one step of the whole is a frame.
class FrameProgress final : public Progress {
 public:
  explicit FrameProgress(const Progress& whole) : whole_(whole) {}
  void begin(std::string_view, std::size_t) override {}
  void advance(std::size_t) override {}
  [[nodiscard]] bool cancelled() const override { return whole_.cancelled(); }

 private:
  const Progress& whole_;
};

image::Image frame_image(const image::FrameSeries& series, std::size_t frame) {
  return series.read(frame).image;
}

/// Maps what is not there yet. @returns how many were
std::size_t map_all(const PhaseMapPlan& plan, const image::FrameSeries& series,
                    const FrameParts& parts, Progress& progress) {
  progress.begin("frames", series.frames());
  std::size_t found = 0;
  bool any = false;
  std::optional<MappedFrame> first;
  for (std::size_t i = 0; i < series.frames(); ++i) {
    stop_if_cancelled(progress);
    const auto origin = series.origin(i);
    try {
      const auto image = frame_image(series, i);
      auto mapped = parts.find(i, image);
      if (mapped) {
        ++found;
        progress.advance_found(1);
      } else {
        FrameProgress silent(progress);
        mapped = map_frame(image, static_cast<std::int64_t>(i), plan, silent);
        parts.keep(i, image, *mapped);
        progress.advance(1);
      }
      any = any || !mapped->fringes.empty();
      if (!first) first = std::move(mapped);
    } catch (const InputError& error) {
      throw placed(error, fmt::format("{}, frame {}", origin.path.string(), origin.index));
    }
  }
  if (!any && first) {
    parts.remove();
    throw InputError({.what = "no fringes of the phases were found",
                      .where = series.origin(0).path.string(),
                      .why = what_is_there(*first, plan),
                      .remedy = "check the pixel size, name other phases or families, lower "
                                "--search-significance-min, or give --fringes"});
  }
  return found;
}

/// The files that hold a picture for each frame.
class Pictures {
 public:
  Pictures(const fs::path& folder, const PhaseMapPlan& plan, const image::FrameSeries& series)
      : width_(series.width()), height_(series.height()) {
    const double pixel = series.pixel_size_angstrom();
    const auto create = [&](const std::string& name, image::PixelType type, std::size_t pages) {
      return image::create_series(folder / name, {.type = type,
                                                  .width = width_,
                                                  .height = height_,
                                                  .frames = pages,
                                                  .calibration = {pixel, pixel, std::nullopt}});
    };
    labels_ = create("phase_map.tif", image::PixelType::uint8, series.frames());
    amplitudes_ =
        create("amplitudes.tif", image::PixelType::float32, series.frames() * plan.phases.size());
    for (const char* name : strain_names) {
      const std::string file = std::string(name) + ".npy";
      fs::remove(folder / file);
      if (plan.options.strain == StrainMaps::gpa)
        strain_.push_back(create(file, image::PixelType::float32, series.frames()));
    }
  }
  void add(const MappedFrame& mapped) {
    labels_->add(raw(mapped.labels, image::PixelType::uint8));
    for (const auto& amplitude : mapped.amplitude)
      amplitudes_->add(raw(amplitude, image::PixelType::float32));
    const Grid<float> none(width_, height_, std::numeric_limits<float>::quiet_NaN());
    for (std::size_t i = 0; i < strain_.size(); ++i) {
      strain_[i]->add(
          raw(mapped.strain.empty() ? none : mapped.strain[i], image::PixelType::float32));
    }
  }
  void finish() {
    labels_->finish();
    amplitudes_->finish();
    for (auto& file : strain_) file->finish();
  }

 private:
  template <class Pixel>
  static image::RawImage raw(const Grid<Pixel>& grid, image::PixelType type) {
    image::RawImage picture{
        .type = type, .width = grid.width(), .height = grid.height(), .bytes = {}};
    const auto bytes = std::as_bytes(grid.values());
    picture.bytes.assign(bytes.begin(), bytes.end());
    return picture;
  }
  std::size_t width_;
  std::size_t height_;
  std::unique_ptr<image::SeriesWriter> labels_;
  std::unique_ptr<image::SeriesWriter> amplitudes_;
  std::vector<std::unique_ptr<image::SeriesWriter>> strain_;
};

/// Each warning once, with the frames it is about.
class FrameWarnings {
 public:
  void add(std::size_t frame, const std::string& warning) {
    auto& entry = frames_[warning];
    if (entry.second++ == 0) {
      entry.first = frame;
      order_.push_back(warning);
    }
  }
  [[nodiscard]] std::vector<std::string> lines(std::size_t frames) const {
    std::vector<std::string> list;
    for (const auto& warning : order_) {
      const auto& [first, count] = frames_.at(warning);
      list.push_back(frames == 1 ? warning
                                 : fmt::format("{} ({} of {} frames, the first is {})", warning,
                                               count, frames, first));
    }
    return list;
  }

 private:
  std::map<std::string, std::pair<std::size_t, std::size_t>> frames_;
  std::vector<std::string> order_;
};

void note_missing(const MappedFrame& mapped, const PhaseMapPlan& plan, std::size_t frame,
                  FrameWarnings& warnings) {
  for (std::size_t p = 0; p < plan.phases.size(); ++p) {
    const bool there = std::ranges::any_of(
        mapped.fringes, [p](const diffraction::Fringe& fringe) { return fringe.phase == p; });
    if (!there) warnings.add(frame, "no fringes of " + plan.phases[p].name + " were found");
  }
  for (const auto& warning : mapped.warnings) warnings.add(frame, warning);
}

}  // namespace

Remarks run_phase_map(const PhaseMapCommandOptions& options, const std::vector<fs::path>& images,
                      const fs::path& folder, Progress& progress,
                      const std::function<void(const std::string&)>& say) {
  const image::FrameSeries series(images, options.load());
  Remarks remarks;
  const PhaseMapPlan plan = make_plan(options, series, remarks.warnings);
  remarks.warnings.insert(remarks.warnings.begin(), series.warnings().begin(),
                          series.warnings().end());
  const FolderLock lock(folder);
  const FrameParts parts(folder / parts_folder, plan, series);
  const std::size_t found = map_all(plan, series, parts, progress);

  const bool times_known = series.time_step_s().has_value();
  PhaseMapTables tables(plan);
  Pictures pictures(folder, plan, series);
  FrameWarnings warnings;
  for (std::size_t i = 0; i < series.frames(); ++i) {
    const auto mapped = parts.read(i, frame_image(series, i));
    const double time_s =
        series.frames() == 1 ? 0.0
                             : series.time_step_s().value_or(std::nan("")) * static_cast<double>(i);
    tables.add(static_cast<std::int64_t>(i), time_s, mapped);
    pictures.add(mapped);
    note_missing(mapped, plan, i, warnings);
  }
  pictures.finish();
  const auto of_frames = warnings.lines(series.frames());
  remarks.warnings.insert(remarks.warnings.end(), of_frames.begin(), of_frames.end());
  const double kernel_nm = 0.5 * std::numbers::inv_pi / options.map.sigma_k_per_nm;
  const auto write = [&](const char* name, const std::string& text) {
    storage::write_file(folder / name, text);
  };
  write("phase_map.csv", tables.areas().text());
  write("fringes.csv", tables.fringes().text());
  write("asymmetry.csv", tables.asymmetry().text());
  write("phase_map.yaml", write_yaml(options));
  write("summary.json", tables.summary_json(series.frames(), kernel_nm, remarks.warnings));
  write("report.html", phase_map_report({.plan = plan,
                                         .tables = tables,
                                         .frames = series.frames(),
                                         .times_known = times_known,
                                         .kernel_nm = kernel_nm,
                                         .warnings = remarks.warnings,
                                         .frame = [&](std::size_t i) {
                                           auto image = frame_image(series, i);
                                           auto mapped = parts.read(i, image);
                                           return ShownFrame{std::move(image), std::move(mapped)};
                                         }}));
  parts.remove();
  std::string line = fmt::format("{} frames", series.frames());
  if (found > 0) line += fmt::format(" ({} were done before)", found);
  say(line + fmt::format(", {} fringes, kernel {:.2g} nm", tables.fringes().rows(), kernel_nm));
  return remarks;
}

}  // namespace adatom::pipeline
