#pragma once
// The electrons a detector would collect on average: rings, beam, background, shadow, spots.
#include <array>
#include <span>
#include <vector>

#include "adatom/base/grid.h"
#include "saed_rings.h"

namespace adatom::simulate {

/// The map between the detector and the pattern without its ellipse.
class SaedGeometry {
 public:
  explicit SaedGeometry(const SaedPatternOptions& pattern);
  /// s vector in 1/angstrom at so many pixels from the centre.
  [[nodiscard]] std::array<double, 2> s_at(double dx, double dy) const;
  /// And back.
  [[nodiscard]] std::array<double, 2> px_at(double sx, double sy) const;

 private:
  std::array<double, 3> forward_{};   ///< xx, xy, yy of s_per_px A
  std::array<double, 3> backward_{};  ///< of its inverse
};

struct SaedCentre {
  double x_px = 0.0;
  double y_px = 0.0;
};

/// Draws frames whose rings it is given.
class SaedRenderer {
 public:
  /// @param beam_stop where its disc has its centre
  SaedRenderer(const SaedOptions& options, double s_max, SaedCentre beam_stop);
  /// Electrons per pixel, on average. The rings are those of mixture.at(frame).
  [[nodiscard]] Grid<double> electrons(const SaedMixture& mixture, const SaedMixture::State& state,
                                       std::span<const SaedSpot> spots, SaedCentre centre) const;

 private:
  struct Layer;
  [[nodiscard]] std::vector<Layer> make_layers(const SaedMixture& mixture,
                                               const SaedMixture::State& state) const;
  void add_background(std::vector<double>& table) const;
  void draw_rows(std::span<const Layer> layers, SaedCentre centre, std::size_t begin,
                 std::size_t end, Grid<double>& image) const;
  void add_spot(const SaedSpot& spot, SaedCentre centre, Grid<double>& image) const;
  SaedOptions options_;
  SaedGeometry geometry_;
  double s_max_ = 0.0;
  double narrowest_ = 0.0;  ///< full width of the narrowest thing that can be drawn, 1/angstrom
  double step_ = 0.0;       ///< of the tables
  Grid<double> transmission_;
};

}  // namespace adatom::simulate
