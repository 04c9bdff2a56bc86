// `adatom potential`: what a potential says of a metal's crystal and faces.
#include <array>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "adatom/energetics/bulk_properties.h"
#include "adatom/energetics/make_potential.h"
#include "adatom/energetics/surface_energy.h"
#include "cli/command.h"
#include "cli/option_flags.h"
#include "stages/json_text.h"

namespace adatom::pipeline {
namespace {

using energetics::Face;

constexpr std::array faces = {Face::f111, Face::f100, Face::f110};

struct Metal {
  std::string element;
  double mass_u;
  energetics::BulkProperties bulk;
  std::array<energetics::SurfaceEnergy, faces.size()> surfaces;  // in the order of `faces`
};

std::string face_name(std::size_t face) {
  return EnumNames<Face>::names[static_cast<std::size_t>(faces[face])];
}

Metal look_at(const std::shared_ptr<const energetics::EmbeddedAtomPotential>& potential,
              std::size_t element, Progress& progress) {
  Metal metal{.element = potential->elements()[element],
              .mass_u = potential->mass_u(element),
              .bulk = energetics::bulk_properties(*potential, element),
              .surfaces = {}};
  for (std::size_t k = 0; k < faces.size(); ++k) {
    metal.surfaces[k] = energetics::surface_energy(potential, element, faces[k], progress);
  }
  return metal;
}

std::string as_text(const Metal& metal) {
  const auto& bulk = metal.bulk;
  std::string text = fmt::format("{} (fcc), {} u\n", metal.element, metal.mass_u);
  const auto line = [&text](const char* name, double value, int decimals, const char* unit) {
    text += fmt::format("  {:<21}{:>9.{}f} {}\n", name, value, decimals, unit);
  };
  line("lattice constant", bulk.lattice_angstrom, 4, "angstrom");
  line("cohesive energy", bulk.cohesive_ev, 4, "eV");
  line("bulk modulus", bulk.bulk_modulus_gpa, 1, "GPa");
  line("C11", bulk.c11_gpa, 1, "GPa");
  line("C12", bulk.c12_gpa, 1, "GPa");
  line("C44", bulk.c44_gpa, 1, "GPa");
  for (std::size_t k = 0; k < faces.size(); ++k) {
    const auto& surface = metal.surfaces[k];
    text +=
        fmt::format("  {:<21}{:>9.4f} J/m^2 (before relaxation {:.4f}; outer layers {:+.1f} %)\n",
                    fmt::format("surface energy ({})", face_name(k)), surface.relaxed_joule_per_m2,
                    surface.unrelaxed_joule_per_m2, 100.0 * surface.first_spacing_change);
  }
  return text;
}

nlohmann::ordered_json as_json(const Metal& metal) {
  const auto& bulk = metal.bulk;
  nlohmann::ordered_json json = {
      {"element", metal.element},
      {"mass_u", metal.mass_u},
      {"lattice_angstrom", bulk.lattice_angstrom},
      {"cohesive_ev", bulk.cohesive_ev},
      {"bulk_modulus_gpa", bulk.bulk_modulus_gpa},
      {"c11_gpa", bulk.c11_gpa},
      {"c12_gpa", bulk.c12_gpa},
      {"c44_gpa", bulk.c44_gpa},
  };
  for (std::size_t k = 0; k < faces.size(); ++k) {
    const auto& surface = metal.surfaces[k];
    json["surfaces"][face_name(k)] = {{"unrelaxed_joule_per_m2", surface.unrelaxed_joule_per_m2},
                                      {"relaxed_joule_per_m2", surface.relaxed_joule_per_m2},
                                      {"first_spacing_change", surface.first_spacing_change}};
  }
  return json;
}

/// What a user should know before melting a particle with it.
std::string doubt(const std::string& potential, const Metal& metal) {
  constexpr double fair_share = 2.0 / 3.0;
  const auto measured = energetics::measured_surface_energy_joule_per_m2(metal.element);
  const double lowest = metal.surfaces[0].relaxed_joule_per_m2;
  if (!measured || lowest > fair_share * *measured) return {};
  const bool gold = metal.element == "Au" && potential.starts_with("smatb:");
  return fmt::format(
      "{} underestimates the surface energy of {}: {:.2f} J/m^2 for (111), where about {:.2f} are "
      "measured (Tyson and Miller 1977){}",
      potential, metal.element, lowest, *measured,
      gold ? "; its melting point is too low too" : "");
}

class PotentialCommand final : public Command {
 public:
  explicit PotentialCommand(CLI::App& root)
      : Command(root, "potential",
                "Prints what a potential says of a metal: lattice constant, cohesive energy, "
                "elastic moduli, surface energies.",
                "Of each element the fcc crystal at rest. Faces are relaxed, but not "
                "reconstructed. A warning tells where the surface energy is below two thirds of "
                "the measured one.",
                "  adatom potential smatb:Au\n"
                "  adatom potential eam:Cu_mishin1.eam.alloy --json") {
    app()
        .add_option("POTENTIAL", spec_, wrapped(energetics::potential_help()))
        ->required()
        ->type_name("");
    app().add_flag("--json", json_, "as JSON");
  }

  ExitCode run(Console& console) override {
    const auto potential = energetics::make_potential(
        spec_, [&](const std::string& warning) { console.say("warning: " + warning); });
    std::vector<Metal> metals;
    for (std::size_t element = 0; element < potential->elements().size(); ++element) {
      metals.push_back(look_at(potential, element, console.progress()));
    }
    if (json_) {
      nlohmann::ordered_json json = {{"potential", potential->name()},
                                     {"cutoff_angstrom", potential->cutoff_angstrom()}};
      for (const auto& metal : metals) json["metals"].push_back(as_json(metal));
      console.print(json_text(json));
    } else {
      std::string text = fmt::format("{}, cut-off {:.4f} angstrom\n", potential->name(),
                                     potential->cutoff_angstrom());
      for (const auto& metal : metals) text += as_text(metal);
      console.print(text);
    }
    for (const auto& metal : metals) {
      if (const auto text = doubt(potential->name(), metal); !text.empty())
        console.say("warning: " + text);
    }
    return ExitCode::done;
  }

 private:
  std::string spec_;
  bool json_ = false;
};

}  // namespace

void declare_potential(CLI::App& root, CommandList& commands) {
  commands.push_back(std::make_unique<PotentialCommand>(root));
}

}  // namespace adatom::pipeline
