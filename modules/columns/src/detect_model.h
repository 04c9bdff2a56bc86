#pragma once
// The working model of detection: Gaussian spots of one width on a plane, fitted jointly by least
// squares. Pixel units. Made for many quick refits while spots come and go.
#include <Eigen/Core>
#include <array>
#include <cstddef>
#include <vector>

#include "adatom/base/grid.h"
#include "detect_neighbours.h"

namespace adatom::columns::detail {

struct Spot {
  double x = 0.0;
  double y = 0.0;
  double height = 0.0;
  Point origin{};  ///< where it was first proposed
};

/// What the frame says of one spot at some place when the heights and positions of all spots near
/// it are free, so that the flank of a neighbour does not pass for a spot.
struct Evidence {
  double height = 0.0;       ///< its least-squares height
  double information = 0.0;  ///< unit-noise information on the height: variance = sigma^2 / it
  double shared = 0.0;       ///< the part of the information that spots near it take away
  /// The height when a local background, a broad Gaussian about the place, is free as well: much
  /// less where there is a halo and no peak.
  double local_height = 0.0;
};

enum class Freedom { heights, positions, width };  ///< each frees the former ones too

class SpotModel {
 public:
  SpotModel(Grid<double> image, double width_px);

  /// Replaces the spots; heights and plane as given until the next refinement.
  void set_spots(std::vector<Spot> spots);
  void set_width(double width_px);

  /// Gauss-Newton steps with Levenberg's damping; a step that raises the objective is not taken.
  void refine(Freedom freedom, int steps);

  /// Evidence for a spot at (x, y) beside the present ones (their residual is used).
  [[nodiscard]] Evidence candidate(double x, double y) const;
  /// Evidence for the present spot `index` against its absence.
  [[nodiscard]] Evidence present(std::size_t index) const;

  [[nodiscard]] const std::vector<Spot>& spots() const { return spots_; }
  [[nodiscard]] double width() const { return width_; }
  /// Level at the centre of the image, slopes per pixel.
  [[nodiscard]] const std::array<double, 3>& plane() const { return plane_; }
  [[nodiscard]] const Grid<double>& residual() const { return residual_; }
  /// The light of the spots alone: image less plane less residual.
  [[nodiscard]] Grid<double> light() const;
  [[nodiscard]] const Neighbours& neighbours() const { return neighbours_; }
  [[nodiscard]] double max_height() const;

 private:
  /// Samples along one axis: g = exp(-t^2 / 2 rho^2), u = dg/dcentre, v = dg/drho.
  struct Axis {
    std::ptrdiff_t begin = 0;
    std::array<std::vector<double>, 3> tables;
  };
  struct Tables {
    Axis x;
    Axis y;
  };
  struct Step;
  using Dots = std::array<std::array<double, 3>, 3>;

  [[nodiscard]] static Axis sample(double centre, double width, double reach, std::size_t length);
  [[nodiscard]] Tables sample_spot(double x, double y) const;
  [[nodiscard]] static Dots dot(const Axis& a, const Axis& b);
  [[nodiscard]] std::array<std::array<double, 3>, 3> project(const Tables& tables) const;
  [[nodiscard]] Grid<double> without_plane() const;
  void rebuild();
  [[nodiscard]] Eigen::VectorXd solve(Freedom freedom, double damping) const;
  void apply(const Eigen::VectorXd& step, Freedom freedom);
  [[nodiscard]] Evidence weigh(const Tables& tables, const Spot& spot, std::size_t without) const;

  Grid<double> image_;
  Grid<double> residual_;
  std::vector<Spot> spots_;
  std::vector<Tables> tables_;
  Neighbours neighbours_;
  std::array<double, 3> plane_{};
  double width_;
  double objective_ = 0.0;
  double damping_ = 1e-6;
};

}  // namespace adatom::columns::detail
