#pragma once
// How the spectra of class Soap are worked out.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "adatom/descriptors/neighbour_vectors.h"
#include "adatom/descriptors/soap.h"
#include "radial_functions.h"

namespace adatom::descriptors {

class SoapEngine {
 public:
  SoapEngine() = default;
  virtual ~SoapEngine() = default;
  SoapEngine(const SoapEngine&) = delete;
  SoapEngine& operator=(const SoapEngine&) = delete;
  /// As Soap::compute, whose arguments it gets checked: sizes fit, species are in range.
  virtual void compute(const NeighbourVectors& neighbours,
                       std::span<const std::uint32_t> species_of_atoms,
                       std::span<const std::uint32_t> centres, std::span<double> spectra) const = 0;
  [[nodiscard]] virtual std::string name() const = 0;
};

/// The formulas, term by term.
[[nodiscard]] std::unique_ptr<const SoapEngine> make_exact_engine(const RadialFunctions& functions,
                                                                  std::size_t species);
/// Tables and vector instructions; where the functions cannot be tabulated, the exact one.
/// @throws InputError: instructions that this processor lacks
[[nodiscard]] std::unique_ptr<const SoapEngine> make_fast_engine(const RadialFunctions& functions,
                                                                 std::size_t species,
                                                                 InstructionSet instructions);

}  // namespace adatom::descriptors
