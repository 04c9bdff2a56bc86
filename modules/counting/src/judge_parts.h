#pragma once
// What the verdicts of all methods share.
#include <cstdint>
#include <string>
#include <vector>

#include "judge.h"

namespace adatom::counting {

// A difference of 6 in 2 ln(Bayes factor) is strong evidence (Kass and Raftery, J. Am. Stat. Assoc.
// 90 (1995) 773); ICL and BIC approximate 2 ln(evidence).
inline constexpr double clear_lead = 6.0;
// Fewer levels cannot show that they grow by one atom each.
inline constexpr std::size_t min_levels = 4;
// Steps of one atom in calculated libraries vary by at most 1.4 about their median (Pt and Au, 1 to
// 20 atoms) and by at most 1.5 from one to the next; the first step (zero to one atom) is 0.7 of
// the median. One empty level doubles a step, two levels taken for one make it half as long again.
inline constexpr double max_step_ratio = 1.45;
// The first mean over the median step: 0.57 to 0.75 in calculated libraries (Pt and Au), 1 for
// proportional cross-sections. Levels 1, 3, 5, ... have a half or less, a thinnest level of two
// atoms 1.5 or more.
inline constexpr double min_first_step_ratio = 0.57;
inline constexpr double max_first_step_ratio = 1.35;
// Answers that differ in fewer columns than this share are the same answer.
inline constexpr double same_answer = 0.05;
// A level further than this part of a step from where it should be contradicts the model.
inline constexpr double max_level_misfit = 0.25;

/// Rounded to so many decimals.
[[nodiscard]] std::string text(double value, int decimals);
[[nodiscard]] std::string percent(double share);
[[nodiscard]] std::string name_of(Criterion criterion);
[[nodiscard]] std::string join(const std::vector<std::string>& parts);
/// The reason of a verdict: doubts if there are any, else what speaks for it.
void conclude(Verdict& verdict, const std::string& answer, const std::vector<std::string>& doubts);
[[nodiscard]] std::int64_t total_of(const Candidate& candidate);
/// The distance of component k from its neighbours, half of it on each side.
[[nodiscard]] double spacing_at(const Candidate& candidate, std::size_t k);
/// From the first mean to the last.
[[nodiscard]] double mean_step(const Candidate& candidate);
/// The largest distance of a level's mean cross-section from its component's mean, in spacings,
/// beyond what the level's own scatter explains (two standard errors).
[[nodiscard]] double largest_misfit(const Sample& sample, const Candidate& candidate);
/// Answers that differ from the best, with their odds by BIC and prior, most probable first.
[[nodiscard]] std::vector<Alternative> list_alternatives(
    const std::vector<const Candidate*>& candidates, const Candidate& best, Method method);
void weigh_alternatives(Verdict& verdict, std::vector<std::string>& doubts);
void note_convergence(Verdict& verdict);
/// By the criterion.
[[nodiscard]] const Candidate& lowest(const std::vector<const Candidate*>& candidates);
[[nodiscard]] std::vector<const Candidate*> flatten(const Candidates& found);

}  // namespace adatom::counting
