#pragma once
// --frames of `convert`.
#include <cstddef>
#include <string>
#include <string_view>

namespace adatom::pipeline {

constexpr std::string_view frame_choice_help =
    "only these: 7, or 2:5 for 2, 3 and 4, or 2: for all from 2 on; the first is 0; not given: all";

struct FrameRange {
  std::size_t first = 0;
  std::size_t last = 0;  ///< behind the last one
};

/// "7", "2:5", "2:", ":5" or nothing, of `count` frames that `file` has.
/// @throws InputError: no such frames
[[nodiscard]] FrameRange chosen_frames(const std::string& text, std::size_t count,
                                       const std::string& file);

}  // namespace adatom::pipeline
