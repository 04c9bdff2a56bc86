#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/crystal/io/structure_file.h"
#include "adatom/crystal/select.h"
#include "adatom/storage/files.h"
#include "cli/build_options.h"
#include "cli/command.h"
#include "cli/option_flags.h"
#include "cli/structure_files.h"
#include "cli/structure_output.h"

namespace adatom::pipeline {
namespace {

/// Writes what was built, and says what it is.
class BuiltOutput {
 public:
  void declare(Arguments& app) {
    app.add_option("-o", path_,
                   wrapped("file to write, its extension says the format: " +
                           std::string(structure_output_names) +
                           "; not given: extended XYZ to standard output"))
        ->type_name("FILE");
  }

  void write(const crystal::Structure& structure, Console& console) const {
    const auto text = structure_text(structure, path_.empty() ? "standard-output.xyz" : path_);
    std::map<std::string, std::size_t> elements;
    for (const auto& atom : structure.atoms) ++elements[atom.element];
    std::string list;
    for (const auto& [element, count] : elements) list += fmt::format(" {} {}", element, count);
    if (path_.empty()) {
      console.print(text);
    } else {
      storage::write_file(path_, text);
    }
    console.say(fmt::format("{} atoms:{}", structure.atoms.size(), list));
  }

 private:
  std::string path_;
};

struct BuildTexts {
  const char* what;
  const char* more;
  const char* examples;
};

template <class Kind>
class BuildCommand final : public Command {
 public:
  BuildCommand(CLI::App& build, const BuildTexts& texts)
      : Command(build, Kind::name, texts.what, texts.more, texts.examples) {
    output_.declare(app());
    flags_.declare<BuildOptions<Kind>>(app());
  }

  ExitCode run(Console& console) override {
    BuildOptions<Kind> options;
    flags_.fill(options);
    output_.write(crystal::edit(options.kind.build(), options.edits), console);
    return ExitCode::done;
  }

 private:
  BuiltOutput output_;
  OptionFlags flags_;
};

/// A structure file instead of a kind.
struct FileOptions {
  std::string type_elements = {};
  std::int64_t cells_x = 1;
  std::int64_t cells_y = 1;
  std::int64_t cells_z = 1;
  crystal::ZoneAxis zone_axis = crystal::ZoneAxis::axis_100;
  crystal::EditOptions edits = {};

  void describe(OptionVisitor& v) {
    v.visit({.name = "type_elements", .help = type_elements_help}, type_elements);
    const auto visit_cells = [&v](std::string_view name, std::int64_t& value) {
      v.visit({.name = name,
               .unit = "cells",
               .help = "along this cell vector, before anything else",
               .min = 1,
               .max = 1000},
              value);
    };
    visit_cells("cells_x", cells_x);
    visit_cells("cells_y", cells_y);
    visit_cells("cells_z", cells_z);
    v.visit({.name = "zone_axis",
             .help = "turns a crystal whose cube axes lie along x, y and z so that this direction "
                     "is along z"},
            zone_axis);
    edits.describe(v);
  }
  [[nodiscard]] std::vector<OptionIssue> validate() const {
    auto issues = check_ranges(*this);
    for (auto& issue : edits.validate()) {
      const bool known = std::any_of(issues.begin(), issues.end(),
                                     [&](const auto& other) { return other.name == issue.name; });
      if (!known) issues.push_back(std::move(issue));
    }
    return issues;
  }
};

class EditCommand final : public Command {
 public:
  explicit EditCommand(CLI::App& build)
      : Command(build, "edit", "Changes an existing structure.",
                "Reads " + std::string(crystal::structure_format_names) +
                    " (the first structure of several).",
                "  adatom build edit model.xyz --vacancies 12 --vacancy-sites surface -o worn.xyz\n"
                "  adatom build edit model.data --alloy Ag:0.3 --alloy-arrangement shell "
                "--vacuum-angstrom 15 -o coated.data") {
    app().add_option("FILE", file_, "the structure")->required()->type_name("");
    output_.declare(app());
    flags_.declare<FileOptions>(app());
  }

