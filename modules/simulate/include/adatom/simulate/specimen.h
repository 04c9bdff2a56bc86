#pragma once
// The specimen of a simulation: a structure file, or a piece of a perfect crystal.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/crystal/io/structure_file.h"
#include "adatom/crystal/structure.h"
#include "adatom/crystal/zone_axis.h"

namespace adatom::simulate {

enum class SpecimenKind { file, truncated_octahedron, sphere, wedge };
/// Which axis of a structure file the beam runs along; the two after it become x and y
/// (y: z and x; z: x and y).
enum class BeamAxis { x, y, z };

struct SpecimenOptions {
  SpecimenKind kind = SpecimenKind::truncated_octahedron;
  InputFile structure;  ///< kind file: extended XYZ, LAMMPS data or dump
  /// kind file: symbols of atom types 1, 2, ... of LAMMPS data, "Pt Ir"; empty: as its masses say
  std::string type_elements = {};
  BeamAxis beam_axis = BeamAxis::z;                                 ///< kind file
  std::string element = "Au";                                       ///< the built kinds
  std::optional<double> lattice_parameter_angstrom = std::nullopt;  ///< empty: the element's
  crystal::ZoneAxis zone_axis = crystal::ZoneAxis::axis_110;
  std::int64_t length = 12;          ///< truncated octahedron: atoms along an edge, uncut
  std::int64_t cutoff = 4;           ///< truncated octahedron: layers cut off each tip
  double radius_angstrom = 15.0;     ///< sphere
  double width_angstrom = 30.0;      ///< wedge, along x
  double height_angstrom = 30.0;     ///< wedge, along y
  double thickness_angstrom = 40.0;  ///< wedge, at its thick end
  double rotation_rad = 0.0;         ///< about the beam, from x towards y

  void describe(OptionVisitor& v);
  /// Ranges, and what the chosen kind needs.
  [[nodiscard]] std::vector<OptionIssue> validate() const;
  /// type_elements as the readers take it.
  [[nodiscard]] crystal::TypeElements elements_of_types() const;
};

/// The atoms in image coordinates, beam along z.
/// @param from_file the content of options.structure; needed by kind file, else not looked at
/// @throws InputError: invalid options, an element without a lattice parameter, no atoms
[[nodiscard]] crystal::Structure build_specimen(const SpecimenOptions& options,
                                                const std::optional<crystal::Structure>& from_file);

}  // namespace adatom::simulate

namespace adatom {
template <>
struct EnumNames<simulate::SpecimenKind> {
  static constexpr std::array names = {"file", "truncated_octahedron", "sphere", "wedge"};
};
template <>
struct EnumNames<simulate::BeamAxis> {
  static constexpr std::array names = {"x", "y", "z"};
};
}  // namespace adatom
