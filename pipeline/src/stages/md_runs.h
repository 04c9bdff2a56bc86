#pragma once
// The finished runs of the stage md, as later stages see them.
#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "adatom/pipeline/stage.h"

namespace adatom::pipeline {

struct MdRun {
  std::string name;       ///< "gold_673K_s1"
  std::string structure;  ///< "gold"
  double temperature_k = 0.0;
  std::int64_t seed = 0;
  std::filesystem::path folder;  ///< of its files
};

/// In the order of the items, from the summary.csv of the stage's result.
/// @throws InputError: it was changed
[[nodiscard]] std::vector<MdRun> read_md_runs(const Upstream& upstream);

/// Those of the runs, lowest first.
[[nodiscard]] std::set<double> temperatures_of(const std::vector<MdRun>& runs);

/// "673K": a folder's name.
[[nodiscard]] std::string temperature_name(double temperature_k);

/// One item for each run: of the same name, with these files of its folder as inputs.
[[nodiscard]] std::vector<Item> items_of_runs(const Upstream& upstream,
                                              const std::vector<std::string>& files);

}  // namespace adatom::pipeline
