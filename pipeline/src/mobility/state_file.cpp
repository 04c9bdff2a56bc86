#include "mobility/state_file.h"

#include <cstring>
#include <system_error>

#include "adatom/base/error.h"
#include "adatom/pipeline/sha256.h"
#include "adatom/storage/files.h"

namespace adatom::pipeline {
namespace {

constexpr std::size_t hash_length = 64;

std::string title_of(std::string_view kind) { return "adatom " + std::string(kind) + " state 1\n"; }

}  // namespace

std::string encode_state(std::string_view kind, const SavedState& state) {
  auto head = state.head;
  head["numbers"] = state.numbers.size();
  std::string bytes = title_of(kind);
  bytes += head.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  const std::size_t before = bytes.size();
  bytes.resize(before + state.numbers.size() * sizeof(double));
  if (!state.numbers.empty()) {
    std::memcpy(bytes.data() + before, state.numbers.data(), bytes.size() - before);
  }
  return bytes + sha256(bytes);
}

std::optional<SavedState> decode_state(std::string_view kind, std::string_view bytes) {
  const std::string title = title_of(kind);
  if (!bytes.starts_with(title) || bytes.size() < title.size() + hash_length) return {};
  const std::string_view body = bytes.substr(0, bytes.size() - hash_length);
  if (sha256(body) != bytes.substr(body.size())) return {};
  const std::size_t end = body.find('\n', title.size());
  if (end == std::string_view::npos) return {};
  SavedState state;
  state.head =
      nlohmann::ordered_json::parse(body.substr(title.size(), end - title.size()), nullptr, false);
  if (!state.head.is_object() || !state.head.contains("numbers")) return {};
  const std::string_view numbers = body.substr(end + 1);
  const auto& count = state.head["numbers"];
  if (!count.is_number_unsigned() || numbers.size() != count.get<std::size_t>() * sizeof(double)) {
    return {};
  }
  state.numbers.resize(numbers.size() / sizeof(double));
  if (!numbers.empty()) std::memcpy(state.numbers.data(), numbers.data(), numbers.size());
  return state;
}

std::optional<SavedState> read_state(std::string_view kind, const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return {};
  return decode_state(kind, storage::read_file(path));
}

}  // namespace adatom::pipeline
