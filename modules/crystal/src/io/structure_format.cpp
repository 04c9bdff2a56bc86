#include "io/structure_format.h"

#include <fcntl.h>

#include <algorithm>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/crystal/io/cif.h"
#include "adatom/crystal/io/lammps_data.h"
#include "adatom/crystal/io/prismatic_xyz.h"
#include "io/file_lines.h"
#include "io/text_lines.h"

namespace adatom::crystal {
namespace {

/// An XYZ file starts with a line that is nothing but a number.
bool looks_like_xyz(std::string_view text) {
  return parse_integer(text.substr(0, text.find('\n'))).has_value();
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

/// A CIF starts a data block, behind comments, and has the edges of a cell.
bool looks_like_cif(std::string_view text) {
  TextLines lines(text, {});
  std::string_view line;
  while (lines.next(line)) {
    const auto begin = line.find_first_not_of(" \t");
    if (begin == std::string_view::npos || line[begin] == '#') continue;
    return line.substr(begin).starts_with("data_") &&
           text.find("_cell_length_a") != std::string_view::npos;
  }
  return false;
}

/// At most `most_bytes` of the file.
std::string read_beginning(const std::filesystem::path& path, std::size_t most_bytes) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    throw InputError({.what = "no such file", .where = path.string(), .why = {}, .remedy = {}});
  }
  const OpenFile file(path, O_RDONLY);
  const auto size = std::filesystem::file_size(path, error);
  std::string text(error ? most_bytes : std::min<std::uintmax_t>(size, most_bytes), '\0');
  text.resize(file.read(text.data(), text.size(), 0));
  return text;
}

}  // namespace

StructureFormat find_structure_format(const std::filesystem::path& path) {
  constexpr std::size_t enough = 1 << 16;
  const std::string text = read_beginning(path, enough);
  if (looks_like_xyz(text)) return StructureFormat::extended_xyz;
  if (text.starts_with("ITEM: ")) return StructureFormat::lammps_dump;
  if (looks_like_cif(text)) return StructureFormat::cif;
  if (looks_like_lammps_data(text)) return StructureFormat::lammps_data;
  if (looks_like_prismatic(text)) return StructureFormat::prismatic;
  throw InputError({.what = "not a structure file that is read here",
                    .where = path.string(),
                    .why =
                        "extended XYZ starts with the number of atoms, a LAMMPS dump with ITEM:, a "
                        "LAMMPS data file names the number in its first lines, Prismatic's XYZ has "
                        "three lengths in its second line, then lines of six numbers, and a CIF "
                        "starts with data_",
                    .remedy = "convert it to extended XYZ"});
}

Structure read_single_structure(const std::filesystem::path& path, StructureFormat format,
                                const TypeElements& elements) {
  const std::string text = read_beginning(path, std::string::npos);
  if (format == StructureFormat::cif) {
    return unit_cell_structure(parse_cif(text, path.string()));
  }
  return format == StructureFormat::prismatic ? parse_prismatic_xyz(text, path.string())
                                              : parse_lammps_data(text, path.string(), elements);
}

}  // namespace adatom::crystal
