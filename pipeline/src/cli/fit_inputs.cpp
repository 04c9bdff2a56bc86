#include "cli/fit_inputs.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/pipeline/input_tables.h"

namespace adatom::pipeline {
namespace {

void require_finite(const image::FrameSeries& series, std::size_t index) {
  const image::Frame frame = series.read(index);
  if (frame.non_finite_pixels == 0) return;
  const auto& pixels = frame.image.values();
  const auto first =
      std::find_if(pixels.begin(), pixels.end(), [](double v) { return !std::isfinite(v); });
  const auto at = static_cast<std::size_t>(first - pixels.begin());
  const auto origin = series.origin(index);
  throw InputError(Complaint{
      fmt::format("{} pixels of frame {} are NaN or infinite, the first at x = {}, y = {}",
                  frame.non_finite_pixels, origin.index, at % frame.image.width(),
                  at / frame.image.width()),
      origin.path.string(),
      {},
      "`adatom preprocess --outliers-method replace` fills single ones in from their "
      "neighbours; --crop-... cuts an edge off"});
}

}  // namespace

void check_fit_inputs(const image::FrameSeries& series, const InputFile& start,
                      Progress& progress) {
  if (start.given()) {
    const auto positions = read_start_positions(start.path);
    for (std::size_t frame = 0; frame < series.frames(); ++frame) {
      if (!positions.of(static_cast<std::int64_t>(frame)).empty()) continue;
      throw InputError(Complaint{fmt::format("has no rows for frame {}", frame), start.path,
                                 "the first frame is 0",
                                 "correct its column `frame`, or remove the column to start every "
                                 "frame from all rows"});
    }
  }
  progress.begin("reading", series.frames());
  for (std::size_t frame = 0; frame < series.frames(); ++frame) {
    stop_if_cancelled(progress);
    require_finite(series, frame);
    progress.advance(1);
  }
}

}  // namespace adatom::pipeline
