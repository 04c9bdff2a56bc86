#pragma once
// What `adatom phase-map` is asked for.
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/crystal/phase.h"
#include "adatom/diffraction/fringe_families.h"
#include "adatom/diffraction/fringe_search.h"
#include "adatom/diffraction/phase_map.h"
#include "adatom/image/load.h"

namespace adatom::pipeline {

enum class StrainMaps { none, gpa };

struct PhaseMapCommandOptions {
  std::string phases = "Cu, Cu2O";
  InputFile cif;  ///< one phase more, after those
  std::string families = {};
  std::vector<double> fringes = {};  ///< phase number, kx, ky of each; empty: they are found
  std::optional<double> pixel_size_angstrom = {};
  std::optional<double> frame_time_s = {};
  std::string signal = {};
  diffraction::FringeFamilyOptions reflections;
  diffraction::FringeSearchOptions search;
  diffraction::PhaseMapOptions map;

  double direction_deg = 0.0;
  InputFile tracks;
  std::int64_t direction_frames = 5;
  InputFile particles;
  double particle_area_min_nm2 = 5.0;

  StrainMaps strain = StrainMaps::none;
  std::int64_t strain_phase = 1;
  std::vector<double> strain_reference = {};  ///< x0, y0, x1, y1; empty: the whole crystal

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;

  [[nodiscard]] image::LoadOptions load() const;
  /// The phases named, then that of the CIF. @throws InputError: one that is not known (names those
  /// there are), none at all, more than 8, the CIF
  [[nodiscard]] std::vector<crystal::Phase> phase_list() const;
  /// The families asked for of each phase, as choose_families takes them.
  /// @throws InputError: not as "Cu:111,200;Cu2O:220", or of another phase
  [[nodiscard]] std::vector<std::vector<std::string>> family_labels(
      const std::vector<crystal::Phase>& phases) const;
  /// The fringes given. @throws InputError: a phase number that there is not
  [[nodiscard]] std::vector<diffraction::Fringe> given_fringes(std::size_t phase_count) const;
};

}  // namespace adatom::pipeline

namespace adatom {
template <>
struct EnumNames<pipeline::StrainMaps> {
  static constexpr std::array names = {"none", "gpa"};
};
}  // namespace adatom
