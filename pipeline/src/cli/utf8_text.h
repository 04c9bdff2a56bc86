#pragma once
// Text from files, as a terminal can take it.
#include <string>
#include <string_view>

namespace adatom::pipeline {

/// `text` with every byte that is no part of valid UTF-8 (RFC 3629) replaced by U+FFFD.
[[nodiscard]] std::string valid_utf8(std::string_view text);

}  // namespace adatom::pipeline
