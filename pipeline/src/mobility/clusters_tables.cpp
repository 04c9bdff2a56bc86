#include "mobility/clusters_tables.h"

#include <fmt/core.h>

#include "adatom/base/number_text.h"
#include "adatom/crystal/io/extended_xyz.h"
#include "adatom/storage/csv.h"

namespace adatom::pipeline {
namespace {

using dynamics::ClusterEvent;
using dynamics::ClusterEventKind;
using dynamics::FrameClusters;

/// "52 2 1x3": sizes, and how often.
std::string sizes_text(const dynamics::Clusters& clusters) {
  std::string text;
  for (std::size_t k = 0; k < clusters.sizes.size();) {
    std::size_t next = k;
    while (next < clusters.sizes.size() && clusters.sizes[next] == clusters.sizes[k]) ++next;
    text += fmt::format("{}{}", text.empty() ? "" : " ", clusters.sizes[k]);
    if (next - k > 1) text += fmt::format("x{}", next - k);
    k = next;
  }
  return text;
}

std::string atoms_text(const std::vector<std::uint32_t>& atoms) {
  std::string text;
  for (const std::uint32_t atom : atoms) {
    text += fmt::format("{}{}", text.empty() ? "" : " ", atom + 1);
  }
  return text;
}

}  // namespace

std::string clusters_header() {
  return "frame,time_ps,clusters,largest,main,outside,singles,sizes\n";
}

std::string clusters_row(std::size_t frame, double time_ps, const FrameClusters& now) {
  const auto& sizes = now.clusters.sizes;
  std::size_t singles = 0;
  for (const std::uint32_t size : sizes) singles += size == 1 ? 1 : 0;
  const std::uint32_t main = sizes[now.main];
  return fmt::format("{},{},{},{},{},{},{},{}\n", frame, shortest(time_ps), sizes.size(),
                     sizes.front(), main, now.clusters.of_atoms.size() - main, singles,
                     sizes_text(now.clusters));
}

std::string events_header() {
  return "event,frame,time_ps,size,atoms,away_ps,site,distance_angstrom\n";
}

std::string events_row(const ClusterEvent& event) {
  return fmt::format("{},{},{},{},{},{},{},{}\n",
                     event.kind == ClusterEventKind::detachment ? "detachment" : "attachment",
                     event.frame, shortest(event.time_ps), event.atoms.size(),
                     atoms_text(event.atoms), event.away_ps ? shortest(*event.away_ps) : "nan",
                     atoms_text(event.site), shortest(event.distance_angstrom));
}

std::string sizes_csv(const dynamics::FrameHistogram& sizes) {
  using storage::cell;
  storage::Table table({"size", "clusters_per_frame", "clusters_per_frame_stderr"});
  const std::vector<std::size_t> rows = {0};
  const auto means = sizes.means(rows);
  for (std::size_t size = 1; size < means.size(); ++size) {
    if (means[size].mean == 0.0) continue;
    table.add_row({cell(static_cast<long long>(size)), cell(means[size].mean),
                   cell(means[size].standard_error)});
  }
  return table.text();
}

std::string coloured_frame(const crystal::Structure& structure, const FrameClusters& now,
                           const dynamics::ClusterTracker& tracker, double time_ps) {
  std::vector<std::int64_t> cluster;
  std::vector<std::int64_t> size;
  std::vector<std::int64_t> away;
  for (std::size_t i = 0; i < structure.atoms.size(); ++i) {
    const std::uint32_t number = now.clusters.of_atoms[i];
    // The main one is 0; those before it move one up.
    const bool before = number < now.main;
    cluster.push_back(number == now.main ? 0 : number + (before ? 1 : 0));
    size.push_back(now.clusters.sizes[number]);
    away.push_back(tracker.is_away(i) ? 1 : 0);
  }
  crystal::Structure shown = structure;
  shown.columns = {{.name = "cluster", .values = std::move(cluster)},
                   {.name = "cluster_size", .values = std::move(size)},
                   {.name = "away", .values = std::move(away)}};
  if (!shown.time_ps) shown.time_ps = time_ps;
  const std::vector<crystal::Structure> all = {std::move(shown)};
  return crystal::format_extended_xyz(all);
}

}  // namespace adatom::pipeline
