#include "adatom/dynamics/rare_events.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>
#include <string>

#include "adatom/base/error.h"
#include "adatom/crystal/neighbours.h"
#include "adatom/numeric/statistics.h"
#include "minimum_image.h"
#include "rigid_motion.h"
#include "union_find.h"

namespace adatom::dynamics {
namespace {

using Positions = std::vector<Eigen::Vector3d>;

/// Frames averaged, and some of them as they are.
struct Block {
  std::size_t first_frame = 0;
  std::size_t frames = 0;
  Positions mean;
  std::vector<std::uint8_t> label;  ///< the most frequent one; empty: not known
  std::vector<std::size_t> kept_frames;
  std::vector<Positions> kept;
  std::vector<std::vector<std::uint8_t>> kept_labels;
  std::vector<std::vector<std::uint8_t>> labels;  ///< of all frames, until it is full
};

using BlockPointer = std::shared_ptr<const Block>;

/// The most frequent of a list; the lowest of several.
std::uint8_t most_frequent(std::span<const std::uint8_t> labels) {
  std::array<std::size_t, 256> count{};
  for (const std::uint8_t label : labels) ++count[label];
  return static_cast<std::uint8_t>(std::ranges::max_element(count) - count.begin());
}

/// Atoms that move, block after block.
struct OpenEvent {
  std::vector<BlockPointer> blocks;   ///< from the one before to the one after
  std::vector<std::uint32_t> atoms;   ///< all that moved so far, sorted
  std::vector<std::uint32_t> latest;  ///< those that moved in the last block
};

void add_sorted(std::vector<std::uint32_t>& atoms, const std::vector<std::uint32_t>& more) {
  atoms.insert(atoms.end(), more.begin(), more.end());
  std::ranges::sort(atoms);
  atoms.erase(std::unique(atoms.begin(), atoms.end()), atoms.end());
}

MovedAtom describe_atom(const OpenEvent& event, std::uint32_t atom) {
  const Block& before = *event.blocks.front();
  const Block& after = *event.blocks.back();
  MovedAtom moved{
      .atom = atom, .before_angstrom = before.mean[atom], .after_angstrom = after.mean[atom]};
  std::vector<std::uint8_t> during;
  for (const BlockPointer& block : event.blocks) {
    for (std::size_t k = 0; k < block->kept.size(); ++k) {
      PathPoint& point = moved.path.emplace_back();
      point.frame = block->kept_frames[k];
      point.position_angstrom = block->kept[k][atom];
      if (block->kept_labels[k].empty()) continue;
      point.label = block->kept_labels[k][atom];
      if (block.get() != &before && block.get() != &after) during.push_back(point.label);
    }
  }
  if (!before.label.empty()) moved.label_before = before.label[atom];
  if (!after.label.empty()) moved.label_after = after.label[atom];
  if (!during.empty()) moved.label_during = most_frequent(during);
  return moved;
}

/// Half the median of the distances to each atom's nearest neighbour, times two.
double neighbour_distance(const Positions& positions, const crystal::Box& box) {
  if (positions.size() < 2) return 0.0;
  for (double reach = 4.0; reach < 1e4; reach *= 2.0) {
    const auto list = crystal::find_neighbours(positions, box, reach);
    std::vector<double> nearest;
    for (std::size_t i = 0; i < positions.size(); ++i) {
      double least = std::numeric_limits<double>::infinity();
      for (std::uint32_t k = list.first[i]; k < list.first[i + 1]; ++k) {
        Eigen::Vector3d other = positions[list.atom[k]];
        if (!list.shift.empty()) {
          other += box.cell_angstrom.transpose() * list.shift[k].cast<double>();
        }
        least = std::min(least, (other - positions[i]).norm());
      }
      if (std::isfinite(least)) nearest.push_back(least);
    }
    if (2 * nearest.size() >= positions.size()) return numeric::median(nearest);
  }
  return 0.0;
}

}  // namespace

void RareEventOptions::describe(OptionVisitor& v) {
  v.visit({.name = "average_frames",
           .help = "frames that positions are averaged over",
           .min = 1,
           .max = 1e6},
          average_frames);
  v.visit({.name = "threshold_angstrom",
           .unit = "angstrom",
           .help = "an atom moves if its averaged positions are further apart; not given: half the "
                   "distance of nearest neighbours",
           .min = 1e-3,
           .max = 1e3},
          threshold_angstrom);
  v.visit({.name = "link_angstrom",
           .unit = "angstrom",
           .help = "moving atoms so near each other move together; not given: one and a half "
                   "distances of nearest neighbours",
           .min = 1e-3,
           .max = 1e3},
          link_angstrom);
  v.visit({.name = "path_every_frames",
           .help = "frames between the points of a path",
           .min = 1,
           .max = 1e6},
          path_every_frames);
  v.visit({.name = "longest_blocks",
           .help = "averages that an event may last before it is cut",
           .min = 1,
           .max = 1e4},
          longest_blocks);
  v.visit({.name = "motion", .help = "of all atoms together, that is taken off"}, motion);
}

struct RareEventFinder::State {
  explicit State(const RareEventOptions& given) : options(given) {}

