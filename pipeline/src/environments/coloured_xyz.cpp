#include "environments/coloured_xyz.h"

#include <cmath>
#include <string>
#include <utility>

#include "adatom/crystal/io/extended_xyz.h"
#include "adatom/dynamics/label_source.h"
#include "adatom/storage/files.h"
#include "environments/label_file.h"

namespace adatom::pipeline {
namespace {

constexpr std::size_t most_frames = 200;

/// Atoms without a label.
constexpr report::Colour other_colour{225, 225, 225};

/// Short numbers make short files.
double rounded(double value, double steps) { return std::round(value * steps) / steps; }

}  // namespace

crystal::Structure coloured_structure(const crystal::Structure& read, const LabelledFrame& labels,
                                      const dynamics::EnvironmentDictionary& dictionary,
                                      std::span<const report::AtomKind> class_kinds) {
  crystal::Structure frame;
  frame.cell_angstrom = read.cell_angstrom;
  frame.origin_angstrom = read.origin_angstrom;
  frame.periodic = read.periodic;
  frame.ids = read.ids;
  frame.timestep = read.timestep;
  std::vector<std::int64_t> environment;
  std::vector<std::int64_t> class_id;
  std::vector<std::string> class_name;
  std::vector<double> distance;
  std::vector<double> colour;
  for (std::size_t i = 0; i < read.atoms.size(); ++i) {
    frame.atoms.push_back(
        {.element = read.atoms[i].element, .position_angstrom = read.atoms[i].position_angstrom});
    const std::uint8_t label = labels.environments[i];
    const bool known = label != dynamics::no_label;
    const std::size_t of_class = known ? dictionary.class_of[label] : 0;
    environment.push_back(known ? label : -1);
    class_id.push_back(known ? static_cast<std::int64_t>(of_class) : -1);
    class_name.push_back(known ? dictionary.classes[of_class] : "none");
    distance.push_back(rounded(labels.distances[i] * label_distance_step, 1e4));
    const report::Colour shown = known ? class_kinds[of_class].colour : other_colour;
    for (const std::uint8_t channel : {shown.red, shown.green, shown.blue}) {
      colour.push_back(rounded(channel / 255.0, 1e3));
    }
  }
  frame.columns.push_back({.name = "environment", .width = 1, .values = std::move(environment)});
  frame.columns.push_back({.name = "class", .width = 1, .values = std::move(class_name)});
  frame.columns.push_back({.name = "class_id", .width = 1, .values = std::move(class_id)});
  frame.columns.push_back({.name = "distance", .width = 1, .values = std::move(distance)});
  frame.columns.push_back({.name = "color", .width = 3, .values = std::move(colour)});
  return frame;
}

std::vector<std::size_t> coloured_frames(std::size_t frames, std::optional<std::int64_t> every) {
  std::vector<std::size_t> chosen;
  const auto few = static_cast<std::int64_t>((frames + most_frames - 1) / most_frames);
  const auto step = static_cast<std::size_t>(every.value_or(few));
  if (step == 0) return chosen;
  for (std::size_t i = 0; i < frames; i += step) chosen.push_back(i);
  return chosen;
}

void write_coloured_xyz(const std::filesystem::path& path, const std::filesystem::path& labels,
                        const TrajectoryPlan& plan,
                        const dynamics::EnvironmentDictionary& dictionary,
                        std::span<const report::AtomKind> class_kinds,
                        std::span<const std::size_t> frames, Progress& progress) {
  storage::FileWriter file(path);
  LabelFileReader reader(labels);
  LabelledFrame frame;
  for (const std::size_t index : frames) {
    stop_if_cancelled(progress);
    reader.go_to(index);
    if (!reader.next(frame)) break;
    auto structure =
        coloured_structure(plan.reader->read(plan.frames[index]), frame, dictionary, class_kinds);
    if (plan.frame_time_ps) structure.time_ps = plan.time_ps(index);
    file.append(crystal::format_extended_xyz({&structure, 1}));
    progress.advance(1);
  }
  file.commit();
}

}  // namespace adatom::pipeline
