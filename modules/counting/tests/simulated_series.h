#pragma once
// Simulated series of frames whose counts and changes are known: columns of a particle along [110]
// that drift and exchange atoms (adatom/simulate/series.h), found with jitter, seen with the
// scatter of electron counts.
#include <map>
#include <set>

#include "adatom/counting/time_series.h"
#include "adatom/simulate/series.h"
#include "simulated.h"

namespace adatom::counting::testing {

struct SeriesScene {
  std::int64_t frames = 10;
  std::int64_t length = 10;  ///< of the truncated octahedron
  std::int64_t cutoff = 3;
  std::int64_t moves_per_frame = 2;
  double dose_per_angstrom2 = 2e4;
  double drift_x_angstrom = 0.7;
  double drift_y_angstrom = -0.4;
  double drift_walk_angstrom = 0.5;
  double jitter_angstrom = 0.15;     ///< of every position
  double shear = 0.0;                ///< x grows by shear y in every other frame
  double missed_single_atoms = 0.0;  ///< share of columns of one atom that are not detected
  std::uint64_t seed = 1;
};

struct SimulatedSeries {
  std::vector<FrameColumns> frames;
  std::vector<std::vector<double>> scs_stderr;
  std::vector<std::vector<std::int64_t>> id;                ///< true column of each detected one
  std::vector<std::map<std::int64_t, std::int64_t>> truth;  ///< of each frame: id -> atoms
  std::vector<double> drift_x;
  std::vector<double> drift_y;
  [[nodiscard]] std::vector<double> all_scs() const {
    std::vector<double> all;
    for (const auto& frame : frames) {
      all.insert(all.end(), frame.scs_angstrom2.begin(), frame.scs_angstrom2.end());
    }
    return all;
  }
};

inline SimulatedSeries simulate_series_of(const SeriesScene& scene, const Library& library) {
  simulate::SeriesOptions options;
  options.specimen.length = scene.length;
  options.specimen.cutoff = scene.cutoff;
  options.frame.width = 16;  // nobody looks at the images
  options.frame.height = 16;
  options.motion.drift_x_angstrom = scene.drift_x_angstrom;
  options.motion.drift_y_angstrom = scene.drift_y_angstrom;
  options.motion.drift_walk_angstrom = scene.drift_walk_angstrom;
  options.motion.moves_per_frame = scene.moves_per_frame;
  options.frames = scene.frames;
  options.seed = static_cast<std::int64_t>(scene.seed);
  SimulatedSeries out;
  RandomStream random = RandomStream(scene.seed).substream(77);
  NoProgress progress;
  const auto take = [&](const simulate::SimulatedFrame& frame) {
    FrameColumns& columns = out.frames.emplace_back();
    out.scs_stderr.emplace_back();
    out.id.emplace_back();
    out.truth.emplace_back();
    out.drift_x.push_back(frame.drift_x_angstrom);
    out.drift_y.push_back(frame.drift_y_angstrom);
    for (const simulate::TrueColumn& column : frame.columns) {
      out.truth.back()[column.column_id] = column.atom_count;
      if (column.atom_count == 1 && random.uniform() < scene.missed_single_atoms) continue;
      const double scs = library.scs_angstrom2.at(static_cast<std::size_t>(column.atom_count - 1));
      const double sigma = 1.05 * std::sqrt(scs / scene.dose_per_angstrom2);
      const double shear = scene.shear * static_cast<double>(frame.index % 2);
      columns.x_angstrom.push_back(column.x_angstrom + shear * column.y_angstrom +
                                   scene.jitter_angstrom * random.normal());
      columns.y_angstrom.push_back(column.y_angstrom + scene.jitter_angstrom * random.normal());
      columns.scs_angstrom2.push_back(scs + sigma * random.normal());
      out.scs_stderr.back().push_back(sigma);
      out.id.back().push_back(column.column_id);
    }
  };
  simulate::simulate_series(options, std::nullopt, std::nullopt, take, progress);
  return out;
}

/// The true column that most members of a series column are of, and how many members are not.
struct Identity {
  std::int64_t id = -1;
  std::size_t strangers = 0;
};
inline Identity identity_of(const SeriesColumn& column, const SimulatedSeries& series) {
  std::map<std::int64_t, std::size_t> votes;
  std::size_t members = 0;
  for (std::size_t f = 0; f < column.member.size(); ++f) {
    if (column.member[f] < 0) continue;
    ++votes[series.id[f][static_cast<std::size_t>(column.member[f])]];
    ++members;
  }
  Identity identity;
  std::size_t most = 0;
  for (const auto& [id, count] : votes) {
    if (count > most) {
      most = count;
      identity.id = id;
    }
  }
  identity.strangers = members - most;
  return identity;
}

/// How right the counts and changes of a series are, beside those of independent counting.
struct SeriesScore {
  double observations = 0.0;
  double right = 0.0;
  double right_independent = 0.0;
  double true_changes = 0.0;
  double found = 0.0;  ///< by the series: the same change between the same frames
  double found_independent = 0.0;
  double spurious = 0.0;  ///< changes of the series where nothing changes, or otherwise
  double spurious_independent = 0.0;

