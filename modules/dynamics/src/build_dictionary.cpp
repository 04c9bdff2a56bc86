#include "adatom/dynamics/build_dictionary.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/crystal/box.h"
#include "adatom/energetics/bulk_properties.h"
#include "adatom/energetics/make_potential.h"
#include "adatom/energetics/quench.h"

namespace adatom::dynamics {
namespace {

// What the published dictionary was made with (Rapetti et al., Commun. Chem. 6 (2023) 143).
constexpr const char* published_potential = "smatb:Au";
constexpr double published_r_cut_angstrom = 4.48023312;
constexpr double published_sigma_angstrom = 1.0;

// Of a place from its atom, in nearest-neighbour distances: places are written to four digits.
constexpr double place_tolerance = 1e-3;

std::size_t find_in_potential(const energetics::EmbeddedAtomPotential& potential,
                              const std::string& element) {
  const auto& elements = potential.elements();
  const auto found = std::find(elements.begin(), elements.end(), element);
  if (found == elements.end()) {
    throw InputError(Complaint{"the potential has no element '" + element + "'", potential.name(),
                               "", "name one of those that it has"});
  }
  return static_cast<std::size_t>(found - elements.begin());
}

/// The largest distance between two arrangements of the same atoms, once the first is scaled to fit
/// the second best. Both are centred on zero.
double farthest_move_angstrom(const crystal::Structure& before, const crystal::Structure& after) {
  double product = 0.0;
  double square = 0.0;
  for (std::size_t i = 0; i < before.atoms.size(); ++i) {
    product += before.atoms[i].position_angstrom.dot(after.atoms[i].position_angstrom);
    square += before.atoms[i].position_angstrom.squaredNorm();
  }
  const double scale = square > 0.0 ? product / square : 1.0;
  double farthest = 0.0;
  for (std::size_t i = 0; i < before.atoms.size(); ++i) {
    const Eigen::Vector3d move =
        after.atoms[i].position_angstrom - scale * before.atoms[i].position_angstrom;
    farthest = std::max(farthest, move.norm());
  }
  return farthest;
}

/// The atom that stands where the recipe says.
std::uint32_t find_atom(const crystal::Structure& unrelaxed, const RecipeEntry& entry,
                        double neighbour_angstrom) {
  std::size_t nearest = 0;
  double least = HUGE_VAL;
  for (std::size_t i = 0; i < unrelaxed.atoms.size(); ++i) {
    const double distance =
        (unrelaxed.atoms[i].position_angstrom / neighbour_angstrom - entry.position).norm();
    if (distance < least) {
      least = distance;
      nearest = i;
    }
  }
  if (!(least <= place_tolerance)) {
    throw InputError(
        Complaint{"no atom stands where the recipe has one", entry.environment,
                  "the nearest of the " + entry.particle + " is " + shortest(least) +
                      " nearest-neighbour distances away",
                  "positions are those before relaxation, in nearest-neighbour distances"});
  }
  return static_cast<std::uint32_t>(nearest);
}

/// A particle and the recipe's atoms in it.
struct Chosen {
  RelaxedParticle particle;
  std::vector<std::size_t> entries;  // of the recipe
  std::vector<std::uint32_t> atoms;
};

std::vector<Chosen> choose_atoms(std::span<const RecipeEntry> recipe,
                                 const crystal::FccCrystal& crystal, double neighbour_angstrom) {
  std::vector<Chosen> chosen;
  for (std::size_t k = 0; k < recipe.size(); ++k) {
    const auto& entry = recipe[k];
    auto at = std::find_if(chosen.begin(), chosen.end(),
                           [&](const Chosen& one) { return one.particle.name == entry.particle; });
    if (at == chosen.end()) {
      chosen.push_back({.particle = {.name = entry.particle,
                                     .structure = build_recipe_particle(entry.particle, crystal),
                                     .minimum = {}},
                        .entries = {},
                        .atoms = {}});
      at = chosen.end() - 1;
    }
    at->entries.push_back(k);
    at->atoms.push_back(find_atom(at->particle.structure, entry, neighbour_angstrom));
  }
  return chosen;
}

void relax(RelaxedParticle& particle,
           const std::shared_ptr<const energetics::EmbeddedAtomPotential>& potential,
           double neighbour_angstrom, Progress& progress) {
  // Not the fastest instructions but those that every processor has: so each makes the same file.
  energetics::ForceFieldOptions field;
  field.instruction_set = InstructionSet::portable;
  auto relaxed = energetics::quench(particle.structure, potential, {}, field,
                                    energetics::MinimiseOptions::tight(), progress);
  particle.farthest_move =
      farthest_move_angstrom(particle.structure, relaxed.structure) / neighbour_angstrom;
  particle.structure = std::move(relaxed.structure);
  particle.minimum = relaxed.minimum;
}

descriptors::SoapOptions soap_options(const DictionaryOptions& options, double lattice_angstrom) {
  const double published_lattice_angstrom =
      energetics::bulk_properties(*energetics::make_potential(published_potential))
          .lattice_angstrom;
  const double scale = lattice_angstrom / published_lattice_angstrom;
  descriptors::SoapOptions soap;
  soap.r_cut_angstrom = options.r_cut_angstrom.value_or(published_r_cut_angstrom * scale);
  soap.sigma_angstrom = options.sigma_angstrom.value_or(published_sigma_angstrom * scale);
  return soap;
}

void set_classes(BuiltDictionary& built, ClassSource source) {
  auto& dictionary = built.dictionary;
  std::vector<std::string> name_of = built.recipe_classes;
  if (source == ClassSource::cut) {
    const auto names = name_clusters(built.clusters.cluster_of, built.recipe_classes);
    for (std::size_t i = 0; i < name_of.size(); ++i) {
      name_of[i] = names[built.clusters.cluster_of[i]];
    }
  }
  for (const auto& name : name_of) {
    auto at = std::find(dictionary.classes.begin(), dictionary.classes.end(), name);
    if (at == dictionary.classes.end()) at = dictionary.classes.insert(at, name);
    dictionary.class_of.push_back(static_cast<std::uint8_t>(at - dictionary.classes.begin()));
  }
}

}  // namespace

void DictionaryOptions::describe(OptionVisitor& v) {
  v.visit({.name = "r_cut_angstrom",
           .unit = "angstrom",
           .help = "size of an environment; empty: 4.48023312 for the gold of smatb, for other "
                   "potentials scaled with their fcc lattice constant",
           .min = 1.0,
           .max = 50.0},
          r_cut_angstrom);
  v.visit({.name = "sigma_angstrom",
           .unit = "angstrom",
           .help = "width of the Gaussian that stands for an atom; empty: 1, scaled likewise",
           .min = 0.05,
           .max = 10.0},
          sigma_angstrom);
  v.visit({.name = "cut",
           .help = "distance sqrt(2 - 2 p.q) up to which environments are of one class (complete "
                   "linkage)",
           .min = 0.0,
           .max = 2.0},
          cut);
  v.visit({.name = "classes",
           .help = "cut: clusters at the cut, named after the classes of the recipe that they "
                   "hold; recipe: those classes themselves"},
          classes);
}

std::vector<OptionIssue> DictionaryOptions::validate() const { return check_ranges(*this); }

std::vector<double> environment_spectra(std::span<const Eigen::Vector3d> positions_angstrom,
                                        std::span<const std::uint32_t> atoms,
                                        const descriptors::SoapOptions& soap) {
  const descriptors::Soap spectra_of(soap, 1, descriptors::SoapMethod::exact);
  const auto neighbours = descriptors::find_neighbour_vectors(positions_angstrom, crystal::Box(),
                                                              spectra_of.reach_angstrom());
  std::vector<double> unique(atoms.size() * spectra_of.size());
  spectra_of.compute(neighbours, {}, atoms, unique);
  constexpr auto layout = descriptors::SpectrumLayout::kernel;
  const std::size_t size = descriptors::spectrum_size(soap, 1, layout);
  std::vector<double> spectra(atoms.size() * size);
  descriptors::lay_out(soap, 1, layout, unique, spectra);
  descriptors::normalise(spectra, size);
  return spectra;
}

BuiltDictionary build_dictionary(
    std::span<const RecipeEntry> recipe,
    const std::shared_ptr<const energetics::EmbeddedAtomPotential>& potential,
    const std::string& element, const DictionaryOptions& options, Progress& progress) {
  require_valid(options.validate());
  if (recipe.empty() || recipe.size() > 255) {
    throw InputError(Complaint{"no such dictionary can be built", "the recipe",
                               "it has " + std::to_string(recipe.size()) + " environments",
                               "give 1 to 255"});
  }
  BuiltDictionary built;
  built.lattice_angstrom =
      energetics::bulk_properties(*potential, find_in_potential(*potential, element))
          .lattice_angstrom;
  const double neighbour_angstrom = built.lattice_angstrom / std::sqrt(2.0);
  auto& dictionary = built.dictionary;
  dictionary.element = element;
  dictionary.soap = soap_options(options, built.lattice_angstrom);
  require_valid(dictionary.soap.validate());
  dictionary.source = std::to_string(recipe.size()) + " environments of particles relaxed with " +
                      potential->name() + " (fcc lattice constant " +
                      shortest(std::round(built.lattice_angstrom * 1e4) / 1e4) +
                      " angstrom); environments of Rapetti et al., Commun. Chem. 6 (2023) 143";

  const std::size_t size =
      descriptors::spectrum_size(dictionary.soap, 1, descriptors::SpectrumLayout::kernel);
  dictionary.spectra.resize(recipe.size() * size);
  const crystal::FccCrystal crystal{element, built.lattice_angstrom};
  for (auto& [particle, entries, atoms] : choose_atoms(recipe, crystal, neighbour_angstrom)) {
    relax(particle, potential, neighbour_angstrom, progress);
    stop_if_cancelled(progress);
    std::vector<Eigen::Vector3d> positions;
    for (const auto& atom : particle.structure.atoms) positions.push_back(atom.position_angstrom);
    const auto spectra = environment_spectra(positions, atoms, dictionary.soap);
    for (std::size_t k = 0; k < entries.size(); ++k) {
      std::copy_n(spectra.begin() + static_cast<std::ptrdiff_t>(k * size), size,
                  dictionary.spectra.begin() + static_cast<std::ptrdiff_t>(entries[k] * size));
    }
    built.particles.push_back(std::move(particle));
  }
  for (const auto& entry : recipe) {
    dictionary.environments.push_back(entry.environment);
    built.recipe_classes.push_back(entry.class_name);
  }
  built.clusters = cluster_environments(dictionary.spectra, recipe.size(), options.cut);
  set_classes(built, options.classes);
  return built;
}

}  // namespace adatom::dynamics
