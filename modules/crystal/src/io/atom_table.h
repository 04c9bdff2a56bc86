#pragma once
// Atoms from lines of words, whose meaning a header tells: extended XYZ and LAMMPS dumps.
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adatom/crystal/structure.h"
#include "io/text_lines.h"

namespace adatom::crystal {

/// What some words of each atom's line mean.
enum class Meaning {
  element,   ///< symbol or atomic number
  type,      ///< LAMMPS's atom type
  position,  ///< angstrom
  velocity,  ///< in the table's unit
  momentum,  ///< of ASE, sqrt(eV u)
  id,
  image,
  displacement,  ///< angstrom; nan: not known
  factor,        ///< B = 8 pi^2 u^2, angstrom^2; nan: not known
  occupancy,
  // What follows becomes a column of the structure.
  real,
  whole,
  logical,  ///< T or F, which become 1 and 0
  text,
  any,  ///< whole numbers if all are, else real ones if all are, else text
};

struct AtomField {
  Meaning meaning = Meaning::any;
  std::vector<std::size_t> words = {};  ///< where they stand: one, or three of a vector
  std::string name = {};                ///< of a column
};

class AtomTable {
 public:
  /// Of several fields with one meaning the first counts, but for columns.
  /// @param words that a line has
  AtomTable(std::vector<AtomField> fields, std::size_t words);

  void set_velocity_unit(double angstrom_per_ps) { velocity_unit_ = angstrom_per_ps; }

  [[nodiscard]] bool has(Meaning meaning) const { return words_of(meaning) != nullptr; }

  /// Reads the atom that `line` holds. `line` stays as it is until finish().
  void read(std::string_view line, const TextLines& lines, Structure& structure);

  /// Makes the columns, when all atoms are read.
  void finish(const TextLines& lines, Structure& structure);

  /// As the file had them; empty: it had none.
  [[nodiscard]] std::vector<std::int64_t>& types() { return types_; }

 private:
  struct Column {
    AtomField field;
    std::vector<double> reals = {};
    std::vector<std::int64_t> wholes = {};
    std::vector<std::string> texts = {};
    std::vector<std::string_view> undecided = {};
  };

  [[nodiscard]] const std::vector<std::size_t>* words_of(Meaning meaning) const {
    const auto& words = meanings_[static_cast<std::size_t>(meaning)];
    return words.empty() ? nullptr : &words;
  }
  [[nodiscard]] Eigen::Vector3d vector_at(const std::vector<std::size_t>& words,
                                          const TextLines& lines, std::string_view what) const;
  [[nodiscard]] double mass_of(const Atom& atom, const TextLines& lines) const;
  void read_element(const TextLines& lines, Atom& atom);
  void read_site(const TextLines& lines, Atom& atom) const;
  void read_motion(const TextLines& lines, Structure& structure) const;
  void read_column(const TextLines& lines, Column& column) const;
  static void decide(const TextLines& lines, Column& column);

  std::size_t word_count_;
  double velocity_unit_ = 1.0;
  std::array<std::vector<std::size_t>, static_cast<std::size_t>(Meaning::real)> meanings_;
  std::optional<std::size_t> mass_word_;
  std::vector<Column> columns_;
  std::vector<std::int64_t> types_;
  std::vector<std::string_view> words_;  ///< of the line
  std::string_view last_element_word_;
  std::string last_element_;
};

}  // namespace adatom::crystal
