#include "adatom/crystal/io/structure_file.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/crystal/io/extended_xyz.h"
#include "adatom/crystal/io/lammps_data.h"
#include "adatom/crystal/io/lammps_dump.h"
#include "adatom/crystal/io/prismatic_xyz.h"
#include "io/text_lines.h"

namespace adatom::crystal {
namespace {

std::string read_text(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    throw InputError({.what = "no such file", .where = path.string(), .why = {}, .remedy = {}});
  }
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file || !text) {
    throw InputError(
        {.what = "the file cannot be read", .where = path.string(), .why = {}, .remedy = {}});
  }
  return std::move(text).str();
}

/// An XYZ file starts with a line that is nothing but a number.
bool looks_like_xyz(std::string_view text) {
  std::string_view line = text.substr(0, text.find('\n'));
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return parse_integer(line).has_value();
}

/// A LAMMPS data file says "N atoms" within its first lines.
bool looks_like_lammps_data(std::string_view text) {
  TextLines lines(text, {});
  std::vector<std::string_view> words;
  std::string_view line;
  for (int i = 0; i < 50 && lines.next(line); ++i) {
    split_words(line, words);
    if (words.size() >= 2 && words[1] == "atoms" && parse_integer(words[0])) return true;
  }
  return false;
}

/// A Prismatic file has three lengths in its second line, then lines of six numbers. Its first line
/// is free text, so that of an XYZ file is looked for before.
bool looks_like_prismatic(std::string_view text) {
  TextLines lines(text, {});
  std::vector<std::string_view> words;
  std::string_view line;
  const auto numbers = [&](std::size_t count) {
    if (!lines.next(line)) return false;
    split_words(line, words);
    return words.size() == count && std::ranges::all_of(words, [](std::string_view word) {
             return parse_double(word).has_value();
           });
  };
  return lines.next(line) && numbers(3) && numbers(6);
}

}  // namespace

Structure read_structure(const std::filesystem::path& path, const TypeElements& elements) {
  const std::string text = read_text(path);
  if (looks_like_xyz(text)) return parse_extended_xyz(text, path.string()).front();
  if (text.starts_with("ITEM: ")) return parse_lammps_dump(text, path.string(), elements);
  if (looks_like_lammps_data(text)) return parse_lammps_data(text, path.string(), elements);
  if (looks_like_prismatic(text)) return parse_prismatic_xyz(text, path.string());
  throw InputError({.what = "not a structure file that is read here",
                    .where = path.string(),
                    .why =
                        "extended XYZ starts with the number of atoms, a LAMMPS dump with ITEM:, a "
                        "LAMMPS data file names the number in its first lines, and Prismatic's XYZ "
                        "has three lengths in its second line, then lines of six numbers",
                    .remedy = "convert it to extended XYZ"});
}

}  // namespace adatom::crystal
