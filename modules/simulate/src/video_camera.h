#pragma once
// From bodies to the values of a camera.
#include <span>

#include "adatom/base/grid.h"
#include "adatom/base/random.h"
#include "adatom/simulate/video_options.h"
#include "video_patch.h"

namespace adatom::simulate {

class VideoCamera {
 public:
  VideoCamera(const VideoOptions& options, const RandomStream& random);
  /// @param dose_factor of the frame's dose, 0 for an empty frame
  /// @param random of this frame; not advanced
  [[nodiscard]] Grid<double> expose(std::span<const Body> bodies, double dose_factor,
                                    const RandomStream& random) const;

 private:
  void make_background(RandomStream random);
  void draw(std::span<const Patch> patches, std::size_t y, std::span<double> row) const;
  void record(std::span<double> row, double dose_factor, RandomStream random) const;
  VideoOptions options_;
  PatchPainter painter_;
  Grid<double> background_;    ///< fraction of the dose without particles
  Grid<double> transmission_;  ///< of the cell's edge; empty: there is none
};

}  // namespace adatom::simulate
