#pragma once
// A few atoms that move elsewhere while the others vibrate: when, which, and along which path.
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "adatom/base/options.h"
#include "adatom/crystal/structure.h"
#include "adatom/dynamics/label_source.h"

namespace adatom::dynamics {

/// What all atoms do together, and is taken off.
enum class RigidMotion {
  automatic,  ///< rotation and translation in open boxes, translation in periodic ones
  none,
  translation,
  rotation,  ///< and translation
};

}  // namespace adatom::dynamics

namespace adatom {

template <>
struct EnumNames<dynamics::RigidMotion> {
  static constexpr std::array names = {"automatic", "none", "translation", "rotation"};
};

}  // namespace adatom

namespace adatom::dynamics {

struct RareEventOptions {
  std::int64_t average_frames = 20;
  /// Nothing: half the median distance of nearest neighbours in the first averaged positions.
  std::optional<double> threshold_angstrom = {};
  /// Nothing: one and a half of that distance.
  std::optional<double> link_angstrom = {};
  std::int64_t path_every_frames = 5;
  std::int64_t longest_blocks = 50;
  RigidMotion motion = RigidMotion::automatic;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const { return check_ranges(*this); }
};

struct PathPoint {
  std::size_t frame = 0;
  Eigen::Vector3d position_angstrom = Eigen::Vector3d::Zero();
  std::uint8_t label = no_label;
};

/// Positions are those of a particle that does not move as a whole, as it stood in frame 0.
struct MovedAtom {
  std::uint32_t atom = 0;
  Eigen::Vector3d before_angstrom = Eigen::Vector3d::Zero();  ///< averaged
  Eigen::Vector3d after_angstrom = Eigen::Vector3d::Zero();
  std::uint8_t label_before = no_label;  ///< the most frequent one
  std::uint8_t label_during = no_label;
  std::uint8_t label_after = no_label;
  std::vector<PathPoint> path = {};  ///< thinned, from before until after

  [[nodiscard]] double displacement_angstrom() const {
    return (after_angstrom - before_angstrom).norm();
  }
};

struct RareEvent {
  std::size_t first_frame = 0;  ///< of the blocks in which atoms moved
  std::size_t last_frame = 0;
  /// It lasted longer than `longest_blocks`; what goes on is another event.
  bool cut_short = false;
  std::vector<MovedAtom> atoms = {};  ///< in the order of their numbers
  /// Mean over the atoms.
  Eigen::Vector3d displacement_angstrom = Eigen::Vector3d::Zero();
};

/// Frames come in order and are averaged in blocks of `average_frames`. An atom moves in a block if
/// its averaged positions in the blocks before and after are further apart than the threshold,
/// after the rigid motion of those that do not move was taken off (Kabsch, Acta Cryst. A 32 (1976)
/// 922, repeated without atoms that are off). Moving atoms less than `link_angstrom` apart in the
/// same or in successive blocks are one event; it ends before the first block in which none of
/// them, and nothing linked to them, moves. Atoms that have come back by then are not among its
/// atoms, and without any other there is no event. Memory: averaged and thinned positions of the
/// last three blocks and of those of events under way, `longest_blocks` at most.
class RareEventFinder {
 public:
  /// @throws InputError: options out of range
  explicit RareEventFinder(const RareEventOptions& options);
  ~RareEventFinder();
  RareEventFinder(RareEventFinder&&) noexcept;
  RareEventFinder& operator=(RareEventFinder&&) noexcept;

  /// @param labels classes of the atoms in this frame; empty: not known
  /// @throws InputError: another number of atoms or labels than before, positions not finite
  void add_frame(const crystal::Structure& frame, std::span<const std::uint8_t> labels = {});
  /// Events that are over and were not taken yet, in the order in which they ended.
  [[nodiscard]] std::vector<RareEvent> take_events();
  /// The same at the end of the trajectory: with those under way. Frames of a last block that is
  /// less than half full are left out.
  [[nodiscard]] std::vector<RareEvent> finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace adatom::dynamics
