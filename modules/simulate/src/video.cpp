#include "adatom/simulate/video.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "adatom/base/random.h"
#include "video_camera.h"
#include "video_scene.h"
#include "video_witness.h"

namespace adatom::simulate {
namespace {

// Independent streams of one video.
enum Stream : std::uint64_t {
  scene_stream = 0,
  background_stream = 1,
  clutter_stream = 2,
  frame_stream = 3,
  flicker_stream = 4
};

/// The steps of the specimen's clock in one frame time.
struct Steps {
  std::int64_t count = 1;
  std::int64_t before_middle = 0;  ///< of the exposure
  std::int64_t seen = 0;           ///< about the middle; 0: the middle alone is seen

  explicit Steps(const VideoOptions& options) {
    const auto& motion = options.motion;
    if (motion.directed_share > 0.0) {
      count = std::max<std::int64_t>(
          1, std::llround(std::ceil(20.0 * options.camera.frame_time_s / motion.persistence_s)));
    }
    if (motion.blur_steps == 1) return;
    const double wanted = static_cast<double>(motion.blur_steps) / motion.exposure_fraction;
    const auto half = static_cast<std::int64_t>(
        std::ceil(0.5 * std::max(wanted, static_cast<double>(count)) - 1e-9));
    count = 2 * half;
    before_middle = half;
    seen = 2 * std::max<std::int64_t>(
                   1, std::llround(static_cast<double>(half) * motion.exposure_fraction));
  }
};

/// Runs the specimen frame by frame; the middle of an exposure becomes truth, all of it bodies.
class Clock {
 public:
  Clock(const VideoOptions& options, const RandomStream& random)
      : options_(options),
        steps_(options),
        scene_(options, random.substream(scene_stream)),
        witness_(options) {
    make_clutter(random.substream(clutter_stream));
  }
  [[nodiscard]] const VideoScene& scene() const { return scene_; }

  /// Runs one frame time. Fills truth, events and drift of `frame`, unless it is null: a frame
  /// that is dropped. @return what the exposure shows, in the image
  std::vector<Body> run(VideoFrame* frame) {
    if (frames_run_ > 0) witness_.note(scene_.change_population());
    paths_.assign(scene_.particles().size() + clutter_.size(), {});
    const double step_s = options_.camera.frame_time_s / static_cast<double>(steps_.count);
    const std::int64_t margin = (steps_.count - steps_.seen) / 2;
    for (std::int64_t k = 0; k < steps_.count; ++k) {
      if (k == steps_.before_middle) look(frame);
      const bool seen = steps_.seen > 0 && k >= margin && k < steps_.count - margin;
      const auto from = seen ? places() : std::vector<OutlinePoint>{};
      scene_.move(step_s);
      if (!seen) continue;
      const auto to = places();
      for (std::size_t i = 0; i < to.size(); ++i) {
        paths_[i].push_back({0.5 * (from[i].x + to[i].x), 0.5 * (from[i].y + to[i].y)});
      }
    }
    ++frames_run_;
    return bodies();
  }

 private:
  void make_clutter(const RandomStream& random) {
    const auto& background = options_.background;
    const auto& camera = options_.camera;
    for (std::int64_t i = 0; i < background.clutter_count; ++i) {
      auto stream = random.substream(static_cast<std::uint64_t>(i));
      Body flake{.places = {},
                 .radius_px = background.clutter_radius_nm / camera.pixel_size_nm,
                 .contrast = background.clutter_contrast,
                 .outline = flake_outline(stream),
                 .profile = ParticleProfile::disc};
      clutter_.push_back(std::move(flake));
      clutter_places_.push_back(
          {static_cast<double>(camera.width) * stream.uniform() * camera.pixel_size_nm,
           static_cast<double>(camera.height) * stream.uniform() * camera.pixel_size_nm});
    }
  }

  /// Of particles, then clutter; with the drift, in nm.
  [[nodiscard]] std::vector<OutlinePoint> places() const {
    std::vector<OutlinePoint> list;
    const double x = scene_.drift_x_nm();
    const double y = scene_.drift_y_nm();
    for (const auto& p : scene_.particles()) list.push_back({p.x_nm + x, p.y_nm + y});
    for (const auto& place : clutter_places_) list.push_back({place.x + x, place.y + y});
    return list;
  }

