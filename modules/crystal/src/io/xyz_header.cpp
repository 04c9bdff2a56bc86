#include "io/xyz_header.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <optional>
#include <span>
#include <utility>

#include "adatom/base/number_text.h"

namespace adatom::crystal {
namespace {

struct KeyValue {
  std::string_view key;
  std::string_view value;
};

/// The closing quote from `from` on, less those behind a backslash.
std::size_t find_close(std::string_view line, char close, std::size_t from) {
  for (std::size_t at = from; at < line.size(); ++at) {
    if (line[at] == '\\' && close != '}') {
      ++at;
    } else if (line[at] == close) {
      return at;
    }
  }
  return line.size();
}

/// key=value, key="value with blanks", key={...}, or a bare key (value empty).
std::vector<KeyValue> split_keys(std::string_view line) {
  std::vector<KeyValue> pairs;
  std::size_t at = 0;
  while ((at = line.find_first_not_of(" \t", at)) != std::string_view::npos) {
    const std::size_t key_end = std::min(line.find_first_of("= \t", at), line.size());
    KeyValue pair{line.substr(at, key_end - at), {}};
    at = key_end;
    if (at < line.size() && line[at] == '=') {
      ++at;
      const char open = at < line.size() ? line[at] : ' ';
      const char close = open == '"' || open == '\'' ? open : open == '{' ? '}' : '\0';
      const std::size_t from = std::min(close ? at + 1 : at, line.size());
      const std::size_t end = close ? find_close(line, close, from)
                                    : std::min(line.find_first_of(" \t", from), line.size());
      pair.value = line.substr(from, end - from);
      at = close ? std::min(end + 1, line.size()) : end;
    }
    pairs.push_back(pair);
  }
  return pairs;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  });
}

/// Without the backslashes before quotes and backslashes.
std::string unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escapes = text[i] == '\\' && i + 1 < text.size() &&
                         (text[i + 1] == '"' || text[i + 1] == '\\' || text[i + 1] == '\'');
    if (escapes) ++i;
    plain += text[i];
  }
  return plain;
}

struct Property {
  std::string_view name;
  std::string_view type;
  std::size_t first = 0;  ///< word
  std::size_t count = 1;
};

Meaning column_meaning(const Property& property, const TextLines& lines) {
  if (property.type == "R") return Meaning::real;
  if (property.type == "I") return Meaning::whole;
  if (property.type == "L") return Meaning::logical;
  if (property.type == "S") return Meaning::text;
  lines.fail(
      "the type of property " + std::string(property.name.substr(0, 40)) + " must be S, R, I or L",
      {}, "for instance Properties=species:S:1:pos:R:3");
}

/// What a property is, if the structure has a place for it.
std::optional<Meaning> known_meaning(const Property& property) {
  struct Name {
    std::string_view name;
    std::size_t count;
    Meaning meaning;
  };
  static constexpr std::array<Name, 18> names = {{{"species", 1, Meaning::element},
                                                  {"element", 1, Meaning::element},
                                                  {"Z", 1, Meaning::element},
                                                  {"pos", 3, Meaning::position},
                                                  {"position", 3, Meaning::position},
                                                  {"velo", 3, Meaning::velocity},
                                                  {"vel", 3, Meaning::velocity},
                                                  {"velocity", 3, Meaning::velocity},
                                                  {"velocities", 3, Meaning::velocity},
                                                  {"momenta", 3, Meaning::momentum},
                                                  {"id", 1, Meaning::id},
                                                  {"images", 3, Meaning::image},
                                                  {"image", 3, Meaning::image},
                                                  {"rms_displacement", 1, Meaning::displacement},
                                                  {"thermal_sigma", 1, Meaning::displacement},
                                                  {"debye_waller_factors", 1, Meaning::factor},
                                                  {"occupancy", 1, Meaning::occupancy},
                                                  {"occupancies", 1, Meaning::occupancy}}};
  for (const auto& known : names) {
    if (known.name == property.name && known.count == property.count) return known.meaning;
  }
  return std::nullopt;
}

std::vector<Property> split_properties(std::string_view value, const TextLines& lines) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; at <= value.size();) {
    const std::size_t end = std::min(value.find(':', at), value.size());
    parts.push_back(value.substr(at, end - at));
    at = end + 1;
  }
  if (parts.size() % 3 != 0) {
    lines.fail("Properties must be a list of name:type:columns", {},
               "for instance Properties=species:S:1:pos:R:3");
  }
  std::vector<Property> properties;
  std::size_t word = 0;
  for (std::size_t i = 0; i < parts.size(); i += 3) {
    const long long count = lines.integer(parts[i + 2], "a property's number of columns");
    if (count < 1 || count > 1000) lines.fail("a property has 1 to 1000 columns");
    properties.push_back({parts[i], parts[i + 1], word, static_cast<std::size_t>(count)});
    word += static_cast<std::size_t>(count);
  }
  return properties;
}

