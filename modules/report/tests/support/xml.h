#pragma once
// A small reader of XML, strict about what well-formedness asks: enough to look into figures.
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace adatom::report::testing {

struct Element {
  std::string name;
  std::map<std::string, std::string> attributes;
  std::string text;  ///< directly inside, entities replaced
  int depth = 0;

  [[nodiscard]] double number(const std::string& attribute) const;
};

/// The elements in the order of their start tags; throws std::runtime_error where `text` is not
/// well-formed.
std::vector<Element> parse_xml(std::string_view text);

/// Those named `name`.
[[nodiscard]] std::vector<Element> named(const std::vector<Element>& elements,
                                         std::string_view name);

/// The first that has `text` as its text.
[[nodiscard]] Element with_text(const std::vector<Element>& elements, std::string_view text);

struct PathPoint {
  double x;
  double y;
  bool starts;  ///< M, not L
};

/// The points of a path made of M and L only.
[[nodiscard]] std::vector<PathPoint> path_points(const std::string& path);

}  // namespace adatom::report::testing
