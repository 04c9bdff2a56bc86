#include "stages/film_frames.h"

#include <algorithm>
#include <set>
#include <utility>

#include "adatom/report/page.h"
#include "environments/coloured_xyz.h"
#include "environments/label_file.h"
#include "md/replica_run.h"
#include "stages/environments_item.h"
#include "stages/md_item.h"

namespace adatom::pipeline {
namespace {

Eigen::Vector3d middle_of(const crystal::Structure& structure) {
  Eigen::Vector3d sum = Eigen::Vector3d::Zero();
  for (const auto& atom : structure.atoms) sum += atom.position_angstrom;
  return sum / static_cast<double>(std::max<std::size_t>(structure.atoms.size(), 1));
}

void move_by(crystal::Structure& structure, const Eigen::Vector3d& shift) {
  for (auto& atom : structure.atoms) atom.position_angstrom += shift;
  structure.origin_angstrom += shift;
}

}  // namespace

std::vector<FilmSource> film_sources(const std::vector<MdRun>& runs,
                                     const std::vector<std::filesystem::path>& labels,
                                     const FilmOptions& options) {
  const std::set<double> temperatures = temperatures_of(runs);
  const double wanted = options.temperature_k.value_or(*temperatures.rbegin());
  std::vector<FilmSource> sources;
  std::set<std::string> taken;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (runs[i].temperature_k != wanted || !taken.insert(runs[i].structure).second) continue;
    sources.push_back({runs[i], labels[i]});
  }
  return sources;
}

void make_film(const std::vector<FilmSource>& sources, const FilmOptions& options,
               const EnvironmentsOptions& reading,
               const dynamics::EnvironmentDictionary& dictionary,
               const std::vector<report::AtomKind>& kinds, const TakeFilmFrame& take,
               Progress& progress) {
  const auto between = static_cast<std::size_t>(options.frames_between);
  progress.begin("film", sources.size() * (between + 1));
  for (std::size_t s = 0; s < sources.size(); ++s) {
    const FilmSource& source = sources[s];
    FilmFrame frame{.source = s, .structure = {}};
    if (options.frame_interval_s) frame.time_s = static_cast<double>(s) * *options.frame_interval_s;
    Eigen::Vector3d shift = Eigen::Vector3d::Zero();
    const auto add = [&](const TrajectoryPlan& plan, LabelFileReader& labels, std::size_t index) {
      stop_if_cancelled(progress);
      LabelledFrame of_frame;
      labels.go_to(index);
      if (!labels.next(of_frame)) return;
      const crystal::Structure read = plan.reader->read(plan.frames[index]);
      if (frame.kind == FilmKind::model) shift = -middle_of(read);
      frame.structure = coloured_structure(read, of_frame, dictionary, kinds);
      move_by(frame.structure, shift);
      take(frame);
      progress.advance(1);
    };
    const auto open = [&](const char* file) {
      return std::pair(plan_file(source.run.folder / file, reading),
                       LabelFileReader(source.labels / labels_file(file)));
    };
    auto [model, model_labels] = open(md_start_file);
    add(model, model_labels, 0);
    frame.kind = FilmKind::dynamics;
    auto [trajectory, labels] = open(ReplicaFiles::trajectory);
    for (const std::size_t index : report::spread_steps(trajectory.frames.size(), between)) {
      frame.dynamics_ps = trajectory.time_ps(index);
      add(trajectory, labels, index);
    }
  }
}

}  // namespace adatom::pipeline
