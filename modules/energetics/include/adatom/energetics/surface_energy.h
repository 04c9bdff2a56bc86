#pragma once
// What a potential says of the faces of a crystal.
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "adatom/base/options.h"
#include "adatom/base/progress.h"
#include "adatom/crystal/structure.h"
#include "adatom/energetics/embedded_atom.h"

namespace adatom::energetics {

enum class Face { f111, f100, f110 };

/// A slab of an fcc crystal between two faces, with one atom in each layer: periodic along x and
/// y, open along z.
/// @throws InputError: layers below 1, a lattice parameter that is not positive
[[nodiscard]] crystal::Structure build_slab(const std::string& element, double lattice_angstrom,
                                            Face face, std::int64_t layers);

struct SurfaceEnergy {
  double unrelaxed_joule_per_m2 = 0.0;
  double relaxed_joule_per_m2 = 0.0;
  /// Of the outermost two layers, against the crystal: -0.02 is 2 % nearer.
  double first_spacing_change = 0.0;
};

/// Half of what a slab has more energy than the crystal, over its area. Layers move as wholes: a
/// face that would reconstruct does not. 30 layers are far more than the faces feel each other
/// through.
/// @throws InputError: see `bulk_properties`; Interrupted
[[nodiscard]] SurfaceEnergy surface_energy(std::shared_ptr<const EmbeddedAtomPotential> potential,
                                           std::size_t element, Face face, Progress& progress);

/// Of the solid at its melting point, from the tension of the liquid (Tyson and Miller, Surf. Sci.
/// 62 (1977) 267), averaged over faces: good to a few per cent. Nothing: none of Al, Co, Cu, Pd,
/// Ag, Pt, Au.
[[nodiscard]] std::optional<double> measured_surface_energy_joule_per_m2(std::string_view element);

}  // namespace adatom::energetics

namespace adatom {
template <>
struct EnumNames<energetics::Face> {
  static constexpr std::array names = {"111", "100", "110"};
};
}  // namespace adatom
