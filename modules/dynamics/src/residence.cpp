#include "adatom/dynamics/residence.h"

#include <algorithm>
#include <string>

#include "adatom/base/error.h"
#include "labels.h"

namespace adatom::dynamics {
namespace {

constexpr std::size_t most_blocks = 64;
constexpr std::size_t block_frames = 8;

void count_length(std::vector<std::uint64_t>& lengths, std::uint64_t length) {
  if (lengths.size() <= length) lengths.resize(length + 1, 0);
  ++lengths[length];
}

}  // namespace

void ResidenceOptions::describe(OptionVisitor& v) {
  v.visit({.name = "least-stay-frames",
           .help = "frames that an atom must stay elsewhere, or it has not left",
           .min = 1.0,
           .max = 1e9},
          least_stay_frames);
  v.visit({.name = "confidence",
           .help = "that an interval holds the true value",
           .min = 0.5,
           .max = 0.9999},
          confidence);
}

ResidenceCounter::ResidenceCounter(std::size_t classes, const ResidenceOptions& options,
                                   std::span<const std::uint8_t> mask)
    : classes_(classes), mask_(mask.begin(), mask.end()) {
  require_valid(options.validate());
  require_classes(classes);
  least_stay_ = static_cast<std::uint64_t>(options.least_stay_frames);
  counts_.visits.resize(classes);
  counts_.blocks = TimeBlocks(2 * classes, most_blocks, block_frames);
}

void ResidenceCounter::add_frame(std::span<const std::uint8_t> labels) {
  take_labels(labels, mask_, classes_, now_);
  if (frame_ == 0) atoms_.resize(now_.size());
  if (atoms_.size() != now_.size()) {
    throw InputError(
        {.what = "a frame of another number of atoms",
         .where = {},
         .why = std::to_string(now_.size()) + " after " + std::to_string(atoms_.size()),
         .remedy = "every frame needs the same atoms in the same order"});
  }
  for (std::size_t i = 0; i < now_.size(); ++i) {
    // Nearly always.
    if (now_[i] == atoms_[i].label) {
      atoms_[i].candidate = no_label;
    } else {
      follow(atoms_[i], now_[i]);
    }
  }
  ++frame_;
}

void ResidenceCounter::follow(Visit& visit, std::uint8_t label) {
  if (label == classes_) {
    if (visit.label != no_label) {
      const bool away = visit.candidate != no_label;
      end_visit(visit, away ? visit.candidate_first : frame_, Ending::unfinished, counts_);
    }
    visit = {};
    return;
  }
  if (visit.label == no_label) {
    visit = {.label = label, .first = frame_};
    return;
  }
  if (visit.candidate != label) {
    visit.candidate = label;
    visit.candidate_first = frame_;
  }
  if (frame_ + 1 - visit.candidate_first < least_stay_) return;
  end_visit(visit, visit.candidate_first, Ending::left, counts_);
  visit = {.label = label, .began_before = false, .first = visit.candidate_first};
}

void ResidenceCounter::end_visit(const Visit& visit, std::uint64_t end, Ending ending,
                                 ResidenceCounts& counts) const {
  const std::uint64_t length = end - visit.first;
  // What was met first may itself have been a short stay elsewhere.
  if (visit.began_before && length < least_stay_) return;
  VisitLengths& visits = counts.visits[visit.label];
  if (visit.began_before) {
    ++visits.began_before;
  } else {
    count_length(ending == Ending::left ? visits.ended : visits.unfinished, length);
  }
  // From each frame but the last to the next one the atom stayed, spread over the blocks.
  const std::size_t stays = std::size_t{2} * visit.label;
  (void)counts.blocks.at_frame(end - 1);
  for (std::uint64_t frame = visit.first; frame + 1 < end;) {
    const std::uint64_t block = counts.blocks.frames_in_block();
    const std::uint64_t next = std::min(end - 1, (frame / block + 1) * block);
    counts.blocks.at_frame(frame)[stays] += next - frame;
    frame = next;
  }
  if (ending == Ending::left) ++counts.blocks.at_frame(end - 1)[stays + 1];
}

ResidenceCounts ResidenceCounter::counts() const {
  ResidenceCounts result = counts_;
  for (const Visit& visit : atoms_) {
    if (visit.label == no_label) continue;
    const bool away = visit.candidate != no_label;
    end_visit(visit, away ? visit.candidate_first : frame_, Ending::unfinished, result);
  }
  return result;
}

ResidenceCounts count_residences(LabelSource& labels, std::size_t classes,
                                 const ResidenceOptions& options,
                                 std::span<const std::uint8_t> mask, std::size_t first_frame,
                                 Progress& progress) {
  ResidenceCounter counter(classes, options, mask);
  for_each_frame(labels, first_frame, "residence times", progress,
                 [&](std::span<const std::uint8_t> frame) { counter.add_frame(frame); });
  return counter.counts();
}

}  // namespace adatom::dynamics
