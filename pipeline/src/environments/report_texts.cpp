#include "environments/report_texts.h"

#include <map>

#include <fmt/core.h>

#include "adatom/base/number_text.h"
#include "adatom/report/number_format.h"

namespace adatom::pipeline {
namespace {

std::string soap_text(const EnvironmentsResult& result, const EnvironmentsOptions& options) {
  const auto& soap = result.dictionary.soap;
  return fmt::format(
      "Every atom's surroundings are described by SOAP (Bartók, Kondor and Csányi, Phys. Rev. B 87 "
      "(2013) 184115, as in DScribe: Himanen et al., Comput. Phys. Commun. 247 (2020) 106949): "
      "r_cut = {} Å, n_max = {}, l_max = {}, σ = {} Å, {} basis; {}. The spectrum p, with n and n' "
      "in all combinations, is divided by its length, and the atom gets the label of the nearest "
      "of {} known environments, by d = sqrt(2 − 2 p·q). Environments are grouped into {} classes "
      "(Rapetti et al., Commun. Chem. 6 (2023) 143). Atoms with d > {} are in none that the "
      "dictionary knows; they keep the label of the nearest.",
      shortest(soap.r_cut_angstrom), soap.n_max, soap.l_max, shortest(soap.sigma_angstrom),
      soap.basis == descriptors::RadialBasis::gto ? "GTO" : "polynomial",
      options.surroundings == NeighbourChoice::element ? "atoms of other elements are not seen"
                                                       : "atoms of all elements are seen alike",
      result.dictionary.size(), result.dictionary.classes.size(),
      shortest(options.unknown_distance));
}

std::string population_text(const EnvironmentsOptions& options) {
  return std::string(
             "Populations are means over frames; their standard errors come of blocks of "
             "time (Flyvbjerg and Petersen, J. Chem. Phys. 91 (1989) 461). ") +
         (options.discard_ns
              ? "What is left out at the beginning was given by the option discard_ns."
              : "Frames at the beginning are left out so that the class that fluctuates slowest "
                "keeps most independent samples (Chodera, J. Chem. Theory Comput. 12 (2016) 1799); "
                "what remains is tested for drift.");
}

std::string transition_text(const EnvironmentsOptions& options) {
  return fmt::format(
      "Transitions: with N atoms of class i in the frames f − w and n of them of class j in the "
      "frames f, the probability is p = n / N, the rate p / w and the characteristic time w / p; "
      "nothing is symmetrised. The window is w = {} ns and starts anew every {} frame(s). The "
      "intervals ({} %) are those of the beta distribution Beta(n + 1/2, N − n + 1/2) of the "
      "counts of windows that do not overlap (Brown, Cai and DasGupta, Statist. Sci. 16 (2001) "
      "101), n and N divided by how much more the counts of blocks of time scatter than those of "
      "independent atoms (Rao and Scott, Biometrics 48 (1992) 577).",
      shortest(options.window_ns), options.window_stride, shortest(100.0 * options.confidence));
}

std::string memory_text() {
  return "Whether the class alone tells what comes next is tested by Chapman and Kolmogorov's "
         "equation T(k w) = T(w)^k for k = 2 to 5 (Prinz et al., J. Chem. Phys. 134 (2011) "
         "174105), all well-known entries together. Residence: exits per time at risk if leaving "
         "has no memory; the survival of visits by Kaplan and Meier (J. Am. Stat. Assoc. 53 (1958) "
         "457), visits that outlast the trajectory being censored, those under way at its start "
         "left out.";
}

std::string event_text(const EnvironmentsOptions& options) {
  return fmt::format(
      "Events: positions are averaged over {} frames, without the motion of the particle as a "
      "whole (Kabsch, Acta Cryst. A 32 (1976) 922). An atom moves if its averaged positions before "
      "and after a block are farther apart than {}; moving atoms that are near each other in space "
      "and time are one event. Atoms that come back are not counted.",
      options.events.average_frames,
      options.events.threshold_angstrom ? shortest(*options.events.threshold_angstrom) + " Å"
                                        : "half the median distance of nearest neighbours");
}

}  // namespace

std::vector<std::string> method_texts(const EnvironmentsResult& result,
                                      const EnvironmentsOptions& options) {
  std::vector<std::string> texts = {soap_text(result, options)};
  if (result.all_single()) return texts;
  texts.push_back(population_text(options));
  if (options.find_events) texts.push_back(event_text(options));
  if (!result.pooled) return texts;
  texts.push_back(transition_text(options));
  texts.push_back(memory_text());
  return texts;
}

std::string markov_sentence(const TrajectoryResult& trajectory) {
  const auto& test = *trajectory.statistics.markov;
  switch (test.verdict) {
    case dynamics::MarkovVerdict::markovian:
      return fmt::format("{}: nothing speaks against it (p = {}, {} entries tested).",
                         trajectory.plan.name, report::significant(test.p_value, 2),
                         test.tested_entries);
    case dynamics::MarkovVerdict::not_markovian:
      return fmt::format(
          "{}: no (p = {}). Atoms remember where they were before: probabilities of longer windows "
          "do not follow from those of this one, of which the largest is off by {}.",
          trajectory.plan.name, report::significant(test.p_value, 2),
          report::significant(test.largest_difference, 2));
    case dynamics::MarkovVerdict::undecided:
      break;
  }
  return trajectory.plan.name + ": too few transitions to say.";
}

std::string changes_text(const dynamics::RareEvent& event, const CountedLabels& counted) {
  std::map<std::string, std::size_t> changes;
  const auto name = [&counted](std::uint8_t label) {
    return label < counted.names.size() ? counted.names[label] : std::string("none");
  };
  for (const auto& atom : event.atoms) {
    ++changes[atom.label_before == atom.label_after
                  ? name(atom.label_before)
                  : name(atom.label_before) + " to " + name(atom.label_after)];
  }
  std::string text;
  for (const auto& [change, atoms] : changes) {
    text += (text.empty() ? "" : ", ") + change;
    if (atoms > 1) text += fmt::format(" ({})", atoms);
  }
  return text;
}

std::string undetermined_text(const EnvironmentsResult& result) {
  std::string names;
  for (const auto& p : result.populations) {
    if (!p.determined) names += (names.empty() ? "" : ", ") + result.counted.names[p.label];
  }
  if (names.empty()) return {};
  return "Too few independent frames to know the errors of " + names + ": they may be larger.";
}

std::string single_text() {
  return "Transitions need several frames: of single structures there are populations only.";
}

std::string averages_text() {
  return "The counts of all trajectories are added, so that every atom weighs the same; "
         "transitions_mean_of_matrices.csv has the mean of the trajectories' matrices, where every "
         "trajectory weighs the same.";
}

}  // namespace adatom::pipeline
