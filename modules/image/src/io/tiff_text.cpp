#include "io/tiff_text.h"

#include <array>
#include <utility>

namespace adatom::image {
namespace {

constexpr std::string_view blanks = " \t\r\n";

/// Resolves the entities that can stand in a unit or a number.
std::string without_entities(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> entities = {
      {{"&amp;", "&"},
       {"&lt;", "<"},
       {"&gt;", ">"},
       {"&quot;", "\""},
       {"&apos;", "'"},
       {"&#181;", "\xC2\xB5"},
       {"&#xB5;", "\xC2\xB5"},
       {"&#197;", "\xC3\x85"}}};
  std::string out;
  while (!text.empty()) {
    bool replaced = false;
    for (const auto& [name, value] : entities) {
      if (text.substr(0, name.size()) == name) {
        out += value;
        text.remove_prefix(name.size());
        replaced = true;
        break;
      }
    }
    if (!replaced) {
      out += text[0];
      text.remove_prefix(1);
    }
  }
  return out;
}

}  // namespace

std::map<std::string, std::string> parse_imagej(std::string_view description) {
  std::map<std::string, std::string> lines;
  if (description.substr(0, 7) != "ImageJ=") return lines;
  while (!description.empty()) {
    const auto end = description.find('\n');
    auto line = description.substr(0, end);
    description.remove_prefix(end == std::string_view::npos ? description.size() : end + 1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    lines.emplace(line.substr(0, equals), line.substr(equals + 1));
  }
  return lines;
}

std::map<std::string, std::string> parse_ome_pixels(std::string_view description) {
  std::map<std::string, std::string> attributes;
  if (description.find("<OME") == std::string_view::npos &&
      description.find(":OME") == std::string_view::npos) {
    return attributes;
  }
  // The element may carry a namespace prefix: <OME:Pixels ...>.
  auto at = std::string_view::npos;
  for (const std::string_view start : {"<Pixels", ":Pixels"}) {
    at = description.find(start);
    if (at != std::string_view::npos) {
      at += start.size();
      break;
    }
  }
  if (at == std::string_view::npos) return attributes;
  for (;;) {
    at = description.find_first_not_of(blanks, at);
    if (at == std::string_view::npos || description[at] == '>' || description[at] == '/') break;
    const auto equals = description.find('=', at);
    if (equals == std::string_view::npos) break;
    auto name = description.substr(at, equals - at);
    name = name.substr(0, name.find_last_not_of(blanks) + 1);
    const auto open = description.find_first_not_of(blanks, equals + 1);
    if (open == std::string_view::npos) break;
    const char quote = description[open];
    if (quote != '"' && quote != '\'') break;
    const auto close = description.find(quote, open + 1);
    if (close == std::string_view::npos) break;
    attributes.emplace(name, without_entities(description.substr(open + 1, close - open - 1)));
    at = close + 1;
  }
  return attributes;
}

}  // namespace adatom::image