  RareEventOptions options;
  RigidMotion motion = RigidMotion::none;
  double threshold = 0.0;
  double link = 0.0;
  std::size_t frame = 0;
  crystal::Box box;
  Positions raw;        ///< of the last frame, not jumping from one side of a box to the other
  Positions reference;  ///< what frames are brought back to
  Block filling;
  std::deque<BlockPointer> last;  ///< three at most
  std::vector<OpenEvent> open;
  std::vector<RareEvent> over;

  void unwrap(const crystal::Structure& structure);
  void end_block();
  void set_lengths(const Positions& positions);
  [[nodiscard]] std::vector<std::uint32_t> moving_atoms() const;
  void follow(const std::vector<std::uint32_t>& moving);
  void link_atoms(const std::vector<std::uint32_t>& atoms, UnionFind& sets) const;
  void close(const OpenEvent& event, bool cut_short);
};

void RareEventFinder::State::unwrap(const crystal::Structure& structure) {
  box = crystal::box_of(structure);
  const bool first = raw.empty();
  const MinimumImage image(box);
  raw.resize(structure.atoms.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const Eigen::Vector3d& position = structure.atoms[i].position_angstrom;
    if (!std::isfinite(position[0]) || !std::isfinite(position[1]) || !std::isfinite(position[2])) {
      throw InputError({.what = "a position that is not finite",
                        .where = "atom " + std::to_string(i + 1),
                        .why = {},
                        .remedy = {}});
    }
    raw[i] = first || image.open() ? position : raw[i] + image.nearest(position - raw[i]);
  }
}

/// Thresholds that were not given, once there are averaged positions.
void RareEventFinder::State::set_lengths(const Positions& positions) {
  if (threshold > 0.0) return;
  const bool needed = !options.threshold_angstrom || !options.link_angstrom;
  const double distance = needed ? neighbour_distance(positions, box) : 0.0;
  threshold = options.threshold_angstrom.value_or(0.5 * distance);
  link = options.link_angstrom.value_or(1.5 * distance);
  if (threshold > 0.0) return;
  threshold = std::numeric_limits<double>::infinity();  // one atom, or none
}

/// Those whose means in the first and the last of three blocks are far apart.
std::vector<std::uint32_t> RareEventFinder::State::moving_atoms() const {
  std::vector<std::uint32_t> moving;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const double distance = (last[2]->mean[i] - last[0]->mean[i]).norm();
    if (distance > threshold) moving.push_back(static_cast<std::uint32_t>(i));
  }
  return moving;
}

