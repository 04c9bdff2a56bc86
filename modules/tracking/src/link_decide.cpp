// Which events there are in a frame, and its way out.
#include <algorithm>
#include <cmath>
#include <map>

#include "link_events.h"
#include "link_state.h"
#include "neighbour_grid.h"

namespace adatom::tracking {
namespace {

struct Hypothesis {
  Encounter encounter;
  double gain;
};

/// What may have happened between the frame before `sequence` and it.
class Encounters {
 public:
  Encounters(const LinkMemory& memory, std::int64_t sequence, const LinkOptions& options)
      : memory_(memory), sequence_(sequence), options_(options) {}

  std::vector<Hypothesis> find() {
    const auto& before = memory_.frame_at(sequence_ - 1).nodes;
    for (std::size_t i = 0; i < before.size(); ++i) {
      if (!has_ended(before[i])) continue;
      const NodeRef end{sequence_ - 1, static_cast<std::int64_t>(i)};
      find_merges(end);
      if (is_track(memory_, before[i], options_)) find_splits_of(end);
    }
    const auto& now = memory_.frame_at(sequence_).nodes;
    for (std::size_t i = 0; i < now.size(); ++i) {
      if (has_started(now[i]) && is_track(memory_, now[i], options_)) {
        find_splits_off({sequence_, static_cast<std::int64_t>(i)});
      }
    }
    std::ranges::stable_sort(found_, [](const auto& a, const auto& b) { return a.gain > b.gain; });
    return std::move(found_);
  }

 private:
  [[nodiscard]] static bool has_ended(const Node& node) {
    return !node.next.given() && !node.explained;
  }
  [[nodiscard]] bool has_started(const Node& node) const {
    return !node.previous.given() && node.parents.empty();
  }

  [[nodiscard]] Place place_of(std::int64_t sequence, const Node& node) const {
    const auto& drift = memory_.frame_at(sequence).drift;
    return {node.particle.x_px - drift.x_px, node.particle.y_px - drift.y_px};
  }

  struct Lookup {
    NeighbourGrid grid;
    double largest_radius = 0.0;
  };

  const Lookup& lookup(std::int64_t sequence) {
    const auto known = lookups_.find(sequence);
    if (known != lookups_.end()) return known->second;
    std::vector<Place> places;
    double largest = 0.0;
    for (const auto& node : memory_.frame_at(sequence).nodes) {
      places.push_back(place_of(sequence, node));
      largest = std::max(largest, node.particle.radius_px * std::sqrt(node.particle.axis_ratio));
    }
    constexpr double cell_px = 20.0;
    return lookups_.emplace(sequence, Lookup{NeighbourGrid(places, cell_px), largest})
        .first->second;
  }

  /// Calls found(ref, node) for the nodes of a frame that may touch `of`, and some more.
  template <class Found>
  void neighbours(const NodeRef& of, std::int64_t sequence, double spare, Found found) {
    if (!memory_.keeps(sequence)) return;
    const Node& node = memory_.node(of);
    const Place place = place_of(of.sequence, node);
    const auto& [grid, largest] = lookup(sequence);
    const double reach = node.particle.radius_px * std::sqrt(node.particle.axis_ratio) + largest +
                         contact_reach(memory_, node, options_) + spare;
    const auto& nodes = memory_.frame_at(sequence).nodes;
    grid.near(place.x, place.y, reach, [&](std::uint32_t j) {
      const NodeRef ref{sequence, j};
      if (ref == of) return;
      const Place other = place_of(sequence, nodes[j]);
      if (std::hypot(other.x - place.x, other.y - place.y) <= reach) found(ref, nodes[j]);
    });
  }

  void consider(const Encounter& encounter) {
    const auto odds = log_odds(memory_, encounter, options_);
    if (odds && *odds > 0.0) found_.push_back({encounter, *odds});
  }

  void find_merges(const NodeRef& end) {
    const std::int64_t gap = options_.max_gap_frames;
    // The other goes on as the whole ...
    for (std::int64_t at = sequence_ - 1; at >= sequence_ - 1 - gap; --at) {
      neighbours(end, at, 0.0, [&](const NodeRef& other, const Node& node) {
        if (node.next.sequence < sequence_ || !is_track(memory_, node, options_)) return;
        consider({TrackEventKind::merge, node.next, {end, other}, true});
      });
    }
    // ... or ends as well, no earlier, and the whole is new.
    for (std::int64_t at = sequence_ - 1; at <= sequence_ - 1 + gap; ++at) {
      neighbours(end, at, 0.0, [&](const NodeRef& other, const Node& node) {
        if (!has_ended(node)) return;
        if (at == sequence_ - 1 && other.index < end.index)
          return;  // it looks for the whole itself
        for (std::int64_t then = at + 1; then <= sequence_ + gap; ++then) {
          neighbours(end, then, 0.0, [&](const NodeRef& whole, const Node& candidate) {
            if (has_started(candidate)) {
              consider({TrackEventKind::merge, whole, {end, other}, false});
            }
          });
        }
      });
    }
  }

