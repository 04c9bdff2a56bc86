#pragma once
// A comparison of two structures, told: as text, as tables, as a page.
#include <filesystem>
#include <string>

#include "adatom/crystal/structure.h"
#include "adatom/reconstruct/compare.h"
#include "adatom/storage/csv.h"

namespace adatom::pipeline {

/// What was compared, and what came out. Names as the page tells them.
struct Comparison {
  std::string name_a;
  std::string name_b;
  crystal::Structure a;
  crystal::Structure b;
  reconstruct::CompareResult result;
};

/// Numbers, a line each, for people.
[[nodiscard]] std::string comparison_text(const Comparison& comparison);

/// The same numbers and the motion.
[[nodiscard]] std::string comparison_json(const Comparison& comparison);

/// A row for each atom of either structure; empty cells where there is no partner.
[[nodiscard]] storage::Table matched_table(const Comparison& comparison);

/// A row for each column of either structure along the beam.
[[nodiscard]] storage::Table column_counts_table(const Comparison& comparison);

/// compare.json, matched.csv, column_counts.csv, the figures, and compare.html.
void write_comparison(const Comparison& comparison, const std::string& configuration,
                      const std::filesystem::path& folder);

}  // namespace adatom::pipeline
