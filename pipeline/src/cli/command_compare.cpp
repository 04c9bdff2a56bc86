// `adatom compare`: how alike two structures are.
#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>
#include <string>

#include <fmt/ranges.h>

#include "adatom/base/error.h"
#include "adatom/crystal/trajectory.h"
#include "adatom/pipeline/yaml_options.h"
#include "cli/command.h"
#include "cli/option_flags.h"
#include "cli/output_folder.h"
#include "cli/structure_files.h"
#include "compare/compare_command_options.h"
#include "compare/comparison_files.h"

namespace adatom::pipeline {
namespace {

/// A frame of a file; -1 is the last.
crystal::Structure read_frame(const std::string& path, std::int64_t frame,
                              const CompareCommandOptions& options, Console& console) {
  crystal::TrajectoryReader reader(path, type_elements(options.type_elements));
  const auto count = static_cast<std::int64_t>(reader.frames().size());
  const std::int64_t chosen = frame < 0 ? count + frame : frame;
  if (chosen < 0 || chosen >= count) {
    throw InputError({.what = fmt::format("there is no frame {}", frame),
                      .where = path,
                      .why = fmt::format("it has {}", count),
                      .remedy = "count from 0, or from -1 backwards"});
  }
  auto structure = reader.read(static_cast<std::size_t>(chosen));
  for (const auto& damage : reader.damage()) console.say("warning: " + damage.text());
  return structure;
}

std::set<std::string> elements_of(const crystal::Structure& structure) {
  std::set<std::string> elements;
  for (const auto& atom : structure.atoms) elements.insert(atom.element);
  return elements;
}

/// Places alone would be laid on one another whatever stands there.
void require_common_element(const crystal::Structure& a, const crystal::Structure& b) {
  const auto of_a = elements_of(a);
  const auto of_b = elements_of(b);
  if (of_a.empty() || of_b.empty()) return;  // is told elsewhere
  if (std::ranges::any_of(of_a, [&](const auto& one) { return of_b.contains(one); })) return;
  throw InputError(
      {.what = "no atom can have a partner: the two have no element in common",
       .where = "A, B",
       .why = fmt::format("A is of {}, B of {}", fmt::join(of_a, ", "), fmt::join(of_b, ", ")),
       .remedy = "give structures of the same particle; --type-elements says what "
                 "the atom types of LAMMPS files are"});
}

class CompareCommand final : public Command {
 public:
  explicit CompareCommand(CLI::App& root)
      : Command(root, "compare", "How alike two structures are: a reconstruction and the truth.",
                "Lays B on A (by a shift, turns about the beam and its mirror unless told "
                "otherwise), matches atoms one to one, and prints how many have a partner, how far "
                "the partners are apart (RMSD), whether columns along the beam (z) have the same "
                "number of atoms, and what share of A's surface atoms has an atom at its place and "
                "of its class (facet, edge, vertex, ... by the neighbours within 3.4 angstrom). "
                "Give the truth first. With -o writes compare.json, matched.csv, "
                "column_counts.csv, figures and compare.html. Exit code 3 if no atom has a "
                "partner, 2 if the two have no element in common.",
                "  adatom compare truth.xyz model.xyz\n"
                "  adatom compare truth.xyz model.xyz --freedom translation -o comparison\n"
                "  adatom compare start.data md/trajectory.xyz --frame-b -1 --tolerance-angstrom "
                "1.2") {
    app()
        .add_option("A", path_a_,
                    wrapped(std::string(crystal::structure_format_names) + "; trajectories"))
        ->required()
        ->type_name("");
    app().add_option("B", path_b_, "the same; what is compared with A")->required()->type_name("");
    app().add_option("-o", folder_, "folder to write to")->type_name("DIR");
    flags_.declare<CompareCommandOptions>(app());
    accept_threads();
  }

  ExitCode run(Console& console) override {
    CompareCommandOptions options;
    flags_.fill(options);
    Comparison comparison{.name_a = std::filesystem::path(path_a_).filename().string(),
                          .name_b = std::filesystem::path(path_b_).filename().string(),
                          .a = read_frame(path_a_, options.frame_a, options, console),
                          .b = read_frame(path_b_, options.frame_b, options, console),
                          .result = {}};
    require_common_element(comparison.a, comparison.b);
    comparison.result = reconstruct::compare(comparison.a, comparison.b, options.compare);
    if (!folder_.empty()) {
      OutputFolder output(folder_);
      write_comparison(comparison, write_yaml(options), output.scratch());
      output.commit();
    }
    console.print(comparison_text(comparison));
    Remarks remarks;
    if (comparison.result.other_elements > 0) {
      remarks.warnings.push_back(
          fmt::format("{} of the {} matched atoms are of another element in B",
                      comparison.result.other_elements, comparison.result.pairs.size()));
    }
    if (comparison.result.pairs.empty()) {
      remarks.shortfalls.push_back("no atom has a partner within the tolerance");
    }
    return finish(console, remarks);
  }

 private:
  std::string path_a_;
  std::string path_b_;
  std::string folder_;
  OptionFlags flags_;
};

}  // namespace

void declare_compare(CLI::App& root, CommandList& commands) {
  commands.push_back(std::make_unique<CompareCommand>(root));
}

}  // namespace adatom::pipeline
