#include "cli/utf8_text.h"

#include <cstddef>

namespace adatom::pipeline {
namespace {

/// Length of the valid sequence at the start of `text`, 0 if there is none. Not valid: sequences
/// longer than needed, surrogates, what is past U+10FFFF (RFC 3629, section 4).
std::size_t sequence_length(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
  }
  const unsigned second = byte(1);
  const bool valid = (lead != 0xE0 || second >= 0xA0) && (lead != 0xED || second < 0xA0) &&
                     (lead != 0xF0 || second >= 0x90) && (lead != 0xF4 || second < 0x90);
  return valid ? length : 0;
}

}  // namespace

std::string valid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    if (length == 0) {
      out += "\xEF\xBF\xBD";  // U+FFFD
      text.remove_prefix(1);
    } else {
      out += text.substr(0, length);
      text.remove_prefix(length);
    }
  }
  return out;
}

}  // namespace adatom::pipeline
