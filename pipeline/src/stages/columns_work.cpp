#include "stages/columns_work.h"

#include <algorithm>
#include <cmath>

#include "adatom/base/error.h"
#include "adatom/columns/detect.h"
#include "adatom/report/figure_image.h"
#include "adatom/storage/files.h"
#include "stages/frame_work.h"
#include "stages/json_text.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

template <class E>
std::string name_of(E value) {
  return EnumNames<E>::names[static_cast<std::size_t>(value)];
}

double mean_width(const std::vector<columns::Column>& columns) {
  double sum = 0.0;
  for (const columns::Column& column : columns) sum += column.width_angstrom;
  return columns.empty() ? 0.0 : sum / static_cast<double>(columns.size());
}

/// What is written for a frame in which nothing was found: its mean as the model.
columns::FitResult empty_fit(const image::Image& image) {
  double sum = 0.0;
  for (const double value : image.values()) sum += value;
  columns::FitResult fit;
  fit.background.level = sum / static_cast<double>(std::max<std::size_t>(image.size(), 1));
  fit.model = image::Image(image.width(), image.height(), fit.background.level);
  for (const double value : image.values()) {
    fit.sum_squared_residuals += std::pow(value - fit.background.level, 2);
  }
  fit.parameters = 1;
  return fit;
}

Remarks remarks_on(const columns::FitResult& fit, std::vector<std::string> warnings) {
  Remarks remarks;
  remarks.warnings = std::move(warnings);
  remarks.warnings.insert(remarks.warnings.end(), fit.warnings.begin(), fit.warnings.end());
  remarks.metrics = {{"columns", static_cast<double>(fit.columns.size())},
                     {"width_angstrom", mean_width(fit.columns)},
                     {"sum_squared_residuals", fit.sum_squared_residuals},
                     {"reduced_chi_square", fit.reduced_chi_square},
                     {"iterations", static_cast<double>(fit.iterations)}};
  if (fit.columns.empty()) {
    remarks.shortfalls.emplace_back(
        "no columns were found; lower columns.detection.threshold_sigma or give columns.start");
  } else if (fit.termination != columns::Termination::converged) {
    remarks.shortfalls.push_back("the fit did not converge (" + name_of(fit.termination) +
                                 " after " + std::to_string(fit.iterations) + " iterations)");
  }
  return remarks;
}

ordered_json fit_json(const FittedFrame& frame, const columns::FitOptions& options) {
  const columns::FitResult& fit = frame.fit;
  const columns::Background& background = fit.background;
  ordered_json json;
  if (frame.frame) json["frame"] = *frame.frame;
  json["columns"] = fit.columns.size();
  json["pixel_size_angstrom"] = frame.pixel_size_angstrom;
  json["width_model"] = name_of(options.width);
  json["background_model"] = name_of(options.background);
  json["noise_model"] = name_of(options.noise);
  json["width_angstrom"] = json_number(mean_width(fit.columns));
  if (options.width == columns::WidthModel::common && !fit.columns.empty()) {
    json["width_stderr_angstrom"] = json_number(fit.columns.front().width_stderr_angstrom);
  }
  json["background_level"] = json_number(background.level);
  json["background_level_stderr"] = json_number(background.level_stderr);
  json["background_slope_x_per_angstrom"] = json_number(background.slope_x_per_angstrom);
  json["background_slope_y_per_angstrom"] = json_number(background.slope_y_per_angstrom);
  json["background_slope_x_stderr_per_angstrom"] =
      json_number(background.slope_x_stderr_per_angstrom);
  json["background_slope_y_stderr_per_angstrom"] =
      json_number(background.slope_y_stderr_per_angstrom);
  json["sum_squared_residuals"] = json_number(fit.sum_squared_residuals);
  json["reduced_chi_square"] = json_number(fit.reduced_chi_square);
  json["log_likelihood"] = json_number(fit.log_likelihood);
  json["parameters"] = fit.parameters;
  json["iterations"] = fit.iterations;
  json["termination"] = name_of(fit.termination);
  return json;
}

storage::Table table_of(const FittedFrame& frame) {
  using storage::cell;
  storage::Table table = columns_table();
  for (std::size_t i = 0; i < frame.fit.columns.size(); ++i) {
    const columns::Column& column = frame.fit.columns[i];
    std::vector<std::string> cells = {std::to_string(frame.frame.value_or(0)), std::to_string(i)};
    for (const double value :
         {column.x_angstrom, column.y_angstrom, column.height, column.width_angstrom,
          column.scs_angstrom2, column.x_stderr_angstrom, column.y_stderr_angstrom,
          column.height_stderr, column.width_stderr_angstrom, column.scs_stderr_angstrom2}) {
      cells.push_back(cell(value));
    }
    table.add_row(std::move(cells));
  }
  return table;
}

