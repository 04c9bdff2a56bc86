#include "track/field_mask.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/image/reader.h"
#include "adatom/image/writer.h"

namespace adatom::pipeline {
namespace {

Grid<std::uint8_t> read_mask(const InputFile& file, const image::FrameSeries& series) {
  const image::Image image = image::to_image(image::open_series(file.path)->read(0));
  if (image.width() != series.width() || image.height() != series.height()) {
    throw InputError({.what = "the mask has another size than the frames",
                      .where = file.path,
                      .why = fmt::format("{} x {} pixels, frames have {} x {}", image.width(),
                                         image.height(), series.width(), series.height()),
                      .remedy = "make it of the frames' size"});
  }
  Grid<std::uint8_t> mask(image.width(), image.height());
  for (std::size_t y = 0; y < image.height(); ++y) {
    for (std::size_t x = 0; x < image.width(); ++x) mask(x, y) = image(x, y) != 0.0 ? 1 : 0;
  }
  return mask;
}

/// The first frames, as far as they can be used; what is wrong with the others is told when they
/// are searched.
std::vector<Grid<double>> first_frames(const image::FrameSeries& series) {
  constexpr std::size_t most = 8;
  std::vector<Grid<double>> frames;
  for (std::size_t i = 0; i < std::min(most, series.frames()); ++i) {
    try {
      Grid<double> image = series.read(i).image;
      const auto values = image.values();
      if (!std::ranges::all_of(values, [](double v) { return std::isfinite(v); })) break;
      frames.push_back(std::move(image));
    } catch (const InputError&) {
      break;
    }
  }
  return frames;
}

}  // namespace

FieldMask field_mask(const TrackOptions& options, const image::FrameSeries& series) {
  if (options.mask.given()) return {.mask = read_mask(options.mask, series)};
  // Where particles are bright, what is dark is no edge but where nothing is.
  if (options.cell_edge == CellEdgeSearch::none || options.contrast == tracking::Contrast::bright ||
      options.particles == TrackedKind::atoms) {
    return {};
  }
  const auto frames = first_frames(series);
  if (frames.empty()) return {};
  auto edge = tracking::find_cell_edge(
      frames,
      {.radius_max_px = options.detection(0.1 * series.pixel_size_angstrom()).radius_max_px});
  if (!edge) return {};
  FieldMask field{.mask = edge->mask};
  field.edge = std::move(edge);
  return field;
}

void write_mask(const std::filesystem::path& path, const Grid<std::uint8_t>& mask) {
  image::Image picture(mask.width(), mask.height());
  for (std::size_t i = 0; i < mask.size(); ++i) {
    picture.values()[i] = mask.values()[i] != 0 ? 255.0 : 0.0;
  }
  const auto writer = image::create_series(path, {.type = image::PixelType::uint8,
                                                  .width = mask.width(),
                                                  .height = mask.height(),
                                                  .frames = 1,
                                                  .calibration = {}});
  writer->add(image::to_raw(picture, image::PixelType::uint8));
  writer->finish();
}

Grid<double> outside_blank(Grid<double> image, const FieldMask& field) {
  if (!field.edge) return image;
  for (std::size_t i = 0; i < image.size(); ++i) {
    if (field.mask.values()[i] == 0) image.values()[i] = std::numeric_limits<double>::quiet_NaN();
  }
  return image;
}

std::string edge_remark(const tracking::CellEdge& edge) {
  return fmt::format(
      "{:.1f} % of the frame are the dark edge of a window or an aperture ({:.0f} % of the "
      "intensity of the field) and its blur: nothing is looked for there (pink on the page, white "
      "in "
      "{} is where particles are looked for); "
      "--cell-edge none looks for particles everywhere",
      100.0 * edge.covered, 100.0 * edge.edge_level / edge.field_level, edge_file);
}

}  // namespace adatom::pipeline