/// Joins what is near each other before or after.
void RareEventFinder::State::link_atoms(const std::vector<std::uint32_t>& atoms,
                                        UnionFind& sets) const {
  for (const auto* block : {last[0].get(), last[2].get()}) {
    Positions positions;
    for (const std::uint32_t atom : atoms) positions.push_back(block->mean[atom]);
    const auto list = crystal::find_half_neighbours(positions, box, link);
    for (std::uint32_t i = 0; i < atoms.size(); ++i) {
      for (std::uint32_t k = list.first[i]; k < list.first[i + 1]; ++k) sets.join(i, list.atom[k]);
    }
  }
}

/// Takes the atoms that move in the middle of the last three blocks into events.
void RareEventFinder::State::follow(const std::vector<std::uint32_t>& moving) {
  // Those that move now and those that did a block ago, as far as their events go on: all that
  // hangs together is one event.
  std::vector<std::uint32_t> atoms = moving;
  for (const OpenEvent& event : open) add_sorted(atoms, event.latest);
  UnionFind sets(atoms.size());
  if (!moving.empty()) link_atoms(atoms, sets);
  const auto set_of = [&](std::uint32_t atom) {
    const auto place = std::ranges::lower_bound(atoms, atom) - atoms.begin();
    return sets.find(static_cast<std::uint32_t>(place));
  };
  for (const OpenEvent& event : open) {
    for (const std::uint32_t atom : event.latest) {
      const auto place = std::ranges::lower_bound(atoms, atom) - atoms.begin();
      const auto front = std::ranges::lower_bound(atoms, event.latest.front()) - atoms.begin();
      sets.join(static_cast<std::uint32_t>(place), static_cast<std::uint32_t>(front));
    }
  }
  std::vector<std::vector<std::uint32_t>> now(atoms.size());  // of each set
  for (const std::uint32_t atom : moving) now[set_of(atom)].push_back(atom);

  std::vector<OpenEvent> going_on;
  std::vector<int> event_of(atoms.size(), -1);  // of each set, in `going_on`
  for (OpenEvent& event : open) {
    const std::uint32_t set = set_of(event.latest.front());
    const bool moves = !now[set].empty();
    if (!moves) {
      close(event, false);
    } else if (event_of[set] < 0) {
      event_of[set] = static_cast<int>(going_on.size());
      going_on.push_back(std::move(event));
    } else {
      // Two that met: the one that began first has the blocks of both.
      OpenEvent& other = going_on[static_cast<std::size_t>(event_of[set])];
      if (event.blocks.size() > other.blocks.size()) other.blocks = std::move(event.blocks);
      add_sorted(other.atoms, event.atoms);
    }
  }
  for (std::uint32_t set = 0; set < now.size(); ++set) {
    if (now[set].empty()) continue;
    if (event_of[set] < 0) {
      event_of[set] = static_cast<int>(going_on.size());
      going_on.push_back({.blocks = {last[0], last[1]}, .atoms = {}, .latest = {}});
    }
    OpenEvent& event = going_on[static_cast<std::size_t>(event_of[set])];
    event.blocks.push_back(last[2]);
    add_sorted(event.atoms, now[set]);
    event.latest = std::move(now[set]);
  }
  open.clear();
  for (OpenEvent& event : going_on) {
    if (event.blocks.size() < static_cast<std::size_t>(options.longest_blocks) + 2) {
      open.push_back(std::move(event));
    } else {
      close(event, true);
    }
  }
}

void RareEventFinder::State::close(const OpenEvent& event, bool cut_short) {
  RareEvent result{.first_frame = event.blocks[1]->first_frame, .cut_short = cut_short};
  const Block& moved_last = *event.blocks[event.blocks.size() - 2];
  result.last_frame = moved_last.first_frame + moved_last.frames - 1;
  for (const std::uint32_t atom : event.atoms) {
    MovedAtom moved = describe_atom(event, atom);
    if (moved.displacement_angstrom() <= threshold) continue;
    result.displacement_angstrom += moved.after_angstrom - moved.before_angstrom;
    result.atoms.push_back(std::move(moved));
  }
  if (result.atoms.empty()) return;
  result.displacement_angstrom /= static_cast<double>(result.atoms.size());
  over.push_back(std::move(result));
}

