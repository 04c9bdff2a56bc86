#pragma once
// What a linker knows between frames: plain data.
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "adatom/tracking/link.h"
#include "field_drift.h"
#include "open_track.h"

namespace adatom::tracking {

/// A particle of a kept frame, with its place in its track.
struct Node {
  Particle particle;
  NodeRef next = {};         ///< of the same track; cut where two merge or one splits
  NodeRef previous = {};     ///< the same backwards
  std::int64_t ordinal = 1;  ///< which detection of its track
  double step_variance = 0.0;
  std::int64_t track = -1;            ///< once it is certain
  bool explained = false;             ///< as the last of its track: an event tells where it went
  std::vector<NodeRef> parents = {};  ///< as the first of its track: what it was made of
  TrackEventKind made_by = TrackEventKind::appear;
  double log_odds = 0.0;
};

struct KeptFrame {
  std::int64_t frame = 0;
  FieldDrift drift;
  std::vector<Node> nodes = {};
};

struct LinkMemory {
  std::int64_t sequence = 0;        ///< frames taken in
  std::int64_t first_sequence = 0;  ///< of the kept frames
  std::int64_t handed_back = 0;     ///< frames that went out
  std::int64_t next_track = 0;
  std::int64_t linked_frames = 0;  ///< with a link to one before
  double max_step_px = 0.0;        ///< 0: not known yet
  double common_variance = 0.0;    ///< mean step variance of tracks; 0: not known yet
  double newcomer_share = 0.02;    ///< of particles that belong to no track yet
  double per_frame_x = 0.0;        ///< last step of the field, per frame
  double per_frame_y = 0.0;
  FieldSteps field_steps;
  std::vector<OpenTrack> tracks;
  std::deque<KeptFrame> frames;

  [[nodiscard]] bool keeps(std::int64_t at) const {
    return at >= first_sequence && at < first_sequence + static_cast<std::int64_t>(frames.size());
  }
  [[nodiscard]] KeptFrame& frame_at(std::int64_t at) {
    return frames[static_cast<std::size_t>(at - first_sequence)];
  }
  [[nodiscard]] const KeptFrame& frame_at(std::int64_t at) const {
    return frames[static_cast<std::size_t>(at - first_sequence)];
  }
  [[nodiscard]] Node& node(const NodeRef& ref) {
    return frame_at(ref.sequence).nodes[static_cast<std::size_t>(ref.index)];
  }
  [[nodiscard]] const Node& node(const NodeRef& ref) const {
    return frame_at(ref.sequence).nodes[static_cast<std::size_t>(ref.index)];
  }
};

/// How rarely a particle that is there is missed, and one that was missing stays so.
constexpr double missed_probability = 0.01;
constexpr double still_missed_probability = 0.5;

/// Frames that are looked at before and after an event.
constexpr std::int64_t event_window = 5;

/// Is it of a track: seen often enough, or made by an event, or ended by one?
[[nodiscard]] bool is_track(const LinkMemory& memory, const Node& node, const LinkOptions& options);

/// Explains ends of tracks in the frame before `sequence` and starts in it by merging and
/// splitting where that is more likely: cuts and joins nodes.
void decide_events(LinkMemory& memory, std::int64_t sequence, const LinkOptions& options);

/// Gives the particles of the frame their tracks' numbers, and the events.
[[nodiscard]] LinkedFrame hand_back(LinkMemory& memory, std::int64_t sequence,
                                    const LinkOptions& options);

[[nodiscard]] std::vector<double> to_numbers(LinkMemory& memory);
/// @throws InputError
[[nodiscard]] LinkMemory from_numbers(std::span<const double> numbers);

}  // namespace adatom::tracking
