#pragma once
// Text made safe for XML and HTML.
#include <string>
#include <string_view>

namespace adatom::report {

/// `text` with &, <, >, " and ' replaced. What XML forbids (control characters, bytes that are no
/// valid UTF-8) becomes U+FFFD, so that one odd file name cannot spoil a whole page.
[[nodiscard]] std::string escape(std::string_view text);

}  // namespace adatom::report
