#pragma once
// What the atoms of a simulation are: how they scatter and how far heat moves them.
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "atom_amplitude.h"

namespace adatom::simulate {

/// The elements of a structure with their amplitudes.
struct Scatterers {
  std::vector<std::string> elements;  ///< each once, sorted
  std::vector<AtomAmplitude> amplitudes;
  [[nodiscard]] std::size_t index_of(const std::string& element) const;
};

/// @param symbols of the atoms, any number of times; @param largest_k 1/angstrom
/// @throws InputError: an element without a scattering factor
[[nodiscard]] Scatterers list_scatterers(std::vector<std::string> symbols, double voltage_kv,
                                         double largest_k, crystal::ScatteringTable table);

/// The displacement along an axis, angstrom: `given`, or 0 at 0 K, or by the table of Debye-Waller
/// factors. @throws InputError: an element or a temperature that is not in it
[[nodiscard]] double displacement_of(const std::string& element, double temperature_k,
                                     std::optional<double> given);

}  // namespace adatom::simulate
