#pragma once
// Which rings a mixture of phases has, and how strong they are in a frame.
#include <span>
#include <vector>

#include "adatom/crystal/phase.h"
#include "adatom/simulate/saed.h"

namespace adatom::simulate {

/// The rings of all phases up to s_max; only their strengths change from frame to frame.
class SaedMixture {
 public:
  /// @param phases one for each entry of the options' lists
  SaedMixture(const SaedOptions& options, std::vector<crystal::Phase> phases, double s_max);

  /// Volume fractions in a frame; their sum is 1.
  [[nodiscard]] std::vector<double> volume_fractions(std::int64_t frame) const;
  /// Rings with counts, and what each phase has of them.
  struct State {
    std::vector<SaedRing> rings;
    std::vector<SaedShare> shares;
  };
  [[nodiscard]] State at(std::int64_t frame) const;
  [[nodiscard]] double texture2(std::size_t phase) const;
  [[nodiscard]] double texture4(std::size_t phase) const;
  [[nodiscard]] std::span<const crystal::Phase> phases() const { return phases_; }

 private:
  struct Line {
    std::size_t phase;
    SaedRing ring;
    double strength;  ///< per volume
  };
  void add_lines(std::size_t phase, double s_max);
  void add_unknown(double s_max);
  void set_width(SaedRing& ring, double size_nm, double microstrain) const;
  SaedOptions options_;
  std::vector<crystal::Phase> phases_;
  std::vector<Line> lines_;
  std::vector<SaedRing> unknown_;
  double electrons_per_strength_ = 0.0;
};

/// The phases the options name, then those from a CIF.
[[nodiscard]] std::vector<crystal::Phase> saed_phases(const SaedOptions& options,
                                                      std::span<const crystal::Phase> from_cif);

}  // namespace adatom::simulate
