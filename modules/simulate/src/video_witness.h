#pragma once
// What a video shows of its specimen: which particles are in the field, and what has happened to
// them since the last frame that was written.
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "adatom/simulate/video.h"
#include "video_scene.h"

namespace adatom::simulate {

/// Where the borders of the field and the edge of the cell are.
class Field {
 public:
  explicit Field(const VideoOptions& options);
  /// To the nearest border of the field; inside > 0. Outside it is that of a plane, along x or y.
  [[nodiscard]] double border_distance(double x_nm, double y_nm) const;
  /// The same to the border or the edge of the cell, whichever is nearer.
  [[nodiscard]] double edge_distance(double x_nm, double y_nm) const;

 private:
  double left_;
  double right_;
  double bottom_;
  std::optional<double> edge_radius_;
  double edge_x_;
  double edge_y_;
};

class Witness {
 public:
  explicit Witness(const VideoOptions& options) : field_(options) {}
  /// Remembers them until the next report.
  void note(std::vector<SceneEvent> events);
  /// Fills particles and events of a frame whose number, time and drift are set.
  void report(const std::vector<SceneParticle>& particles, VideoFrame& frame);

 private:
  struct Seen {
    double x_nm = 0.0;  ///< on the specimen
    double y_nm = 0.0;
    bool visible = false;
  };
  using SeenById = std::map<std::int64_t, Seen>;
  [[nodiscard]] static bool is_visible(const SeenById& list, std::int64_t id);
  [[nodiscard]] TrueParticle truth_of(const SceneParticle& particle, const VideoFrame& frame) const;
  void report_changes(const SeenById& now, VideoFrame& frame) const;

  Field field_;
  SeenById last_;
  double last_time_s_ = 0.0;
  std::vector<SceneEvent> pending_;
};

}  // namespace adatom::simulate
