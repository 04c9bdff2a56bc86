#include "phase_map/phase_map_options.h"

#include <cmath>
#include <string_view>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/crystal/io/cif.h"
#include "adatom/storage/files.h"

namespace adatom::pipeline {
namespace {

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

/// The parts between separators, blanks taken off, without empty ones.
std::vector<std::string> parts(std::string_view text, char separator) {
  std::vector<std::string> list;
  while (true) {
    const auto end = text.find(separator);
    if (auto part = trimmed(text.substr(0, end)); !part.empty()) list.push_back(std::move(part));
    if (end == std::string_view::npos) return list;
    text.remove_prefix(end + 1);
  }
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

void PhaseMapCommandOptions::describe(OptionVisitor& v) {
  v.visit({.name = "phases", .help = "built-in phases, with commas between"}, phases);
  v.visit({.name = "cif", .help = "a CIF with one phase more, which comes after those"}, cif);
  v.visit({.name = "families",
           .help = "reflections to look for, as \"Cu:111,200;Cu2O:220\"; of a phase that is not "
                   "named here: all that are strong, resolved and apart from the other phases'"},
          families);
  v.visit({.name = "fringes",
           .help = "fringes that are known: phase number (from 1), kx, ky in 1/nm of each (x to "
                   "the right, y down); not given: they are found in every frame",
           .min = -100,
           .max = 100},
          fringes);
  v.visit({.name = "pixel_size_angstrom",
           .unit = "angstrom",
           .help = "side of a pixel; not given: as the file says",
           .min = 1e-3,
           .max = 10},
          pixel_size_angstrom);
  v.visit({.name = "frame_time_s",
           .unit = "s",
           .help = "from frame to frame; not given: as the file says",
           .min = 1e-9,
           .max = 1e6},
          frame_time_s);
  v.visit({.name = "signal", .help = "which series of a file that holds several"}, signal);
  v.visit_group("reflections", "which families are looked for", reflections);
  v.visit_group("search", "how fringes are found in the power spectrum", search);
  v.visit_group("map", "masks, noise gate and errors", map);
  v.visit({.name = "direction_deg",
           .unit = "deg",
           .help = "direction of the asymmetry, from x to the right towards y down",
           .min = -360,
           .max = 360},
          direction_deg);
  v.visit({.name = "tracks",
           .help = "tracks.csv of adatom track of the same frames: each particle's own direction "
                   "of motion is taken instead"},
          tracks);
  v.visit({.name = "direction_frames",
           .help = "that motion is taken from so many frames before to so many after",
           .min = 1,
           .max = 10000},
          direction_frames);
  v.visit({.name = "particles",
           .help = "an image of the frames' size that numbers the particles (0: none); not given: "
                   "regions of any phase that touch"},
          particles);
  v.visit({.name = "particle_area_min_nm2",
           .unit = "nm^2",
           .help = "smaller regions are no particles",
           .min = 0,
           .max = 1e9},
          particle_area_min_nm2);
  v.visit(
      {.name = "strain", .help = "strain of one phase's lattice by geometric phase analysis (gpa)"},
      strain);
  v.visit({.name = "strain_phase", .help = "its number, from 1", .min = 1, .max = 8}, strain_phase);
  v.visit({.name = "strain_reference",
           .unit = "nm",
           .help = "x0,y0,x1,y1: where strain is zero on average; not given: the whole crystal",
           .min = -1e6,
           .max = 1e6},
          strain_reference);
}

std::vector<OptionIssue> PhaseMapCommandOptions::validate() const {
  auto issues = check_ranges(*this);
  if (fringes.size() % 3 != 0) {
    issues.push_back({"fringes", "each has three numbers: phase, kx, ky"});
  }
  const auto& box = strain_reference;
  if (!box.empty() && (box.size() != 4 || !(box[0] < box[2]) || !(box[1] < box[3]))) {
    issues.push_back({"strain_reference", "a rectangle is x0,y0,x1,y1 with x0 < x1 and y0 < y1"});
  }
  return issues;
}

image::LoadOptions PhaseMapCommandOptions::load() const {
  image::LoadOptions options;
  options.pixel_size_angstrom = pixel_size_angstrom;
  options.time_step_s = frame_time_s;
  options.signal = signal;
  options.pixel_size_remedy = "give it as --pixel-size-angstrom";
  return options;
}

std::vector<crystal::Phase> PhaseMapCommandOptions::phase_list() const {
  std::vector<crystal::Phase> list;
  for (const auto& name : parts(phases, ',')) {
    auto phase = crystal::find_phase(name);
    if (!phase) {
      throw InputError({.what = "there is no phase " + name,
                        .where = "phases",
                        .why = "built in are " + joined(crystal::phase_names()),
                        .remedy = "name one of these, or give its CIF with --cif"});
    }
    list.push_back(*std::move(phase));
  }
  if (cif.given()) {
    list.push_back(crystal::parse_cif(storage::read_file(cif.path), cif.path));
  }
  constexpr std::size_t most = 8;
  if (list.empty() || list.size() > most) {
    throw InputError({.what = fmt::format("{} phases are named", list.size()),
                      .where = "phases",
                      .why = "a map has 1 to 8",
                      .remedy = "name them with commas between"});
  }
  return list;
}

std::vector<std::vector<std::string>> PhaseMapCommandOptions::family_labels(
    const std::vector<crystal::Phase>& phases_in_use) const {
  std::vector<std::vector<std::string>> labels(phases_in_use.size());
  for (const auto& entry : parts(families, ';')) {
    const auto colon = entry.find(':');
    const std::string name = trimmed(std::string_view(entry).substr(0, colon));
    std::size_t p = 0;
    while (p < phases_in_use.size() && phases_in_use[p].name != name) ++p;
    if (colon == std::string::npos || p == phases_in_use.size()) {
      std::vector<std::string> names;
      for (const auto& phase : phases_in_use) names.push_back(phase.name);
      throw InputError({.what = "this names no families of a phase",
                        .where = "families: " + entry,
                        .why = "the phases are " + joined(names),
                        .remedy = "write it as \"Cu:111,200;Cu2O:220\""});
    }
    labels[p] = parts(std::string_view(entry).substr(colon + 1), ',');
  }
  return labels;
}

std::vector<diffraction::Fringe> PhaseMapCommandOptions::given_fringes(
    std::size_t phase_count) const {
  std::vector<diffraction::Fringe> list;
  for (std::size_t i = 0; i + 2 < fringes.size(); i += 3) {
    const double number = fringes[i];
    if (number != std::floor(number) || number < 1.0 || number > static_cast<double>(phase_count)) {
      throw InputError({.what = fmt::format("there is no phase of number {}", number),
                        .where = "fringes",
                        .why = fmt::format("they go from 1 to {}", phase_count),
                        .remedy = "give phase, kx, ky of each fringe"});
    }
    list.push_back({.kx_per_nm = fringes[i + 1],
                    .ky_per_nm = fringes[i + 2],
                    .phase = static_cast<std::size_t>(number) - 1,
                    .hkl = "given"});
  }
  return list;
}

}  // namespace adatom::pipeline
