#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <span>
#include <string>
#include <utility>

#include "adatom/base/system_failure.h"
#include "adatom/crystal/io/extended_xyz.h"
#include "adatom/crystal/io/lammps_dump.h"
#include "adatom/crystal/trajectory.h"
#include "io/file_lines.h"
#include "io/frame_scanner.h"
#include "io/structure_format.h"

namespace adatom::crystal {
namespace {

TrajectoryFormat format_of(const std::filesystem::path& path,
                           const TrajectoryWriterOptions& options) {
  const std::string extension = path.extension().string();
  if (options.format && *options.format != TrajectoryFormat::single_structure) {
    return *options.format;
  }
  if (!options.format && (extension == ".xyz" || extension == ".extxyz")) {
    return TrajectoryFormat::extended_xyz;
  }
  if (!options.format && (extension == ".dump" || extension == ".lammpstrj")) {
    return TrajectoryFormat::lammps_dump;
  }
  throw InputError({.what = "not a trajectory file that is written here",
                    .where = path.string(),
                    .why = "its name ends in \"" + extension + '"',
                    .remedy = "extended XYZ ends in .xyz or .extxyz, a LAMMPS dump in .dump or "
                              ".lammpstrj"});
}

/// What of an old file stays.
struct Kept {
  std::uint64_t bytes = 0;
  std::size_t frames = 0;
  std::optional<std::int64_t> last_timestep = {};
};

void require_timestep(const TrajectoryFrame& frame, const std::filesystem::path& path) {
  if (frame.timestep) return;
  throw InputError({.what = "a trajectory whose frames have no timestep cannot be gone on with",
                    .where = path.string() + ':' + std::to_string(frame.line),
                    .why = "which of them come after the step to go on from is not known",
                    .remedy = "write to another file"});
}

Kept find_kept(const std::filesystem::path& path, TrajectoryFormat format,
               const std::optional<std::int64_t>& last) {
  Kept kept;
  std::error_code error;
  if (!std::filesystem::exists(path) || std::filesystem::file_size(path, error) == 0) return kept;
  FrameScanner scanner(path, format, FrameScanner::Text::forgotten);
  TrajectoryFrame frame;
  while (scanner.next(frame)) {
    if (scanner.lacks_line_end()) return kept;
    if (last) {
      require_timestep(frame, path);
      if (*frame.timestep > *last) return kept;
    }
    kept = {frame.offset + frame.bytes, kept.frames + 1, frame.timestep};
  }
  if (scanner.end() == FileEnd::damaged) {
    Complaint complaint = scanner.damage().back();
    complaint.what = "the trajectory cannot be gone on with: " + complaint.what;
    complaint.remedy = "write to another file";
    throw InputError(complaint);
  }
  return kept;
}

}  // namespace

struct TrajectoryWriter::State {
  TrajectoryFormat format;
  std::vector<std::string> elements;
  std::string name;
  OpenFile file;
  Kept written = {};

  void cut() const {
    if (::ftruncate(file.descriptor(), static_cast<off_t>(written.bytes)) != 0) {
      file.fail("the file cannot be cut");
    }
  }

  void append(std::string_view text) {
    std::size_t done = 0;
    while (done < text.size()) {
      const ssize_t count = ::pwrite(file.descriptor(), text.data() + done, text.size() - done,
                                     static_cast<off_t>(written.bytes + done));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) {
        const int error = errno;
        // Half a frame helps nobody.
        (void)::ftruncate(file.descriptor(), static_cast<off_t>(written.bytes));
        throw_file_error({.what = "cannot be written",
                          .where = name,
                          .why = {},
                          .remedy = "free space on the disk or choose another folder"},
                         error);
      }
      done += static_cast<std::size_t>(count);
    }
    written.bytes += text.size();
  }
};

TrajectoryWriter::TrajectoryWriter(const std::filesystem::path& path,
                                   const TrajectoryWriterOptions& options) {
  const auto format = format_of(path, options);
  const bool goes_on = options.existing == ExistingFile::go_on;
  const Kept kept = goes_on ? find_kept(path, format, options.last_kept_timestep) : Kept{};
  state_ = std::unique_ptr<State>(new State{.format = format,
                                            .elements = options.elements,
                                            .name = path.string(),
                                            .file = OpenFile(path, O_RDWR | O_CREAT),
                                            .written = kept});
  state_->cut();
}

TrajectoryWriter::~TrajectoryWriter() = default;
TrajectoryWriter::TrajectoryWriter(TrajectoryWriter&&) noexcept = default;
TrajectoryWriter& TrajectoryWriter::operator=(TrajectoryWriter&&) noexcept = default;

void TrajectoryWriter::add(const Structure& structure) {
  State& s = *state_;
  auto timestep = structure.timestep;
  if (s.format == TrajectoryFormat::extended_xyz) {
    s.append(format_extended_xyz({&structure, 1}));
  } else if (timestep) {
    s.append(format_dump_snapshot(structure, {.elements = s.elements}));
  } else {
    Structure counted = structure;
    timestep = counted.timestep =
        s.written.frames == 0 ? 0 : s.written.last_timestep.value_or(0) + 1;
    s.append(format_dump_snapshot(counted, {.elements = s.elements}));
  }
  ++s.written.frames;
  s.written.last_timestep = timestep;
}

void TrajectoryWriter::sync() {
  if (::fsync(state_->file.descriptor()) != 0) state_->file.fail("the file cannot be written");
}

std::size_t TrajectoryWriter::frames() const { return state_->written.frames; }

std::optional<std::int64_t> TrajectoryWriter::last_timestep() const {
  return state_->written.last_timestep;
}

}  // namespace adatom::crystal
