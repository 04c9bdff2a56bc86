#pragma once
// Static and mobile domains, by how fast the neighbours of atoms change (Crippa et al., Proc. Natl.
// Acad. Sci. 120 (2023) e2300565120): signals are smoothed, all their values together are parted
// into clusters, and each atom is at each time in the domain of its value.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/base/progress.h"
#include "adatom/dynamics/populations.h"
#include "adatom/dynamics/series_source.h"
#include "adatom/numeric/hierarchical_clustering.h"
#include "adatom/numeric/kde.h"

namespace adatom::dynamics {

/// The defaults are those of the publication.
struct DomainOptions {
  std::int64_t domains = 3;
  std::int64_t smooth_window = 100;
  std::int64_t smooth_order = 2;
  std::optional<std::int64_t> drop = {};  ///< values at each end; empty: half of the window
  double bandwidth = 1.5;                 ///< factor of the density's bandwidth

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
  [[nodiscard]] std::size_t dropped() const;
};

struct Domains {
  std::size_t first = 0;                ///< values left out at each end
  std::size_t length = 0;               ///< values of each atom that count
  std::vector<double> centres = {};     ///< mean value of each domain's cluster, increasing
  std::vector<double> thresholds = {};  ///< midway between the centres
  /// Centres are those of every so many values: 1 unless there are more than a million.
  std::size_t sample_stride = 1;
  double mean = 0.0;
  double deviation = 0.0;  ///< of all smoothed values

  std::vector<double> histogram_edges = {};
  std::vector<double> histogram = {};  ///< counts
  numeric::Density density = {};       ///< empty if all values are the same

  PopulationSeries populations = {};         ///< interval after interval
  std::vector<Population> average = {};      ///< over the intervals, with standard errors
  std::vector<std::uint64_t> exchange = {};  ///< from x to: an interval and the next, all atoms
  std::vector<std::uint32_t> time_in =
      {};  ///< atoms x domains: intervals that an atom spends there

  [[nodiscard]] std::size_t size() const { return centres.size(); }
  /// Exchange from one domain to another, as a fraction of what was in the first; 0 of an empty
  /// one.
  [[nodiscard]] double probability(std::size_t from, std::size_t to) const;
};

/// Takes each atom's smoothed values and its domains, as they are found.
class DomainSink {
 public:
  virtual ~DomainSink() = default;
  virtual void add_atom(std::size_t atom, std::span<const double> smoothed,
                        std::span<const std::uint8_t> domain) = 0;
};

/// Smoothing by Savitzky and Golay (numeric/savitzky_golay.h); clusters by the exact k-means of one
/// dimension (partition_means). Fewer domains than asked for where there are fewer different
/// values. Goes through the signals twice and keeps one atom's at a time (some, with several
/// threads).
/// @throws InputError: no atoms; signals shorter than the window, or with fewer than two values
/// left
[[nodiscard]] Domains find_domains(const SeriesSource& source, const DomainOptions& options,
                                   DomainSink& sink, Progress& progress);

/// How domains belong together by what they exchange: distance 1 - (p_ab + p_ba) / largest such
/// sum, average linkage. Nothing with fewer than two domains.
[[nodiscard]] numeric::ClusterTree exchange_tree(const Domains& domains);

}  // namespace adatom::dynamics
