#include "series/series_run.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "adatom/pipeline/sha256.h"
#include "cli/frame_choice.h"
#include "cli/structure_files.h"
#include "series/frame_print.h"

namespace adatom::pipeline {
namespace {

class Runner {
 public:
  Runner(const SeriesTask& task, SeriesRun& run, std::size_t last_frame, SeriesMaker& maker,
         Progress& progress)
      : task_(task), run_(run), last_(last_frame), maker_(maker), progress_(progress) {}

  /// Reads the next frames while those before them are prepared.
  void go() {
    next_ = run_.first_frame + run_.parts->intervals();
    progress_.begin(task_.name, last_ - run_.first_frame);
    progress_.advance_found(next_ - run_.first_frame);
    saved_ = std::chrono::steady_clock::now();
    std::vector<crystal::Structure> current = read_chunk();
    while (!current.empty()) {
      std::vector<crystal::Structure> following;
      parallel_for(current.size() + 1, [&](std::size_t k) {
        if (k == 0) {
          following = read_chunk();
        } else {
          prepare(k - 1, current[k - 1]);
        }
      });
      add(current.size());
      progress_.advance(current.size());
      current = std::move(following);
      if (progress_.cancelled()) save();
      stop_if_cancelled(progress_);
    }
    save();
  }

 private:
  std::vector<crystal::Structure> read_chunk() {
    std::vector<crystal::Structure> chunk;
    for (; chunk.size() < maker_.slots() && next_ < last_; ++next_) {
      chunk.push_back(run_.reader->read(next_));
      require_same_atoms(chunk.back(), next_);
    }
    return chunk;
  }

  void require_same_atoms(const crystal::Structure& frame, std::size_t number) const {
    const auto& first = run_.first;
    if (frame.atoms.size() == first.atoms.size() && frame.ids == first.ids) return;
    throw InputError(
        {.what = fmt::format("frame {} has other atoms than the first", number),
         .where = task_.trajectory.string(),
         .why = fmt::format("it has {}, the first {}{}", frame.atoms.size(), first.atoms.size(),
                            frame.ids == first.ids ? "" : ", with other ids"),
         .remedy = task_.name + " follows each atom: choose frames of the same atoms "
                                "with --frames"});
  }

  void prepare(std::size_t slot, const crystal::Structure& frame) {
    try {
      maker_.prepare(slot, frame);
    } catch (const InputError& error) {
      auto complaints = error.complaints();
      for (auto& complaint : complaints) {
        const std::string place =
            fmt::format("{}, frame {}", task_.trajectory.string(), added_ + slot + begin());
        complaint.where = complaint.where.empty() ? place : place + ", " + complaint.where;
      }
      throw InputError(std::move(complaints));
    }
  }

  void add(std::size_t count) {
    std::vector<double> values(run_.atoms);
    for (std::size_t slot = 0; slot < count; ++slot, ++added_) {
      if (maker_.add(slot, values)) run_.parts->append(values);
    }
    const auto now = std::chrono::steady_clock::now();
    if (now - saved_ < std::chrono::seconds(3)) return;
    saved_ = now;
    save();
  }

  [[nodiscard]] std::size_t begin() const { return run_.first_frame + skipped_; }

  void save() {
    const std::size_t intervals = run_.parts->intervals();
    if (intervals == 0) return;
    const std::size_t frame = run_.first_frame + intervals + task_.delay - 1;
    run_.parts->checkpoint(print_of(task_.trajectory, run_.reader->frames()[frame]));
  }

  const SeriesTask& task_;
  SeriesRun& run_;
  std::size_t last_;
  SeriesMaker& maker_;
  Progress& progress_;
  std::size_t next_ = 0;   // frame to be read
  std::size_t added_ = 0;  // frames since `begin`
  std::size_t skipped_ = run_.parts->intervals();
  std::chrono::steady_clock::time_point saved_;
};

/// Values of a trajectory that was changed since, or of more frames than are asked for now.
void drop_what_does_not_fit(const SeriesTask& task, SeriesRun& run, const Say& say) {
  const std::size_t had = run.parts->intervals();
  if (had == 0) return;
  const std::size_t frame = run.first_frame + had + task.delay - 1;
  if (had <= run.intervals &&
      print_of(task.trajectory, run.reader->frames()[frame]) == run.parts->last_frame()) {
    return;
  }
  if (had <= run.intervals) say("the trajectory has changed since: begun anew");
  run.parts->begin_anew();
}

}  // namespace

SeriesRun run_series(const SeriesTask& task, const std::filesystem::path& parts_folder,
                     Progress& progress, const Say& say) {
  SeriesRun run;
  run.reader = std::make_unique<crystal::TrajectoryReader>(task.trajectory,
                                                           type_elements(task.input.type_elements));
  const auto& frames = run.reader->frames();
  const auto chosen = chosen_frames(task.input.frames, frames.size(), task.trajectory.string());
  const std::size_t count = chosen.last - chosen.first;
  if (count <= task.delay) {
    throw InputError({.what = fmt::format("{} frames are too few", count),
                      .where = task.trajectory.string(),
                      .why = fmt::format("a frame is compared with the one {} later", task.delay),
                      .remedy = "give more frames, or a smaller --delay"});
  }
  run.first_frame = chosen.first;
  run.first = run.reader->read(chosen.first);
  run.atoms = run.first.atoms.size();
  run.intervals = count - task.delay;
  for (std::size_t i = 0; i < run.intervals; ++i) {
    const auto& time = frames[chosen.first + i].time_ps;
    if (!time) {
      run.time_ps.clear();
      break;
    }
    run.time_ps.push_back(*time);
  }
  // The first frame's number is not in the key, but its text is.
  const std::string key =
      sha256(task.name + '\n' + task.options_text + '\n' + std::to_string(run.atoms) + '\n' +
             print_of(task.trajectory, frames[chosen.first]));
  run.parts = std::make_unique<SeriesParts>(parts_folder, key, run.atoms);
  drop_what_does_not_fit(task, run, say);
  if (run.parts->intervals() < run.intervals) {
    const auto maker = task.make(run.first);
    Runner(task, run, chosen.last, *maker, progress).go();
  }
  for (const auto& damage : run.reader->damage()) say("warning: " + damage.text());
  return run;
}

}  // namespace adatom::pipeline
