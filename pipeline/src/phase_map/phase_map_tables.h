#pragma once
// The tables of `adatom phase-map`.
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "adatom/storage/csv.h"
#include "phase_map/mapped_frame.h"

namespace adatom::pipeline {

/// Rows of the frames; times are NaN where the time between frames is not known.
class PhaseMapTables {
 public:
  explicit PhaseMapTables(const PhaseMapPlan& plan);
  void add(std::int64_t frame, double time_s, const MappedFrame& mapped);

  [[nodiscard]] const storage::Table& areas() const { return areas_; }
  [[nodiscard]] const storage::Table& fringes() const { return fringes_; }
  [[nodiscard]] const storage::Table& asymmetry() const { return asymmetry_; }
  /// Over all frames: means of areas and shares, numbers of particles and fringes.
  [[nodiscard]] std::string summary_json(std::size_t frames, double kernel_nm,
                                         std::span<const std::string> warnings) const;

  /// What figures over time show, frame by frame.
  struct Series {
    std::vector<double> time;                              ///< s, or frames
    std::vector<std::vector<double>> share, share_stderr;  ///< of each phase
  };
  [[nodiscard]] const Series& series() const { return series_; }

 private:
  const PhaseMapPlan& plan_;
  storage::Table areas_;
  storage::Table fringes_;
  storage::Table asymmetry_;
  Series series_;
  std::vector<double> area_sums_;
  std::int64_t particles_ = 0;
  std::int64_t fringe_count_ = 0;
  nlohmann::ordered_json other_peaks_ = nlohmann::ordered_json::array();  ///< of the first frame
};

}  // namespace adatom::pipeline
