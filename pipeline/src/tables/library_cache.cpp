#include "tables/library_cache.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <mutex>
#include <stdexcept>
#include <system_error>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/base/part_store.h"
#include "run/part_file.h"
#include "tables/library_by_angle.h"
#include "tables/library_command.h"
#include "tables/slab_options.h"

namespace adatom::pipeline {
namespace fs = std::filesystem;
namespace {

using simulate::AngularLibrary;
using simulate::SlabLibraryOptions;

/// Parts in a file for as long as the file takes them.
class DispensableParts final : public PartStore {
 public:
  /// No path: nothing is kept.
  DispensableParts(const std::optional<fs::path>& path, const Say& say) {
    if (!path) return;
    try {
      file_.emplace(*path);
    } catch (const std::runtime_error& error) {
      say(fmt::format("warning: an interruption would start this over: {}", error.what()));
    }
  }
  [[nodiscard]] std::size_t found() const { return file_ ? file_->found() : 0; }
  [[nodiscard]] bool load(std::size_t part, std::span<double> values) override {
    return file_ && file_->load(part, values);
  }
  void save(std::size_t part, std::span<const double> values) override {
    const std::scoped_lock lock(mutex_);
    if (!file_ || refused_) return;
    try {
      file_->save(part, values);
    } catch (const std::runtime_error&) {
      refused_ = true;
    }
  }
  void remove() {
    if (file_) file_->remove();
  }

 private:
  std::optional<PartFile> file_;
  std::mutex mutex_;
  bool refused_ = false;
};

LibraryChoice conditions_of(const SlabLibraryOptions& options) {
  const auto axis = static_cast<std::size_t>(options.zone_axis);
  return {.element = options.element,
          .zone_axis = EnumNames<crystal::ZoneAxis>::names[axis],
          .temperature_k = options.temperature_k,
          .voltage_kv = options.voltage_kv,
          .aperture_mrad = options.aperture_mrad,
          .detector_mrad = {}};
}

/// "Au [110] at 500 K, 300 kV, aperture 20 mrad, angles up to 180 mrad, 1 to 30 atoms"
std::string description(const SlabLibraryOptions& options) {
  return fmt::format(
      "{} [{}] at {} K, {} kV, aperture {} mrad, angles up to {} mrad, 1 to {} atoms",
      options.element, conditions_of(options).zone_axis, shortest(options.temperature_k),
      shortest(options.voltage_kv), shortest(options.aperture_mrad),
      shortest(options.largest_angle_mrad), options.atoms);
}

/// Why nothing can be written to the folder, which is made if it is not there; empty: it can.
std::string refusal(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return error.message();
  if (!fs::is_directory(folder, error)) return "it is no folder";
  if (::access(folder.c_str(), W_OK | X_OK) != 0) return std::generic_category().message(errno);
  return {};
}

/// Nothing if there is none, or none that can be used.
std::optional<AngularLibrary> read_kept(const fs::path& path, const SlabLibraryOptions& options,
                                        const Say& say) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return {};
  std::string why = path.string() + ": it is of other conditions than its name says";
  try {
    auto library = simulate::read_angular_library(path);
    if (library.atoms == options.atoms && library.largest_mrad() >= options.largest_angle_mrad &&
        fits(library, conditions_of(options))) {
      say(fmt::format("library of cross-sections of {}: kept in {}", description(options),
                      path.string()));
      return library;
    }
  } catch (const InputError& damaged) {
    why = damaged.what();
  }
  say("warning: a library kept before is not used: " + why);
  return {};
}

void keep(const AngularLibrary& library, const fs::path& path, const Say& say) {
  try {
    simulate::write_angular_library(library, path);
  } catch (const std::runtime_error& error) {
    say(fmt::format("warning: the library is not kept for the next time: {}", error.what()));
  }
}

}  // namespace

std::optional<fs::path> find_cache_folder(const char* named, const char* xdg_cache_home,
                                          const char* home) {
  const auto given = [](const char* value) { return value != nullptr && *value != '\0'; };
  if (given(named)) return fs::path(named);
  if (given(xdg_cache_home) && fs::path(xdg_cache_home).is_absolute()) {
    return fs::path(xdg_cache_home) / "adatom";
  }
  if (given(home)) return fs::path(home) / ".cache" / "adatom";
  return {};
}

std::optional<fs::path> cache_folder() {
  return find_cache_folder(std::getenv("ADATOM_CACHE"), std::getenv("XDG_CACHE_HOME"),
                           std::getenv("HOME"));
}

std::string cache_file_name(const SlabLibraryOptions& options) {
  return library_stem(conditions_of(options)) + '_' + slab_key(options).substr(0, 16) + ".h5";
}

AngularLibrary find_or_calculate(const SlabLibraryOptions& options,
                                 const std::optional<fs::path>& folder, const Say& say,
                                 Progress& progress) {
  std::optional<fs::path> path;
  std::optional<fs::path> parts_path;
  std::string kept = "not kept, because ADATOM_CACHE, XDG_CACHE_HOME and HOME are not set";
  if (folder) {
    path = *folder / cache_file_name(options);
    if (auto library = read_kept(*path, options, say)) return std::move(*library);
    const std::string why = refusal(*folder);
    if (why.empty()) {
      parts_path = *folder / (".partial-" + path->filename().string());
      kept = "kept in " + path->string();
    } else {
      path.reset();
      kept = fmt::format(
          "not kept, because {} cannot be written: {}; name another folder with "
          "the environment variable ADATOM_CACHE",
          folder->string(), why);
    }
  }
  say(fmt::format("{}calculating the library of cross-sections of {}; it is {}",
                  path ? "" : "warning: ", description(options), kept));
  DispensableParts parts(parts_path, say);
  if (parts.found() > 0) {
    say(fmt::format("going on with {} configurations finished before", parts.found()));
  }
  auto result = simulate::simulate_slab_library(options, {}, parts, progress);
  if (path) keep(result.library, *path, say);
  parts.remove();
  return std::move(result.library);
}

}  // namespace adatom::pipeline
