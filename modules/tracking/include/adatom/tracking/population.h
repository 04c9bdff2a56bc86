#pragma once
// How many particles there are and how large, over time; whether they grow by meeting each other
// (coalescence) or by exchanging atoms (Ostwald ripening).
#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/tracking/link.h"
#include "adatom/tracking/motion.h"

namespace adatom::tracking {

/// The sizes in one frame.
struct SizePoint {
  std::int64_t frame = 0;
  double time_s = 0.0;
  std::int64_t particles = 0;
  double mean_radius_nm = 0.0;  ///< NaN without particles, as are the others
  double mean_radius_stderr_nm = 0.0;
  double median_radius_nm = 0.0;
  double spread = 0.0;      ///< standard deviation over the mean
  double skewness = 0.0;    ///< of radii: below zero for ripening, above for coalescence
  double volume_nm3 = 0.0;  ///< of spheres of these radii, all together
};

/// @param radii_nm of the particles of one frame, in any order
[[nodiscard]] SizePoint size_point(std::int64_t frame, double frame_time_s,
                                   std::vector<double> radii_nm);

/// Frames from the first point to the last, those without any included.
[[nodiscard]] std::vector<SizePoint> sizes_over_time(std::span<const Track> tracks,
                                                     double frame_time_s);

struct SizeHistogram {
  double bin_nm = 0.0;
  std::vector<double> edges_nm;
  std::vector<double> density_per_nm;  ///< of the radii in these frames
  std::int64_t radii = 0;
};

/// Radii of all particles in frames first to last. @param bin_nm empty: a tenth of the mean radius
[[nodiscard]] SizeHistogram size_histogram(std::span<const Track> tracks, std::int64_t first_frame,
                                           std::int64_t last_frame,
                                           std::optional<double> bin_nm = std::nullopt);

/// A tenth of the mean radius, no more than 1000 bins.
[[nodiscard]] double size_bin(double mean_radius_nm, double largest_radius_nm);

/// size_histogram, radius by radius.
class SizeHistogramSums {
 public:
  explicit SizeHistogramSums(double bin_nm) : bin_nm_(bin_nm) {}
  void add(double radius_nm);
  [[nodiscard]] SizeHistogram histogram() const;

 private:
  double bin_nm_;
  std::int64_t radii_ = 0;
  std::vector<std::int64_t> counts_;
};

struct Rate {
  std::int64_t events = 0;
  double per_particle_s = 0.0;
  double low = 0.0;  ///< 95 %, exact for Poisson counts (Garwood, Biometrika 28 (1936) 437)
  double high = 0.0;
};

/// Of the growth mechanisms, those that the video shows.
enum class Growth { none, coalescence, ripening, both };

struct GrowthStatistics {
  double observed_particle_s = 0.0;  ///< time times particles
  Rate merges;
  Rate splits;
  Rate vanishings;  ///< without an event that explains them
  /// Of merges with both parents known: r^3 (r^2) of the merged over the parents' sum.
  std::int64_t measured_merges = 0;
  double volume_ratio = 0.0;
  double volume_ratio_stderr = 0.0;
  double area_ratio = 0.0;
  double area_ratio_stderr = 0.0;
  double parents_radius_ratio = 0.0;  ///< smaller over larger, mean
  /// dr/dt = K / r (1 / <r> - 1 / r) of tracks between events (Lifshitz and Slyozov, J. Phys. Chem.
  /// Solids 19 (1961) 35): small ones shrink and large ones grow if K is above zero.
  double ripening_nm3_per_s = 0.0;
  double ripening_stderr_nm3_per_s = 0.0;
  std::int64_t ripening_tracks = 0;
  Growth growth = Growth::none;  ///< ripening: K above three errors; coalescence: any merge
};

/// @param events of the linker, of the same tracks
/// @throws InputError: tracks that cannot be used
[[nodiscard]] GrowthStatistics growth_statistics(std::span<const Track> tracks,
                                                 std::span<const TrackEvent> events,
                                                 double frame_time_s);

/// growth_statistics for tracks that come a few at a time. Keeps a few numbers of each track, one
/// of each frame.
class GrowthSums {
 public:
  /// @param events stay where they are while this lives
  /// @param mean_radii_nm of all particles, frame by frame from `first_frame`
  GrowthSums(std::span<const TrackEvent> events, std::int64_t first_frame,
             std::vector<double> mean_radii_nm, double frame_time_s);
  /// @throws InputError: tracks that cannot be used
  void add(std::span<const Track> tracks);
  [[nodiscard]] GrowthStatistics statistics() const;

 private:
  struct Ends {
    double first = std::numeric_limits<double>::quiet_NaN();  ///< radius in the first frames
    double last = std::numeric_limits<double>::quiet_NaN();
  };
  struct Sample {
    double u;
    double growth;
    double weight;
  };
  void add_growth(const Track& track);
  void measure_merges(GrowthStatistics& result) const;
  void measure_ripening(GrowthStatistics& result) const;

  std::span<const TrackEvent> events_;
  std::int64_t first_frame_;
  std::vector<double> mean_radii_nm_;
  double frame_time_s_;
  std::int64_t points_ = 0;
  std::unordered_map<std::int64_t, Ends> ends_;  // of those that merge
  std::vector<Sample> samples_;
};

}  // namespace adatom::tracking

namespace adatom {
template <>
struct EnumNames<tracking::Growth> {
  static constexpr std::array names = {"none", "coalescence", "ripening", "both"};
};
}  // namespace adatom
