#include "adatom/crystal/io/prismatic_xyz.h"

#include "io/atom_words.h"

namespace adatom::crystal {

Structure parse_prismatic_xyz(std::string_view text, const std::string& source) {
  TextLines lines(text, source);
  std::vector<std::string_view> words;
  std::string_view line;
  Structure structure;
  if (!lines.next(line)) lines.fail("the file is empty");
  structure.comment = std::string(line);
  if (!lines.next(line)) lines.fail("the file ends before the lengths of the cell");
  split_words(line, words);
  if (words.size() != 3) {
    lines.fail("three lengths of the cell belong here",
               std::to_string(words.size()) + " values are there");
  }
  for (Eigen::Index i = 0; i < 3; ++i) {
    const double length = lines.number(words[static_cast<std::size_t>(i)], "a length of the cell");
    if (length <= 0.0) lines.fail("a length of the cell must be above zero");
    structure.cell_angstrom(i, i) = length;
  }
  structure.periodic = {true, true, true};
  while (lines.next(line)) {
    split_words(line, words);
    if (words.empty()) continue;
    if (words[0] == "-1") {
      if (structure.atoms.empty()) lines.fail("no atom stands before the line -1");
      return structure;
    }
    if (words.size() != 6) {
      lines.fail("an atom needs 6 values", std::to_string(words.size()) + " are there",
                 "atomic number, x, y, z, occupancy, thermal displacement");
    }
    Atom atom;
    atom.element = element_of_word(words[0], lines);
    for (std::size_t k = 0; k < 3; ++k) {
      atom.position_angstrom(static_cast<Eigen::Index>(k)) =
          lines.number(words[1 + k], "a coordinate");
    }
    atom.occupancy = checked_occupancy(lines.number(words[4], "an occupancy"), lines);
    atom.rms_displacement_angstrom =
        checked_displacement(lines.number(words[5], "a displacement"), lines);
    structure.atoms.push_back(std::move(atom));
  }
  lines.fail("the file ends before the line -1 that closes it",
             std::to_string(structure.atoms.size()) + " atoms are there", "copy the file again");
}

}  // namespace adatom::crystal
