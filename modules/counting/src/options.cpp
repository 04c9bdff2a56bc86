#include <cmath>

#include "adatom/base/number_text.h"
#include "adatom/counting/count.h"

namespace adatom::counting {

void CountingOptions::describe(OptionVisitor& v) {
  v.visit({.name = "method",
           .help = "how atoms are counted: mixture (free means, component k holds k atoms), "
                   "equidistant (means offset + k step), library (nearest library value) or hybrid "
                   "(means proportional to the library)"},
          method);
  v.visit(
      {.name = "criterion", .help = "information criterion that chooses the number of components"},
      criterion);
  v.visit({.name = "max_components",
           .help = "most components tried; empty: chosen from the data",
           .min = 1,
           .max = 200},
          max_components);
  v.visit({.name = "starts",
           .help = "random starts for every number of components, besides the systematic ones",
           .min = 0,
           .max = 10000},
          starts);
  v.visit({.name = "scatter",
           .help = "scatter of columns of one thickness: common (one fitted sigma) or measured "
                   "(that and each column's standard error, added in quadrature)"},
          scatter);
  v.visit({.name = "dose_per_angstrom2",
           .unit = "1/angstrom^2",
           .help = "electron dose: a component's variance then gains mean/dose; empty: it does not",
           .min = 1e-3,
           .max = 1e12},
          dose_per_angstrom2);
  v.visit({.name = "allow_zero",
           .help = "library and hybrid: a column may hold no atom at all (a class of cross-section "
                   "0); for listed positions that may be empty"},
          allow_zero);
  v.visit({.name = "library_scale_prior",
           .help = "hybrid: standard deviation of the library's scale about 1 known beforehand; "
                   "scales further off than three of them are not considered",
           .min = 1e-6,
           .max = 0.3},
          library_scale_prior);
  v.visit({.name = "min_probability",
           .help = "library and hybrid: below this estimated share of right counts the answer is "
                   "'not determined'",
           .min = 0,
           .max = 1},
          min_probability);
  v.visit({.name = "max_iterations",
           .help = "most steps of expectation and maximisation from one start",
           .min = 1,
           .max = 1e7},
          max_iterations);
  v.visit({.name = "tolerance",
           .help = "change of the log-likelihood per column at which they end",
           .min = 0,
           .max = 1e-2},
          tolerance);
}

std::vector<OptionIssue> CountingOptions::validate() const {
  std::vector<OptionIssue> issues = check_ranges(*this);
  if (scatter == Scatter::measured && dose_per_angstrom2) {
    issues.push_back({"scatter",
                      "'measured' standard errors hold the share of the dose already; leave "
                      "dose_per_angstrom2 empty or choose 'common'"});
  }
  const bool has_library = method == Method::library || method == Method::hybrid;
  if (allow_zero && !has_library) {
    issues.push_back({"allow_zero", "zero atoms need the method 'library' or 'hybrid'"});
  }
  return issues;
}

std::vector<OptionIssue> Library::validate() const {
  std::vector<OptionIssue> issues;
  if (scs_angstrom2.empty()) issues.push_back({"library", "it holds no cross-section"});
  double previous = 0.0;
  for (std::size_t g = 0; g < scs_angstrom2.size(); ++g) {
    const double value = scs_angstrom2[g];
    const std::string name = "library: " + std::to_string(g + 1) + " atoms";
    if (!std::isfinite(value) || value <= 0.0 || value > 1e6) {
      issues.push_back({name, "a cross-section of " + shortest(value) +
                                  " A^2 is not a positive, sensible number"});
      return issues;
    }
    if (value <= previous) {
      issues.push_back({name, "its cross-section " + shortest(value) +
                                  " A^2 does not exceed that of one atom fewer, " +
                                  shortest(previous) + " A^2"});
    }
    previous = value;
  }
  return issues;
}

}  // namespace adatom::counting
