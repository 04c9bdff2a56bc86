#pragma once
// Where the frames of a trajectory begin and end.
#include <string>
#include <string_view>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/crystal/trajectory.h"
#include "io/dump_frame.h"
#include "io/file_lines.h"

namespace adatom::crystal {

/// How the file ends.
enum class FileEnd {
  whole,       ///< with a frame
  unfinished,  ///< inside a frame, as when the writer was killed
  damaged,     ///< with something that is no frame
};

/// Counts lines, and looks at no number but those that headers tell.
class FrameScanner {
 public:
  enum class Text { kept, forgotten };

  FrameScanner(const std::filesystem::path& path, TrajectoryFormat format, Text text)
      : lines_(path), source_(path.string()), format_(format), text_(text) {}

  /// The next frame; false behind the last one.
  bool next(TrajectoryFrame& frame);

  /// May the last line of the frame that came last be cut? Only the first one's can.
  [[nodiscard]] bool lacks_line_end() const { return last_line_ == LineEnd::missing; }
  /// Of the frame that came last.
  [[nodiscard]] std::string_view text() const { return lines_.kept(); }
  [[nodiscard]] const DumpUnits& units() const { return units_; }

  // Behind the last frame.
  [[nodiscard]] FileEnd end() const { return end_; }
  [[nodiscard]] const std::vector<Complaint>& damage() const { return damage_; }

 private:
  /// Goes to the next line that is not blank; false at the end.
  bool begin(TrajectoryFrame& frame, std::string_view& line);
  /// The next line of the frame; false when there is none.
  bool line_of(std::string_view& line);
  bool finish(TrajectoryFrame& frame);
  bool stop(FileEnd end, std::string what, std::string why);
  /// Where line_of said no.
  bool stop_inside(std::string why);
  bool next_xyz(TrajectoryFrame& frame);
  bool next_dump(TrajectoryFrame& frame);
  enum class Snapshot { whole, broken, last };
  Snapshot read_snapshot(TrajectoryFrame& frame, std::string_view line);
  Snapshot read_item(TrajectoryFrame& frame, std::string_view line,
                     std::optional<long long>& declared);
  Snapshot inside(std::string why);
  Snapshot break_off(const TrajectoryFrame& frame, const std::string& why);

  FileLines lines_;
  std::string source_;
  TrajectoryFormat format_;
  Text text_;
  LineEnd last_line_ = LineEnd::found;
  bool has_zeros_ = false;  ///< the last line, where it has no end
  std::size_t frames_ = 0;
  bool stopped_ = false;
  FileEnd end_ = FileEnd::whole;
  DumpUnits units_;
  std::vector<Complaint> damage_;
};

}  // namespace adatom::crystal
