#include "adatom/simulate/series.h"

#include <algorithm>
#include <set>

#include "adatom/simulate/project.h"
#include "moves.h"

namespace adatom::simulate {
namespace {

// Independent streams of one series.
enum Stream : std::uint64_t { walk_stream = 0, move_stream = 1, frame_stream = 2 };

/// Moves the middle of the columns' outline to the middle of the frame.
void centre(std::vector<TrueColumn>& columns, const FrameOptions& frame) {
  double left = columns[0].x_angstrom;
  double right = left;
  double top = columns[0].y_angstrom;
  double bottom = top;
  for (const auto& column : columns) {
    left = std::min(left, column.x_angstrom);
    right = std::max(right, column.x_angstrom);
    top = std::min(top, column.y_angstrom);
    bottom = std::max(bottom, column.y_angstrom);
  }
  const double pixel = frame.pixel_size_angstrom;
  const double dx = 0.5 * (static_cast<double>(frame.width - 1) * pixel - left - right);
  const double dy = 0.5 * (static_cast<double>(frame.height - 1) * pixel - top - bottom);
  for (auto& column : columns) {
    column.x_angstrom += dx;
    column.y_angstrom += dy;
  }
}

/// How many columns have their centre outside the frame.
std::size_t outside(std::span<const TrueColumn> columns, const FrameOptions& frame) {
  const double pixel = frame.pixel_size_angstrom;
  const double right = static_cast<double>(frame.width - 1) * pixel;
  const double bottom = static_cast<double>(frame.height - 1) * pixel;
  return static_cast<std::size_t>(
      std::count_if(columns.begin(), columns.end(), [&](const TrueColumn& c) {
        return c.x_angstrom < 0.0 || c.y_angstrom < 0.0 || c.x_angstrom > right ||
               c.y_angstrom > bottom;
      }));
}

/// The specimen's columns as they change from frame to frame.
class MovingColumns {
 public:
  MovingColumns(std::vector<TrueColumn> columns, const MotionOptions& motion,
                const ScsLibrary& library, const RandomStream& random)
      : columns_(std::move(columns)),
        neighbours_(motion.moves_per_frame > 0 ? column_neighbours(columns_)
                                               : std::vector<std::vector<std::size_t>>{}),
        edge_(outline(neighbours_)),
        motion_(motion),
        library_(library),
        walk_(random.substream(walk_stream)),
        moves_(random.substream(move_stream)) {}

  /// To the next frame. @return the number of atoms that could not move
  std::int64_t advance() {
    drift_x_ += motion_.drift_x_angstrom + motion_.drift_walk_angstrom * walk_.normal();
    drift_y_ += motion_.drift_y_angstrom + motion_.drift_walk_angstrom * walk_.normal();
    std::int64_t stuck = 0;
    for (std::int64_t i = 0; i < motion_.moves_per_frame; ++i) {
      if (!move_one_atom(columns_, edge_, neighbours_, moves_)) ++stuck;
    }
    return stuck;
  }

  /// The columns that hold atoms, where they stand now.
  [[nodiscard]] std::vector<TrueColumn> seen() const {
    std::vector<TrueColumn> list;
    for (TrueColumn column : columns_) {
      if (column.atom_count == 0) continue;
      column.x_angstrom += drift_x_;
      column.y_angstrom += drift_y_;
      column.scs_angstrom2 = library_.at(column.atom_count);
      list.push_back(column);
    }
    return list;
  }
  [[nodiscard]] double drift_x() const { return drift_x_; }
  [[nodiscard]] double drift_y() const { return drift_y_; }

