#pragma once
// The search for columns: adds what the residual asks for, drops what does not stand up.
#include <cstddef>
#include <optional>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/base/progress.h"
#include "detect_judge.h"
#include "detect_model.h"
#include "detect_noise.h"

namespace adatom::columns::detail {

struct SearchSettings {
  double threshold = 5.0;
  double min_distance_px = 0.0;
  bool use_lattice = true;
  bool fit_width = true;
};

struct Found {
  Spot spot;
  double score;
};

class Search {
 public:
  Search(const Grid<double>& image, const NoiseCurve& noise, double width_px,
         const SearchSettings& settings);

  /// @param start first guesses, refined before anything else
  void run(std::vector<Spot> start, Progress& progress);

  [[nodiscard]] const SpotModel& model() const { return model_; }
  [[nodiscard]] const std::vector<Found>& found() const { return found_; }

 private:
  struct Candidate {
    Spot spot;
    double score;
  };
  [[nodiscard]] Judge make_judge() const;
  [[nodiscard]] bool accepts(const Verdict& verdict, Prior prior) const;
  [[nodiscard]] std::vector<Prior> priors(const Judge& judge) const;
  [[nodiscard]] std::vector<Candidate> free_candidates(const Judge& judge) const;
  [[nodiscard]] std::vector<Candidate> predicted_candidates(const Judge& judge) const;
  std::size_t add(std::vector<Candidate> candidates, double apart);
  std::size_t prune();
  void settle(int steps);
  void search(Prior prior, std::size_t most_rounds, Progress& progress);

  NoiseCurve noise_;
  SearchSettings settings_;
  SpotModel model_;
  Grid<unsigned char> flat_;
  Grid<double> brightness_;
  Scrutiny scrutiny_ = Scrutiny::lenient;
  double strictness_ = 1.0;  // factor on the threshold
  std::vector<Point> dropped_;
  std::vector<Found> found_;
};

}  // namespace adatom::columns::detail
