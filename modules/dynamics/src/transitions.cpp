#include "adatom/dynamics/transitions.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "adatom/base/error.h"
#include "labels.h"

namespace adatom::dynamics {
namespace {

constexpr std::size_t tables = 4;
// Between 32 and 64 blocks of a long trajectory: enough to tell a variance to a fifth.
constexpr std::size_t most_blocks = 64;

}  // namespace

void TransitionOptions::describe(OptionVisitor& v) {
  v.visit({.name = "window-frames", .help = "frames that a transition may take", .min = 1},
          window_frames);
  v.visit({.name = "stride-frames",
           .help = "frames between one window's start and the next's",
           .min = 1},
          stride_frames);
  v.visit({.name = "average",
           .help = "how several trajectories become one matrix: their counts are added, or the "
                   "mean of their row-normalised matrices is taken"},
          average);
  v.visit({.name = "prior", .help = "of the Bayesian intervals"}, prior);
  v.visit({.name = "confidence",
           .help = "that an interval holds the true value",
           .min = 0.5,
           .max = 0.9999},
          confidence);
  v.visit({.name = "bootstrap-samples", .help = "of blocks of time", .min = 100, .max = 1e6},
          bootstrap_samples);
}

std::int64_t frames_in_window(double window_ns, double frame_interval_ns) {
  const double frames = frame_interval_ns > 0.0 ? window_ns / frame_interval_ns : 0.0;
  const double whole = std::round(frames);
  // Times in files are rounded, so a millionth off is still whole.
  if (whole >= 1.0 && whole < 1e9 && std::abs(frames - whole) <= 1e-6 * whole) {
    return static_cast<std::int64_t>(whole);
  }
  throw InputError({.what = "a time window that is not a whole number of frames",
                    .where = {},
                    .why = std::to_string(window_ns) + " ns, frames are " +
                           std::to_string(frame_interval_ns) + " ns apart",
                    .remedy = "choose a multiple of the time between frames"});
}

TransitionCounter::TransitionCounter(std::size_t classes, const TransitionOptions& options,
                                     std::span<const std::uint8_t> mask, std::size_t block_frames)
    : classes_(classes), mask_(mask.begin(), mask.end()) {
  require_valid(options.validate());
  require_classes(classes);
  window_ = static_cast<std::size_t>(options.window_frames);
  stride_ = static_cast<std::size_t>(options.stride_frames);
  ring_.resize(window_);
  pairs_.assign(tables * (classes + 1) * (classes + 1), 0);
  blocks_ = TimeBlocks(classes * classes, most_blocks,
                       block_frames == 0 ? 2 * std::max(window_, stride_) : block_frames);
}

void TransitionCounter::add_frame(std::span<const std::uint8_t> labels) {
  take_labels(labels, mask_, classes_, now_);
  std::vector<std::uint8_t>& before = ring_[frame_ % window_];
  const std::size_t atoms = ring_[frame_ == 0 ? 0 : (frame_ - 1) % window_].size();
  if (frame_ > 0 && atoms != now_.size()) {
    throw InputError({.what = "a frame of another number of atoms",
                      .where = {},
                      .why = std::to_string(now_.size()) + " after " + std::to_string(atoms),
                      .remedy = "every frame needs the same atoms in the same order"});
  }
  if (frame_ >= window_ && (frame_ - window_) % stride_ == 0) {
    const std::size_t length = blocks_.frames_in_block();
    // What is pending must fit one block, and 32 bits.
    if (pending_atoms_ > 0 &&
        (frame_ / length != pending_frame_ / length ||
         pending_atoms_ + now_.size() > std::numeric_limits<std::uint32_t>::max())) {
      flush(blocks_);
      std::ranges::fill(pairs_, 0);
      pending_atoms_ = 0;
    }
    pending_frame_ = frame_;
    pending_atoms_ += now_.size();
    count_pairs();
  }
  std::swap(before, now_);
  ++frame_;
}

void TransitionCounter::count_pairs() {
  const std::size_t width = classes_ + 1;
  const std::size_t table = width * width;
  const std::uint8_t* from = ring_[frame_ % window_].data();
  const std::uint8_t* to = now_.data();
  std::uint32_t* pairs = pairs_.data();
  std::size_t i = 0;
  for (; i + tables <= now_.size(); i += tables) {
    for (std::size_t t = 0; t < tables; ++t) {
      ++pairs[t * table + from[i + t] * width + to[i + t]];
    }
  }
  for (; i < now_.size(); ++i) ++pairs[from[i] * width + to[i]];
}

void TransitionCounter::flush(TimeBlocks& blocks) const {
  if (pending_atoms_ == 0) return;
  const auto into = blocks.at_frame(pending_frame_);
  const std::size_t width = classes_ + 1;
  for (std::size_t t = 0; t < tables; ++t) {
    for (std::size_t i = 0; i < classes_; ++i) {
      for (std::size_t j = 0; j < classes_; ++j) {
        into[i * classes_ + j] += pairs_[(t * width + i) * width + j];
      }
    }
  }
}

TransitionCounts TransitionCounter::counts() const {
  TransitionCounts result{.classes = classes_,
                          .window_frames = window_,
                          .stride_frames = stride_,
                          .count = {},
                          .blocks = blocks_};
  flush(result.blocks);
  result.count = result.blocks.total();
  return result;
}

TransitionCounts count_transitions(LabelSource& labels, std::size_t classes,
                                   const TransitionOptions& options,
                                   std::span<const std::uint8_t> mask, std::size_t first_frame,
                                   Progress& progress) {
  TransitionCounter counter(classes, options, mask);
  for_each_frame(labels, first_frame, "transitions", progress,
                 [&](std::span<const std::uint8_t> frame) { counter.add_frame(frame); });
  return counter.counts();
}

}  // namespace adatom::dynamics
