#pragma once
// What our own TIFF files say beyond the tags: the description that ImageJ reads, with lines of our
// own for what ImageJ has no words for.
#include <map>
#include <string>

#include "adatom/image/writer.h"

namespace adatom::image {

/// @param contiguous frames stand one behind the other, which "images=" promises ImageJ
[[nodiscard]] std::string tiff_description(const SeriesHeader& header, bool contiguous);

/// Reads our own lines back into info.calibration and info.acquisition, in full precision.
void read_tiff_notes(const std::map<std::string, std::string>& lines, SeriesInfo& info);

}  // namespace adatom::image
