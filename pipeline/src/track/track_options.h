#pragma once
// What `adatom track` is asked for: lengths in nm, times in s.
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/image/load.h"
#include "adatom/tracking/atoms.h"
#include "adatom/tracking/detect.h"
#include "adatom/tracking/link.h"
#include "adatom/tracking/speeds.h"

namespace adatom::pipeline {

/// automatic: a dark border of the first frames is found and left out where particles are dark.
enum class CellEdgeSearch { none, automatic };

/// bodies: larger than what blurs them; atoms: single ones, bright spots of the probe's width.
enum class TrackedKind { bodies, atoms };

struct TrackOptions {
  std::optional<double> pixel_size_nm = {};  ///< empty: as the file says
  std::optional<double> frame_time_s = {};   ///< empty: as the file says
  std::string signal = {};
  InputFile mask = {};
  CellEdgeSearch cell_edge = CellEdgeSearch::automatic;  ///< without a mask

  TrackedKind particles = TrackedKind::bodies;
  std::optional<double> atom_width_nm = {};  ///< empty: from each frame
  double false_discovery = tracking::AtomOptions{}.false_discovery;
  InputFile labels = {};         ///< of atoms, to be compared with
  double label_reach_nm = 0.12;  ///< a mark so near is the same atom

  tracking::Contrast contrast = tracking::Contrast::dark;
  std::optional<double> radius_min_nm = {};  ///< empty: 2 pixels
  std::optional<double> radius_max_nm = {};  ///< empty: 25 pixels
  std::optional<double> edge_blur_nm = {};   ///< empty: from each frame
  double threshold_sigma = tracking::DetectOptions{}.threshold_sigma;
  double contrast_min_share = tracking::DetectOptions{}.contrast_min_share;
  double misfit_max = tracking::DetectOptions{}.misfit_max;

  tracking::MotionModel motion = tracking::LinkOptions{}.motion;
  std::optional<double> max_step_nm = {};  ///< empty: from the first frame
  std::int64_t max_gap_frames = tracking::LinkOptions{}.max_gap_frames;
  std::int64_t min_detections = tracking::LinkOptions{}.min_detections;
  tracking::DriftModel drift = tracking::LinkOptions{}.drift;
  tracking::TrackEvents events = tracking::LinkOptions{}.events;
  tracking::ConservedSize conserved = tracking::LinkOptions{}.conserved;

  // What tables and pictures are made of afterwards.
  std::vector<double> lags_frames = tracking::SpeedOptions{}.lags_frames;
  double threshold_nm_per_s = tracking::SpeedOptions{}.threshold_nm_per_s;
  tracking::NoiseSource noise = tracking::NoiseSource::measured;
  double confidence = tracking::SpeedOptions{}.confidence;
  std::optional<std::int64_t> msd_lags_frames = {};  ///< empty: a quarter of the video, 4 to 100
  std::int64_t seed = 1;

  // Pictures that need the frames once more.
  std::int64_t overlay_pictures = 500;            ///< at most; 0: no video
  std::int64_t overlay_side_px = 768;             ///< at most
  std::vector<double> kymograph = {};             ///< x0, y0, x1, y1; empty: chosen
  std::optional<double> kymograph_width_nm = {};  ///< empty: 5 pixels, or the particle's radius

  void describe(OptionVisitor& v);
  void describe_statistics(OptionVisitor& v);
  void describe_pictures(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;

  [[nodiscard]] image::LoadOptions load() const;
  [[nodiscard]] tracking::DetectOptions detection(double pixel_size_nm_in_use) const;
  [[nodiscard]] tracking::AtomOptions atoms(double pixel_size_nm_in_use) const;
  [[nodiscard]] tracking::LinkOptions linking(double pixel_size_nm_in_use) const;
  [[nodiscard]] tracking::SpeedOptions speeds() const;
  /// The farthest lag of mean square displacements.
  [[nodiscard]] std::int64_t msd_lags(std::size_t frames) const;
};

}  // namespace adatom::pipeline

namespace adatom {
template <>
struct EnumNames<pipeline::TrackedKind> {
  static constexpr std::array names = {"bodies", "atoms"};
};
template <>
struct EnumNames<pipeline::CellEdgeSearch> {
  static constexpr std::array names = {"none", "automatic"};
};
}  // namespace adatom
