#pragma once
// Structures one after another in a file, which may be much larger than memory.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/crystal/io/structure_file.h"
#include "adatom/crystal/structure.h"

namespace adatom::crystal {

enum class TrajectoryFormat {
  extended_xyz,
  lammps_dump,
  single_structure,  ///< any other that read_structure knows: a trajectory of one
};

/// Where a structure stands in its file.
struct TrajectoryFrame {
  std::uint64_t offset = 0;  ///< bytes before it
  std::uint64_t bytes = 0;
  std::size_t line = 1;  ///< its first
  std::size_t atoms = 0;
  std::optional<std::int64_t> timestep = {};
  std::optional<double> time_ps = {};
};

/// Holds one frame's text in memory, and of the rest only where the frames are. What follows the
/// last whole frame, as a program leaves it that was killed while it wrote, is passed over and told
/// by `damage`; so is a snapshot of a dump that breaks off where the next one starts. In a file of
/// several frames one without the end of its last line is not whole.
class TrajectoryReader {
 public:
  /// @param elements of LAMMPS atom types, where the file does not tell them
  /// @throws InputError: missing, a folder, an unknown format
  explicit TrajectoryReader(const std::filesystem::path& path, const TypeElements& elements = {});
  ~TrajectoryReader();
  TrajectoryReader(TrajectoryReader&&) noexcept;
  TrajectoryReader& operator=(TrajectoryReader&&) noexcept;

  [[nodiscard]] TrajectoryFormat format() const;
  /// "LAMMPS data", ...
  [[nodiscard]] std::string_view format_name() const;

  /// The next frame; nothing behind the last one.
  /// @throws InputError with the line: a damaged frame (the next call goes on behind it), a file
  /// without any whole frame
  [[nodiscard]] std::optional<Structure> next();
  /// Starts again with the first.
  void rewind();

  /// All frames, found by one pass over the file when they are first asked for.
  /// @throws InputError: a file without any whole frame
  [[nodiscard]] const std::vector<TrajectoryFrame>& frames();
  /// Any of them. `next` does not change its place.
  /// @throws InputError: a damaged frame, or none of that number
  [[nodiscard]] Structure read(std::size_t frame);

  /// What was passed over, as far as the file has been read.
  [[nodiscard]] const std::vector<Complaint>& damage() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

enum class ExistingFile { replace, go_on };

struct TrajectoryWriterOptions {
  /// Empty: by the name, .xyz and .extxyz, .dump and .lammpstrj.
  std::optional<TrajectoryFormat> format = {};
  ExistingFile existing = ExistingFile::replace;
  /// With go_on: later frames are taken away.
  std::optional<std::int64_t> last_kept_timestep = {};
  /// Of LAMMPS types 1, 2, ... in a dump; empty: as `lammps_types` finds them.
  std::vector<std::string> elements = {};
};

/// Writes frame after frame, each with one call of the system, so that a reader hardly ever sees
/// half of one. A file that is gone on with loses what follows its last whole frame.
class TrajectoryWriter {
 public:
  /// @throws InputError: no known format, the folder cannot be written; with go_on a file of
  /// another format, damaged before its end, or frames without the timestep that is asked for
  TrajectoryWriter(const std::filesystem::path& path, const TrajectoryWriterOptions& options = {});
  ~TrajectoryWriter();
  TrajectoryWriter(TrajectoryWriter&&) noexcept;
  TrajectoryWriter& operator=(TrajectoryWriter&&) noexcept;

  /// A dump needs timesteps: a structure without one gets the one after the last.
  /// @throws SystemFailure: disk full, ... (the file then ends with the frame before)
  void add(const Structure& structure);
  /// Waits until the disk has all (fsync), for a checkpoint that counts on it.
  void sync();

  /// In the file, with those that were there.
  [[nodiscard]] std::size_t frames() const;
  [[nodiscard]] std::optional<std::int64_t> last_timestep() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace adatom::crystal
