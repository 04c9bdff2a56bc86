#include "io/frame_scanner.h"

#include <algorithm>
#include <utility>

#include "adatom/base/number_text.h"
#include "io/xyz_header.h"

namespace adatom::crystal {
namespace {

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

std::string counted(long long declared, long long there) {
  return std::to_string(declared) + " atoms are declared, " + std::to_string(there) + " are there";
}

}  // namespace

bool FrameScanner::stop(FileEnd end, std::string what, std::string why) {
  stopped_ = true;
  end_ = end;
  const std::string remedy = frames_ == 0
                                 ? "copy the file again"
                                 : "the " + std::to_string(frames_) + " before it are read";
  damage_.push_back({.what = std::move(what),
                     .where = source_ + ':' + std::to_string(lines_.line_number()),
                     .why = std::move(why),
                     .remedy = remedy});
  return false;
}

bool FrameScanner::begin(TrajectoryFrame& frame, std::string_view& line) {
  lines_.forget();
  do {
    last_line_ = lines_.next(line);
    if (last_line_ == LineEnd::file) {
      stopped_ = true;
      return false;
    }
    // A file system leaves zeros where the power went off.
    if (line.starts_with('\0')) {
      return stop(FileEnd::unfinished, "zero bytes instead of a snapshot", {});
    }
    if (last_line_ == LineEnd::far) return stop(FileEnd::damaged, "this is no text", {});
  } while (is_blank(line));
  frame = {};
  frame.offset = lines_.line_offset();
  frame.line = lines_.line_number();
  if (text_ == Text::kept) lines_.keep();
  return true;
}

bool FrameScanner::line_of(std::string_view& line) {
  if (last_line_ != LineEnd::found) return false;
  last_line_ = lines_.next(line);
  if (last_line_ == LineEnd::far) has_zeros_ = line.find('\0') != std::string_view::npos;
  return last_line_ == LineEnd::found || last_line_ == LineEnd::missing;
}

bool FrameScanner::stop_inside(std::string why) {
  if (last_line_ == LineEnd::far && !has_zeros_) {
    return stop(FileEnd::damaged, "this is no text", {});
  }
  return stop(FileEnd::unfinished, "the file ends inside a structure", std::move(why));
}

/// The last line has been read. Where a program wrote several frames, a line without its end is
/// half of one.
bool FrameScanner::finish(TrajectoryFrame& frame) {
  if (last_line_ == LineEnd::missing && frames_ > 0) {
    return stop(FileEnd::unfinished, "the file ends inside a structure",
                "the end of its last line is missing");
  }
  frame.bytes = lines_.offset() - frame.offset;
  ++frames_;
  return true;
}

bool FrameScanner::next(TrajectoryFrame& frame) {
  if (stopped_) return false;
  return format_ == TrajectoryFormat::lammps_dump ? next_dump(frame) : next_xyz(frame);
}

bool FrameScanner::next_xyz(TrajectoryFrame& frame) {
  std::string_view line;
  if (!begin(frame, line)) return false;
  const auto count = parse_integer(line);
  if (!count || *count < 0) {
    return stop(FileEnd::damaged, "the number of atoms is missing", {});
  }
  frame.atoms = static_cast<std::size_t>(*count);
  if (!line_of(line)) return stop_inside("its second line is missing");
  parse_xyz_times(line, frame.timestep, frame.time_ps);
  for (long long i = 0; i < *count; ++i) {
    if (!line_of(line)) return stop_inside(counted(*count, i));
  }
  return finish(frame);
}

FrameScanner::Snapshot FrameScanner::break_off(const TrajectoryFrame& frame,
                                               const std::string& why) {
  lines_.back();
  constexpr std::size_t enough = 100;
  if (damage_.size() < enough) {
    damage_.push_back({.what = "the snapshot is cut short",
                       .where = source_ + ':' + std::to_string(frame.line),
                       .why = why,
                       .remedy = "it is left out"});
  }
  return Snapshot::broken;
}

FrameScanner::Snapshot FrameScanner::inside(std::string why) {
  (void)stop_inside(std::move(why));
  return Snapshot::last;
}

/// One item of a header, up to the value in its second line.
FrameScanner::Snapshot FrameScanner::read_item(TrajectoryFrame& frame, std::string_view line,
                                               std::optional<long long>& declared) {
  const bool is_number = line.starts_with("ITEM: NUMBER OF ATOMS");
  const bool is_step = line.starts_with("ITEM: TIMESTEP");
  const bool is_time = !is_step && line.starts_with("ITEM: TIME");
  const bool is_units = line.starts_with("ITEM: UNITS");
  const bool is_next = (is_step && frame.timestep) || ((is_time || is_units) && declared);
  if (is_next) return break_off(frame, "the next one starts before its atoms");
  if (!is_number && !is_step && !is_time && !is_units) return Snapshot::whole;
  if (!line_of(line)) return inside("its header is cut short");
  if (is_number) declared = parse_integer(line);
  if (is_step) frame.timestep = parse_integer(line);
  if (is_time) frame.time_ps = parse_double(line);
  if (is_units) {
    while (!line.empty() && (line.back() == ' ' || line.back() == '\r')) line.remove_suffix(1);
    // Others are an error where the snapshot is read.
    units_ = find_dump_units(line).value_or(units_);
  }
  return Snapshot::whole;
}

FrameScanner::Snapshot FrameScanner::read_snapshot(TrajectoryFrame& frame, std::string_view line) {
  std::optional<long long> declared;
  while (!line.starts_with("ITEM: ATOMS")) {
    const auto state = read_item(frame, line, declared);
    if (state != Snapshot::whole) return state;
    if (!line_of(line)) return inside("its header is cut short");
  }
  const long long count = declared.value_or(0);
  for (long long i = 0; i < count; ++i) {
    if (!line_of(line)) return inside(counted(count, i));
    if (line.starts_with("ITEM: ")) return break_off(frame, counted(count, i));
  }
  frame.atoms = static_cast<std::size_t>(std::max(count, 0LL));
  if (frame.time_ps) *frame.time_ps *= units_.time_ps;
  return finish(frame) ? Snapshot::whole : Snapshot::last;
}

bool FrameScanner::next_dump(TrajectoryFrame& frame) {
  std::string_view line;
  while (begin(frame, line)) {
    if (!line.starts_with("ITEM: ")) {
      // Half of the word, at the end of the file.
      const bool is_cut =
          last_line_ == LineEnd::missing && std::string_view("ITEM: ").starts_with(line);
      return stop(is_cut ? FileEnd::unfinished : FileEnd::damaged,
                  "a snapshot must start with ITEM:", {});
    }
    const auto state = read_snapshot(frame, line);
    if (state == Snapshot::whole) return true;
    if (state == Snapshot::last) return false;
  }
  return false;
}

}  // namespace adatom::crystal
