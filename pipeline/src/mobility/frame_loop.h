#pragma once
// The frames of a series, measured side by side and written in their order, with a state to go on
// from.
#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <utility>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "adatom/base/progress.h"

namespace adatom::pipeline {

/// measure(frame) for the frames from `read` on, side by side; write(frame, result) in their order;
/// save() every half a minute, at the end, and when the user stops it.
/// @param read so many frames are written
/// @return the complaint about the first frame that cannot be read: it ends there
/// @throws Interrupted, with the state on the disk
template <class Result>
[[nodiscard]] std::optional<InputError> follow_frames(
    std::size_t frames, std::size_t& read, Progress& progress,
    const std::function<Result(std::size_t)>& measure,
    const std::function<void(std::size_t, const Result&)>& write,
    const std::function<void()>& save) {
  struct Measured {
    Result result;
    std::optional<InputError> complaint;
  };
  constexpr std::size_t ahead = 32;  // measured and not yet written
  constexpr std::chrono::seconds between(30);
  progress.begin("frames", frames);
  progress.advance_found(read);
  auto saved = std::chrono::steady_clock::now();
  std::optional<InputError> unreadable;
  try {
    parallel_in_order<Measured>(
        read, frames, ahead,
        [&](std::size_t frame) {
          stop_if_cancelled(progress);
          try {
            return Measured{measure(frame), std::nullopt};
          } catch (const InputError& error) {
            return Measured{{}, error};
          }
        },
        [&](std::size_t frame, Measured measured) {
          if (measured.complaint) {
            unreadable = std::move(measured.complaint);
            return GoOn::no;
          }
          write(frame, measured.result);
          ++read;
          progress.advance(1);
          if (std::chrono::steady_clock::now() - saved > between) {
            save();
            saved = std::chrono::steady_clock::now();
          }
          return GoOn::yes;
        });
  } catch (const Interrupted&) {
    save();
    throw;
  }
  save();  // a series that grows goes on from here
  return unreadable;
}

}  // namespace adatom::pipeline
