#include "io/header_fields.h"

#include <algorithm>

#include "adatom/base/error.h"

namespace adatom::image {

std::string HeaderFields::text(std::uint64_t offset, std::uint64_t count) const {
  if (!file_.holds(offset, count)) {
    throw InputError(Complaint{
        "the file ends too early", file_.path().string(),
        "a text of " + std::to_string(count) + " bytes should stand at " + std::to_string(offset),
        "copy the file again"});
  }
  std::string text(count, '\0');
  file_.read(offset, std::as_writable_bytes(std::span(text)));
  text.resize(std::min(text.find('\0'), text.size()));
  return text;
}

void HeaderFields::reverse(std::span<std::byte> bytes) { std::ranges::reverse(bytes); }

}  // namespace adatom::image
