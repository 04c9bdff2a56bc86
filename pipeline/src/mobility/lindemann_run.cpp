#include "mobility/lindemann_run.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/crystal/element.h"
#include "adatom/energetics/energies.h"
#include "adatom/storage/files.h"
#include "mobility/placed_error.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view state_kind = "lindemann";
constexpr std::size_t first_growth = 8;  // frames

std::vector<double> masses_of(const crystal::Structure& structure) {
  std::vector<double> masses;
  for (const auto& atom : structure.atoms) {
    const auto element = crystal::find_element(atom.element);
    // Where there is none the centre of mass is that of equal atoms.
    masses.push_back(element && element->mass_u > 0.0 ? element->mass_u : 1.0);
  }
  return masses;
}

std::vector<std::string> elements_of(const crystal::Structure& structure) {
  std::vector<std::string> elements;
  for (const auto& atom : structure.atoms) elements.push_back(atom.element);
  return elements;
}

void append(std::vector<double>& all, const std::vector<double>& more) {
  all.push_back(static_cast<double>(more.size()));
  all.insert(all.end(), more.begin(), more.end());
}

std::span<const double> take(std::span<const double>& rest) {
  const auto refuse = [] {
    throw InputError({.what = "stored sums that end early", .where = {}, .why = {}, .remedy = {}});
  };
  if (rest.empty() || !(rest.front() >= 0.0)) refuse();
  if (rest.front() > static_cast<double>(rest.size() - 1)) refuse();
  const auto count = static_cast<std::size_t>(rest.front());
  const auto part = rest.subspan(1, count);
  rest = rest.subspan(1 + count);
  return part;
}

/// What the sums depend on besides the frames.
nlohmann::ordered_json lindemann_identity(const LindemannOptions& options, std::size_t first_frame,
                                          std::size_t window_frames, std::size_t atoms) {
  return {{"version", 1},
          {"atoms", atoms},
          {"first_frame", first_frame},
          {"window_frames", window_frames},
          {"box", options.box == FrameBox::open ? "open" : "file"},
          {"type_elements", options.type_elements}};
}

void save(const WindowedIndices& sums, const nlohmann::ordered_json& identity,
          FollowedTrajectory& trajectory, std::size_t read, const fs::path& state_file) {
  storage::write_file(
      state_file,
      encode_state(state_kind, {.head = {{"identity", identity}, {"read", trajectory.mark(read)}},
                                .numbers = sums.numbers()}));
}

/// How many frames of the file the sums in the state file hold; they are put into `sums`.
std::size_t restore(WindowedIndices& sums, const nlohmann::ordered_json& identity,
                    FollowedTrajectory& trajectory, std::size_t first_frame,
                    const fs::path& state_file) {
  const auto state = read_state(state_kind, state_file);
  if (!state || !state->head.contains("read") || !state->head.contains("identity") ||
      state->head["identity"] != identity) {
    return first_frame;
  }
  const auto read = trajectory.marked(state->head["read"]);
  if (!read || *read < first_frame) return first_frame;
  const std::size_t window_frames = identity.at("window_frames").get<std::size_t>();
  try {
    sums.restore(state->numbers);
  } catch (const InputError&) {
    sums = WindowedIndices(identity.at("atoms").get<std::size_t>(), window_frames);
    return first_frame;
  }
  return *read;
}

}  // namespace

WindowedIndices::WindowedIndices(std::size_t atoms, std::size_t window_frames)
    : window_frames_(std::max<std::size_t>(window_frames, 1)),
      whole_(atoms),
      window_(atoms),
      radial_(atoms) {}

void WindowedIndices::add(std::span<const Eigen::Vector3d> positions,
                          std::span<const double> masses_u, const crystal::Box& box) {
  window_.add(positions, box);
  radial_.add(dynamics::distances_from_centre(positions, masses_u, box));
  if (window_.frames() == window_frames_) {
    windows_.push_back(window_.indices().of_atoms);
    whole_.add(window_);
    window_.clear();
  }
  const std::size_t next = growth_.empty() ? first_growth : 2 * growth_.back().frames;
  if (frames() == next) growth_.push_back({next, all().indices().of_atoms});
}

dynamics::LindemannSums WindowedIndices::all() const {
  dynamics::LindemannSums sums = whole_;
  sums.add(window_);
  return sums;
}

std::vector<double> WindowedIndices::numbers() const {
  std::vector<double> all;
  append(all, whole_.numbers());
  append(all, window_.numbers());
  append(all, radial_.numbers());
  all.push_back(static_cast<double>(windows_.size()));
  for (const auto& window : windows_) append(all, window);
  all.push_back(static_cast<double>(growth_.size()));
  for (const auto& growth : growth_) {
    all.push_back(static_cast<double>(growth.frames));
    append(all, growth.of_atoms);
  }
  return all;
}

