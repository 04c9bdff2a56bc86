#pragma once
// Which reflections of which phases a list of lattice spacings can be.
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/crystal/phase.h"

namespace adatom::diffraction {

struct MeasuredSpacing {
  double d_angstrom = 0.0;
  double d_stderr_angstrom = 0.0;  ///< 0: not known
};

struct IndexOptions {
  double tolerance = 0.01;          ///< share of d that lattice and calibration may be off
  double weakest_strength = 0.005;  ///< share of a phase's strongest ring; weaker are not listed
  double default_b_factor_angstrom2 = 0.5;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

struct SpacingMatch {
  std::string phase{};
  std::string hkl{};
  double d_angstrom = 0.0;  ///< of the phase
  double deviation = 0.0;   ///< measured over that, less 1
  double strength = 0.0;    ///< area of the ring over that of the strongest of all of the phase
};

struct IndexedSpacing {
  double d_angstrom = 0.0;
  std::vector<SpacingMatch> matches;  ///< nearest first
};

struct PhaseMatch {
  std::string phase{};
  std::int64_t explained = 0;  ///< spacings it has a ring for
  /// Share of the strengths of its rings, within the range of the spacings, that are among them.
  double strength_found = 0.0;
  double mean_deviation = 0.0;  ///< of the spacings it explains
  double rms_deviation = 0.0;   ///< about that mean
  double score = 0.0;           ///< share of spacings explained times strength_found
};

struct IndexResult {
  std::vector<IndexedSpacing> spacings;  ///< as given
  std::vector<PhaseMatch> phases;        ///< best score first
};

/// A spacing matches a ring of a phase that is off by at most the tolerance plus three standard
/// errors.
/// @throws InputError: invalid options, an impossible phase, a spacing that is not positive
[[nodiscard]] IndexResult index_rings(std::span<const MeasuredSpacing> spacings,
                                      std::span<const crystal::Phase> phases,
                                      const IndexOptions& options = {});

}  // namespace adatom::diffraction
