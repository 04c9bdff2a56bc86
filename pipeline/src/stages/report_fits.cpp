// Frames, fitted models, residuals and drift in the report.
#include <algorithm>

#include "adatom/base/parallel.h"
#include "adatom/report/figure_curve.h"
#include "adatom/report/figure_image.h"
#include "adatom/report/number_format.h"
#include "adatom/storage/csv.h"
#include "stages/frame_work.h"
#include "stages/report_parts.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

/// The colour scales that all frames share.
struct Scales {
  report::ColourScale intensity;
  report::ColourScale residual;
};

void widen(std::optional<report::Range>& range, const report::Range& more) {
  if (!range) {
    range = more;
  } else {
    range->low = std::min(range->low, more.low);
    range->high = std::max(range->high, more.high);
  }
}

std::string unit_of(const Upstream& upstream) {
  for (const OptionValue& option : upstream.of("frames").options) {
    if (option.name == "preprocess.normalise.method" && option.value != "off") {
      return "fraction of beam";
    }
  }
  return "";
}

Scales common_scales(const Upstream& upstream, const std::vector<std::size_t>& steps) {
  Scales scales;
  scales.intensity.quantity = "intensity";
  scales.residual.quantity = "residual";
  scales.intensity.unit = scales.residual.unit = unit_of(upstream);
  scales.residual.map = report::ColourMap::cool_warm;
  scales.residual.rule = report::RangeRule::symmetric;
  std::vector<report::Range> intensity(steps.size());
  std::vector<report::Range> residual(steps.size());
  parallel_for(steps.size(), [&](std::size_t s) {
    const fs::path frame = upstream.of("frames").items[steps[s]].folder;
    const fs::path fit = upstream.of("columns").items[steps[s]].folder;
    intensity[s] = report::colour_range(read_image(frame / "frame.tif"), scales.intensity);
    residual[s] = report::colour_range(read_image(fit / "residual.tif"), scales.residual);
  });
  for (const report::Range& range : intensity) widen(scales.intensity.range, range);
  for (const report::Range& range : residual) widen(scales.residual.range, range);
  return scales;
}

std::vector<report::Figure> draw_panels(const fs::path& frame, const fs::path& fit,
                                        const Scales& scales) {
  const double pixel_size = read_frame_facts(frame / "frame.json").pixel_size_angstrom;
  report::Points points;
  const storage::Table columns = storage::read_csv(fit / "columns.csv");
  for (const double x : columns.numbers("x_angstrom")) points.x_px.push_back(x / pixel_size);
  for (const double y : columns.numbers("y_angstrom")) points.y_px.push_back(y / pixel_size);
  const auto draw = [&](const fs::path& file, const char* title, const report::ColourScale& scale,
                        std::vector<report::Points> marks) {
    report::ImageFigureOptions options;
    options.title = title;
    options.pixel_size_angstrom = pixel_size;
    options.scale = scale;
    options.points = std::move(marks);
    return report::draw_image(read_image(file), options);
  };
  return {draw(frame / "frame.tif", "Frame and fitted columns", scales.intensity, {points}),
          draw(fit / "model.tif", "Model", scales.intensity, {}),
          draw(fit / "residual.tif", "Residual (frame - model)", scales.residual, {})};
}

report::Table fit_table(const storage::Table& fits) {
  report::Table table{.caption = "Fits",
                      .columns = {{"frame", ""},
                                  {"columns", ""},
                                  {"width", "Å"},
                                  {"background", ""},
                                  {"sum of squared residuals", ""},
                                  {"reduced χ²", ""},
                                  {"iterations", ""},
                                  {"termination", "", report::Align::left}},
                      .rows = {}};
  const std::vector<double> width = fits.numbers("width_angstrom");
  const std::vector<double> width_stderr = fits.numbers("width_stderr_angstrom");
  const std::vector<double> level = fits.numbers("background_level");
  const std::vector<double> level_stderr = fits.numbers("background_level_stderr");
  const std::vector<double> sum = fits.numbers("sum_squared_residuals");
  const std::vector<double> chi = fits.numbers("reduced_chi_square");
  const std::vector<std::string> frame = fits.texts("frame");
  const std::vector<std::string> count = fits.texts("columns");
  const std::vector<std::string> iterations = fits.texts("iterations");
  const std::vector<std::string> termination = fits.texts("termination");
  for (std::size_t i = 0; i < fits.rows(); ++i) {
    table.rows.push_back({frame[i], count[i], report::with_error(width[i], width_stderr[i]),
                          report::with_error(level[i], level_stderr[i]),
                          report::significant(sum[i], 5), report::fixed(chi[i], 3), iterations[i],
                          termination[i]});
  }
  return table;
}

void add_drift(report::Page& page, const Upstream& upstream) {
  const StageOutputs* registration = upstream.find("registration");
  if (registration == nullptr) return;
  const storage::Table drift = storage::read_csv(registration->result.folder / "drift.csv");
  std::vector<report::Curve> curves = {{.label = "x"}, {.label = "y"}};
  curves[0].x = curves[1].x = drift.numbers("frame");
  curves[0].y = drift.numbers("shift_x_px");
  curves[0].y_error = drift.numbers("shift_x_stderr_px");
  curves[1].y = drift.numbers("shift_y_px");
  curves[1].y_error = drift.numbers("shift_y_stderr_px");
  const report::Figure figure = report::draw_curves(curves, {.title = "Drift",
                                                             .x_label = "frame",
                                                             .y_label = "shift from frame 0 (px)",
                                                             .x_kind = report::AxisKind::integer});
  const image::Image average = read_image(registration->result.folder / "average.tif");
  report::ImageFigureOptions options;
  options.title = "Average of all frames";
  options.pixel_size_angstrom =
      read_frame_facts(upstream.of("frames").items.front().folder / "frame.json")
          .pixel_size_angstrom;
  options.scale.quantity = "intensity";
  options.scale.unit = unit_of(upstream);
  const std::vector<report::Figure> figures = {figure, report::draw_image(average, options)};
  page.section("Drift");
  page.figures(figures,
               "Displacement of each frame from frame 0, and the mean of the frames moved "
               "back by it.");
}

}  // namespace

void add_fits(report::Page& page, const Upstream& upstream, const ReportFrame& about,
              Progress& progress) {
  const StageOutputs& frames = upstream.of("frames");
  const StageOutputs& columns = upstream.of("columns");
  const std::size_t count = frames.items.size();
  const std::vector<std::size_t> steps = report::spread_steps(count, about.max_frames);
  const Scales scales = common_scales(upstream, steps);
  std::vector<report::SliderStep> slider(steps.size());
  progress.begin("report", steps.size());
  parallel_for(steps.size(), [&](std::size_t s) {
    stop_if_cancelled(progress);
    slider[s].label = frame_label(steps[s], count, about);
    slider[s].panels =
        draw_panels(frames.items[steps[s]].folder, columns.items[steps[s]].folder, scales);
    progress.advance(1);
  });
  page.section("Frames and fits");
  page.slider(slider, {.name = "Frame",
                       .caption = "Each frame with its fitted columns, the fitted model, and what "
                                  "the model leaves over. All frames share their colour scales.",
                       .max_steps = about.max_frames});
  page.table(fit_table(storage::read_csv(columns.result.folder / "fit.csv")),
             count > 12 ? report::Fold::closed : report::Fold::open);
  add_drift(page, upstream);
}

}  // namespace adatom::pipeline