  /// The whole ends, two start.
  void find_splits_of(const NodeRef& end) {
    std::vector<NodeRef> starts;
    for (std::int64_t at = sequence_; at <= sequence_ + options_.max_gap_frames; ++at) {
      neighbours(end, at, 0.0, [&](const NodeRef& ref, const Node& node) {
        if (has_started(node) && is_track(memory_, node, options_)) starts.push_back(ref);
      });
    }
    for (std::size_t i = 0; i < starts.size(); ++i) {
      for (std::size_t j = i + 1; j < starts.size(); ++j) {
        consider({TrackEventKind::split, end, {starts[i], starts[j]}, false});
      }
    }
  }

  /// The whole goes on as one of the two, the other starts.
  void find_splits_off(const NodeRef& start) {
    for (std::int64_t at = sequence_ - 1; at >= sequence_ - 1 - options_.max_gap_frames; --at) {
      neighbours(start, at, 0.0, [&](const NodeRef& whole, const Node& node) {
        if (node.next.sequence < sequence_ || node.explained) return;
        if (!is_track(memory_, node, options_)) return;
        consider({TrackEventKind::split, whole, {start, node.next}, true});
      });
    }
  }

  const LinkMemory& memory_;
  std::int64_t sequence_;
  const LinkOptions& options_;
  std::map<std::int64_t, Lookup> lookups_;
  std::vector<Hypothesis> found_;
};

void cut(LinkMemory& memory, const NodeRef& before, const NodeRef& after) {
  memory.node(before).next = {};
  memory.node(after).previous = {};
}

void make_merge(LinkMemory& memory, const Encounter& encounter, double odds) {
  const auto& [end, other] = encounter.parts;
  Node& whole = memory.node(encounter.whole);
  if (memory.node(end).explained || memory.node(other).explained) return;
  if (!whole.parents.empty() || encounter.continues != (whole.previous == other)) return;
  if (encounter.continues) cut(memory, other, encounter.whole);
  memory.node(end).explained = true;
  memory.node(other).explained = true;
  whole.parents = {end, other};
  whole.made_by = TrackEventKind::merge;
  whole.log_odds = odds;
}

void make_split(LinkMemory& memory, const Encounter& encounter, double odds) {
  Node& whole = memory.node(encounter.whole);
  Node& first = memory.node(encounter.parts[0]);
  Node& second = memory.node(encounter.parts[1]);
  if (whole.explained || !first.parents.empty() || !second.parents.empty()) return;
  if (encounter.continues != (second.previous == encounter.whole)) return;
  if (encounter.continues) cut(memory, encounter.whole, encounter.parts[1]);
  whole.explained = true;
  for (Node* part : {&first, &second}) {
    part->parents = {encounter.whole};
    part->made_by = TrackEventKind::split;
    part->log_odds = odds;
  }
}

}  // namespace

bool is_track(const LinkMemory& memory, const Node& node, const LinkOptions& options) {
  if (!node.parents.empty()) return true;
  std::int64_t seen = node.ordinal;
  const Node* last = &node;
  while (seen < options.min_detections && last->next.given()) {
    last = &memory.node(last->next);
    ++seen;
  }
  return seen >= options.min_detections || last->explained;
}

void decide_events(LinkMemory& memory, std::int64_t sequence, const LinkOptions& options) {
  if (!memory.keeps(sequence - 1)) return;
  for (const auto& [encounter, gain] : Encounters(memory, sequence, options).find()) {
    if (encounter.kind == TrackEventKind::merge) {
      make_merge(memory, encounter, gain);
    } else {
      make_split(memory, encounter, gain);
    }
  }
}

LinkedFrame hand_back(LinkMemory& memory, std::int64_t sequence, const LinkOptions& options) {
  KeptFrame& kept = memory.frame_at(sequence);
  LinkedFrame out{.frame = kept.frame, .drift = kept.drift, .particles = {}, .events = {}};
  if (memory.keeps(sequence - 1)) {
    // Who is missing from the last frames may still come back.
    const bool certain = memory.sequence - sequence >= options.max_gap_frames + 1;
    for (const auto& node : memory.frame_at(sequence - 1).nodes) {
      if (!certain || node.track < 0 || node.next.given() || node.explained) continue;
      out.events.push_back({.frame = kept.frame,
                            .kind = TrackEventKind::vanish,
                            .id = node.track,
                            .parents = {},
                            .x_px = node.particle.x_px,
                            .y_px = node.particle.y_px});
    }
  }
  for (auto& node : kept.nodes) {
    if (node.previous.given() && memory.node(node.previous).track >= 0) {
      node.track = memory.node(node.previous).track;
    } else if (is_track(memory, node, options)) {
      node.track = memory.next_track++;
      if (sequence > 0 || !node.parents.empty()) {
        TrackEvent event{.frame = kept.frame,
                         .kind = node.made_by,
                         .id = node.track,
                         .parents = {},
                         .x_px = node.particle.x_px,
                         .y_px = node.particle.y_px,
                         .log_odds = node.log_odds};
        for (const auto& parent : node.parents) event.parents.push_back(memory.node(parent).track);
        std::ranges::sort(event.parents);
        out.events.push_back(std::move(event));
      }
    }
    out.particles.push_back({node.particle, node.track});
  }
  return out;
}

}  // namespace adatom::tracking
