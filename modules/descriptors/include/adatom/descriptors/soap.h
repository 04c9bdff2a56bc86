#pragma once
// Smooth overlap of atomic positions (Bartok, Kondor and Csanyi, Phys. Rev. B 87 (2013) 184115), as
// DScribe defines it (Himanen et al., Comput. Phys. Commun. 247 (2020) 106949; Laakso et al., J.
// Chem. Phys. 158 (2023) 234802).
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adatom/base/instruction_set.h"
#include "adatom/base/options.h"
#include "adatom/descriptors/neighbour_vectors.h"

namespace adatom::descriptors {

enum class RadialBasis { gto, polynomial };
/// A weight of each atom by its distance r from the centre: polynomial c (1 + 2 (r/r0)^3 - 3
/// (r/r0)^2)^m up to r0 and zero beyond; power c / (d + (r/r0)^m); exponential c / (d +
/// exp(-r/r0)).
enum class Weighting { none, polynomial, power, exponential };

/// DScribe's names: r_cut, n_max, l_max, sigma, rbf, weighting {function, c, m, d, r0, threshold,
/// w0}.
struct SoapOptions {
  /// 0: where the weighting ends (polynomial: r0; power: where it falls to the threshold;
  /// exponential: r0 ln(c / threshold - d)), as DScribe does without r_cut.
  double r_cut_angstrom = 4.48;
  std::int64_t n_max = 8;
  std::int64_t l_max = 8;
  double sigma_angstrom = 1.0;
  RadialBasis basis = RadialBasis::gto;
  /// Of the atom in the middle; 0: left out; empty: as the weighting has it at r = 0 (1 without).
  std::optional<double> centre_weight = {};
  Weighting weighting = Weighting::none;
  double weighting_c = 1.0;
  double weighting_m = 1.0;
  double weighting_d = 1.0;
  double weighting_r0_angstrom = 1.0;
  double weighting_threshold = 1e-2;

  /// r_cut_angstrom, or what is found in its place.
  [[nodiscard]] double cut_off_angstrom() const;
  /// Weight of an atom at this distance, other than the centre.
  [[nodiscard]] double weight(double distance_angstrom) const;
  /// Weight of the atom in the middle.
  [[nodiscard]] double weight_of_centre() const;
  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// exact: the formulas, term by term, in double; fast: radial functions from tables (within 1e-9),
/// for the instructions that this processor has.
enum class SoapMethod { fast, exact };

/// Power spectra of atoms. Order of the values: pairs of species as `species` lists them (first <=
/// second), then l, then n, then n'; n' >= n within a species, all n' between two. With one species
/// and n_max = l_max = 8 that is 324 values.
class Soap {
 public:
  /// @param species that occur, in the order of the pairs (by atomic number, as DScribe does)
  /// @throws InputError: options out of range, no species, instructions that this processor lacks
  Soap(const SoapOptions& options, std::size_t species, SoapMethod method = SoapMethod::fast,
       InstructionSet instructions = InstructionSet::best);
  ~Soap();
  Soap(Soap&&) noexcept;
  Soap& operator=(Soap&&) noexcept;

  [[nodiscard]] const SoapOptions& options() const;
  [[nodiscard]] std::size_t species() const;
  /// Values of one spectrum.
  [[nodiscard]] std::size_t size() const;
  /// Atoms count out to here: beyond r_cut, because they are smeared.
  [[nodiscard]] double reach_angstrom() const;
  /// "AVX-512", "exact", ...
  [[nodiscard]] std::string kernel_name() const;

  /// Spectra of `centres`, one after another in `spectra` (centres x size()). Can be called from
  /// several threads; uses one.
  /// @param neighbours of all centres, at least to reach_angstrom(); those beyond are left out
  /// @param species_of_atoms of all atoms, 0 to species() - 1; empty if there is only one
  void compute(const NeighbourVectors& neighbours, std::span<const std::uint32_t> species_of_atoms,
               std::span<const std::uint32_t> centres, std::span<double> spectra) const;

 private:
  struct Impl;
  std::unique_ptr<const Impl> impl_;
};

/// How spectra are laid out: `unique` as Soap gives them; `full` with n' < n as well ([l][n][n']
/// within each pair of species: 576 values for one species and n_max = l_max = 8); `kernel` as
/// unique, with n' != n times sqrt(2), which has the scalar products of `full`.
enum class SpectrumLayout { unique, full, kernel };

/// Values of one spectrum in `layout`.
[[nodiscard]] std::size_t spectrum_size(const SoapOptions& options, std::size_t species,
                                        SpectrumLayout layout);

/// `from` (unique layout, rows x size) laid out as `layout` in `to`.
void lay_out(const SoapOptions& options, std::size_t species, SpectrumLayout layout,
             std::span<const double> from, std::span<double> to);

/// Each row of `size` values divided by its Euclidean norm; rows of zeros stay.
void normalise(std::span<double> rows, std::size_t size);

/// sqrt(2 - 2 p.q) of normalised spectra, computed so that it is exact to rounding where p and q
/// are close: |p - q|.
[[nodiscard]] double soap_distance(std::span<const double> p, std::span<const double> q);

}  // namespace adatom::descriptors

namespace adatom {
template <>
struct EnumNames<descriptors::RadialBasis> {
  static constexpr std::array names = {"gto", "polynomial"};
};
template <>
struct EnumNames<descriptors::Weighting> {
  static constexpr std::array names = {"none", "polynomial", "power", "exponential"};
};
template <>
struct EnumNames<descriptors::SoapMethod> {
  static constexpr std::array names = {"fast", "exact"};
};
}  // namespace adatom