  void add(const SimulatedSeries& series, const MatchResult& matched,
           const TimeSeriesResult& result) {
    for (std::size_t c = 0; c < matched.columns.size(); ++c) {
      const std::int64_t id = identity_of(matched.columns[c], series).id;
      const ColumnHistory& history = result.columns[c];
      const auto truth = [&](std::size_t f) {
        const auto at = series.truth[f].find(id);
        return at == series.truth[f].end() ? std::int64_t{0} : at->second;
      };
      for (std::size_t f = 0; f < series.frames.size(); ++f) {
        if (truth(f) > 0) {
          observations += 1.0;
          right += history.atom_count[f] == truth(f) ? 1.0 : 0.0;
          right_independent += history.independent[f] == truth(f) ? 1.0 : 0.0;
        }
        if (f + 1 == series.frames.size()) break;
        const std::int64_t change = truth(f + 1) - truth(f);
        const auto compare = [&](const std::vector<std::int64_t>& counts, double& hit,
                                 double& wrong) {
          const std::int64_t said = counts[f + 1] - counts[f];
          if (change != 0 && said == change) hit += 1.0;
          if (said != 0 && said != change) wrong += 1.0;
        };
        if (change != 0) true_changes += 1.0;
        compare(history.atom_count, found, spurious);
        compare(history.independent, found_independent, spurious_independent);
      }
    }
  }
};

struct CountedSeries {
  MatchResult matched;
  CountingResult independent;
  TimeSeriesResult result;
};

/// What counting every column by itself says at best: the nearest library value, its scale known.
inline CountingResult nearest_counts(const std::vector<double>& scs, const Library& library) {
  CountingResult result;
  double squares = 0.0;
  std::int64_t most = 1;
  for (const double value : scs) {
    std::size_t nearest = 0;
    for (std::size_t g = 1; g < library.scs_angstrom2.size(); ++g) {
      if (std::abs(library.scs_angstrom2[g] - value) <
          std::abs(library.scs_angstrom2[nearest] - value)) {
        nearest = g;
      }
    }
    squares += std::pow(library.scs_angstrom2[nearest] - value, 2);
    result.counts.push_back({static_cast<std::int64_t>(nearest) + 1, 1.0, {}, 0.0});
    most = std::max(most, result.counts.back().atom_count);
  }
  for (std::int64_t g = 1; g <= most; ++g) result.components.push_back({.atom_count = g});
  result.sigma_angstrom2 = std::sqrt(squares / static_cast<double>(scs.size()));
  return result;
}

inline CountedSeries count_series(const SimulatedSeries& series, const Library& library,
                                  const CountingOptions& options, CountingResult independent,
                                  const TimeSeriesOptions& series_options = {}) {
  NoProgress progress;
  CountedSeries out;
  out.matched = match_columns(series.frames, {}, progress);
  out.independent = std::move(independent);
  out.result = count_time_series(series.frames, out.matched, series.scs_stderr, out.independent,
                                 library, options, series_options, progress);
  return out;
}

}  // namespace adatom::counting::testing
