// `adatom dictionary`: a dictionary of atomic environments for any fcc metal.
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/dynamics/dictionary_file.h"
#include "adatom/energetics/make_potential.h"
#include "adatom/pipeline/data_folder.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "cli/command.h"
#include "cli/option_flags.h"
#include "dictionary/dictionary_command_options.h"
#include "dictionary/dictionary_texts.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

/// The element that is asked for, or the only one that there is.
std::string chosen_element(const energetics::EmbeddedAtomPotential& potential,
                           const std::string& wanted) {
  if (!wanted.empty()) return wanted;
  if (potential.elements().size() == 1) return potential.elements().front();
  throw InputError(Complaint{"the potential has several elements", potential.name(), "",
                             "say which one by --element"});
}

class DictionaryCommand final : public Command {
 public:
  explicit DictionaryCommand(CLI::App& root)
      : Command(root, "dictionary", "Builds a dictionary of atomic environments for a metal.",
                "Builds the particles of the published dictionary (an icosahedron, two truncated "
                "octahedra, two decahedra) with the potential's lattice constant, relaxes them, "
                "and takes the SOAP spectra of 47 of their atoms: GTO, n_max = l_max = 8. Their "
                "classes are clusters by complete linkage. That for gold ships with the program; "
                "it was made by the first example. Writes OUT.h5 for `adatom environments "
                "--dictionary`, OUT.csv (the environments with their classes), OUT.svg (the tree "
                "of their distances).",
                "  adatom dictionary --potential smatb:Au -o au.h5\n"
                "  adatom dictionary --potential eam:Cu_mishin1.eam.alloy -o copper.h5\n"
                "  adatom dictionary --potential smatb:Ag,Cu --element Ag --classes recipe -o "
                "ag.h5") {
    app()
        .add_option("-o", output_, "the dictionary (.h5); a table and a figure are put beside it")
        ->required()
        ->type_name("FILE");
    flags_.declare<DictionaryCommandOptions>(app());
  }

  ExitCode run(Console& console) override {
    DictionaryCommandOptions options;
    flags_.fill(options);
    const fs::path output = output_;
    if (output.extension() != ".h5" || output.stem().empty()) {
      throw InputError(Complaint{"a dictionary is an HDF5 file", "-o", "it says " + output_,
                                 "let the name end in .h5"});
    }
    const auto potential = energetics::make_potential(
        options.potential, [&](const std::string& text) { console.say("warning: " + text); });
    const auto recipe = dynamics::parse_recipe(
        storage::read_csv(options.recipe.given() ? fs::path(options.recipe.path)
                                                 : data_folder() / "environments" / "recipe.csv"));
    const auto built =
        dynamics::build_dictionary(recipe, potential, chosen_element(*potential, options.element),
                                   options.dictionary, console.progress());
    const auto table = dictionary_table(built, recipe).text();
    const auto figure = report::svg_file(dictionary_figure(built, options.dictionary.cut));
    dynamics::write_dictionary(built.dictionary, output);
    storage::write_file(fs::path(output).replace_extension(".csv"), table);
    storage::write_file(fs::path(output).replace_extension(".svg"), figure);
    console.print(dictionary_summary(built));
    return finish(console, dictionary_remarks(built));
  }

 private:
  std::string output_;
  OptionFlags flags_;
};

}  // namespace

void declare_dictionary(CLI::App& root, CommandList& commands) {
  commands.push_back(std::make_unique<DictionaryCommand>(root));
}

}  // namespace adatom::pipeline
