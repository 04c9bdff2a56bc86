#pragma once
// What motion.h says of all tracks together, for tracks that come a few at a time: of each only
// sums are kept, so that memory does not grow with its length.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "adatom/tracking/motion.h"

namespace adatom::tracking {

struct LagSums;
struct StepSums;

/// ensemble_msd and ensemble_active_motion. Memory goes with the number of lags alone.
class MsdSums {
 public:
  /// @throws InputError: no frame time, no lag
  MsdSums(double frame_time_s, std::int64_t max_lag_frames);
  ~MsdSums();
  MsdSums(const MsdSums&) = delete;
  MsdSums& operator=(const MsdSums&) = delete;
  /// @throws InputError: tracks that cannot be used
  void add(std::span<const Track> tracks);
  [[nodiscard]] std::vector<MsdPoint> msd() const;
  [[nodiscard]] std::optional<ActiveMotion> active_motion() const;

 private:
  struct Lag;
  double frame_time_s_;
  std::int64_t max_lag_frames_;
  std::size_t tracks_ = 0;
  std::vector<Lag> lags_;
  std::vector<LagSums> groups_;
};

/// ensemble_diffusion. Keeps four numbers of each track.
class DiffusionSums {
 public:
  /// @throws InputError: no frame time, a blur out of range
  explicit DiffusionSums(double frame_time_s, double blur = 0.0);
  ~DiffusionSums();
  DiffusionSums(const DiffusionSums&) = delete;
  DiffusionSums& operator=(const DiffusionSums&) = delete;
  void add(std::span<const Track> tracks);
  [[nodiscard]] std::optional<Diffusion> diffusion() const;

 private:
  double frame_time_s_;
  double blur_;
  std::vector<StepSums> tracks_;
};

/// van_hove: how far displacements reach, first; then their histogram.
class VanHoveSums {
 public:
  VanHoveSums(double frame_time_s, std::int64_t lag_frames);
  /// First round: all tracks.
  void measure(std::span<const Track> tracks);
  /// Chooses the bins, when all are measured. @param bin_nm as for van_hove
  void choose_bins(std::optional<double> bin_nm = std::nullopt);
  /// Second round: the same tracks again.
  void count(std::span<const Track> tracks);
  /// The distribution, when all are counted.
  [[nodiscard]] VanHove distribution() const;

 private:
  VanHove shape_;
  double square_ = 0.0;
  double fourth_ = 0.0;
  double farthest_ = 0.0;
  std::vector<std::int64_t> counts_;
};

}  // namespace adatom::tracking