void RareEventFinder::State::end_block() {
  for (Eigen::Vector3d& mean : filling.mean) mean /= static_cast<double>(filling.frames);
  if (!filling.labels.empty()) {
    std::vector<std::uint8_t> of_atom(filling.labels.size());
    for (std::size_t i = 0; i < raw.size(); ++i) {
      for (std::size_t f = 0; f < of_atom.size(); ++f) of_atom[f] = filling.labels[f][i];
      filling.label.push_back(most_frequent(of_atom));
    }
    filling.labels.clear();
  }
  set_lengths(filling.mean);
  reference = filling.mean;
  last.push_back(std::make_shared<const Block>(std::move(filling)));
  filling = Block{};
  if (last.size() > 3) last.pop_front();
  if (last.size() == 3) follow(moving_atoms());
}

RareEventFinder::RareEventFinder(const RareEventOptions& options) {
  require_valid(options.validate());
  state_ = std::make_unique<State>(options);
}
RareEventFinder::~RareEventFinder() = default;
RareEventFinder::RareEventFinder(RareEventFinder&&) noexcept = default;
RareEventFinder& RareEventFinder::operator=(RareEventFinder&&) noexcept = default;

void RareEventFinder::add_frame(const crystal::Structure& frame,
                                std::span<const std::uint8_t> labels) {
  State& s = *state_;
  if ((s.frame > 0 && frame.atoms.size() != s.raw.size()) ||
      (!labels.empty() && labels.size() != frame.atoms.size())) {
    throw InputError({.what = "a frame of another number of atoms",
                      .where = {},
                      .why = std::to_string(frame.atoms.size()) + " atoms",
                      .remedy = "every frame needs the same atoms in the same order"});
  }
  s.unwrap(frame);
  if (s.frame == 0) {
    s.reference = s.raw;
    s.motion = s.options.motion;
    if (s.motion == RigidMotion::automatic) {
      s.motion = s.box.open() ? RigidMotion::rotation : RigidMotion::translation;
    }
    // Until there is an average, by what is given.
    s.threshold = s.options.threshold_angstrom && s.options.link_angstrom
                      ? *s.options.threshold_angstrom
                      : 0.0;
    s.link = s.options.link_angstrom.value_or(0.0);
  }
  const double outlier = s.threshold > 0.0 ? s.threshold : 1.5;
  const RigidTransform back = fit_rigid_motion(s.raw, s.reference, s.motion, outlier);
  Block& block = s.filling;
  if (block.frames == 0) {
    block.first_frame = s.frame;
    block.mean.assign(s.raw.size(), Eigen::Vector3d::Zero());
  }
  Positions positions;
  positions.reserve(s.raw.size());
  for (const Eigen::Vector3d& x : s.raw) positions.push_back(back(x));
  for (std::size_t i = 0; i < positions.size(); ++i) block.mean[i] += positions[i];
  if (!labels.empty()) block.labels.emplace_back(labels.begin(), labels.end());
  if (s.frame % static_cast<std::size_t>(s.options.path_every_frames) == 0) {
    block.kept_frames.push_back(s.frame);
    block.kept.push_back(std::move(positions));
    block.kept_labels.emplace_back(labels.begin(), labels.end());
  }
  ++block.frames;
  ++s.frame;
  if (block.frames == static_cast<std::size_t>(s.options.average_frames)) s.end_block();
}

std::vector<RareEvent> RareEventFinder::take_events() { return std::exchange(state_->over, {}); }

std::vector<RareEvent> RareEventFinder::finish() {
  State& s = *state_;
  if (s.filling.frames > 0 &&
      2 * s.filling.frames >= static_cast<std::size_t>(s.options.average_frames)) {
    s.end_block();
  }
  for (const OpenEvent& event : s.open) s.close(event, false);
  s.open.clear();
  return take_events();
}

}  // namespace adatom::dynamics
