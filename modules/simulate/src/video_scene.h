#pragma once
// The specimen of a video: particles that move, come, go and merge while its clock runs.
#include <cstdint>
#include <utility>
#include <vector>

#include "adatom/base/random.h"
#include "adatom/simulate/video.h"
#include "video_contacts.h"
#include "video_outline.h"

namespace adatom::simulate {

struct SceneParticle {
  std::int64_t id = 0;
  double x_nm = 0.0;  ///< on the specimen
  double y_nm = 0.0;
  double radius_nm = 0.0;
  double contrast = 0.0;
  ParticleShape shape = ParticleShape::round;
  ParticleMotion motion = ParticleMotion::rest;
  OutlinePtr outline;
  double heading_rad = 0.0;
  double speed_nm_per_s = 0.0;
  bool stuck = false;  ///< touches another that it will coalesce with
  bool held = false;   ///< and did so when the frame began
  RandomStream random{0};
};

/// What happened between two frames; whether it is seen is found later.
struct SceneEvent {
  VideoEventKind kind = VideoEventKind::birth;
  std::int64_t id = 0;
  std::vector<std::int64_t> parents;
};

class VideoScene {
 public:
  /// Places the particles. @throws InputError if they do not fit
  VideoScene(const VideoOptions& options, const RandomStream& random);

  /// Births, deaths, ripening, splitting, coalescence over one frame time.
  std::vector<SceneEvent> change_population();
  /// Everything moves for `step_s`, the field's drift too.
  void move(double step_s);

  [[nodiscard]] const std::vector<SceneParticle>& particles() const { return particles_; }
  [[nodiscard]] double drift_x_nm() const { return drift_.x; }
  [[nodiscard]] double drift_y_nm() const { return drift_.y; }
  [[nodiscard]] std::int64_t ids_given() const { return next_id_; }
  [[nodiscard]] std::int64_t births_without_room() const { return births_without_room_; }

 private:
  SceneParticle make_particle();
  bool place(SceneParticle& particle, std::int64_t tries);
  /// @return did it run into a wall?
  bool keep_inside(SceneParticle& particle) const;
  [[nodiscard]] bool lies_over_another(std::size_t index) const;
  void finish(SceneParticle& particle);
  OutlinePoint step_of(SceneParticle& particle, double step_s) const;
  double free_part(std::size_t index, OutlinePoint step) const;
  void rebuild_buckets();
  [[nodiscard]] bool pairs_wait() const;
  void stop_touching();
  void ripen(std::vector<SceneEvent>& events);
  void kill(std::vector<SceneEvent>& events);
  void give_birth(std::vector<SceneEvent>& events);
  void split(std::vector<SceneEvent>& events);
  void coalesce(std::int64_t first_new_id, std::vector<SceneEvent>& events);
  [[nodiscard]] std::vector<std::pair<std::size_t, std::size_t>> touching_pairs() const;
  [[nodiscard]] SceneParticle merged(const SceneParticle& a, const SceneParticle& b);

  VideoOptions options_;
  RandomStream particle_random_;  ///< one substream an id
  RandomStream population_random_;
  RandomStream drift_random_;
  OutlinePtr round_;
  double left_ = 0.0;  ///< where particles live
  double right_ = 0.0;
  double top_ = 0.0;
  double bottom_ = 0.0;
  double largest_radius_ = 0.0;
  std::vector<SceneParticle> particles_;  ///< by id
  DiscBuckets buckets_;
  OutlinePoint drift_;
  std::int64_t next_id_ = 0;
  std::int64_t births_without_room_ = 0;
};

}  // namespace adatom::simulate
