// film (reduce): the series with the gaps between its frames filled by molecular dynamics.
#include <memory>

#include <fmt/core.h>

#include "adatom/base/number_text.h"
#include "adatom/crystal/io/extended_xyz.h"
#include "adatom/crystal/io/structure_file.h"
#include "adatom/image/video_writer.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "md/replica_run.h"
#include "stages/environments_item.h"
#include "stages/film_frames.h"
#include "stages/film_picture.h"
#include "stages/md_item.h"
#include "stages/stage_list.h"

namespace adatom::pipeline {
namespace {

constexpr int frames_per_second = 10;
/// Pictures of a model in the video: what was seen is shown longer than what was calculated.
constexpr int pictures_of_model = 8;

/// What a viewer shows beside the frame.
std::string title_of(const FilmFrame& frame, const FilmSource& source) {
  std::string text = fmt::format("{} ({})", frame.source, source.run.structure);
  if (frame.time_s) text += fmt::format(", {} s", shortest(*frame.time_s));
  if (frame.kind == FilmKind::model) return text + ", model";
  return text + fmt::format(", {} ps at {} K", shortest(frame.dynamics_ps),
                            shortest(source.run.temperature_k));
}

FilmView view_of_sources(const std::vector<FilmSource>& sources) {
  std::vector<crystal::Structure> models;
  for (const FilmSource& source : sources) {
    models.push_back(crystal::read_structure(source.run.folder / md_start_file));
  }
  return view_of(models);
}

class FilmStage final : public Stage {
 public:
  explicit FilmStage(const RunConfig& config)
      : options_(config.film),
        reading_(static_cast<const EnvironmentsOptions&>(config.environments)),
        dictionary_(dictionary_of_run(config).dictionary),
        kinds_(report::kinds_named(dictionary_.classes)) {}

  [[nodiscard]] std::string name() const override { return "film"; }
  [[nodiscard]] std::int64_t version() const override { return 1; }
  [[nodiscard]] std::vector<OptionValue> options() const override {
    return option_values("film", options_);
  }
  [[nodiscard]] std::optional<std::uint64_t> seed() const override { return {}; }
  [[nodiscard]] std::vector<Item> items(const Upstream&) const override { return {}; }
  Remarks compute_item(const Item&, const Work&) const override { return {}; }

  [[nodiscard]] std::vector<Input> result_inputs(const Upstream& upstream) const override {
    std::vector<Input> inputs = {upstream.of("md").result.file("summary.csv")};
    const auto add = [&inputs](const Piece& piece, const std::string& file) {
      inputs.push_back(piece.file(file, piece.name + ", " + file));
    };
    for (const char* file : {md_start_file, ReplicaFiles::trajectory}) {
      for (const Piece& piece : upstream.of("md").items) add(piece, file);
      for (const Piece& piece : upstream.of("environments").items) add(piece, labels_file(file));
    }
    return inputs;
  }

  Remarks compute_result(const Upstream& upstream, const Work& work) const override {
    std::vector<std::filesystem::path> labels;
    for (const Piece& piece : upstream.of("environments").items) labels.push_back(piece.folder);
    const auto sources = film_sources(read_md_runs(upstream), labels, options_);
    storage::FileWriter film(work.folder / "film.xyz");
    storage::Table table(
        {"frame", "source", "structure", "kind", "time_s", "dynamics_ps", "temperature_k"});
    const FilmView view = view_of_sources(sources);
    image::VideoWriter video(work.folder / "film.mp4",
                             {film_side_px, film_side_px, frames_per_second});
    const auto frames =
        static_cast<double>(sources.size()) * static_cast<double>(1 + options_.frames_between);
    const auto take = [&](const FilmFrame& frame) {
      const FilmSource& source = sources[frame.source];
      const bool model = frame.kind == FilmKind::model;
      crystal::Structure structure = frame.structure;
      structure.timestep = static_cast<std::int64_t>(table.rows());
      structure.time_ps.reset();
      structure.comment = title_of(frame, source);
      film.append(crystal::format_extended_xyz({&structure, 1}));
      table.add_row({std::to_string(table.rows()), std::to_string(frame.source),
                     source.run.structure, model ? "model" : "dynamics",
                     frame.time_s ? storage::cell(*frame.time_s) : "nan",
                     model ? "nan" : storage::cell(frame.dynamics_ps),
                     model ? "nan" : storage::cell(source.run.temperature_k)});
      const auto picture = draw_film_frame(frame, view, static_cast<double>(table.rows()) / frames);
      for (int i = 0; i < (model ? pictures_of_model : 1); ++i) video.add(picture);
    };
    make_film(sources, options_, reading_, dictionary_, kinds_, take, work.progress);
    film.commit();
    video.finish();
    storage::write_file(work.folder / "film.csv", table.text());
    return {.metrics = {{"frames", static_cast<double>(table.rows())}},
            .warnings = {},
            .shortfalls = {}};
  }
  [[nodiscard]] std::vector<std::string> published() const override { return {}; }

 private:
  FilmOptions options_;
  EnvironmentsOptions reading_;
  dynamics::EnvironmentDictionary dictionary_;
  std::vector<report::AtomKind> kinds_;
};

}  // namespace

std::unique_ptr<Stage> make_film_stage(const RunConfig& config) {
  return std::make_unique<FilmStage>(config);
}

}  // namespace adatom::pipeline