 private:
  std::vector<TrueColumn> columns_;
  std::vector<std::vector<std::size_t>> neighbours_;
  std::vector<std::size_t> edge_;
  MotionOptions motion_;
  const ScsLibrary& library_;
  RandomStream walk_;
  RandomStream moves_;
  double drift_x_ = 0.0;
  double drift_y_ = 0.0;
};

/// What is doubtful about the specimen before a frame is made.
std::vector<std::string> specimen_warnings(const crystal::Structure& specimen,
                                           std::span<const TrueColumn> columns,
                                           const std::optional<ScsLibrary>& library) {
  std::vector<std::string> warnings;
  std::set<std::string> elements;
  for (const auto& atom : specimen.atoms) elements.insert(atom.element);
  if (elements.size() > 1) {
    warnings.push_back("the specimen holds " + std::to_string(elements.size()) +
                       " elements; every atom counts alike");
  }
  std::int64_t thickest = 0;
  for (const auto& column : columns) thickest = std::max(thickest, column.atom_count);
  if (library && thickest > library->size()) {
    warnings.push_back("columns of up to " + std::to_string(thickest) +
                       " atoms, but the library ends at " + std::to_string(library->size()) +
                       ": continued by its last step per atom");
  }
  return warnings;
}

}  // namespace

void MotionOptions::describe(OptionVisitor& v) {
  v.visit({.name = "drift_x_angstrom",
           .unit = "angstrom",
           .help = "drift along x per frame",
           .min = -100,
           .max = 100},
          drift_x_angstrom);
  v.visit({.name = "drift_y_angstrom",
           .unit = "angstrom",
           .help = "drift along y per frame",
           .min = -100,
           .max = 100},
          drift_y_angstrom);
  v.visit({.name = "drift_walk_angstrom",
           .unit = "angstrom",
           .help = "standard deviation of a random step per frame along x and y",
           .min = 0,
           .max = 100},
          drift_walk_angstrom);
  v.visit({.name = "moves_per_frame",
           .unit = "atoms",
           .help = "atoms that move between columns at the outline, per frame",
           .min = 0,
           .max = 10000},
          moves_per_frame);
}

void SeriesOptions::describe(OptionVisitor& v) {
  v.visit_group("specimen", "what is imaged", specimen);
  v.visit_group("frame", "how it is imaged", frame);
  v.visit_group("motion", "what changes between frames", motion);
  v.visit({.name = "frames", .help = "number of frames", .min = 1, .max = 100000}, frames);
  v.visit({.name = "seed", .help = "of the random numbers", .min = 0, .max = 9e15}, seed);
  v.visit({.name = "scs_library",
           .help = "CSV with atom_count,scs_angstrom2; empty: scs_per_atom_angstrom2"},
          scs_library);
  v.visit({.name = "scs_per_atom_angstrom2",
           .unit = "angstrom^2",
           .help = "cross-section of each atom, where no library is given",
           .min = 1e-9,
           .max = 10},
          scs_per_atom_angstrom2);
  v.visit({.name = "column_tolerance_angstrom",
           .unit = "angstrom",
           .help = "atoms belong to one column when their projections lie this close",
           .min = 1e-3,
           .max = 10},
          column_tolerance_angstrom);
}

std::vector<OptionIssue> SeriesOptions::validate() const {
  auto issues = check_ranges(*this);
  for (auto& issue : specimen.validate()) {
    issue.name = "specimen." + issue.name;
    const bool known = std::any_of(issues.begin(), issues.end(), [&](const OptionIssue& other) {
      return other.name == issue.name && other.message == issue.message;
    });
    if (!known) issues.push_back(std::move(issue));
  }
  return issues;
}

SeriesSummary simulate_series(const SeriesOptions& options,
                              const std::optional<crystal::Structure>& structure,
                              const std::optional<ScsLibrary>& library,
                              const std::function<void(const SimulatedFrame&)>& sink,
                              Progress& progress) {
  require_valid(options.validate());
  const ScsLibrary sections =
      library ? *library : ScsLibrary::proportional(options.scs_per_atom_angstrom2);
  const auto specimen = build_specimen(options.specimen, structure);
  auto columns = project_columns(specimen, options.column_tolerance_angstrom, sections);
  centre(columns, options.frame);

  SeriesSummary summary{.atoms = static_cast<std::int64_t>(specimen.atoms.size()),
                        .columns = static_cast<std::int64_t>(columns.size()),
                        .warnings = specimen_warnings(specimen, columns, library)};
  const RandomStream random(static_cast<std::uint64_t>(options.seed));
  MovingColumns moving(std::move(columns), options.motion, sections, random);
  std::int64_t stuck = 0;
  std::size_t most_outside = 0;
  progress.begin("simulate frames", static_cast<std::size_t>(options.frames));
  for (std::int64_t i = 0; i < options.frames; ++i) {
    stop_if_cancelled(progress);
    if (i > 0) stuck += moving.advance();
    SimulatedFrame frame{.index = i,
                         .image = {},
                         .columns = moving.seen(),
                         .drift_x_angstrom = moving.drift_x(),
                         .drift_y_angstrom = moving.drift_y()};
    most_outside = std::max(most_outside, outside(frame.columns, options.frame));
    frame.image =
        render_frame(frame.columns, options.frame,
                     random.substream(frame_stream).substream(static_cast<std::uint64_t>(i)));
    sink(frame);
    progress.advance(1);
  }
  if (most_outside > 0) {
    summary.warnings.push_back("up to " + std::to_string(most_outside) +
                               " columns lie outside a frame");
  }
  if (stuck > 0) {
    summary.warnings.push_back(std::to_string(stuck) + " moves found no column to go to");
  }
  return summary;
}

storage::Table truth_table() {
  return storage::Table(
      {"frame", "column_id", "x_angstrom", "y_angstrom", "atom_count", "scs_angstrom2"});
}

void add_truth(storage::Table& table, const SimulatedFrame& frame) {
  using storage::cell;
  for (const auto& column : frame.columns) {
    table.add_row({cell(static_cast<long long>(frame.index)),
                   cell(static_cast<long long>(column.column_id)), cell(column.x_angstrom),
                   cell(column.y_angstrom), cell(static_cast<long long>(column.atom_count)),
                   cell(column.scs_angstrom2)});
  }
}

}  // namespace adatom::simulate
