#include "mobility/frame_state.h"

#include <cstdint>

#include "mobility/state_file.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

nlohmann::ordered_json mark_of(const image::FrameSeries& series, std::size_t frames) {
  nlohmann::ordered_json mark = {{"frames", frames}};
  if (frames > 0) {
    mark["first"] = hash_of_pixels(series.read(0).image);
    mark["last"] = hash_of_pixels(series.read(frames - 1).image);
  }
  return mark;
}

bool hold(const fs::path& folder, const nlohmann::ordered_json& bytes) {
  for (const auto& [name, size] : bytes.items()) {
    std::error_code error;
    const auto there = fs::file_size(folder / name, error);
    if (error || there < size.get<std::uintmax_t>()) return false;
  }
  return true;
}

}  // namespace

std::string encode_frame_state(std::string_view kind, const nlohmann::ordered_json& identity,
                               const image::FrameSeries& series, const FrameState& state) {
  return encode_state(kind, {.head = {{"identity", identity},
                                      {"read", mark_of(series, state.frames)},
                                      {"bytes", state.bytes}},
                             .numbers = state.numbers});
}

std::optional<FrameState> find_frame_state(std::string_view kind, const fs::path& file,
                                           const nlohmann::ordered_json& identity,
                                           const image::FrameSeries& series) {
  auto state = read_state(kind, file);
  if (!state) return std::nullopt;
  const auto& head = state->head;
  if (!head.contains("identity") || !head.contains("read") || !head.contains("bytes") ||
      head["identity"] != identity || !hold(file.parent_path(), head["bytes"])) {
    return std::nullopt;
  }
  const auto frames = head["read"].at("frames").get<std::size_t>();
  if (frames > series.frames() || mark_of(series, frames) != head["read"]) return std::nullopt;
  return FrameState{frames, head["bytes"], std::move(state->numbers)};
}

}  // namespace adatom::pipeline
