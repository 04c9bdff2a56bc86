#include "environments/events.h"

#include <algorithm>
#include <string>
#include <utility>

#include "adatom/base/parallel.h"
#include "adatom/dynamics/label_source.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "environments/label_file_source.h"

namespace adatom::pipeline {
namespace {

using storage::cell;

constexpr double ns_per_ps = 1e-3;
constexpr std::size_t most_shown = 12;

std::string count(std::size_t value) { return cell(static_cast<long long>(value)); }

/// Appends rows to CSV files as events are found.
class EventTables {
 public:
  EventTables(const std::filesystem::path& folder, const TrajectoryPlan& plan,
              const CountedLabels& counted)
      : plan_(plan),
        counted_(counted),
        events_(folder / "events.csv"),
        atoms_(folder / "event_atoms.csv"),
        paths_(folder / "event_paths.csv") {
    events_.append(
        "event,first_frame,last_frame,first_ns,last_ns,atoms,dx_angstrom,dy_angstrom,dz_angstrom,"
        "mean_displacement_angstrom,cut_short\n");
    atoms_.append(
        "event,atom,label_before,label_during,label_after,before_x_angstrom,before_y_angstrom,"
        "before_z_angstrom,after_x_angstrom,after_y_angstrom,after_z_angstrom,"
        "displacement_angstrom\n");
    paths_.append("event,atom,frame,time_ns,x_angstrom,y_angstrom,z_angstrom,label\n");
  }

  void add(const NumberedEvent& numbered) {
    const dynamics::RareEvent& event = numbered.event;
    double displacement = 0.0;
    for (const auto& atom : event.atoms) displacement += atom.displacement_angstrom();
    displacement /= static_cast<double>(std::max<std::size_t>(event.atoms.size(), 1));
    row(events_,
        {count(numbered.number), count(plan_.frames[event.first_frame]),
         count(plan_.frames[event.last_frame]), time(event.first_frame), time(event.last_frame),
         count(event.atoms.size()), cell(event.displacement_angstrom.x()),
         cell(event.displacement_angstrom.y()), cell(event.displacement_angstrom.z()),
         cell(displacement), event.cut_short ? "yes" : "no"});
    for (const auto& atom : event.atoms) add_atom(numbered.number, atom);
  }

  void commit() {
    events_.commit();
    atoms_.commit();
    paths_.commit();
  }

 private:
  void add_atom(std::size_t event, const dynamics::MovedAtom& atom) {
    row(atoms_, {count(event), count(atom.atom), label(atom.label_before), label(atom.label_during),
                 label(atom.label_after), cell(atom.before_angstrom.x()),
                 cell(atom.before_angstrom.y()), cell(atom.before_angstrom.z()),
                 cell(atom.after_angstrom.x()), cell(atom.after_angstrom.y()),
                 cell(atom.after_angstrom.z()), cell(atom.displacement_angstrom())});
    for (const auto& point : atom.path) {
      row(paths_,
          {count(event), count(atom.atom), count(plan_.frames[point.frame]), time(point.frame),
           cell(point.position_angstrom.x()), cell(point.position_angstrom.y()),
           cell(point.position_angstrom.z()), label(point.label)});
    }
  }
  [[nodiscard]] std::string time(std::size_t frame) const {
    return cell(plan_.time_ps(frame) * ns_per_ps);
  }
  [[nodiscard]] std::string label(std::uint8_t value) const {
    return value < counted_.names.size() ? counted_.names[value] : "";
  }
  static void row(storage::FileWriter& file, const std::vector<std::string>& cells) {
    std::string line;
    for (const auto& text : cells) line += (line.empty() ? "" : ",") + text;
    file.append(line + '\n');
  }

  const TrajectoryPlan& plan_;
  const CountedLabels& counted_;
  storage::FileWriter events_;
  storage::FileWriter atoms_;
  storage::FileWriter paths_;
};

void keep_largest(std::vector<NumberedEvent>& largest, NumberedEvent event) {
  for (auto& atom : event.event.atoms) atom.path.clear();
  largest.push_back(std::move(event));
  std::stable_sort(largest.begin(), largest.end(), [](const auto& a, const auto& b) {
    return a.event.atoms.size() > b.event.atoms.size();
  });
  if (largest.size() > most_shown) largest.pop_back();
}

}  // namespace

bool has_room_for_events(const TrajectoryPlan& plan, const EnvironmentsOptions& options) {
  return options.find_events &&
         plan.frames.size() >= 3 * static_cast<std::size_t>(options.events.average_frames);
}

EventsFound find_events(const std::filesystem::path& labels, const TrajectoryPlan& plan,
                        const CountedLabels& counted, const EnvironmentsOptions& options,
                        const std::filesystem::path& folder, Progress& progress) {
  EventTables tables(folder, plan, counted);
  EventsFound found;
  const auto take = [&](std::vector<dynamics::RareEvent> events) {
    for (auto& event : events) {
      found.moved_atoms += event.atoms.size();
      NumberedEvent numbered{++found.events, std::move(event)};
      tables.add(numbered);
      keep_largest(found.largest, std::move(numbered));
    }
  };
  dynamics::RareEventFinder finder(options.events);
  LabelFileSource source(labels, counted.of_environment, plan.frames.size());
  std::vector<std::uint8_t> frame_labels(plan.atoms);
  std::vector<crystal::Structure> frames(4 * thread_count());
  for (std::size_t first = 0; first < plan.frames.size(); first += frames.size()) {
    stop_if_cancelled(progress);
    const std::size_t number = std::min(frames.size(), plan.frames.size() - first);
    // The frames' places are known by now, so each thread reads its own.
    parallel_for(number,
                 [&](std::size_t k) { frames[k] = plan.reader->read(plan.frames[first + k]); });
    for (std::size_t k = 0; k < number && source.next(frame_labels); ++k) {
      finder.add_frame(frames[k], frame_labels);
    }
    take(finder.take_events());
    progress.advance(number);
  }
  take(finder.finish());
  tables.commit();
  return found;
}

}  // namespace adatom::pipeline