  ExitCode run(Console& console) override {
    FileOptions options;
    flags_.fill(options);
    auto structure = crystal::read_structure(file_, type_elements(options.type_elements));
    if (options.cells_x * options.cells_y * options.cells_z > 1) {
      structure = crystal::repeated(structure, {options.cells_x, options.cells_y, options.cells_z});
    }
    if (options.zone_axis != crystal::ZoneAxis::axis_100) {
      structure =
          crystal::rotated(std::move(structure), crystal::zone_axis_rotation(options.zone_axis));
    }
    output_.write(crystal::edit(std::move(structure), options.edits), console);
    return ExitCode::done;
  }

 private:
  std::string file_;
  BuiltOutput output_;
  OptionFlags flags_;
};

template <class Kind>
void declare(CLI::App& build, CommandList& commands, const BuildTexts& texts) {
  commands.push_back(std::make_unique<BuildCommand<Kind>>(build, texts));
}

}  // namespace

void declare_build(CLI::App& root, CommandList& commands) {
  CLI::App& build = add_command_group(root, "build", "Builds particles, slabs and crystals.");
  declare<TruncatedOctahedronKind>(
      build, commands,
      {"An octahedron of {111} faces with its tips cut off along {100}.",
       "It has length (2 length^2 + 1) / 3 - cutoff (cutoff + 1) (2 cutoff + 1) atoms.",
       "  adatom build truncated-octahedron --length 9 --cutoff 4 -o to309.xyz\n"
       "  adatom build truncated-octahedron --length 12 --cutoff 4 --zone-axis 110 --vacancies 20 "
       "--adatoms 5 -o worn.xyz"});
  declare<CuboctahedronKind>(build, commands,
                             {"{111} and {100} faces with equal edges.", "",
                              "  adatom build cuboctahedron --shells 4 -o cubo309.xyz"});
  declare<WulffKind>(
      build, commands,
      {"The equilibrium shape of given surface energies.",
       "Wulff's construction: the outermost planes lie at distances from the centre in the ratio "
       "of their energies.",
       "  adatom build wulff --element Pt --facets 111:1.44,100:1.65 --atoms 1000 -o pt.xyz\n"
       "  adatom build wulff --facets 111:1,100:1.15,110:1.2 --diameter-angstrom 40 -o au.xyz"});
  declare<IcosahedronKind>(
      build, commands,
      {"Mackay's icosahedron.",
       "Neighbours along a radius are at the crystal's distance, those within a shell 5.1 % "
       "farther apart; with --scale 0.976 the volume per atom is the crystal's.",
       "  adatom build icosahedron --element Au --shells 5 -o ico561.xyz\n"
       "  adatom build icosahedron --shells 3 --axis five_fold --alloy Ag:0.3 -o ico147.xyz"});
  declare<DecahedronKind>(build, commands,
                          {"Marks's and Ino's decahedra, as (m, n, p).",
                           "The five-fold axis is along z. (2, 2, 2) has 75 atoms, (7, 1, 3) 1086.",
                           "  adatom build decahedron --m 7 --n 1 --p 3 -o dh1086.xyz\n"
                           "  adatom build decahedron --m 3 --n 3 --p 1 -o ino55.xyz"});
  declare<SphereKind>(build, commands,
                      {"All sites of an fcc crystal within a radius.", "",
                       "  adatom build sphere --radius-angstrom 20 --zone-axis 110 -o sphere.xyz"});
  declare<WedgeKind>(build, commands,
                     {"A wedge of an fcc crystal.",
                      "Its thickness along z grows along x from one atom to the full value.",
                      "  adatom build wedge --width-angstrom 60 --thickness-angstrom 80 -o "
                      "wedge.xyz"});
  declare<SlabKind>(
      build, commands,
      {"Layers of an fcc crystal, periodic along x and y.",
       "A cell of the surface is rectangular: {100} a by a, two atoms a layer; "
       "{110} a/sqrt 2 by a, one atom; {111} a/sqrt 2 by a sqrt 6/2, two atoms.",
       "  adatom build slab --face 111 --layers 8 --vacuum-angstrom 12 -o slab.data"});
  declare<CrystalKind>(build, commands,
                       {"Cells of a crystal, periodic.", "",
                        "  adatom build crystal --element Cu --cells-x 5 --cells-y 5 --cells-z 5 "
                        "-o cu.xyz\n"
                        "  adatom build crystal --phase CeO2 --rattle-angstrom 0.05 -o ceria.xyz"});
  commands.push_back(std::make_unique<EditCommand>(build));
}

}  // namespace adatom::pipeline