report::Figure draw_columns(const FittedFrame& frame) {
  report::Points points{.label = "fitted columns"};
  for (const columns::Column& column : frame.fit.columns) {
    points.x_px.push_back(column.x_angstrom / frame.pixel_size_angstrom);
    points.y_px.push_back(column.y_angstrom / frame.pixel_size_angstrom);
  }
  report::ImageFigureOptions options;
  options.title = frame.frame ? "Frame " + std::to_string(*frame.frame) : "Fitted columns";
  options.pixel_size_angstrom = frame.pixel_size_angstrom;
  options.scale.quantity = "intensity";
  options.points = {points};
  return report::draw_image(frame.image, options);
}

}  // namespace

FittedFrame fit_frame(std::optional<std::size_t> index, image::Image image,
                      double pixel_size_angstrom,
                      const std::optional<std::vector<columns::Position>>& start,
                      const ColumnsOptions& options, Progress& progress) {
  std::vector<columns::Position> positions;
  columns::FitOptions fit_options = options.fit;
  std::vector<std::string> warnings;
  if (start) {
    positions = *start;
  } else {
    columns::DetectionResult found =
        columns::detect_columns(image, pixel_size_angstrom, options.detection, progress);
    stop_if_cancelled(progress);
    positions = std::move(found.positions);
    warnings = std::move(found.warnings);
    if (!fit_options.start_width_angstrom && found.width_angstrom > 0.0) {
      fit_options.start_width_angstrom = found.width_angstrom;
    }
  }
  FittedFrame frame;
  frame.frame = index;
  frame.pixel_size_angstrom = pixel_size_angstrom;
  frame.fit = positions.empty() ? empty_fit(image)
                                : columns::fit_columns(image, pixel_size_angstrom, positions,
                                                       fit_options, progress);
  frame.image = std::move(image);
  frame.remarks = remarks_on(frame.fit, std::move(warnings));
  return frame;
}

storage::Table columns_table() {
  return storage::Table({"frame", "column_id", "x_angstrom", "y_angstrom", "height",
                         "width_angstrom", "scs_angstrom2", "x_stderr_angstrom",
                         "y_stderr_angstrom", "height_stderr", "width_stderr_angstrom",
                         "scs_stderr_angstrom2"});
}

void write_fit(const fs::path& folder, const FittedFrame& frame,
               const columns::FitOptions& options) {
  storage::write_file(folder / "columns.csv", table_of(frame).text());
  storage::write_file(folder / "fit.json", json_text(fit_json(frame, options)));
  const image::Image& model = frame.fit.model;
  image::Image residual(model.width(), model.height());
  for (std::size_t i = 0; i < residual.size(); ++i) {
    residual.values()[i] = frame.image.values()[i] - model.values()[i];
  }
  write_tiff(folder / "model.tif", model, frame.pixel_size_angstrom, Precision::single);
  write_tiff(folder / "residual.tif", residual, frame.pixel_size_angstrom, Precision::single);
  storage::write_file(folder / "columns.svg", report::svg_file(draw_columns(frame)));
}

void write_all_columns(const fs::path& folder, const std::vector<fs::path>& columns_csv) {
  std::string all = columns_table().text();
  const std::string header = all;
  for (std::size_t i = 0; i < columns_csv.size(); ++i) {
    const fs::path& path = columns_csv[i];
    const std::string text = storage::read_file(path);
    if (!text.starts_with(header)) {
      throw InputError({.what = "the table has another header than this program writes",
                        .where = path.string(),
                        .why = "it was changed since the program wrote it",
                        .remedy = "run `adatom verify` and run again"});
    }
    for (std::size_t at = header.size(); at < text.size();) {
      const std::size_t next = std::min(text.find('\n', at), text.size() - 1) + 1;
      const std::size_t comma = text.find(',', at);
      all += std::to_string(i) + text.substr(comma, next - comma);
      at = next;
    }
  }
  storage::write_file(folder / "columns.csv", all);
}

storage::Table fits_table() {
  return storage::Table({"frame", "columns", "width_angstrom", "width_stderr_angstrom",
                         "background_level", "background_level_stderr", "sum_squared_residuals",
                         "reduced_chi_square", "log_likelihood", "parameters", "iterations",
                         "termination"});
}

void write_all_fits(const fs::path& folder, const std::vector<fs::path>& fit_json) {
  storage::Table table = fits_table();
  for (std::size_t i = 0; i < fit_json.size(); ++i) {
    nlohmann::json json = read_json(fit_json[i]);
    json["frame"] = i;
    std::vector<std::string> cells;
    for (const std::string& field : table.header()) {
      const auto value = json.find(field);
      if (value == json.end() || value->is_null()) {
        cells.emplace_back("nan");
      } else if (value->is_string()) {
        cells.push_back(value->get<std::string>());
      } else if (value->is_number_integer()) {
        cells.push_back(std::to_string(value->get<std::int64_t>()));
      } else {
        cells.push_back(storage::cell(value->get<double>()));
      }
    }
    table.add_row(std::move(cells));
  }
  storage::write_file(folder / "fit.csv", table.text());
}

}  // namespace adatom::pipeline
