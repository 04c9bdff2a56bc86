#include "saed/saed_input.h"

#include <algorithm>
#include <cmath>
#include <sstream>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "adatom/base/error.h"
#include "adatom/crystal/io/cif.h"
#include "adatom/storage/files.h"

namespace adatom::pipeline {
namespace {

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_cif(const std::string& name) {
  return name.size() > 4 && (name.ends_with(".cif") || name.ends_with(".CIF"));
}

crystal::Phase read_phase(const std::string& name) {
  if (is_cif(name)) return crystal::parse_cif(storage::read_file(name), name);
  if (auto phase = crystal::find_phase(name)) return *std::move(phase);
  throw InputError({.what = fmt::format("the phase {} is not known", name),
                    .where = "phases",
                    .why = fmt::format("known are {}", fmt::join(crystal::phase_names(), ", ")),
                    .remedy = "give the name of a CIF file of it, ending in .cif"});
}

}  // namespace

std::vector<crystal::Phase> read_phases(const std::string& names) {
  std::vector<crystal::Phase> phases;
  std::istringstream list(names);
  for (std::string entry; std::getline(list, entry, ',');) {
    const std::string name = trimmed(entry);
    if (name.empty()) continue;
    crystal::Phase phase = read_phase(name);
    crystal::require_possible(phase);
    const auto same = [&](const crystal::Phase& other) { return other.name == phase.name; };
    if (std::ranges::any_of(phases, same)) {
      throw InputError({.what = fmt::format("the phase {} is given twice", phase.name),
                        .where = "phases",
                        .why = "rings are told apart by the names of their phases",
                        .remedy = "leave one out, or give the CIF file's phase another name"});
    }
    phases.push_back(std::move(phase));
  }
  if (phases.empty()) {
    throw InputError({.what = "no phase is given",
                      .where = "phases",
                      .why = "rings are fitted where the phases have them",
                      .remedy = "give them as --phases Cu,Cu2O"});
  }
  return phases;
}

std::vector<crystal::Phase> known_phases() {
  std::vector<crystal::Phase> phases;
  for (const auto& name : crystal::phase_names()) phases.push_back(*crystal::find_phase(name));
  return phases;
}

std::vector<diffraction::PhaseRings> read_fraction_rings(const std::string& text) {
  std::vector<diffraction::PhaseRings> all;
  std::istringstream phases(text);
  for (std::string part; std::getline(phases, part, ';');) {
    if (trimmed(part).empty()) continue;
    const auto colon = part.find(':');
    diffraction::PhaseRings rings;
    rings.phase = trimmed(part.substr(0, colon));
    if (colon != std::string::npos) {
      std::istringstream list(part.substr(colon + 1));
      for (std::string hkl; list >> hkl;) rings.hkl.push_back(hkl);
    }
    if (rings.phase.empty() || rings.hkl.empty()) {
      throw InputError({.what = fmt::format("\"{}\" names no rings of a phase", trimmed(part)),
                        .where = "fraction_rings",
                        .why = "a phase, a colon and its rings are needed",
                        .remedy = "write it as \"Cu: 111 200; Cu2O: 111\""});
    }
    all.push_back(std::move(rings));
  }
  return all;
}

SaedScale saed_scale(const image::FrameSeries& series, const SaedOptions& options) {
  SaedScale scale{.s_per_px = options.s_per_px};
  const std::string file = series.origin(0).path.string();
  if (!scale.s_per_px) {
    const auto& x = series.calibration().reciprocal_pixel_x_per_angstrom;
    const auto& y = series.calibration().reciprocal_pixel_y_per_angstrom;
    constexpr double same_within = 1e-3;
    if (x && y && std::abs(*x - *y) > same_within * std::abs(*x)) {
      throw InputError({.what = "the pixels are not square",
                        .where = file,
                        .why = fmt::format("{} by {} 1/angstrom", *x, *y),
                        .remedy = "resample the patterns, or if this is wrong give --s-per-px"});
    }
    scale.s_per_px = x ? x : y;
    if (scale.s_per_px && !(*scale.s_per_px > 0.0)) scale.s_per_px.reset();
  }
  if (series.frames() == 1) return scale;
  const auto frame_time_s = series.time_step_s();
  if (!frame_time_s || !(*frame_time_s > 0.0)) {
    throw InputError({.what = "the time between frames is not known",
                      .where = file,
                      .why = "the file holds none",
                      .remedy = "give it as --frame-time-s"});
  }
  scale.frame_time_s = *frame_time_s;
  return scale;
}

}  // namespace adatom::pipeline
