// `adatom energy`: energies and forces of structures and trajectories.
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/crystal/trajectory.h"
#include "adatom/energetics/make_potential.h"
#include "adatom/storage/files.h"
#include "cli/command.h"
#include "cli/frame_choice.h"
#include "cli/option_flags.h"
#include "cli/structure_files.h"
#include "energy/energy_options.h"
#include "energy/frame_energy.h"
#include "mobility/placed_error.h"

namespace adatom::pipeline {
namespace {

/// The potentials that can be named, each broken into lines under a dash.
std::string potentials_text() {
  std::string text;
  std::string rest = energetics::potential_help();
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    std::string entry = wrapped(rest.substr(0, end), 92);
    for (std::size_t at = 0; (at = entry.find('\n', at)) != std::string::npos; at += 5) {
      entry.replace(at, 1, "\n    ");
    }
    text += "  " + entry + '\n';
    rest.erase(0, end == std::string::npos ? end : end + 1);
  }
  return text;
}

/// The header stands once, before the first frame.
std::string atom_rows(const FrameEnergy& energy, bool first) {
  auto table = atom_table();
  add_atoms(energy, table);
  auto text = table.text();
  if (!first) text.erase(0, text.find('\n') + 1);
  return text;
}

class EnergyCommand final : public Command {
 public:
  explicit EnergyCommand(CLI::App& root)
      : Command(root, "energy", "Energies and forces of the atoms of a structure or trajectory.",
                "Prints energy, largest force, virial (the sum over pairs of distance times "
                "force, positive when compressed) and, in a periodic cell, pressure; of several "
                "frames a table (CSV), a line each. The energy of an atom is its embedding energy "
                "and half of its pairs' energies. Forces include the support's; they are zero on "
                "atoms that are held. Springs hold atoms where the first frame has them.",
                "  adatom energy particle.xyz --potential smatb:Au\n"
                "  adatom energy particle.data --potential smatb:Ag,Cu --type-elements \"Ag Cu\" "
                "-o atoms.csv\n"
                "  adatom energy md/trajectory.xyz --potential eam:Au_u3.eam --frames 100:\n\n"
                "Potentials:\n" +
                    potentials_text()) {
    app()
        .add_option("STRUCTURE", file_,
                    wrapped(std::string(crystal::structure_format_names) + "; trajectories"))
        ->required()
        ->type_name("");
    app()
        .add_option("-o", output_, "writes the table of atoms to this file (CSV)")
        ->type_name("FILE");
    flags_.declare<EnergyOptions>(app());
  }

  ExitCode run(Console& console) override {
    flags_.fill(options_);
    potential_ = energetics::make_potential(
        options_.potential, [&](const std::string& text) { console.say("warning: " + text); });
    crystal::TrajectoryReader reader(file_, type_elements(options_.type_elements));
    const std::size_t count = reader.frames().size();
    const auto chosen = chosen_frames(options_.frames, count, file_);
    const bool one = chosen.last - chosen.first == 1;
    console.progress().begin("energy", chosen.last - chosen.first);
    std::optional<storage::FileWriter> file;
    if (!output_.empty()) file.emplace(output_);
    auto frames = energy_table();
    std::string text;
    for (std::size_t frame = chosen.first; frame < chosen.last; ++frame) {
      stop_if_cancelled(console.progress());
      const auto energy = evaluate(reader.read(frame), frame, count);
      if (one) text = energy_text(energy);
      add_frame(energy, frames);
      // Frame after frame: all atoms of a long trajectory are too many to keep.
      if (file) file->append(atom_rows(energy, frame == chosen.first));
      if (options_.per_atom) console.print(atom_rows(energy, frame == chosen.first));
      console.progress().advance(1);
    }
    for (const auto& damage : reader.damage()) console.say("warning: " + damage.text());
    if (file) file->commit();
    if (!options_.per_atom) console.print(one ? text : frames.text());
    return ExitCode::done;
  }

 private:
  [[nodiscard]] FrameEnergy evaluate(crystal::Structure structure, std::size_t frame,
                                     std::size_t frames) {
    if (options_.box == EnergyBox::open) structure.periodic = {false, false, false};
    try {
      if (!surroundings_) {
        surroundings_ = energetics::make_surroundings(options_.support, structure);
      }
      auto energy = frame_energy(*potential_, *surroundings_, std::move(structure));
      energy.frame = frame;
      return energy;
    } catch (const InputError& error) {
      throw placed(error, frames > 1 ? fmt::format("{}, frame {}", file_, frame) : file_);
    }
  }

  std::string file_;
  std::string output_;
  OptionFlags flags_;
  EnergyOptions options_;
  std::shared_ptr<const energetics::EmbeddedAtomPotential> potential_;
  std::optional<energetics::Surroundings> surroundings_;
};

}  // namespace

void declare_energy(CLI::App& root, CommandList& commands) {
  commands.push_back(std::make_unique<EnergyCommand>(root));
}

}  // namespace adatom::pipeline
