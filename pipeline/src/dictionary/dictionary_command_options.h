#pragma once
// What `adatom dictionary` is asked for.
#include <string>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/dynamics/build_dictionary.h"

namespace adatom::pipeline {

struct DictionaryCommandOptions {
  std::string potential = {};
  std::string element = {};  ///< empty: the only one of the potential
  InputFile recipe = {};     ///< not given: that of the published dictionary
  dynamics::DictionaryOptions dictionary = {};

  void describe(OptionVisitor& v) {
    v.visit({.name = "potential", .help = "that relaxes the particles: smatb:Cu, eam:FILE, ..."},
            potential);
    v.visit({.name = "element", .help = "symbol; needed where the potential has several"}, element);
    v.visit({.name = "recipe",
             .help = "which atoms of which particles (CSV: environment, class, particle, x, y, z; "
                     "positions before relaxation in nearest-neighbour distances); not given: "
                     "those of the published dictionary"},
            recipe);
    dictionary.describe(v);
  }
  [[nodiscard]] std::vector<OptionIssue> validate() const {
    auto issues = dictionary.validate();
    if (potential.empty()) {
      issues.push_back({"potential", "none is given; smatb:Cu is one for copper"});
    }
    return issues;
  }
};

}  // namespace adatom::pipeline
