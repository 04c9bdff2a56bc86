#pragma once
// Sums over the frames of a trajectory, on the disk, to go on from.
#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace adatom::pipeline {

/// What is said in words, and numbers that are kept to the bit.
struct SavedState {
  nlohmann::ordered_json head;
  std::vector<double> numbers;
};

/// A line that names the kind, a line of JSON, the numbers as they are in memory, the SHA-256 of
/// all before.
[[nodiscard]] std::string encode_state(std::string_view kind, const SavedState& state);

/// Nothing: not of this kind, or damaged.
[[nodiscard]] std::optional<SavedState> decode_state(std::string_view kind, std::string_view bytes);

/// The state in a file. Nothing: there is none that can be gone on from.
[[nodiscard]] std::optional<SavedState> read_state(std::string_view kind,
                                                   const std::filesystem::path& path);

}  // namespace adatom::pipeline
