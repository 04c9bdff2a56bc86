#pragma once
// How likely it is that particles merged, or that one split, from what is seen around it.
#include <array>
#include <optional>

#include "link_state.h"

namespace adatom::tracking {

/// One body and the two it was made of (or fell into): last nodes before and first ones after.
struct Encounter {
  TrackEventKind kind = TrackEventKind::merge;
  NodeRef whole;
  std::array<NodeRef, 2> parts;
  /// The whole and parts[1] are one track now: without the event, parts[0] came or went alone.
  bool continues = false;
};

/// Logarithm of the odds of the event against everyone coming and going alone; nothing if it is
/// out of the question (too far apart, wrong size, wrong place).
[[nodiscard]] std::optional<double> log_odds(const LinkMemory& memory, const Encounter& encounter,
                                             const LinkOptions& options);

/// How far beyond the sum of their radii two particles may be seen before they meet.
[[nodiscard]] double contact_reach(const LinkMemory& memory, const Node& node,
                                   const LinkOptions& options);

}  // namespace adatom::tracking
