#include "track/video_tracking.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/core.h>

#include "adatom/pipeline/yaml_options.h"
#include "adatom/storage/files.h"
#include "md/growing_file.h"
#include "mobility/frame_loop.h"
#include "mobility/frame_state.h"
#include "mobility/placed_error.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view tracking_state = "track";
constexpr const char* tracking_state_file = "state";
constexpr const char* atoms_file = "atoms.csv";

double brightness_of(const image::Image& image, const Grid<std::uint8_t>& mask) {
  double sum = 0.0;
  double count = 0.0;
  const auto values = image.values();
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!mask.empty() && mask.values()[i] == 0) continue;
    sum += values[i];
    count += 1.0;
  }
  return count > 0.0 ? sum / count : 0.0;
}

/// Atoms as particles; no edge is blurred.
SearchedFrame atoms_of(const image::Image& image, const Grid<std::uint8_t>& mask,
                       const tracking::AtomOptions& options, double brightness) {
  tracking::AtomResult atoms = tracking::detect_atoms(image, mask, options);
  SearchedFrame searched;
  for (const tracking::Atom& atom : atoms.atoms) {
    searched.found.particles.push_back(tracking::particle_of(atom, atoms.width_px));
    searched.found.contrast += searched.found.particles.back().contrast;
  }
  if (!atoms.atoms.empty()) searched.found.contrast /= static_cast<double>(atoms.atoms.size());
  searched.found.warnings = std::move(atoms.warnings);
  searched.atoms = std::move(atoms.atoms);
  searched.brightness = brightness;
  return searched;
}

}  // namespace

VideoScale scale_of(const image::FrameSeries& series, const TrackOptions& options) {
  auto frame_time_s = options.frame_time_s ? options.frame_time_s : series.time_step_s();
  // A single frame of atoms has no time.
  const bool still = series.frames() == 1 && options.particles == TrackedKind::atoms;
  if (still && !frame_time_s) frame_time_s = 1.0;
  if (!frame_time_s || !(*frame_time_s > 0.0)) {
    throw InputError({.what = "the time between frames is not known",
                      .where = series.origin(0).path.string(),
                      .why = "the file holds none",
                      .remedy = "give it as --frame-time-s"});
  }
  return {0.1 * series.pixel_size_angstrom(), *frame_time_s};
}

FrameSearch::FrameSearch(const TrackOptions& options, double pixel_size_nm)
    : kind(options.particles),
      bodies(options.detection(pixel_size_nm)),
      atoms(options.atoms(pixel_size_nm)) {}

void FrameSearch::check() const {
  require_valid(kind == TrackedKind::atoms ? atoms.validate() : bodies.validate());
}

std::string FrameSearch::yaml() const {
  return kind == TrackedKind::atoms ? write_yaml(atoms) : write_yaml(bodies);
}

SearchedFrame search_frame(const image::FrameSeries& series, std::size_t frame,
                           const Grid<std::uint8_t>& mask, const FrameSearch& search,
                           tracking::DetectWorkspace& workspace) {
  const image::FrameSeries::Origin origin = series.origin(frame);
  try {
    const image::Image image = series.read(frame).image;
    const double brightness = brightness_of(image, mask);
    if (search.kind == TrackedKind::atoms) return atoms_of(image, mask, search.atoms, brightness);
    return {tracking::detect_particles(image, mask, search.bodies, workspace), {}, brightness};
  } catch (const InputError& error) {
    throw placed(error, fmt::format("{}, frame {}", origin.path.string(), origin.index));
  }
}

