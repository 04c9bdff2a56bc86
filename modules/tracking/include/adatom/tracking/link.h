#pragma once
// From particles in frames to tracks: frames in order, with a state that can be stored.
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/tracking/particle.h"

namespace adatom::tracking {

/// How a particle's next place is foretold. brownian: where it was; directed: further on with the
/// velocity it had; kalman: both, in the shares that each particle shows.
enum class MotionModel { brownian, directed, kalman };
/// The displacement of the whole field from frame to frame: none, or one found from all particles.
enum class DriftModel { none, translation };
/// What particles keep that merge: the sum of r^3, of r^2, or the one that fits better.
enum class ConservedSize { volume, area, either };
/// Are merging and splitting looked for?
enum class TrackEvents { none, merge_and_split };

struct LinkOptions {
  MotionModel motion = MotionModel::kalman;
  /// Farthest step looked for from one frame to the next, the drift taken out. Empty: half the
  /// median distance of nearest neighbours in the first frame with particles, 3 to 30 px.
  std::optional<double> max_step_px = std::nullopt;
  std::int64_t max_gap_frames = 3;  ///< frames that a particle may be missing from
  std::int64_t min_detections = 3;  ///< what is seen fewer times is no track
  DriftModel drift = DriftModel::translation;
  double max_drift_step_px = 20.0;  ///< farthest displacement of the field between frames
  TrackEvents events = TrackEvents::merge_and_split;
  ConservedSize conserved = ConservedSize::either;
  double contact_gap_px = 2.0;  ///< edges this near touch, besides what particles move in a frame

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// Displacement of the field from the first frame. The errors are those of this frame against the
/// frames before; what all of these have in common is not in them.
struct FieldDrift {
  double x_px = 0.0;
  double y_px = 0.0;
  double x_stderr_px = 0.0;
  double y_stderr_px = 0.0;
  std::int64_t particles = 0;  ///< it was found from; 0: unknown, taken as no step
};

enum class TrackEventKind { appear, vanish, merge, split };

/// `frame` is the first that shows the change. Who is there in the first frame, or missing from the
/// last ones for no longer than a gap may be, has no event.
struct TrackEvent {
  std::int64_t frame = 0;
  TrackEventKind kind = TrackEventKind::appear;
  std::int64_t id = 0;                ///< merge, split: the new track
  std::vector<std::int64_t> parents;  ///< merge: two or more; split: one, which has ended
  double x_px = 0.0;                  ///< in the frame; vanish: where it was last
  double y_px = 0.0;
  double log_odds = 0.0;  ///< merge, split: against everyone appearing and vanishing alone
};

struct LinkedParticle {
  Particle particle;
  std::int64_t track = -1;  ///< -1: of none
};

/// One frame with all that is certain about it.
struct LinkedFrame {
  std::int64_t frame = 0;
  FieldDrift drift;
  std::vector<LinkedParticle> particles;  ///< as they were given
  std::vector<TrackEvent> events;
};

/// Links frames as they come. What happens in a frame is known a few frames later (a particle that
/// is missing may come back, and the size of a merged one is the mean over some frames), so that a
/// frame is handed back `delay_frames()` frames late. Memory: the frames in between, open tracks.
///
/// Costs are negative logarithms of likelihoods, those of links and of events alike; each frame is
/// assigned to the tracks as a whole. See the README.
class Linker {
 public:
  /// @throws InputError: invalid options
  explicit Linker(const LinkOptions& options);
  /// Goes on where another stood. @throws InputError: not the numbers of a checkpoint
  Linker(const LinkOptions& options, std::span<const double> checkpoint);
  Linker(Linker&&) noexcept;
  Linker& operator=(Linker&&) noexcept;
  ~Linker();

  /// @param frame its number, above that of the frame before; numbers left out are dropped frames
  /// @return what is certain now: a frame from before, or none
  /// @throws InputError: frames out of order, a particle that is not finite
  std::vector<LinkedFrame> add(std::int64_t frame, std::span<const Particle> particles);
  /// The frames that are left, after the last one.
  std::vector<LinkedFrame> finish();

  [[nodiscard]] std::int64_t delay_frames() const;
  [[nodiscard]] double max_step_px() const;  ///< in use; 0 before the first particles
  [[nodiscard]] std::size_t open_tracks() const;
  /// All that is known, as numbers: a linker made from them goes on to the same bytes.
  [[nodiscard]] std::vector<double> checkpoint() const;

 private:
  struct State;
  LinkOptions options_;
  std::unique_ptr<State> state_;
};

}  // namespace adatom::tracking

namespace adatom {
template <>
struct EnumNames<tracking::MotionModel> {
  static constexpr std::array names = {"brownian", "directed", "kalman"};
};
template <>
struct EnumNames<tracking::DriftModel> {
  static constexpr std::array names = {"none", "translation"};
};
template <>
struct EnumNames<tracking::ConservedSize> {
  static constexpr std::array names = {"volume", "area", "either"};
};
template <>
struct EnumNames<tracking::TrackEvents> {
  static constexpr std::array names = {"none", "merge_and_split"};
};
template <>
struct EnumNames<tracking::TrackEventKind> {
  static constexpr std::array names = {"appear", "vanish", "merge", "split"};
};
}  // namespace adatom
