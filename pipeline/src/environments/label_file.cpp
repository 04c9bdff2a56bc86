#include "environments/label_file.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "adatom/base/error.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

static_assert(std::endian::native == std::endian::little);

constexpr std::string_view title = "adatom labels 1";

/// Digest, labels, distances, check sum.
std::size_t record_bytes(std::size_t atoms) { return 16 + 3 * atoms; }

/// FNV-1a over words: only what a broken-off write leaves has to be told from a whole record.
std::uint64_t check_sum(std::string_view bytes) {
  constexpr std::uint64_t prime = 1099511628211U;
  std::uint64_t sum = 14695981039346656037U;
  while (!bytes.empty()) {
    std::uint64_t word = 0;
    const std::size_t count = std::min(bytes.size(), sizeof(word));
    std::memcpy(&word, bytes.data(), count);
    sum = (sum ^ word) * prime;
    bytes.remove_prefix(count);
  }
  return sum;
}

std::string encode_head(const LabelFileHead& head) {
  nlohmann::ordered_json json;
  json["atoms"] = head.atoms;
  json["identity"] = nlohmann::ordered_json::array();
  for (const auto& [name, value] : head.identity) json["identity"].push_back({name, value});
  return std::string(title) + '\n' +
         json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

std::optional<LabelFileHead> decode_head(const std::string& line) {
  constexpr std::size_t most_atoms = std::size_t{1} << 40U;
  try {
    const auto json = nlohmann::json::parse(line);
    LabelFileHead head;
    head.atoms = json.at("atoms").get<std::size_t>();
    if (head.atoms > most_atoms) return std::nullopt;
    for (const auto& pair : json.at("identity")) {
      head.identity.push_back({pair.at(0).get<std::string>(), pair.at(1).get<std::string>()});
    }
    return head;
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

std::string encode(const LabelledFrame& frame) {
  const std::size_t atoms = frame.environments.size();
  std::string bytes(record_bytes(atoms), '\0');
  std::memcpy(bytes.data(), &frame.digest, 8);
  if (atoms > 0) {
    std::memcpy(bytes.data() + 8, frame.environments.data(), atoms);
    std::memcpy(bytes.data() + 8 + atoms, frame.distances.data(), 2 * atoms);
  }
  const std::uint64_t sum = check_sum(std::string_view(bytes).substr(0, bytes.size() - 8));
  std::memcpy(bytes.data() + bytes.size() - 8, &sum, 8);
  return bytes;
}

/// "dictionary is a there and b here, ..."
std::string differences(const LabelFileHead& there, const LabelFileHead& here) {
  std::map<std::string, std::pair<std::string, std::string>> both;
  for (const auto& [name, value] : there.identity) both[name].first = value;
  for (const auto& [name, value] : here.identity) both[name].second = value;
  both["atoms"] = {std::to_string(there.atoms), std::to_string(here.atoms)};
  std::string text;
  for (const auto& [name, values] : both) {
    if (values.first == values.second) continue;
    const auto shown = [](const std::string& value) {
      return value.empty() ? std::string("nothing")
                           : value.substr(0, value.starts_with("sha256:") ? 15 : 60);
    };
    text += fmt::format("{}{} is {} there and {} here", text.empty() ? "" : ", ", name,
                        shown(values.first), shown(values.second));
  }
  return text;
}

/// What stands in the file, if it is one of this kind.
struct Found {
  LabelFileHead head;
  std::size_t head_bytes = 0;
  std::size_t frames = 0;
};

std::optional<Found> inspect(const fs::path& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return std::nullopt;
  try {
    LabelFileReader reader(path);
    Found found{.head = reader.head(), .head_bytes = reader.head_bytes()};
    LabelledFrame frame;
    while (reader.next(frame)) ++found.frames;
    return found;
  } catch (const InputError&) {
    return std::nullopt;
  }
}

}  // namespace

std::uint16_t distance_steps(double distance) {
  const double steps = std::round(distance / label_distance_step);
  return static_cast<std::uint16_t>(std::clamp(steps, 0.0, 65535.0));
}

LabelFile::LabelFile(const fs::path& path, const LabelFileHead& head)
    : path_(path), atoms_(head.atoms) {
  const auto found = inspect(path);
  if (found) anew_because_ = differences(found->head, head);
  if (found && anew_because_.empty()) {
    frames_ = found->frames;
    head_bytes_ = found->head_bytes;
    file_ = std::make_unique<GrowingFile>(
        path, static_cast<std::int64_t>(head_bytes_ + frames_ * record_bytes(atoms_)));
    return;
  }
  file_ = std::make_unique<GrowingFile>(path, 0);
  const std::string text = encode_head(head);
  head_bytes_ = text.size();
  file_->append(text);
}

std::uint64_t LabelFile::digest(std::size_t frame) const {
  LabelFileReader reader(path_);
  reader.go_to(frame);
  LabelledFrame read;
  if (!reader.next(read)) return 0;
  return read.digest;
}

void LabelFile::cut(std::size_t frames) {
  frames_ = std::min(frames, frames_);
  const auto bytes = static_cast<std::int64_t>(head_bytes_ + frames_ * record_bytes(atoms_));
  file_.reset();
  file_ = std::make_unique<GrowingFile>(path_, bytes);
}

void LabelFile::append(const LabelledFrame& frame) {
  file_->append(encode(frame));
  ++frames_;
}

LabelFileReader::LabelFileReader(const fs::path& path)
    : path_(path), file_(path, std::ios::binary) {
  std::string first;
  std::string second;
  const bool whole = std::getline(file_, first) && std::getline(file_, second) && !file_.eof();
  const auto head = whole && first == title ? decode_head(second) : std::nullopt;
  if (!head) {
    throw InputError({.what = "this is no file of labels",
                      .where = path.string(),
                      .why = "it does not begin as one",
                      .remedy = "remove it, and the labels are made again"});
  }
  head_ = *head;
  head_bytes_ = first.size() + second.size() + 2;
  record_.resize(record_bytes(head_.atoms));
}

bool LabelFileReader::next(LabelledFrame& frame) {
  if (!file_.read(record_.data(), static_cast<std::streamsize>(record_.size()))) return false;
  const std::string_view bytes(record_);
  std::uint64_t sum = 0;
  std::memcpy(&sum, bytes.data() + bytes.size() - 8, 8);
  if (sum != check_sum(bytes.substr(0, bytes.size() - 8))) return false;
  const std::size_t atoms = head_.atoms;
  std::memcpy(&frame.digest, bytes.data(), 8);
  frame.environments.resize(atoms);
  frame.distances.resize(atoms);
  if (atoms > 0) {
    std::memcpy(frame.environments.data(), bytes.data() + 8, atoms);
    std::memcpy(frame.distances.data(), bytes.data() + 8 + atoms, 2 * atoms);
  }
  return true;
}

void LabelFileReader::go_to(std::size_t frame) {
  file_.clear();
  file_.seekg(static_cast<std::streamoff>(head_bytes_ + frame * record_bytes(head_.atoms)));
}

}  // namespace adatom::pipeline
