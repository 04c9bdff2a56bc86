#include "adatom/dynamics/environment_classes.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/descriptors/soap.h"

namespace adatom::dynamics {

EnvironmentClusters cluster_environments(std::span<const double> spectra, std::size_t environments,
                                         double cut) {
  if (environments == 0 || spectra.size() % environments != 0) {
    throw InputError(Complaint{"environments cannot be clustered", "", "sizes do not fit", ""});
  }
  if (!std::isfinite(cut) || cut < 0.0) {
    throw InputError(Complaint{"the cut is no distance", "cut", "it is " + shortest(cut),
                               "give a number from 0 to 2"});
  }
  const std::size_t size = spectra.size() / environments;
  const auto row = [&](std::size_t i) { return spectra.subspan(i * size, size); };
  EnvironmentClusters result;
  for (std::size_t i = 0; i < environments; ++i) {
    for (std::size_t j = i + 1; j < environments; ++j) {
      result.distances.push_back(descriptors::soap_distance(row(i), row(j)));
    }
  }
  result.tree = numeric::cluster_items(result.distances, environments, numeric::Linkage::complete);
  result.cluster_of = numeric::cut_tree(result.tree, cut);
  result.clusters = 1 + *std::max_element(result.cluster_of.begin(), result.cluster_of.end());
  result.highest_cut = std::numeric_limits<double>::infinity();
  for (const auto& merge : result.tree.merges) {
    if (merge.height <= cut) {
      result.lowest_cut = merge.height;
    } else {
      result.highest_cut = merge.height;
      break;
    }
  }
  return result;
}

std::vector<std::string> name_clusters(std::span<const std::size_t> cluster_of,
                                       std::span<const std::string> known_classes) {
  std::vector<std::vector<std::string>> known;
  for (std::size_t i = 0; i < cluster_of.size(); ++i) {
    known.resize(std::max(known.size(), cluster_of[i] + 1));
    auto& names = known[cluster_of[i]];
    if (std::find(names.begin(), names.end(), known_classes[i]) == names.end()) {
      names.push_back(known_classes[i]);
    }
  }
  std::vector<std::string> joined;
  std::map<std::string, int> times;
  for (const auto& names : known) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : "+") + name;
    joined.push_back(text);
    ++times[text];
  }
  std::map<std::string, int> count;
  for (auto& text : joined) {
    if (times[text] > 1) {
      const int number = ++count[text];
      text += " " + std::to_string(number);
    }
  }
  return joined;
}

}  // namespace adatom::dynamics
