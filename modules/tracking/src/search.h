#pragma once
// The bodies of a frame: found by threshold, divided where they touch, fitted, and judged by what
// they explain.
#include <optional>
#include <vector>

#include "adatom/tracking/particle.h"
#include "background.h"
#include "components.h"
#include "field.h"
#include "plane.h"

namespace adatom::tracking {

/// S.d. of e1 and e2 while bodies that touch sort out what belongs to whom.
inline constexpr double stiff_spread = 0.06;

struct SearchSettings {
  Contrast contrast = Contrast::dark;
  double radius_min = 2.0;
  double radius_max = 25.0;
  std::optional<double> blur;  ///< with the pixel's own width
  double threshold = 5.0;
  double contrast_min_share = 0.25;
};

/// Planes that are kept from frame to frame. `data` is the frame, no_value where it does not count.
struct SearchMemory {
  Plane data;
  Plane background;
  Plane signal;
  Plane smoothed;
  Plane model;
  Taken taken;
};

class Search {
 public:
  Search(SearchMemory& memory, const SearchSettings& settings);
  /// All of it; afterwards the bodies of `field` have their errors.
  void run();
  [[nodiscard]] const Field* field() const { return field_ ? &*field_ : nullptr; }
  [[nodiscard]] const Noise& noise() const { return noise_; }

 private:
  bool find_regions();
  double usual_contrast(double floor);
  void measure_surroundings();
  void mark_regions();
  static std::vector<Blob> parts_of(const Component& region);
  void place_bodies();
  void measure_blur();
  /// Round ones that lie inside of the frame with no other one near, the first `most` of them.
  [[nodiscard]] std::vector<std::size_t> lone_bodies(double radius_min, std::size_t most) const;
  [[nodiscard]] double reduced_chi2_of(const std::vector<std::size_t>& which) const;
  /// The maximum of their joint likelihood; they are fitted.
  double blur_of_edges(const std::vector<std::size_t>& which);
  /// The same where noise does not explain what the fits leave: from all sizes.
  std::optional<double> blur_by_likelihood();
  void measure_contrast();
  void measure_whole_ones();
  void sweep(int steps);
  void sweep_neighbours(int steps);
  void fit_neighbours(const std::vector<std::size_t>& which, int rounds);
  bool try_exchange(const std::vector<std::size_t>& out, const std::vector<Shape>& in,
                    double least_gain);
  [[nodiscard]] bool plausible(const Shape& shape) const;
  [[nodiscard]] bool in_the_way(std::size_t i) const;
  void divide_elongated();
  /// Bodies in contact, i with them.
  [[nodiscard]] std::vector<std::size_t> touching(std::size_t i) const;
  /// What noise has divided into many.
  void unite_heaps();
  [[nodiscard]] std::vector<Shape> shapes_of(const std::vector<std::size_t>& which) const;
  /// Takes the one out that stands beside the others.
  void leave_one_out(std::vector<std::size_t>& heap) const;
  void sort_out_overlaps();
  std::size_t add_from_residuals();
  void prune();

  SearchMemory& memory_;
  SearchSettings settings_;
  Noise noise_;
  double contrast_ = 0.0;    ///< usual one, positive
  double torn_below_ = 0.0;  ///< the regions of fainter ones may fall to pieces in the noise
  std::vector<Component> regions_;
  std::optional<Field> field_;
};

}  // namespace adatom::tracking
