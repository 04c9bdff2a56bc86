#pragma once
// The tables of `adatom saed` that grow with the frames.
#include <cstddef>
#include <string>

#include "saed/saed_pattern.h"

namespace adatom::pipeline {

/// rings.csv: every ring of every frame.
[[nodiscard]] std::string rings_header();
[[nodiscard]] std::string rings_rows(std::size_t frame, double time_s,
                                     const SaedFrameResult& result);

/// phase_fraction.csv: every phase of every frame.
[[nodiscard]] std::string fractions_header();
[[nodiscard]] std::string fractions_rows(std::size_t frame, double time_s,
                                         const SaedFrameResult& result);

/// lattices.csv: lattice, size and strain of every phase of every frame.
[[nodiscard]] std::string lattices_header();
[[nodiscard]] std::string lattices_rows(std::size_t frame, double time_s,
                                        const SaedFrameResult& result);

/// fits.csv: centre and quality of the fit of every frame.
[[nodiscard]] std::string fits_header();
[[nodiscard]] std::string fits_row(std::size_t frame, double time_s, const SaedFrameResult& result);

}  // namespace adatom::pipeline
