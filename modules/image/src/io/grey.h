#pragma once
// Colour to grey, for files that hold a grey picture as colour.
#include <cstddef>
#include <span>
#include <vector>

#include "adatom/image/frame.h"

namespace adatom::image {

/// Luma of ITU-R BT.601 from pixels of `channels` samples whose first three are red, green, blue:
/// 0.299 R + 0.587 G + 0.114 B, rounded for integers, so equal channels keep their value exactly.
/// With one or two channels the first is the grey value. Further channels (alpha) do not count.
[[nodiscard]] Bytes grey_from(std::span<const std::byte> pixels, PixelType type,
                              std::size_t channels);

}  // namespace adatom::image