  /// The middle of the exposure.
  void look(VideoFrame* frame) {
    if (frames_run_ == 0) origin_ = {scene_.drift_x_nm(), scene_.drift_y_nm()};
    if (steps_.seen == 0) {
      const auto now = places();
      for (std::size_t i = 0; i < now.size(); ++i) paths_[i] = {now[i]};
    }
    if (frame == nullptr) return;
    frame->drift_x_nm = scene_.drift_x_nm() - origin_.x;
    frame->drift_y_nm = scene_.drift_y_nm() - origin_.y;
    witness_.report(scene_.particles(), *frame);
  }

  [[nodiscard]] std::vector<Body> bodies() {
    const double pixel = options_.camera.pixel_size_nm;
    std::vector<Body> list;
    for (const auto& particle : scene_.particles()) {
      list.push_back({.places = {},
                      .radius_px = particle.radius_nm / pixel,
                      .contrast = particle.contrast,
                      .outline = particle.outline,
                      .profile = options_.particles.profile});
    }
    list.insert(list.end(), clutter_.begin(), clutter_.end());
    for (std::size_t i = 0; i < list.size(); ++i) {
      for (const auto& place : paths_[i]) {
        list[i].places.push_back({(place.x - origin_.x) / pixel, (place.y - origin_.y) / pixel});
      }
    }
    return list;
  }

  VideoOptions options_;
  Steps steps_;
  VideoScene scene_;
  Witness witness_;
  std::vector<Body> clutter_;  ///< without their places
  std::vector<OutlinePoint> clutter_places_;
  OutlinePoint origin_;  ///< drift at the middle of the first exposure
  std::vector<std::vector<OutlinePoint>> paths_;
  std::int64_t frames_run_ = 0;
};

bool contains(const std::vector<double>& frames, std::int64_t frame) {
  return std::find(frames.begin(), frames.end(), static_cast<double>(frame)) != frames.end();
}

/// The frame's dose over the nominal one. @param frame on the specimen's clock
double dose_factor(const VideoOptions& options, const RandomStream& random, std::int64_t frame) {
  if (contains(options.faults.empty_frames, frame)) return 0.0;
  auto flicker = random.substream(static_cast<std::uint64_t>(frame));
  double factor = std::max(1.0 + options.camera.flicker * flicker.normal(), 0.0);
  for (const double jump : options.faults.jump_frames) {
    if (static_cast<double>(frame) >= jump) factor *= options.faults.jump_factor;
  }
  return factor;
}

/// Pixels the output type cannot hold.
std::int64_t saturated(const Grid<double>& image, CameraOutput output) {
  if (output == CameraOutput::float32) return 0;
  const double most = output == CameraOutput::uint8 ? 255.5 : 65535.5;
  const auto values = image.values();
  return std::count_if(values.begin(), values.end(),
                       [most](double value) { return value >= most || value < -0.5; });
}

}  // namespace

VideoSummary simulate_video(const VideoOptions& options,
                            const std::function<void(const VideoFrame&)>& sink,
                            Progress& progress) {
  require_valid(options.validate());
  const RandomStream random(static_cast<std::uint64_t>(options.seed));
  Clock clock(options, random);
  const VideoCamera camera(options, random.substream(background_stream));
  VideoSummary summary;
  std::int64_t clipped = 0;
  std::int64_t written = 0;
  progress.begin("simulate video", static_cast<std::size_t>(options.frames));
  for (std::int64_t i = 0; written < options.frames; ++i) {
    stop_if_cancelled(progress);
    if (contains(options.faults.dropped_frames, i)) {
      clock.run(nullptr);
      continue;
    }
    VideoFrame frame;
    frame.index = written++;
    frame.time_s = static_cast<double>(i) * options.camera.frame_time_s;
    const auto bodies = clock.run(&frame);
    frame.image =
        camera.expose(bodies, dose_factor(options, random.substream(flicker_stream), i),
                      random.substream(frame_stream).substream(static_cast<std::uint64_t>(i)));
    clipped += saturated(frame.image, options.camera.output);
    summary.events += static_cast<std::int64_t>(frame.events.size());
    sink(frame);
    progress.advance(1);
  }
  summary.particles = clock.scene().ids_given();
  if (clipped > 0) {
    summary.warnings.push_back(std::to_string(clipped) +
                               " pixels are beyond the range of the output type: change gain or "
                               "offset");
  }
  if (clock.scene().births_without_room() > 0) {
    summary.warnings.push_back(std::to_string(clock.scene().births_without_room()) +
                               " births found no room");
  }
  return summary;
}

}  // namespace adatom::simulate
