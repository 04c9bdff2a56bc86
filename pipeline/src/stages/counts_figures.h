#pragma once
// Figures of counted columns.
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "adatom/counting/count.h"
#include "adatom/report/figure.h"

namespace adatom::pipeline {

/// The rows of each frame, in the order of the frames' numbers.
[[nodiscard]] std::map<std::int64_t, std::vector<std::size_t>> rows_of_frames(
    const std::vector<std::int64_t>& frame);

[[nodiscard]] report::Figure draw_scs_histogram(const std::vector<double>& scs_angstrom2,
                                                const std::vector<counting::Component>& components);

/// @param chosen the number of components taken, to be marked; 0: none
[[nodiscard]] report::Figure draw_selection(const std::vector<counting::Selection>& selection,
                                            std::int64_t chosen);

/// What a map of counts shows: one frame's columns.
struct CountMapData {
  std::vector<double> x_angstrom;
  std::vector<double> y_angstrom;
  std::vector<std::int64_t> atom_count;
  std::vector<double> probability;
};
/// @param limits lowest and highest count of all frames, for common colours
[[nodiscard]] report::Figure draw_counts(const CountMapData& data, const std::string& title,
                                         std::pair<std::int64_t, std::int64_t> limits);

}  // namespace adatom::pipeline