void set_fields(std::string_view value, const TextLines& lines, XyzHeader& header) {
  header.fields.clear();
  const auto properties = split_properties(value, lines);
  std::array<bool, static_cast<std::size_t>(Meaning::real)> seen{};
  for (const auto& property : properties) {
    AtomField field;
    auto meaning = known_meaning(property);
    // A second one with the same meaning is a column like any other.
    if (meaning && std::exchange(seen[static_cast<std::size_t>(*meaning)], true)) meaning.reset();
    field.meaning = meaning ? *meaning : column_meaning(property, lines);
    field.name = std::string(property.name);
    for (std::size_t k = 0; k < property.count; ++k) field.words.push_back(property.first + k);
    header.fields.push_back(std::move(field));
    header.words = property.first + property.count;
  }
  if (!seen[static_cast<std::size_t>(Meaning::element)] ||
      !seen[static_cast<std::size_t>(Meaning::position)]) {
    lines.fail("Properties must name species and pos", {},
               "for instance Properties=species:S:1:pos:R:3");
  }
}

void parse_numbers(std::string_view value, std::string_view name, const TextLines& lines,
                   std::span<double> numbers) {
  std::vector<std::string_view> words;
  split_words(value, words);
  if (words.size() != numbers.size()) {
    lines.fail(
        std::string(name) + " must hold " + (numbers.size() == 9 ? "nine" : "three") + " numbers",
        std::to_string(words.size()) + " are there");
  }
  for (std::size_t i = 0; i < words.size(); ++i) numbers[i] = lines.number(words[i], name);
}

/// "T T F", "1 1 0", "true true false", [T, T, F], or one for all.
std::array<bool, 3> parse_periodic(std::string_view value, const TextLines& lines) {
  std::string plain(value);
  std::ranges::replace_if(
      plain, [](char c) { return c == ',' || c == '[' || c == ']'; }, ' ');
  std::vector<std::string_view> words;
  split_words(plain, words);
  std::array<bool, 3> periodic{};
  const bool fits = words.size() == 3 || words.size() == 1;
  for (std::size_t k = 0; k < 3 && fits; ++k) {
    const char c = words[words.size() == 1 ? 0 : k].front();
    if (std::string_view("Tt1Ff0").find(c) == std::string_view::npos) break;
    periodic[k] = std::string_view("Tt1").find(c) != std::string_view::npos;
    if (k == 2) return periodic;
  }
  lines.fail("pbc must hold three of T and F", {}, "for instance pbc=\"T T F\"");
}

}  // namespace

XyzHeader parse_xyz_header(std::string_view line, const TextLines& lines) {
  XyzHeader header;
  header.fields = {{Meaning::element, {0}, {}}, {Meaning::position, {1, 2, 3}, {}}};
  header.words = 4;
  Structure& structure = header.structure;
  std::optional<std::array<bool, 3>> periodic;
  std::string_view comment;
  bool extended = false;
  for (const auto& [key, value] : split_keys(line)) {
    const auto is = [key = key](std::string_view name) { return equals_ignoring_case(key, name); };
    if (is("Properties")) {
      set_fields(value, lines, header);
      extended = true;
    } else if (is("Lattice")) {
      std::array<double, 9> numbers{};
      parse_numbers(value, "Lattice", lines, numbers);
      for (std::size_t i = 0; i < 9; ++i) {
        structure.cell_angstrom(static_cast<Eigen::Index>(i / 3),
                                static_cast<Eigen::Index>(i % 3)) = numbers[i];
      }
      extended = true;
    } else if (value.empty()) {
      continue;  // words of a plain comment
    } else if (is("Origin")) {
      parse_numbers(value, "Origin", lines, {structure.origin_angstrom.data(), 3});
    } else if (is("pbc")) {
      periodic = parse_periodic(value, lines);
    } else if (is("comment")) {
      comment = value;
    }
  }
  parse_xyz_times(line, structure.timestep, structure.time_ps);
  structure.comment = extended ? unescaped(comment) : std::string(line);
  // A cell that does not say is periodic, for ASE and OVITO as well.
  const bool has_cell = !structure.cell_angstrom.isZero(0.0);
  structure.periodic = periodic.value_or(std::array{has_cell, has_cell, has_cell});
  return header;
}

void parse_xyz_times(std::string_view line, std::optional<std::int64_t>& timestep,
                     std::optional<double>& time_ps) {
  for (const auto& [key, value] : split_keys(line)) {
    if (equals_ignoring_case(key, "Timestep")) timestep = parse_integer(value);
    if (!equals_ignoring_case(key, "Time")) continue;
    time_ps = parse_double(value);
    if (time_ps && !std::isfinite(*time_ps)) time_ps.reset();
  }
}

}  // namespace adatom::crystal
