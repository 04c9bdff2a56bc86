#pragma once
// What `adatom dictionary` says of a dictionary that it built.
#include <string>

#include "adatom/dynamics/build_dictionary.h"
#include "adatom/pipeline/manifest.h"
#include "adatom/report/figure.h"
#include "adatom/storage/csv.h"

namespace adatom::pipeline {

/// A line an environment: its class, that of the recipe, its particle, the nearest other
/// environment and how far that is.
[[nodiscard]] storage::Table dictionary_table(const dynamics::BuiltDictionary& built,
                                              std::span<const dynamics::RecipeEntry> recipe);

/// The tree of all environments with the cut, coloured by class.
[[nodiscard]] report::Figure dictionary_figure(const dynamics::BuiltDictionary& built, double cut);

/// Lattice constant, SOAP, particles, classes with their environments.
[[nodiscard]] std::string dictionary_summary(const dynamics::BuiltDictionary& built);

/// Particles that did not come to rest, or that are other structures now.
[[nodiscard]] Remarks dictionary_remarks(const dynamics::BuiltDictionary& built);

}  // namespace adatom::pipeline
