#pragma once
// In-situ videos of many particles with known truth: what tracking is tested on.
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/base/progress.h"
#include "adatom/simulate/video_options.h"
#include "adatom/storage/csv.h"

namespace adatom::simulate {

enum class ParticleMotion { rest, brownian, directed };
enum class ParticleShape { round, ellipse, faceted };
enum class VideoEventKind { birth, death, coalescence, split, enter, leave };

/// A particle of which something lies in the field, at the middle of the exposure.
struct TrueParticle {
  std::int64_t id = 0;
  double x_nm = 0.0;  ///< in the image; the centre of the first pixel is 0
  double y_nm = 0.0;
  double x_specimen_nm = 0.0;  ///< without the drift
  double y_specimen_nm = 0.0;
  double radius_nm = 0.0;  ///< of a circle of its area; of a spot: its standard deviation
  double area_nm2 = 0.0;   ///< pi radius^2
  double contrast = 0.0;   ///< at its middle, before blurring
  /// Distance from its place in the last written frame over the time since, without the drift;
  /// NaN in its first.
  double speed_nm_per_s = 0.0;
  /// From its centre to the nearest border of the field or to the edge of the cell; inside > 0.
  double edge_distance_nm = 0.0;
  ParticleShape shape = ParticleShape::round;
  ParticleMotion motion = ParticleMotion::rest;
};

/// `frame` is the first one that shows the change. Whoever is there in frame 0 has no event.
struct VideoEvent {
  std::int64_t frame = 0;
  double time_s = 0.0;
  VideoEventKind kind = VideoEventKind::birth;
  std::int64_t id = 0;                ///< coalescence, split: the new particle
  std::vector<std::int64_t> parents;  ///< coalescence: two; split: one
};

struct VideoFrame {
  std::int64_t index = 0;  ///< among the written ones
  double time_s = 0.0;     ///< middle of the exposure, from that of the first
  Grid<double> image;      ///< values of the camera, not yet rounded to its output type
  std::vector<TrueParticle> particles;  ///< by id
  std::vector<VideoEvent> events;
  double drift_x_nm = 0.0;  ///< from frame 0
  double drift_y_nm = 0.0;
};

struct VideoSummary {
  std::int64_t particles = 0;  ///< ids ever given
  std::int64_t events = 0;
  std::vector<std::string> warnings;
};

/// Makes the frames in order and hands each to `sink`; memory does not grow with their number.
///
/// Brownian particles: normal steps of variance 2 D t per axis. Directed ones: constant speed v,
/// the direction diffuses with <cos turn> = exp(-t / p), so that <r^2> = 2 v^2 p^2 (t/p - 1 +
/// exp(-t/p)) (Fuerth, Z. Phys. 2 (1920) 244), in steps of at most p / 20. Births, deaths,
/// coalescence, splitting and ripening (diffusion-limited: Lifshitz and Slyozov, J. Phys. Chem.
/// Solids 19 (1961) 35) take place between frames. A pair that coalesces is round and stands at
/// the mass centre of the two; who is gone was seen in a frame before.
///
/// A particle's picture is its outline (or projected thickness), blurred by the Gaussian and
/// integrated over pixels. Every random number comes from the seed; a frame does not depend on
/// how many follow, nor on the threads.
/// @throws InputError: invalid options, particles that do not fit into the field; Interrupted
VideoSummary simulate_video(const VideoOptions& options,
                            const std::function<void(const VideoFrame&)>& sink, Progress& progress);

/// Empty tables: truth.csv, events.csv (parents separated by blanks) and drift.csv.
[[nodiscard]] storage::Table video_truth_table();
[[nodiscard]] storage::Table video_event_table();
[[nodiscard]] storage::Table video_drift_table();
/// Append what the frame has for them.
void add_truth(storage::Table& table, const VideoFrame& frame);
void add_events(storage::Table& table, const VideoFrame& frame);
void add_drift(storage::Table& table, const VideoFrame& frame);

}  // namespace adatom::simulate
