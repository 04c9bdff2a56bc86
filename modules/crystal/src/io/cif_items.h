#pragma once
// The syntax of CIF 1.1: items and loops of data blocks.
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace adatom::crystal {

struct CifValue {
  std::string text;
  std::size_t line = 0;
  bool is_quoted = false;

  /// Unquoted ? or . say that there is no value.
  [[nodiscard]] bool is_given() const { return is_quoted || (text != "?" && text != "."); }
};

struct CifLoop {
  std::vector<std::string> tags;  ///< lower case
  std::vector<std::vector<CifValue>> rows;

  static constexpr std::size_t absent = static_cast<std::size_t>(-1);
  [[nodiscard]] std::size_t column(std::string_view tag) const;
};

struct CifBlock {
  std::string name;
  std::map<std::string, CifValue, std::less<>> items;  ///< by tag in lower case
  std::vector<CifLoop> loops;

  /// The loop that has a tag, or nothing.
  [[nodiscard]] const CifLoop* loop_with(std::string_view tag) const;
};

/// @throws InputError with the line
[[nodiscard]] std::vector<CifBlock> parse_cif_blocks(std::string_view text,
                                                     const std::string& source);

/// Throws InputError about a line.
[[noreturn]] void fail_cif(const std::string& source, std::size_t line, std::string what,
                           std::string why = {}, std::string remedy = {});

}  // namespace adatom::crystal
