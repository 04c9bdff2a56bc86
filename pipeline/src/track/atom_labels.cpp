#include "track/atom_labels.h"

#include <map>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/base/parallel.h"
#include "adatom/report/figure_curve.h"
#include "adatom/storage/csv.h"

namespace adatom::pipeline {
namespace {

// Down to where half of what is found is noise or texture.
constexpr double loosest_false_discovery = 0.5;

using Marks = std::map<std::size_t, std::vector<tracking::MarkedAtom>>;

std::vector<double> coordinates(const storage::Table& table, const std::string& pixels,
                                const std::string& bare) {
  return table.numbers(table.has(bare) && !table.has(pixels) ? bare : pixels);
}

Marks read_marks(const std::string& path, const image::FrameSeries& series) {
  const storage::Table table = storage::read_csv(path);
  const auto x = coordinates(table, "x_px", "X");
  const auto y = coordinates(table, "y_px", "Y");
  const auto frames =
      table.has("frame") ? table.integers("frame") : std::vector<long long>(x.size(), 0);
  Marks marks;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto refuse = [&](const std::string& why) {
      throw InputError({.what = "a mark that no frame holds",
                        .where = table.place(i),
                        .why = why,
                        .remedy =
                            "frames count from 0; x_px and y_px are column and row in pixels, "
                            "0 the centre of the first"});
    };
    if (frames[i] < 0 || static_cast<std::size_t>(frames[i]) >= series.frames()) {
      refuse(fmt::format("frame {} of {}", frames[i], series.frames()));
    }
    const auto width = static_cast<double>(series.width());
    const auto height = static_cast<double>(series.height());
    if (!(x[i] >= -0.5 && y[i] >= -0.5 && x[i] <= width && y[i] <= height)) {
      refuse(fmt::format("({}, {}) in {} x {} pixels", shortest(x[i]), shortest(y[i]),
                         series.width(), series.height()));
    }
    marks[static_cast<std::size_t>(frames[i])].push_back({x[i], y[i]});
  }
  if (marks.empty()) {
    throw InputError({.what = "no marks",
                      .where = path,
                      .why = "the table has no row",
                      .remedy = "give one row for each marked atom"});
  }
  return marks;
}

report::Curve point_of(const std::string& label, const tracking::AtomScore& score) {
  return {.label = label,
          .x = {score.recall},
          .y = {score.precision},
          .style = report::CurveStyle::points};
}

}  // namespace

void check_labels(const std::string& path, const image::FrameSeries& series) {
  (void)read_marks(path, series);
}

AtomLabels score_labels(const TrackOptions& options, const image::FrameSeries& series,
                        const VideoScale& scale, const Grid<std::uint8_t>& mask) {
  const Marks marks = read_marks(options.labels.path, series);
  const std::vector<Marks::value_type> listed(marks.begin(), marks.end());
  const tracking::AtomOptions strict = options.atoms(scale.pixel_size_nm);
  tracking::AtomOptions loose = strict;
  loose.false_discovery = loosest_false_discovery;
  std::vector<tracking::MarkedFrame> found(listed.size());
  std::vector<tracking::MarkedFrame> all(listed.size());
  parallel_for(listed.size(), [&](std::size_t i) {
    const image::Image image = series.read(listed[i].first).image;
    found[i] = {detect_atoms(image, mask, strict).atoms, listed[i].second};
    all[i] = {detect_atoms(image, mask, loose).atoms, listed[i].second};
  });
  const double reach_px = options.label_reach_nm / scale.pixel_size_nm;
  return {.scores = score_atoms(all, reach_px),
          .chosen = tracking::score_atoms_at(found, 0.0, reach_px),
          .frames = listed.size()};
}

std::string atom_scores_csv(const AtomLabels& labels) {
  std::string text = "significance,found,matched,marked,precision,recall,f1\n";
  for (const auto& score : labels.scores.curve) {
    text += fmt::format("{},{},{},{},{},{},{}\n", shortest(score.significance), score.found,
                        score.matched, labels.scores.marked, shortest(score.precision),
                        shortest(score.recall), shortest(score.f1));
  }
  return text;
}

report::Figure draw_atom_scores(const AtomLabels& labels) {
  report::Curve curve{.label = "threshold swept", .style = report::CurveStyle::line};
  for (const auto& score : labels.scores.curve) {
    curve.x.push_back(score.recall);
    curve.y.push_back(score.precision);
  }
  std::vector<report::Curve> curves = {curve, point_of("as chosen, without marks", labels.chosen)};
  if (labels.scores.best_f1) {
    const auto& best = labels.scores.curve[*labels.scores.best_f1];
    curves.push_back(point_of(fmt::format("best F1 {:.2f}, chosen on the marks", best.f1), best));
  }
  return report::draw_curves(curves,
                             {.title = fmt::format("Against {} marks", labels.scores.marked),
                              .x_label = "recall",
                              .y_label = "precision",
                              .y_range = report::Range{0.0, 1.05}});
}

std::string label_text(const AtomLabels& labels) {
  std::string text =
      fmt::format("{} marks in {} frame{}: precision {:.3f}, recall {:.3f}, F1 {:.3f}",
                  labels.scores.marked, labels.frames, labels.frames == 1 ? "" : "s",
                  labels.chosen.precision, labels.chosen.recall, labels.chosen.f1);
  if (labels.scores.best_f1) {
    const auto& best = labels.scores.curve[*labels.scores.best_f1];
    text += fmt::format("; the common threshold that is best for these marks ({:.3g}) gives {:.3f}",
                        best.significance, best.f1);
  }
  if (labels.scores.held_out_f1) {
    text += fmt::format("; {:.3f} +- {:.3f} where each frame has the threshold best for the others",
                        *labels.scores.held_out_f1, labels.scores.held_out_f1_stderr);
  }
  return text;
}

}  // namespace adatom::pipeline
