#pragma once
// The extended header that Thermo Fisher's programs write into MRC files (FEI1, FEI2).
#include <cstdint>

#include "adatom/image/frame.h"
#include "io/header_fields.h"

namespace adatom::image {

/// Takes from the first section's record what the file says to be valid: voltage, pixel size,
/// camera length, magnification, microscope, program.
void read_fei_header(const HeaderFields& fields, const FileBytes& file,
                     std::uint64_t extended_bytes, SeriesInfo& info);

}  // namespace adatom::image
