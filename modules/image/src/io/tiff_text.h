#pragma once
// What TIFF descriptions say: ImageJ's lines and OME-XML.
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace adatom::image {

/// The `key=value` lines of a description that begins with "ImageJ="; empty for any other text.
[[nodiscard]] std::map<std::string, std::string> parse_imagej(std::string_view description);

/// The attributes of the first <Pixels> element of an OME-XML text; empty for any other text.
[[nodiscard]] std::map<std::string, std::string> parse_ome_pixels(std::string_view description);

}  // namespace adatom::image
