#pragma once
// A model as the text that the viewer of a page reads.
#include <cstddef>
#include <string>
#include <vector>

#include "adatom/report/model.h"

namespace adatom::report {

/// The frames that fit into the model's bytes, evenly spread.
[[nodiscard]] std::vector<std::size_t> model_frames_shown(const Model& model);

/// JSON that is safe inside a script element and as XML text: step (angstrom of one unit of the
/// coordinates), extent (angstrom from the middle to the farthest rim), middle, frames and
/// colourings. Coordinates are base64 of little-endian 16-bit integers, x y z of each atom, from
/// the middle of all frames; kinds base64 of bytes; radii a number, or base64 of 16-bit integers in
/// thousandths of an angstrom; atoms that are left out make `atom` a list of the numbers of those
/// that are there.
[[nodiscard]] std::string model_json(const Model& model, const std::vector<std::size_t>& frames);

}  // namespace adatom::report
