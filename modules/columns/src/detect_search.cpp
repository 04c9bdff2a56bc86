#include "detect_search.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "adatom/numeric/filter.h"
#include "detect_peaks.h"
#include "detect_sites.h"

namespace adatom::columns::detail {
namespace {

constexpr double brightness_widths = 0.7;  // what a spot's squared profile averages over
// A predicted site may be as much fainter, since few places are asked and not the whole frame.
constexpr double predicted_threshold = 0.7;
constexpr double least_score = 4.0;   // odds of 50 to 1
constexpr double gate = 0.4;          // of the threshold: what is judged at all
constexpr double apart_widths = 2.5;  // new spots of one round; the next round sees what they left
constexpr double forbidden_widths = 0.7;  // about a spot that was dropped before
constexpr double first_strictness =
    0.5;  // threshold of the first look, whose model lacks many columns
constexpr std::size_t rounds = 8;
constexpr std::size_t lattice_rounds = 3;
constexpr int prune_rounds = 12;

}  // namespace

Search::Search(const Grid<double>& image, const NoiseCurve& noise, double width_px,
               const SearchSettings& settings)
    : noise_(noise), settings_(settings), model_(image, width_px), flat_(flat_pixels(image)) {
  brightness_ =
      numeric::gaussian_filter(image, brightness_widths * width_px, numeric::Edge::mirror);
}

Judge Search::make_judge() const { return Judge(model_, noise_, brightness_, flat_, scrutiny_); }

bool Search::accepts(const Verdict& verdict, Prior prior) const {
  const double factor = prior == Prior::free ? 1.0 : predicted_threshold;
  return verdict.z >= factor * strictness_ * settings_.threshold && verdict.score > least_score;
}

void Search::settle(int steps) {
  model_.refine(settings_.fit_width ? Freedom::width : Freedom::positions, steps);
}

std::vector<Prior> Search::priors(const Judge& judge) const {
  std::vector<Prior> result(model_.spots().size(), Prior::free);
  if (!settings_.use_lattice) return result;
  const SitePrediction sites = predict_sites(model_.neighbours().points(), judge.distance());
  for (std::size_t i = 0; i < result.size(); ++i) {
    const Spot& spot = model_.spots()[i];
    if (sites.votes_for_points[i] >= least_votes && !judge.crowded(spot.x, spot.y, i)) {
      result[i] = Prior::predicted;
    }
  }
  return result;
}

std::vector<Search::Candidate> Search::free_candidates(const Judge& judge) const {
  std::vector<Candidate> candidates;
  for (const Peak& peak : local_maxima(judge.significance(), gate * settings_.threshold)) {
    const Evidence evidence = model_.candidate(peak.x, peak.y);
    const Verdict verdict = judge.judge(evidence, peak.x, peak.y, Prior::free, nobody);
    if (!accepts(verdict, Prior::free)) continue;
    candidates.push_back({{peak.x, peak.y, evidence.height, {peak.x, peak.y}}, verdict.score});
  }
  return candidates;
}

std::vector<Search::Candidate> Search::predicted_candidates(const Judge& judge) const {
  std::vector<Candidate> candidates;
  const double reach = 0.3 * judge.distance();
  const std::vector<Peak> peaks =
      local_maxima(judge.significance(), gate * predicted_threshold * settings_.threshold);
  std::vector<Point> places;
  for (const Peak& peak : peaks) places.push_back({peak.x, peak.y});
  const Neighbours near(places, std::max(reach, 1.0));
  for (const PredictedSite& site :
       predict_sites(model_.neighbours().points(), judge.distance()).vacant) {
    Candidate best{{}, 0.0};
    for (const std::size_t k : near.within(site.x, site.y, reach)) {
      const Evidence evidence = model_.candidate(places[k].x, places[k].y);
      const Verdict verdict =
          judge.judge(evidence, places[k].x, places[k].y, Prior::predicted, nobody);
      if (!accepts(verdict, Prior::predicted) || verdict.score <= best.score) continue;
      best = {{places[k].x, places[k].y, evidence.height, places[k]}, verdict.score};
    }
    if (best.score > 0.0) candidates.push_back(best);
  }
  return candidates;
}

std::size_t Search::add(std::vector<Candidate> candidates, double apart) {
  std::ranges::stable_sort(candidates, std::ranges::greater{}, &Candidate::score);
  std::vector<Spot> spots = model_.spots();
  const std::size_t before = spots.size();
  for (const Candidate& candidate : candidates) {
    const auto too_near = [&](double x, double y, double limit) {
      return std::hypot(candidate.spot.x - x, candidate.spot.y - y) < limit;
    };
    bool good = true;
    for (std::size_t i = before; i < spots.size() && good; ++i) {
      good = !too_near(spots[i].x, spots[i].y, apart);
    }
    for (std::size_t i = 0; i < spots.size() && good; ++i) {
      good = !too_near(spots[i].x, spots[i].y, settings_.min_distance_px);
    }
    for (std::size_t i = 0; i < dropped_.size() && good; ++i) {
      good = !too_near(dropped_[i].x, dropped_[i].y, forbidden_widths * model_.width());
    }
    if (good) spots.push_back(candidate.spot);
  }
  const std::size_t added = spots.size() - before;
  if (added > 0) {
    model_.set_spots(std::move(spots));
    model_.refine(Freedom::heights, 1);
    settle(4);
  }
  return added;
}

// Drops the spots that fail, of neighbours the faintest first, and judges the rest again.
std::size_t Search::prune() {
  std::size_t dropped = 0;
  const Judge judge = make_judge();
  for (int round = 0; round < prune_rounds; ++round) {
    const std::vector<Prior> prior = priors(judge);
    const std::vector<Spot>& spots = model_.spots();
    found_.clear();
    std::vector<std::size_t> failing;
    for (std::size_t i = 0; i < spots.size(); ++i) {
      const Verdict verdict = judge.judge(model_.present(i), spots[i].x, spots[i].y, prior[i], i);
      found_.push_back({spots[i], verdict.score});
      const bool crowded = settings_.min_distance_px > 0.0 &&
                           model_.neighbours().nearest_distance(spots[i].x, spots[i].y, i) <
                               settings_.min_distance_px;
      if (!accepts(verdict, prior[i]) || crowded) failing.push_back(i);
    }
    if (failing.empty()) return dropped;
    std::ranges::stable_sort(failing, {}, [&](std::size_t i) { return spots[i].height; });
    std::vector<std::size_t> out;
    for (const std::size_t i : failing) {
      const bool alone = std::ranges::none_of(out, [&](std::size_t j) {
        return std::hypot(spots[i].x - spots[j].x, spots[i].y - spots[j].y) <
               apart_widths * model_.width();
      });
      if (alone) out.push_back(i);
    }
    std::vector<Spot> kept;
    for (std::size_t i = 0; i < spots.size(); ++i) {
      if (std::ranges::find(out, i) == out.end()) {
        kept.push_back(spots[i]);
      } else {
        dropped_.push_back({spots[i].x, spots[i].y});
        dropped_.push_back(spots[i].origin);
      }
    }
    dropped += out.size();
    model_.set_spots(std::move(kept));
    settle(2);
  }
  return dropped;
}

void Search::run(std::vector<Spot> start, Progress& progress) {
  progress.begin("finding columns", 2 * rounds + lattice_rounds);
  model_.set_spots(std::move(start));
  model_.refine(Freedom::heights, 1);
  model_.refine(Freedom::positions, 2);
  settle(8);
  strictness_ = first_strictness;
  prune();
  strictness_ = 1.0;
  search(Prior::free, rounds, progress);
  scrutiny_ = Scrutiny::strict;
  dropped_.clear();  // the first model was too poor to judge for good
  prune();
  search(Prior::free, rounds, progress);
  if (settings_.use_lattice) search(Prior::predicted, lattice_rounds, progress);
}

// Adds and drops until nothing is added that stays.
void Search::search(Prior prior, std::size_t most_rounds, Progress& progress) {
  for (std::size_t round = 0; round < most_rounds; ++round) {
    stop_if_cancelled(progress);
    progress.advance(1);
    const Judge judge = make_judge();
    const std::size_t added =
        add(prior == Prior::free ? free_candidates(judge) : predicted_candidates(judge),
            apart_widths * model_.width());
    if (added == 0 || prune() >= added) return;
  }
}

}  // namespace adatom::columns::detail
