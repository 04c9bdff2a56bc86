#include "adatom/descriptors/soap.h"

#include <algorithm>
#include <stdexcept>

#include "adatom/base/error.h"
#include "radial_functions.h"
#include "soap_engine.h"

namespace adatom::descriptors {
namespace {

std::unique_ptr<const SoapEngine> make_engine(const RadialFunctions& functions, std::size_t species,
                                              SoapMethod method, InstructionSet instructions) {
  return method == SoapMethod::fast ? make_fast_engine(functions, species, instructions)
                                    : make_exact_engine(functions, species);
}

std::size_t require_species(std::size_t species) {
  if (species == 0 || species > 32) {
    throw InputError({.what = "between 1 and 32 species make a spectrum",
                      .where = "species",
                      .why = "there are " + std::to_string(species),
                      .remedy = {}});
  }
  return species;
}

}  // namespace

struct Soap::Impl {
  Impl(const SoapOptions& options_in, std::size_t species_in, SoapMethod method,
       InstructionSet instructions)
      : options(options_in), species(require_species(species_in)) {
    const RadialFunctions functions(options);
    reach_angstrom = functions.reach_angstrom();
    engine = make_engine(functions, species, method, instructions);
    size = spectrum_size(options, species, SpectrumLayout::unique);
  }

  SoapOptions options;
  std::size_t species;
  std::size_t size = 0;
  double reach_angstrom = 0.0;
  std::unique_ptr<const SoapEngine> engine;
};

Soap::Soap(const SoapOptions& options, std::size_t species, SoapMethod method,
           InstructionSet instructions)
    : impl_(std::make_unique<Impl>(options, species, method, instructions)) {}

Soap::~Soap() = default;
Soap::Soap(Soap&&) noexcept = default;
Soap& Soap::operator=(Soap&&) noexcept = default;

const SoapOptions& Soap::options() const { return impl_->options; }
std::size_t Soap::species() const { return impl_->species; }
std::size_t Soap::size() const { return impl_->size; }
double Soap::reach_angstrom() const { return impl_->reach_angstrom; }
std::string Soap::kernel_name() const { return impl_->engine->name(); }

void Soap::compute(const NeighbourVectors& neighbours,
                   std::span<const std::uint32_t> species_of_atoms,
                   std::span<const std::uint32_t> centres, std::span<double> spectra) const {
  const auto elsewhere = [&neighbours](std::uint32_t centre) {
    return centre < neighbours.first_atom || centre - neighbours.first_atom >= neighbours.atoms();
  };
  const auto unknown = [this](std::uint32_t value) { return value >= species(); };
  const bool fits = neighbours.reach_angstrom >= reach_angstrom() &&
                    spectra.size() == centres.size() * size() &&
                    (species_of_atoms.size() == neighbours.frame_atoms ||
                     (species_of_atoms.empty() && species() == 1)) &&
                    std::none_of(centres.begin(), centres.end(), elsewhere) &&
                    std::none_of(species_of_atoms.begin(), species_of_atoms.end(), unknown);
  if (!fits) {
    throw std::invalid_argument("neighbours, species, centres and spectra do not fit each other");
  }
  impl_->engine->compute(neighbours, species_of_atoms, centres, spectra);
}

}  // namespace adatom::descriptors
