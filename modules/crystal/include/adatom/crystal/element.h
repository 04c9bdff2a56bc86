#pragma once
// The chemical elements, and the lattices of the fcc metals.
#include <optional>
#include <string_view>

namespace adatom::crystal {

struct Element {
  int atomic_number = 0;
  std::string_view symbol;  ///< "Au"
  double mass_u = 0.0;      ///< abridged standard atomic weight; 0: no stable isotope, none given
};

/// The element of a symbol ("Au"), upper and lower case as usual. Nothing: no such element.
[[nodiscard]] std::optional<Element> find_element(std::string_view symbol);

/// The element of an atomic number, 1 to 118.
[[nodiscard]] std::optional<Element> find_element(int atomic_number);

/// The element whose mass is nearest to `mass_u`, if within 0.1 u (Co and Ni are 0.24 u apart).
/// LAMMPS files name elements by their masses.
[[nodiscard]] std::optional<Element> find_element_by_mass(double mass_u);

/// Cubic lattice parameter of an fcc metal at room temperature (Al, Ni, Cu, Pd, Ag, Ir, Pt, Au).
/// Nothing: not in the table. Source: Swanson et al., Standard X-ray Diffraction Powder
/// Patterns, NBS Circular 539, volumes 1 (1953) and 4 (1955).
[[nodiscard]] std::optional<double> fcc_lattice_parameter_angstrom(std::string_view symbol);

}  // namespace adatom::crystal
