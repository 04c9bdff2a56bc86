#pragma once
// Which atoms hang together, and which leave the particle and come back.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "adatom/base/options.h"
#include "adatom/crystal/box.h"
#include "adatom/dynamics/frame_histogram.h"

namespace adatom::dynamics {

/// Numbered by size, the largest is 0; of equal ones that with the lowest atom comes first.
struct Clusters {
  std::vector<std::uint32_t> of_atoms;
  std::vector<std::uint32_t> sizes;
};

/// Connected components of the graph in which atoms at most `cut_off_angstrom` apart are bound.
/// @throws InputError: a position that is not finite
[[nodiscard]] Clusters find_clusters(std::span<const Eigen::Vector3d> positions_angstrom,
                                     const crystal::Box& box, double cut_off_angstrom);

/// Two distances and a time against flicker: atoms bind within the first and stay bound until they
/// are farther apart than the second; what leaves or comes for a shorter time is not told.
struct ClusterOptions {
  double bind_angstrom = 3.0;
  double release_angstrom = 3.6;
  double least_duration_ps = 0.0;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

enum class ClusterEventKind { detachment, attachment };

/// Atoms that left the main cluster, or came to it, together.
struct ClusterEvent {
  ClusterEventKind kind = ClusterEventKind::detachment;
  std::size_t frame = 0;  ///< the first without (or with) them
  double time_ps = 0.0;
  std::vector<std::uint32_t> atoms;  ///< ascending
  /// Since they left, mean over the atoms; empty for a detachment, and where they never were there.
  std::optional<double> away_ps = {};
  /// Atoms of the main cluster that they are bound to then; before, for a detachment.
  std::vector<std::uint32_t> site;
  double distance_angstrom = 0.0;  ///< from the main cluster's centre, mean over the atoms
};

/// What one frame shows.
struct FrameClusters {
  Clusters clusters;
  std::uint32_t main = 0;  ///< which of them is the main one
  /// Those that are certain since this frame, in the order of their own frames.
  std::vector<ClusterEvent> events;
};

/// Follows the main cluster: in the first frame the largest, then that which has most atoms of the
/// former. Memory does not depend on the number of frames.
class ClusterTracker {
 public:
  /// @throws InputError: no atom, invalid options
  ClusterTracker(std::size_t atoms, const ClusterOptions& options);

  /// @param time_ps later than that of the frame before
  /// @throws InputError: another number of atoms, a position that is not finite, time that goes
  /// back
  FrameClusters add(std::span<const Eigen::Vector3d> positions_angstrom, const crystal::Box& box,
                    double time_ps);

  [[nodiscard]] std::size_t frames() const { return sizes_.frames(); }
  /// Numbers of clusters by their size (the bin), one row.
  [[nodiscard]] const FrameHistogram& sizes() const { return sizes_; }
  /// Is the atom outside the main cluster, short absences left aside?
  [[nodiscard]] bool is_away(std::size_t atom) const { return !states_[atom].inside; }

  [[nodiscard]] std::vector<double> numbers() const;
  /// @throws InputError: not those of so many atoms
  void restore(std::span<const double> numbers);

 private:
  /// An atom, and the change that it may be in.
  struct State {
    bool inside = true;
    bool changing = false;
    std::size_t frame = 0;
    double time_ps = 0.0;
    std::uint32_t partner = 0;  ///< lowest atom of the cluster that it left or came with
    double distance_angstrom = 0.0;
    std::vector<std::uint32_t> site;
    double left_ps = 0.0;  ///< NaN: it never did
  };
  using Bonds = std::vector<std::uint64_t>;  ///< lower atom * 2^32 + higher, ascending

  [[nodiscard]] Bonds bind(std::span<const Eigen::Vector3d> positions,
                           const crystal::Box& box) const;
  [[nodiscard]] std::uint32_t find_main(const Clusters& clusters) const;
  void note_changes(std::span<const Eigen::Vector3d> positions, const crystal::Box& box,
                    const FrameClusters& now, const Bonds& bonds, double time_ps);
  void add_sites(const Bonds& bonds, const std::vector<bool>& main, std::size_t frame, bool inside);
  [[nodiscard]] std::vector<ClusterEvent> settle(double time_ps);

  std::size_t atoms_;
  ClusterOptions options_;
  double time_ps_ = 0.0;
  Bonds bonds_;
  std::vector<bool> main_;               ///< of the frame before
  std::vector<std::uint32_t> partners_;  ///< of the frame before: lowest atom of each one's cluster
  std::vector<State> states_;
  FrameHistogram sizes_;
};

}  // namespace adatom::dynamics
