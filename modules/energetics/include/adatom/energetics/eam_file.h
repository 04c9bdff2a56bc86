#pragma once
// Embedded-atom tables in the formats of DYNAMO (Daw, Baskes, Foiles), as LAMMPS reads them:
// funcfl (pair_style eam), setfl (eam/alloy) and its Finnis-Sinclair form (eam/fs).
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace adatom::energetics {

struct EamElement {
  std::string symbol;
  double mass_u = 0.0;
  double lattice_angstrom = 0.0;  ///< as the file says; 0: not said
  std::string lattice;            ///< "fcc"
};

/// Functions on equal grids that begin at 0.
struct EamTables {
  std::vector<EamElement> elements;
  double density_step = 0.0;
  double r_step_angstrom = 0.0;
  double cutoff_angstrom = 0.0;
  std::vector<std::vector<double>> embedding_ev;  ///< of each element
  /// [at * elements + from]: what an atom of element `from` adds at one of element `at`.
  std::vector<std::vector<double>> density;
  /// [a * elements + b]: r phi(r), in eV angstrom; the same both ways.
  std::vector<std::vector<double>> r_times_pair;
};

/// One file. Which format, its content tells: the fourth line of setfl and eam/fs counts and names
/// elements, and how many numbers follow tells these two apart.
/// @param source names the text in messages
/// @throws InputError with the line: none of these formats, a missing or impossible number, an
/// unknown element
[[nodiscard]] EamTables parse_eam(std::string_view text, const std::string& source);

/// Several funcfl files, one an element, as one alloy: phi_ab = Z_a Z_b / r, on the coarsest of
/// their grids, as LAMMPS does. One file gives what `parse_eam` gives.
/// @throws InputError: also an element twice, and several files of which one is not funcfl
struct NamedText {
  std::string_view text;
  std::string source;
};
[[nodiscard]] EamTables parse_eam(std::span<const NamedText> files);

}  // namespace adatom::energetics
