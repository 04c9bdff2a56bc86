#pragma once
// Atoms in space that the reader of a page turns with the mouse.
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "adatom/report/atom_kinds.h"
#include "adatom/report/colour_map.h"
#include "adatom/report/figure.h"

namespace adatom::report {

/// One way to colour the atoms; the reader chooses among several.
struct ModelColouring {
  std::string name = {};             ///< in the choice: "class"
  std::vector<AtomKind> kinds = {};  ///< at most 256
  std::optional<Range> range = {};   ///< the kinds are steps of a quantity from low to high
  std::string unit = {};             ///< of that quantity
};

/// A colouring by a quantity, in 64 steps.
[[nodiscard]] ModelColouring value_colouring(const std::string& name, const std::string& unit,
                                             const Range& range,
                                             ColourMap map = ColourMap::viridis);

/// Which kind of a colouring by a quantity a value has; what is out of range has the nearest, what
/// is no number the first.
[[nodiscard]] std::size_t value_kind(const ModelColouring& colouring, double value);

/// Atoms at one time, or of one particle. One entry for each atom; atoms whose position is not
/// finite are left out.
struct ModelFrame {
  std::string label = {};  ///< "after 1 ns"
  std::vector<double> x_angstrom = {};
  std::vector<double> y_angstrom = {};
  std::vector<double> z_angstrom = {};
  std::vector<double> radius_angstrom = {};
  /// For each colouring of the model, the kind of each atom.
  std::vector<std::vector<std::size_t>> kinds = {};
};

struct Model {
  std::string title = {};
  std::vector<ModelColouring> colourings = {};  ///< the first is shown first
  std::vector<ModelFrame> frames = {};          ///< at least one; a slider goes through them
  std::string frame_name = "Frame";             ///< what the slider goes through
  std::size_t max_bytes = 4'000'000;            ///< of all frames in the page; at least one is kept
};

/// The first frame as a still picture, for readers without WebGL and for paper.
/// @throws InputError as `require_whole_model`
[[nodiscard]] Figure draw_model_still(const Model& model);

/// @throws InputError: no frame, no colouring, one without kinds or with more than 256, arrays that
/// differ in length, a kind that is not there
void require_whole_model(const Model& model);

}  // namespace adatom::report