/// The tables that grow with the frames.
class VideoTracking::Tables {
 public:
  Tables(const fs::path& folder, const nlohmann::ordered_json& bytes, TrackedKind kind)
      : tracks_(folder / "tracks.csv", size_in(bytes, "tracks.csv")),
        events_(folder / "events.csv", size_in(bytes, "events.csv")),
        drift_(folder / "drift.csv", size_in(bytes, "drift.csv")),
        detections_(folder / "detections.csv", size_in(bytes, "detections.csv")) {
    if (tracks_.bytes() == 0) tracks_.append(tracks_header());
    if (events_.bytes() == 0) events_.append(track_events_header());
    if (drift_.bytes() == 0) drift_.append(track_drift_header());
    if (detections_.bytes() == 0) detections_.append(detections_header());
    if (kind != TrackedKind::atoms) {
      fs::remove(folder / atoms_file);  // of an earlier run
      return;
    }
    atoms_.emplace(folder / atoms_file, size_in(bytes, atoms_file));
    if (atoms_->bytes() == 0) atoms_->append(atoms_header());
  }
  void add(const tracking::LinkedFrame& frame, const VideoScale& scale) {
    tracks_.append(tracks_rows(frame, scale));
    events_.append(track_events_rows(frame, scale));
    drift_.append(track_drift_row(frame, scale));
  }
  void add(std::size_t frame, const SearchedFrame& searched, const VideoScale& scale) {
    detections_.append(detections_row(frame, searched, scale));
    if (atoms_) atoms_->append(atoms_rows(frame, searched, scale));
  }
  /// On the disk, so that a state may count on it.
  [[nodiscard]] nlohmann::ordered_json sync() {
    for (GrowingFile* file : {&tracks_, &events_, &drift_, &detections_}) file->sync();
    nlohmann::ordered_json bytes = {{"tracks.csv", tracks_.bytes()},
                                    {"events.csv", events_.bytes()},
                                    {"drift.csv", drift_.bytes()},
                                    {"detections.csv", detections_.bytes()}};
    if (atoms_) {
      atoms_->sync();
      bytes[atoms_file] = atoms_->bytes();
    }
    return bytes;
  }

 private:
  static std::int64_t size_in(const nlohmann::ordered_json& bytes, const char* name) {
    return bytes.contains(name) ? bytes[name].get<std::int64_t>() : 0;
  }
  GrowingFile tracks_;
  GrowingFile events_;
  GrowingFile drift_;
  GrowingFile detections_;
  std::optional<GrowingFile> atoms_;
};

VideoTracking::VideoTracking(const TrackOptions& options, const image::FrameSeries& series,
                             fs::path folder)
    : series_(series),
      folder_(std::move(folder)),
      scale_(scale_of(series, options)),
      search_(options, scale_.pixel_size_nm),
      field_(field_mask(options, series)),
      linker_(options.linking(scale_.pixel_size_nm)),
      identity_({{"version", 3},
                 {"detection", search_.yaml()},
                 {"linking", write_yaml(options.linking(scale_.pixel_size_nm))},
                 {"mask", hash_of_pixels(field_.mask)},
                 {"width", series.width()},
                 {"height", series.height()},
                 {"pixel_size_nm", scale_.pixel_size_nm},
                 {"frame_time_s", scale_.frame_time_s}}) {
  restore(options.linking(scale_.pixel_size_nm));
}

std::optional<InputError> VideoTracking::follow(Progress& progress) {
  // Of another run: it must not outlive its tables.
  if (read_ == 0) fs::remove(folder_ / tracking_state_file);
  Tables tables(folder_, bytes_, search_.kind);
  WorkspacePool memory;
  auto unreadable = follow_frames<SearchedFrame>(
      series_.frames(), read_, progress,
      [&](std::size_t frame) {
        return search_frame(series_, frame, field_.mask, search_, *memory.take());
      },
      [&](std::size_t frame, const SearchedFrame& searched) {
        tables.add(frame, searched, scale_);
        const auto number = static_cast<std::int64_t>(frame);
        for (const auto& linked : linker_.add(number, searched.found.particles)) {
          tables.add(linked, scale_);
        }
      },
      [&] { save(tables); });
  for (const tracking::LinkedFrame& frame : linker_.finish()) tables.add(frame, scale_);
  (void)tables.sync();
  return unreadable;
}

void VideoTracking::save(Tables& tables) {
  storage::write_file(
      folder_ / tracking_state_file,
      encode_frame_state(
          tracking_state, identity_, series_,
          {.frames = read_, .bytes = tables.sync(), .numbers = linker_.checkpoint()}));
}

void VideoTracking::restore(const tracking::LinkOptions& linking) {
  const auto state =
      find_frame_state(tracking_state, folder_ / tracking_state_file, identity_, series_);
  if (!state) return;
  linker_ = tracking::Linker(linking, state->numbers);
  bytes_ = state->bytes;
  read_ = state->frames;
  found_ = state->frames;
}

}  // namespace adatom::pipeline
