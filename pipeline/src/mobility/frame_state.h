#pragma once
// How far a series of frames has been read, on the disk, to go on from.
#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "adatom/base/grid.h"
#include "adatom/image/load.h"
#include "adatom/pipeline/sha256.h"

namespace adatom::pipeline {

template <class Pixel>
[[nodiscard]] std::string hash_of_pixels(const Grid<Pixel>& image) {
  Sha256 hash;
  hash.add(std::as_bytes(std::span(image.values())));
  return hash.hex();
}

struct FrameState {
  std::size_t frames = 0;        ///< that were read
  nlohmann::ordered_json bytes;  ///< of each file that grows with them, by its name
  std::vector<double> numbers;   ///< what else is needed
};

/// The state's file; frames are known by their content, the first and the last that were read.
/// @param identity what the results depend on
[[nodiscard]] std::string encode_frame_state(std::string_view kind,
                                             const nlohmann::ordered_json& identity,
                                             const image::FrameSeries& series,
                                             const FrameState& state);

/// Nothing: there is none, it is of another identity or series, or files beside it are shorter.
[[nodiscard]] std::optional<FrameState> find_frame_state(std::string_view kind,
                                                         const std::filesystem::path& file,
                                                         const nlohmann::ordered_json& identity,
                                                         const image::FrameSeries& series);

}  // namespace adatom::pipeline
