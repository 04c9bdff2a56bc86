#include "mobility/followed_trajectory.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <fstream>
#include <set>
#include <system_error>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/pipeline/sha256.h"
#include "config/file_list.h"
#include "run/file_system.h"
#include "stages/json_text.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

/// Nothing: the file does not say.
std::optional<double> time_of(const std::vector<crystal::TrajectoryFrame>& frames, std::size_t i,
                              std::optional<double> frame_time_ps) {
  if (frame_time_ps) return static_cast<double>(i) * *frame_time_ps;
  if (frames[i].time_ps) return frames[i].time_ps;
  return frames.size() == 1 ? std::optional<double>(0.0) : std::nullopt;
}

}  // namespace

std::string frame_place(const fs::path& path, std::size_t frame) {
  return fmt::format("{}, frame {}", path.string(), frame);
}

FollowedTrajectory::FollowedTrajectory(const fs::path& path, const crystal::TypeElements& elements,
                                       std::optional<double> frame_time_ps)
    : path_(path), reader_(path, elements) {
  const auto& frames = reader_.frames();
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const auto time = time_of(frames, i, frame_time_ps);
    if (!time) {
      throw InputError({.what = "the file does not say when its frames were",
                        .where = frame_place(path, i),
                        .why = {},
                        .remedy = "give the time from frame to frame with --frame-time-ps"});
    }
    if (!times_ps_.empty() && !(*time > times_ps_.back())) continue;
    kept_.push_back(i);
    times_ps_.push_back(*time);
  }
}

double FollowedTrajectory::step_ps() const {
  return times_ps_.size() < 2 ? 0.0 : times_ps_[1] - times_ps_[0];
}

bool FollowedTrajectory::regular() const {
  constexpr double tolerance = 0.01;
  for (std::size_t i = 1; i < times_ps_.size(); ++i) {
    const double step = times_ps_[i] - times_ps_[i - 1];
    if (std::abs(step - step_ps()) > tolerance * step_ps()) return false;
  }
  return true;
}

std::vector<std::string> FollowedTrajectory::damage() const {
  std::vector<std::string> lines;
  for (const Complaint& complaint : reader_.damage()) lines.push_back(complaint.text());
  const std::size_t again = kept_.empty() ? 0 : kept_.back() + 1 - kept_.size();
  if (again > 0) {
    lines.push_back(fmt::format("{}: {} frames that are not later than those before are left out",
                                path_.string(), again));
  }
  return lines;
}

crystal::Structure FollowedTrajectory::read(std::size_t frame) {
  return reader_.read(kept_[frame]);
}

std::string FollowedTrajectory::hash_of(std::size_t frame) {
  const auto& place = reader_.frames()[kept_[frame]];
  std::ifstream file(path_, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(place.offset));
  std::string text(place.bytes, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  return sha256(text);
}

nlohmann::ordered_json FollowedTrajectory::mark(std::size_t frames) {
  nlohmann::ordered_json mark = {{"frames", frames}};
  if (frames > 0) {
    mark["first"] = hash_of(0);
    mark["last"] = hash_of(frames - 1);
  }
  return mark;
}

std::optional<std::size_t> FollowedTrajectory::marked(const nlohmann::ordered_json& mark) {
  if (!mark.is_object() || !mark.contains("frames")) return {};
  if (!mark["frames"].is_number_unsigned()) return {};
  const auto frames = mark["frames"].get<std::size_t>();
  if (frames > this->frames() || this->mark(frames) != mark) return {};
  return frames;
}

std::vector<fs::path> list_trajectories(std::span<const std::string> names) {
  std::vector<fs::path> paths;
  for (const std::string& name : names) {
    std::error_code error;
    if (is_pattern(name)) {
      const auto matches = match_files(name);
      paths.insert(paths.end(), matches.begin(), matches.end());
      continue;
    }
    if (!fs::is_directory(name, error)) {
      paths.emplace_back(name);
      continue;
    }
    std::vector<std::string> entries = list_entries(name);
    std::ranges::sort(entries, natural_less);
    const std::size_t before = paths.size();
    for (const std::string& entry : entries) {
      const fs::path path = fs::path(name) / entry / "trajectory.xyz";
      if (fs::is_regular_file(path, error)) paths.push_back(path);
    }
    if (paths.size() > before) continue;
    throw InputError({.what = "the folder holds no trajectories",
                      .where = name,
                      .why = "there is no */trajectory.xyz in it, as `adatom md` writes them",
                      .remedy = "name the files"});
  }
  if (paths.empty()) {
    throw InputError({.what = "no trajectory is given",
                      .where = "trajectories",
                      .why = {},
                      .remedy = "name extended XYZ files or LAMMPS dumps"});
  }
  return paths;
}

std::vector<std::string> name_trajectories(std::span<const fs::path> paths) {
  std::vector<std::string> names;
  std::set<std::string> taken;
  for (const fs::path& path : paths) {
    std::string name = path.stem().string();
    const std::string folder = fs::absolute(path).lexically_normal().parent_path().filename();
    if (name == "trajectory" && !folder.empty()) name = folder;
    const std::string stem = name;
    for (int number = 2; !taken.insert(name).second; ++number) {
      name = fmt::format("{}-{}", stem, number);
    }
    names.push_back(name);
  }
  return names;
}

namespace {

/// The number before a K that ends a word: "cu55_300K_s1", "melt-712.5K.dump".
std::optional<double> temperature_in(const std::string& name) {
  for (std::size_t k = name.find('K'); k != std::string::npos; k = name.find('K', k + 1)) {
    const bool ends =
        k + 1 == name.size() || std::isalnum(static_cast<unsigned char>(name[k + 1])) == 0;
    std::size_t first = k;
    while (first > 0 && (std::isdigit(static_cast<unsigned char>(name[first - 1])) != 0 ||
                         name[first - 1] == '.')) {
      --first;
    }
    if (!ends || first == k) continue;
    if (const auto value = parse_double(name.substr(first, k - first))) return value;
  }
  return {};
}

}  // namespace

std::optional<double> guess_temperature_k(const fs::path& path) {
  const fs::path full = fs::absolute(path).lexically_normal();
  const fs::path summary = full.parent_path() / "summary.json";
  std::error_code error;
  if (path.stem() == "trajectory" && fs::is_regular_file(summary, error)) {
    const auto json = read_json(summary);
    if (json.is_object() && json.contains("temperature_k") && json["temperature_k"].is_number()) {
      return json["temperature_k"].get<double>();
    }
  }
  if (const auto value = temperature_in(path.stem().string())) return value;
  return temperature_in(full.parent_path().filename().string());
}

}  // namespace adatom::pipeline
