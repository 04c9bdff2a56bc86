#include "link_events.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "adatom/numeric/statistics.h"
#include "neighbour_grid.h"

namespace adatom::tracking {
namespace {

// Of particles in contact one in twenty merges (or was one just before); of all, one in ten
// thousand comes or goes per frame, more at the edge of the frame, and what is seen too seldom for
// a track does not last. Only the order of magnitude counts.
const double event_probability = 0.05;
const double alone_probability = 1e-4;
const double alone_at_edge_probability = 0.02;
const double brief_probability = 0.5;
// Radii that a newcomer may have are spread over so much (pixels).
constexpr double radius_range_px = 20.0;
// What is out of the question, in standard errors.
constexpr double gate_sigmas = 5.0;
// What models of size and place lack, besides errors: share of the radius, pixels, share of the
// distance of two in contact.
constexpr double radius_tolerance = 0.02;
constexpr double place_tolerance_px = 0.5;
constexpr double place_tolerance = 0.05;

/// A track just before or just after the event.
struct Body {
  double radius = 0.0;
  double radius_variance = 0.0;
  double reach = 0.0;  ///< half the length
  Place place;         ///< without the drift, in the frame nearest to the event
  double place_variance = 0.0;
  double step_variance = 0.0;
  std::int64_t frame = 0;
};

/// The median radius over some frames on this side of the event, and the place nearest to it.
Body body_of(const LinkMemory& memory, NodeRef ref, bool backwards) {
  const Node& nearest = memory.node(ref);
  const KeptFrame& frame = memory.frame_at(ref.sequence);
  Body body;
  body.place = {nearest.particle.x_px - frame.drift.x_px, nearest.particle.y_px - frame.drift.y_px};
  body.place_variance =
      0.5 * (std::pow(nearest.particle.x_stderr_px, 2) + std::pow(nearest.particle.y_stderr_px, 2));
  body.step_variance = nearest.step_variance;
  body.frame = frame.frame;
  std::vector<double> radii;
  double variance = 0.0;
  const std::int64_t begin = ref.sequence;
  while (ref.given() && memory.keeps(ref.sequence) &&
         std::abs(ref.sequence - begin) < event_window) {
    const Node& node = memory.node(ref);
    radii.push_back(node.particle.radius_px);
    variance += std::pow(node.particle.radius_stderr_px, 2);
    ref = backwards ? node.previous : node.next;
  }
  const auto count = static_cast<double>(radii.size());
  body.radius = numeric::median(radii);
  const double scatter = radii.size() > 2 ? numeric::mad_sigma(radii) : 0.0;
  body.radius_variance = std::max(variance / count, scatter * scatter) / count;
  body.radius_variance += std::pow(radius_tolerance * body.radius, 2) + 1e-4;
  body.reach = body.radius * std::sqrt(nearest.particle.axis_ratio);
  return body;
}

double normal_log(double difference, double variance) {
  return -0.5 * (difference * difference / variance + std::log(2.0 * std::numbers::pi * variance));
}

/// -ln of a normal density with Student's tails: a bad fit is not proof.
double size_log(double difference, double variance) {
  constexpr double freedom = 20.0;
  const double z2 = difference * difference / variance;
  return -0.5 *
         ((freedom + 1.0) * std::log1p(z2 / freedom) + std::log(2.0 * std::numbers::pi * variance));
}

double place_log(const Place& a, const Place& b, double variance) {
  return normal_log(a.x - b.x, variance) + normal_log(a.y - b.y, variance);
}

struct Union {
  double radius;
  double radius_variance;
  Place place;
  std::array<double, 2> shares;
};

/// Two bodies as one that has the sum of r^power.
Union united(const Body& a, const Body& b, double power) {
  const double mass_a = std::pow(a.radius, power);
  const double mass_b = std::pow(b.radius, power);
  const double mass = std::max(mass_a + mass_b, 1e-12);
  Union one;
  one.shares = {mass_a / mass, mass_b / mass};
  one.radius = std::pow(mass, 1.0 / power);
  // dr / dr_a = (r_a / r)^(power - 1)
  one.radius_variance = a.radius_variance * std::pow(a.radius / one.radius, 2.0 * (power - 1.0)) +
                        b.radius_variance * std::pow(b.radius / one.radius, 2.0 * (power - 1.0));
  one.place = {one.shares[0] * a.place.x + one.shares[1] * b.place.x,
               one.shares[0] * a.place.y + one.shares[1] * b.place.y};
  return one;
}

std::vector<double> powers(ConservedSize conserved) {
  switch (conserved) {
    case ConservedSize::volume:
      return {3.0};
    case ConservedSize::area:
      return {2.0};
    case ConservedSize::either:
      break;
  }
  return {3.0, 2.0};
}

/// ln of how likely it comes or goes without an event.
double alone_log(const LinkMemory& memory, const NodeRef& ref, const LinkOptions& options) {
  const Node& node = memory.node(ref);
  if (!is_track(memory, node, options)) return std::log(brief_probability);
  return std::log(node.particle.at_edge ? alone_at_edge_probability : alone_probability);
}

/// ln of how likely nothing is seen between the two frames.
double missed_log(std::int64_t from, std::int64_t to) {
  const auto missed = static_cast<double>(std::abs(to - from) - 1);
  if (missed < 1.0) return 0.0;
  return std::log(missed_probability) + (missed - 1.0) * std::log(still_missed_probability);
}

/// Size and place of the whole if it is the two parts; nothing if it cannot be.
std::optional<double> fit_log(const Body& whole, const std::array<Body, 2>& parts,
                              std::array<double, 2> walked, double power) {
  const Union one = united(parts[0], parts[1], power);
  const double size_variance = one.radius_variance + whole.radius_variance;
  const double apart =
      std::hypot(parts[0].place.x - parts[1].place.x, parts[0].place.y - parts[1].place.y);
  const double place_variance = std::pow(one.shares[0], 2) * walked[0] +
                                std::pow(one.shares[1], 2) * walked[1] + whole.place_variance +
                                std::pow(place_tolerance_px + place_tolerance * apart, 2);
  const double size = whole.radius - one.radius;
  const double gate = gate_sigmas * gate_sigmas;
  const double off2 =
      std::pow(whole.place.x - one.place.x, 2) + std::pow(whole.place.y - one.place.y, 2);
  if (size * size > gate * size_variance || off2 > gate * place_variance) return std::nullopt;
  return size_log(size, size_variance) + place_log(whole.place, one.place, place_variance);
}

}  // namespace

double contact_reach(const LinkMemory& memory, const Node& node, const LinkOptions& options) {
  const double step = std::sqrt(std::max(node.step_variance, memory.common_variance));
  return options.contact_gap_px + gate_sigmas * step;
}

std::optional<double> log_odds(const LinkMemory& memory, const Encounter& encounter,
                               const LinkOptions& options) {
  const bool merge = encounter.kind == TrackEventKind::merge;
  const Body whole = body_of(memory, encounter.whole, !merge);
  const std::array parts = {body_of(memory, encounter.parts[0], merge),
                            body_of(memory, encounter.parts[1], merge)};
  std::array<double, 2> walked = {};
  for (std::size_t k = 0; k < 2; ++k) {
    const auto frames = static_cast<double>(std::abs(whole.frame - parts[k].frame));
    const double step = merge ? parts[k].step_variance : whole.step_variance;
    walked[k] = frames * step + parts[k].place_variance;
  }
  // Contact: what is still between them they walked in the time left.
  const double gap =
      std::hypot(parts[0].place.x - parts[1].place.x, parts[0].place.y - parts[1].place.y) -
      parts[0].reach - parts[1].reach;
  const double excess = std::max(0.0, gap - options.contact_gap_px);
  const double gap_variance = walked[0] + walked[1];
  if (excess * excess > gate_sigmas * gate_sigmas * gap_variance) return std::nullopt;

  std::optional<double> best;
  for (const double power : powers(options.conserved)) {
    const auto fit = fit_log(whole, parts, walked, power);
    if (fit && (!best || *fit > *best)) best = fit;
  }
  if (!best) return std::nullopt;
  const double event = *best + std::log(event_probability) - 0.5 * excess * excess / gap_variance +
                       missed_log(parts[0].frame, whole.frame) +
                       missed_log(parts[1].frame, whole.frame);
  if (encounter.continues) {
    const double tolerance = place_tolerance_px * place_tolerance_px;
    const double alone =
        alone_log(memory, encounter.parts[0], options) + missed_log(parts[1].frame, whole.frame) +
        size_log(whole.radius - parts[1].radius, whole.radius_variance + parts[1].radius_variance) +
        place_log(whole.place, parts[1].place, walked[1] + whole.place_variance + tolerance);
    return event - alone;
  }
  const auto count = static_cast<double>(memory.frame_at(encounter.whole.sequence).nodes.size());
  const double room = count * std::numbers::pi * memory.max_step_px * memory.max_step_px;
  const double alone = alone_log(memory, encounter.whole, options) +
                       alone_log(memory, encounter.parts[0], options) +
                       alone_log(memory, encounter.parts[1], options) - std::log(radius_range_px) -
                       std::log(std::max(room / count, 1.0));
  return event - alone;
}

}  // namespace adatom::tracking
