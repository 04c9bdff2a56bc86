#pragma once
// Where particles of a video are looked for.
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "adatom/base/grid.h"
#include "adatom/image/load.h"
#include "adatom/tracking/cell_edge.h"
#include "track/track_options.h"

namespace adatom::pipeline {

inline constexpr const char* edge_file = "cell_edge.png";

struct FieldMask {
  Grid<std::uint8_t> mask;  ///< 1 where particles are looked for; empty: everywhere
  std::optional<tracking::CellEdge> edge = {};  ///< where it is the edge that was found
};

/// The mask that is given; else the field within the edge that the first frames show, if the
/// options ask for it and there is one.
/// @throws InputError: the mask cannot be read, or is of another size than the frames
[[nodiscard]] FieldMask field_mask(const TrackOptions& options, const image::FrameSeries& series);

/// The mask as a picture that can be given as --mask: 255 in the field.
void write_mask(const std::filesystem::path& path, const Grid<std::uint8_t>& mask);

/// The image with no number where the edge is: figures show that in pink.
[[nodiscard]] Grid<double> outside_blank(Grid<double> image, const FieldMask& field);

/// What is told of it.
[[nodiscard]] std::string edge_remark(const tracking::CellEdge& edge);

}  // namespace adatom::pipeline