void WindowedIndices::restore(std::span<const double> numbers) {
  std::span<const double> rest = numbers;
  whole_.restore(take(rest));
  window_.restore(take(rest));
  radial_.restore(take(rest));
  const auto count = [&rest] {
    if (rest.empty()) return std::size_t{0};
    const double value = rest.front();
    rest = rest.subspan(1);
    return static_cast<std::size_t>(std::clamp(value, 0.0, 1e15));
  };
  windows_.clear();
  growth_.clear();
  for (std::size_t k = count(); k > 0; --k) {
    const auto window = take(rest);
    windows_.emplace_back(window.begin(), window.end());
  }
  for (std::size_t k = count(); k > 0; --k) {
    const std::size_t frames = count();
    const auto index = take(rest);
    growth_.push_back({frames, {index.begin(), index.end()}});
  }
}

double window_for_length_ps(double length_ps) {
  // Rounding must not take a length of 40 steps for less.
  const double most = 0.25 * length_ps * (1.0 + 1e-9);
  const double power = std::pow(10.0, std::floor(std::log10(most)));
  if (most >= 5.0 * power) return 5.0 * power;
  return most >= 2.0 * power ? 2.0 * power : power;
}

std::size_t first_used_frame(const FollowedTrajectory& trajectory, double discard_ps) {
  const double from = trajectory.time_ps(0) + discard_ps * (1.0 - 1e-12);
  std::size_t first = 0;
  while (first < trajectory.frames() && trajectory.time_ps(first) < from) ++first;
  if (trajectory.frames() - first >= 2) return first;
  throw InputError(
      {.what = "too few frames",
       .where = trajectory.path().string(),
       .why = fmt::format("{} frames, {} of them behind the first {} ps", trajectory.frames(),
                          trajectory.frames() - first, shortest(discard_ps)),
       .remedy = "an index needs two frames or more: a longer trajectory or less --discard-ps"});
}

TrajectoryIndices measure_trajectory(FollowedTrajectory& trajectory, const LindemannInput& input,
                                     const LindemannOptions& options, double window_ps,
                                     const fs::path& state_file, Progress& progress) {
  TrajectoryIndices result;
  result.input = input;
  result.step_ps = trajectory.step_ps();
  result.window_frames =
      std::max<std::size_t>(2, static_cast<std::size_t>(std::llround(window_ps / result.step_ps)));
  const std::size_t first = first_used_frame(trajectory, options.discard_ps);
  const crystal::Structure start = trajectory.read(first);
  result.elements = elements_of(start);
  const auto masses = masses_of(start);
  WindowedIndices sums(start.atoms.size(), result.window_frames);
  const auto identity =
      lindemann_identity(options, first, result.window_frames, start.atoms.size());
  const std::size_t begin = restore(sums, identity, trajectory, first, state_file);
  progress.advance_found(begin);
  auto saved = std::chrono::steady_clock::now();
  constexpr std::chrono::seconds between(60);
  for (std::size_t frame = begin; frame < trajectory.frames(); ++frame) {
    if (progress.cancelled()) {
      save(sums, identity, trajectory, frame, state_file);
      throw Interrupted();
    }
    try {
      crystal::Structure structure = trajectory.read(frame);
      if (options.box == FrameBox::open) structure.periodic = {false, false, false};
      sums.add(energetics::positions_of(structure), masses, crystal::box_of(structure));
    } catch (const InputError& error) {
      throw placed(error, frame_place(trajectory.path(), frame));
    }
    progress.advance(1);
    if (std::chrono::steady_clock::now() - saved < between) continue;
    save(sums, identity, trajectory, frame + 1, state_file);
    saved = std::chrono::steady_clock::now();
  }
  if (begin < trajectory.frames()) {
    save(sums, identity, trajectory, trajectory.frames(), state_file);
  }
  result.frames = sums.frames();
  result.windows = sums.windows();
  result.growth = sums.growth();
  const auto all = sums.all();
  result.whole = all.indices();
  result.nearest_distance_angstrom = all.nearest_distance_angstrom();
  if (result.growth.empty() || result.growth.back().frames < result.frames) {
    result.growth.push_back({result.frames, result.whole.of_atoms});
  }
  result.radial = sums.radial();
  result.warnings = trajectory.damage();
  if (!trajectory.regular()) {
    result.warnings.push_back(input.name +
                              ": frames do not follow one another in equal steps; windows are "
                              "counted in frames");
  }
  return result;
}

}  // namespace adatom::pipeline
