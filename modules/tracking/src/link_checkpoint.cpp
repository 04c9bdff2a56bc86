// What a linker knows as a list of numbers, and back: one description serves both directions.
#include <cmath>
#include <type_traits>

#include "adatom/base/error.h"
#include "link_state.h"

namespace adatom::tracking {
namespace {

// First number of a list: says what it is, and of which make.
constexpr double mark = 8040002.0;
// No list of anything is longer: a checkpoint that says so is none.
constexpr double longest = 1e9;

[[noreturn]] void refuse(const char* why) {
  throw InputError({.what = "not the checkpoint of a linker",
                    .where = "link",
                    .why = why,
                    .remedy = "begin with the first frame again"});
}

class Writer {
 public:
  template <class T>
  void number(T& value) {
    numbers_.push_back(static_cast<double>(value));
  }
  template <class List>
  void length(List& list) {
    numbers_.push_back(static_cast<double>(list.size()));
  }
  std::vector<double> take() { return std::move(numbers_); }

 private:
  std::vector<double> numbers_;
};

class Reader {
 public:
  explicit Reader(std::span<const double> numbers) : numbers_(numbers) {}
  template <class T>
  void number(T& value) {
    const double read = next();
    if constexpr (!std::is_same_v<T, double>) {
      constexpr double exact = 9007199254740992.0;  // 2^53
      if (!(std::abs(read) <= exact)) refuse("a count is out of range");
    }
    value = static_cast<T>(read);
  }
  template <class List>
  void length(List& list) {
    const double read = next();
    const auto left = static_cast<double>(numbers_.size() - at_);
    if (!(read >= 0.0 && read <= longest && read <= left)) refuse("a list is too long");
    list.resize(static_cast<std::size_t>(read));
  }
  [[nodiscard]] bool at_end() const { return at_ == numbers_.size(); }

 private:
  double next() {
    if (at_ == numbers_.size()) refuse("it is cut off");
    return numbers_[at_++];
  }
  std::span<const double> numbers_;
  std::size_t at_ = 0;
};

template <class Archive, class... T>
void each(Archive& archive, T&... values) {
  (archive.number(values), ...);
}

template <class Archive>
void exchange(Archive& a, Particle& p) {
  each(a, p.x_px, p.y_px, p.x_stderr_px, p.y_stderr_px, p.radius_px, p.radius_stderr_px,
       p.axis_ratio, p.angle_rad, p.area_px2, p.contrast, p.contrast_stderr, p.background, p.mass,
       p.reduced_chi2, p.x_bound_px, p.free_standing, p.at_edge);
}

template <class Archive>
void exchange(Archive& a, NodeRef& ref) {
  each(a, ref.sequence, ref.index);
}

template <class Archive>
void exchange(Archive& a, Node& node) {
  exchange(a, node.particle);
  exchange(a, node.next);
  exchange(a, node.previous);
  each(a, node.ordinal, node.step_variance, node.track, node.explained, node.log_odds);
  auto made_by = static_cast<std::int64_t>(node.made_by);
  a.number(made_by);
  if (made_by < 0 || made_by > 3) refuse("an event of no kind");
  node.made_by = static_cast<TrackEventKind>(made_by);
  a.length(node.parents);
  for (auto& parent : node.parents) exchange(a, parent);
}

template <class Archive>
void exchange(Archive& a, KeptFrame& kept) {
  each(a, kept.frame, kept.drift.x_px, kept.drift.y_px, kept.drift.x_stderr_px,
       kept.drift.y_stderr_px, kept.drift.particles);
  a.length(kept.nodes);
  for (auto& node : kept.nodes) exchange(a, node);
}

template <class Archive>
void exchange(Archive& a, Anchor& anchor) {
  for (auto* pair :
       {&anchor.rest_place, &anchor.steady_place, &anchor.velocity, &anchor.last_place}) {
    each(a, (*pair)[0], (*pair)[1]);
  }
  each(a, anchor.rest_variance, anchor.walk_variance, anchor.walk_weight, anchor.steady_variance,
       anchor.steady_covariance, anchor.velocity_variance, anchor.steady_excess, anchor.detections,
       anchor.frame);
}

template <class Archive>
void exchange(Archive& a, OpenTrack& t) {
  for (auto& axis : t.axes) {
    each(a, axis.place, axis.velocity, axis.place_variance, axis.covariance,
         axis.velocity_variance);
  }
  exchange(a, t.anchor);
  each(a, t.step_variance, t.radius, t.contrast, t.detections, t.frame, t.last_frame);
  exchange(a, t.last);
}

template <class Archive>
void exchange(Archive& a, LinkMemory& m) {
  each(a, m.sequence, m.first_sequence, m.handed_back, m.next_track, m.linked_frames, m.max_step_px,
       m.common_variance, m.newcomer_share, m.per_frame_x, m.per_frame_y, m.field_steps.count,
       m.field_steps.mean_x, m.field_steps.mean_y, m.field_steps.square, m.field_steps.noise);
  a.length(m.tracks);
  for (auto& track : m.tracks) exchange(a, track);
  a.length(m.frames);
  for (auto& frame : m.frames) exchange(a, frame);
}

bool leads_nowhere(const LinkMemory& memory, const NodeRef& ref) {
  return !memory.keeps(ref.sequence) || ref.index < 0 ||
         static_cast<std::size_t>(ref.index) >= memory.frame_at(ref.sequence).nodes.size();
}

/// Nothing may point outside of what is kept, but for those whose past has gone out.
void require_whole(const LinkMemory& memory) {
  if (memory.sequence != memory.first_sequence + static_cast<std::int64_t>(memory.frames.size()) ||
      memory.handed_back > memory.sequence || memory.handed_back < memory.first_sequence) {
    refuse("its frames do not follow each other");
  }
  for (const auto& track : memory.tracks) {
    if (leads_nowhere(memory, track.last)) refuse("a track leads nowhere");
  }
  for (std::int64_t at = memory.first_sequence; at < memory.sequence; ++at) {
    for (const auto& node : memory.frame_at(at).nodes) {
      const bool from_outside = node.previous.given() &&
                                node.previous.sequence >= memory.first_sequence &&
                                leads_nowhere(memory, node.previous);
      if (from_outside || node.previous.sequence >= at ||
          (node.next.given() && (node.next.sequence <= at || leads_nowhere(memory, node.next)))) {
        refuse("a track leads nowhere");
      }
      for (const auto& parent : node.parents) {
        if (parent.sequence >= memory.first_sequence && leads_nowhere(memory, parent)) {
          refuse("a parent that is not there");
        }
      }
    }
  }
}

}  // namespace

std::vector<double> to_numbers(LinkMemory& memory) {
  Writer writer;
  double first = mark;
  writer.number(first);
  exchange(writer, memory);
  return writer.take();
}

LinkMemory from_numbers(std::span<const double> numbers) {
  Reader reader(numbers);
  double first = 0.0;
  reader.number(first);
  if (first != mark) refuse("it begins otherwise");
  LinkMemory memory;
  exchange(reader, memory);
  if (!reader.at_end()) refuse("more numbers than there should be");
  require_whole(memory);
  return memory;
}

}  // namespace adatom::tracking
