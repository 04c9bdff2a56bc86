#pragma once
// The figures and the page of a comparison.
#include <string>

#include "adatom/report/figure.h"
#include "compare/comparison_files.h"

namespace adatom::pipeline {

struct ComparisonFigures {
  report::Figure matched;    ///< atoms by whether they have a partner
  report::Figure surface_a;  ///< classes
  report::Figure surface_b;
  report::Figure columns_a;  ///< counts along the beam, those that differ marked
  report::Figure columns_b;
  report::Figure distances;  ///< of the pairs
};

[[nodiscard]] ComparisonFigures draw_comparison(const Comparison& comparison);

[[nodiscard]] std::string comparison_report(const Comparison& comparison,
                                            const ComparisonFigures& figures,
                                            const std::string& configuration);

}  // namespace adatom::pipeline
