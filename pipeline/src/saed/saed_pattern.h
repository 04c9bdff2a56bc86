#pragma once
// What all frames of a series have in common, found in the first of them, and one frame measured.
#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adatom/base/progress.h"
#include "adatom/crystal/phase.h"
#include "adatom/diffraction/choose_phases.h"
#include "adatom/diffraction/find_pattern.h"
#include "adatom/diffraction/integrate.h"
#include "adatom/diffraction/phase_fraction.h"
#include "adatom/diffraction/rings.h"
#include "adatom/image/load.h"
#include "saed/saed_input.h"
#include "saed/saed_options.h"

namespace adatom::pipeline {

/// Integrators by centre and ellipse, the last few kept. A profile depends on the geometry that is
/// asked for only, not on the order in which they are.
class IntegratorPool {
 public:
  IntegratorPool(std::size_t width, std::size_t height, const diffraction::Geometry& reference,
                 const diffraction::Mask& mask, const diffraction::IntegrateOptions& options);
  /// For the centre and ellipse on a lattice about the reference's that are nearest: steps of a
  /// tenth of a pixel (of the frame's corner) add less than 0.002 px^2 to the variance of a ring's
  /// width.
  [[nodiscard]] std::shared_ptr<const diffraction::Integrator> at(
      const diffraction::Geometry& geometry);
  [[nodiscard]] const diffraction::IntegrateOptions& options() const { return options_; }

 private:
  using Place = std::array<long long, 4>;  // steps of centre and ellipse_vector
  std::size_t width_;
  std::size_t height_;
  diffraction::Geometry reference_;
  const diffraction::Mask& mask_;
  diffraction::IntegrateOptions options_;
  std::mutex mutex_;
  std::list<std::pair<Place, std::shared_ptr<const diffraction::Integrator>>> kept_;
};

/// One frame, measured.
struct SaedFrameResult {
  diffraction::Geometry geometry;
  diffraction::Geometry geometry_stderr;
  bool own_centre = false;            ///< else the reference's
  std::int64_t saturated_pixels = 0;  ///< that the mask did not leave out; they do not count
  diffraction::Profile profile;
  diffraction::RingFit fit;
  std::vector<diffraction::PhaseFraction> intensity_fractions;
  std::vector<diffraction::PhaseFraction> volume_fractions;
};

/// Mask, geometry, scale and rings of a series, from the mean of its first frames.
class SaedPattern {
 public:
  /// @throws InputError: nothing that can be used: no rings, no scale, frames that cannot be read
  SaedPattern(const SaedOptions& options, const image::FrameSeries& series,
              std::vector<crystal::Phase> phases, Progress& progress);

  /// @throws InputError: the frame cannot be read
  [[nodiscard]] SaedFrameResult measure(std::size_t frame) const;

  [[nodiscard]] const diffraction::MaskResult& mask() const { return mask_; }
  [[nodiscard]] const diffraction::GeometryResult& geometry() const { return geometry_; }
  /// With the scale in use.
  [[nodiscard]] const diffraction::Geometry& in_use() const { return in_use_; }
  [[nodiscard]] const diffraction::RingFit& fit() const { return rings_->reference(); }
  [[nodiscard]] const diffraction::Profile& profile() const { return profile_; }
  /// The mean of the first frames that show something, rings bright.
  [[nodiscard]] const image::Image& mean() const { return mean_; }
  [[nodiscard]] std::size_t frames_in_mean() const { return first_.size(); }
  [[nodiscard]] const std::vector<crystal::Phase>& phases() const { return phases_; }
  [[nodiscard]] std::optional<double> voltage_kv() const { return voltage_kv_; }
  /// Counts per electron in use.
  [[nodiscard]] double gain() const { return options_.integration.gain; }
  [[nodiscard]] double readout_variance() const { return options_.integration.readout_variance; }
  [[nodiscard]] double s_per_px_stderr() const { return s_per_px_stderr_; }
  [[nodiscard]] const std::string& scale_origin() const { return scale_origin_; }
  /// Of the phases that were candidates; empty: they were given.
  [[nodiscard]] const std::vector<diffraction::CandidatePhase>& candidates() const {
    return candidates_;
  }
  [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  void read_reference(Progress& progress);
  void refine_ellipse(const std::vector<image::Image>& frames);
  void set_scale(std::optional<double> given);
  void choose(Progress& progress);
  void fit_reference();
  void measure_gain();
  void integrate_reference();
  void fit_rings(diffraction::RingFitOptions options);
  void set_bins(diffraction::RingFitOptions& options) const;
  void average_profiles();
  [[nodiscard]] diffraction::GeometryResult refined(const image::Image& image,
                                                    const diffraction::Geometry& start,
                                                    diffraction::RefineParts parts) const;
  void find_centre(const image::Image& image, SaedFrameResult& result) const;
  /// Geometry and profile of a frame.
  [[nodiscard]] SaedFrameResult locate(std::size_t frame) const;
  [[nodiscard]] diffraction::Profile integrate(const image::Image& image,
                                               const diffraction::Geometry& geometry) const;
  /// Rings bright; what is saturated is NaN.
  [[nodiscard]] image::Image read(std::size_t frame, SaedFrameResult& result) const;

  SaedOptions options_;
  const image::FrameSeries& series_;
  std::vector<crystal::Phase> phases_;
  image::Image mean_;
  std::vector<std::size_t> first_;  ///< frames of the mean
  diffraction::MaskResult mask_;
  diffraction::GeometryResult geometry_;
  diffraction::Geometry in_use_;
  std::unique_ptr<IntegratorPool> integrators_;
  diffraction::Profile profile_;
  std::unique_ptr<diffraction::RingFitter> rings_;
  std::vector<diffraction::PhaseRings> fraction_rings_;
  std::optional<double> voltage_kv_;
  double s_per_px_stderr_ = 0.0;
  std::string scale_origin_;  ///< where the scale is from, in words
  std::vector<diffraction::CandidatePhase> candidates_;
  std::vector<std::string> warnings_;
};

}  // namespace adatom::pipeline
