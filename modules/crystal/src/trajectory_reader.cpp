#include <fcntl.h>

#include <array>
#include <string>
#include <utility>

#include "adatom/crystal/trajectory.h"
#include "io/file_lines.h"
#include "io/frame_scanner.h"
#include "io/structure_format.h"
#include "io/text_lines.h"
#include "io/xyz_frame.h"

namespace adatom::crystal {
namespace {

TrajectoryFormat trajectory_format(StructureFormat format) {
  switch (format) {
    case StructureFormat::extended_xyz:
      return TrajectoryFormat::extended_xyz;
    case StructureFormat::lammps_dump:
      return TrajectoryFormat::lammps_dump;
    case StructureFormat::lammps_data:
    case StructureFormat::prismatic:
    case StructureFormat::cif:
      break;
  }
  return TrajectoryFormat::single_structure;
}

}  // namespace

struct TrajectoryReader::State {
  std::filesystem::path path;
  TypeElements elements;
  StructureFormat file_format;
  TrajectoryFormat format;
  std::unique_ptr<FrameScanner> scanner = {};  ///< of next(); none of a single structure
  bool single_read = false;
  std::size_t frames_read = 0;
  std::vector<TrajectoryFrame> index = {};  ///< empty: not made yet
  std::vector<DumpUnits> units = {};        ///< of each frame of a dump
  std::vector<Complaint> damage = {};

  [[nodiscard]] Structure parse(std::string_view text, const TrajectoryFrame& frame,
                                DumpUnits frame_units) const {
    TextLines lines(text, path.string(), frame.line - 1);
    auto structure = format == TrajectoryFormat::lammps_dump
                         ? next_dump_frame(lines, elements, frame_units)
                         : next_xyz_frame(lines);
    if (!structure) lines.fail("no structure where one was", "the file has changed");
    return std::move(*structure);
  }

  [[nodiscard]] std::unique_ptr<FrameScanner> new_scanner(FrameScanner::Text text) const {
    return std::make_unique<FrameScanner>(path, format, text);
  }

  /// What there is to say of a file without any frame.
  [[noreturn]] void fail_empty(const std::vector<Complaint>& found) const {
    if (!found.empty()) throw InputError(found);
    throw InputError(
        {.what = "no structure in the file", .where = path.string(), .why = {}, .remedy = {}});
  }

  std::optional<Structure> next_single() {
    if (std::exchange(single_read, true)) return std::nullopt;
    return read_single_structure(path, file_format, elements);
  }

  void make_index() {
    if (format == TrajectoryFormat::single_structure) {
      const auto structure = read_single_structure(path, file_format, elements);
      index.push_back({.offset = 0,
                       .bytes = std::filesystem::file_size(path),
                       .line = 1,
                       .atoms = structure.atoms.size(),
                       .timestep = structure.timestep,
                       .time_ps = structure.time_ps});
      return;
    }
    const auto all = new_scanner(FrameScanner::Text::forgotten);
    TrajectoryFrame frame;
    while (all->next(frame)) {
      index.push_back(frame);
      if (format == TrajectoryFormat::lammps_dump) units.push_back(all->units());
    }
    damage = all->damage();
    if (index.empty()) fail_empty(damage);
  }
};

TrajectoryReader::TrajectoryReader(const std::filesystem::path& path,
                                   const TypeElements& elements) {
  const auto format = find_structure_format(path);
  state_ = std::make_unique<State>(State{.path = path,
                                         .elements = elements,
                                         .file_format = format,
                                         .format = trajectory_format(format)});
  rewind();
}

TrajectoryReader::~TrajectoryReader() = default;
TrajectoryReader::TrajectoryReader(TrajectoryReader&&) noexcept = default;
TrajectoryReader& TrajectoryReader::operator=(TrajectoryReader&&) noexcept = default;

TrajectoryFormat TrajectoryReader::format() const { return state_->format; }

std::string_view TrajectoryReader::format_name() const {
  constexpr std::array<std::string_view, 5> names = {"extended XYZ", "LAMMPS dump", "LAMMPS data",
                                                     "XYZ of Prismatic", "CIF"};
  return names[static_cast<std::size_t>(state_->file_format)];
}

void TrajectoryReader::rewind() {
  State& s = *state_;
  s.frames_read = 0;
  s.single_read = false;
  if (s.format != TrajectoryFormat::single_structure) {
    s.scanner = s.new_scanner(FrameScanner::Text::kept);
  }
}

std::optional<Structure> TrajectoryReader::next() {
  State& s = *state_;
  if (s.format == TrajectoryFormat::single_structure) return s.next_single();
  TrajectoryFrame frame;
  if (!s.scanner->next(frame)) {
    if (s.frames_read == 0) s.fail_empty(s.scanner->damage());
    if (s.index.empty()) s.damage = s.scanner->damage();
    return std::nullopt;
  }
  ++s.frames_read;
  if (s.index.empty()) s.damage = s.scanner->damage();
  return s.parse(s.scanner->text(), frame, s.scanner->units());
}

const std::vector<TrajectoryFrame>& TrajectoryReader::frames() {
  if (state_->index.empty()) state_->make_index();
  return state_->index;
}

Structure TrajectoryReader::read(std::size_t number) {
  const auto& all = frames();
  State& s = *state_;
  if (number >= all.size()) {
    throw InputError({.what = "there is no frame " + std::to_string(number),
                      .where = s.path.string(),
                      .why = "it has " + std::to_string(all.size()) + ", the first is 0",
                      .remedy = {}});
  }
  if (s.format == TrajectoryFormat::single_structure) {
    return read_single_structure(s.path, s.file_format, s.elements);
  }
  const TrajectoryFrame& frame = all[number];
  const OpenFile file(s.path, O_RDONLY);
  std::string text(frame.bytes, '\0');
  text.resize(file.read(text.data(), text.size(), frame.offset));
  return s.parse(text, frame, s.units.empty() ? DumpUnits{} : s.units[number]);
}

const std::vector<Complaint>& TrajectoryReader::damage() const { return state_->damage; }

}  // namespace adatom::crystal
