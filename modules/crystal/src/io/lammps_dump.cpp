#include "adatom/crystal/io/lammps_dump.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/crystal/element.h"
#include "io/text_lines.h"

namespace adatom::crystal {
namespace {

constexpr std::string_view item = "ITEM: ";

/// Where a column stands; nothing if there is none.
std::optional<std::size_t> place_of(const std::vector<std::string_view>& names,
                                    std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

/// Which columns of an ATOMS item are what.
struct Columns {
  std::size_t count = 0;
  std::array<std::size_t, 3> position{};
  bool shares = false;  ///< of the box
  std::optional<std::size_t> id;
  std::optional<std::size_t> type;
  std::optional<std::size_t> element;
};

Columns find_columns(std::vector<std::string_view> names, const TextLines& lines) {
  names.erase(names.begin(), names.begin() + 2);  // "ITEM: ATOMS"
  Columns columns;
  columns.count = names.size();
  columns.id = place_of(names, "id");
  columns.type = place_of(names, "type");
  columns.element = place_of(names, "element");
  constexpr std::array<std::array<std::string_view, 3>, 4> kinds = {
      {{"x", "y", "z"}, {"xu", "yu", "zu"}, {"xs", "ys", "zs"}, {"xsu", "ysu", "zsu"}}};
  for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
    std::size_t found = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      const auto place = place_of(names, kinds[kind][k]);
      if (place) columns.position[found++] = *place;
    }
    if (found < 3) continue;
    columns.shares = kind >= 2;
    if (!columns.type && !columns.element) {
      lines.fail("the dump has neither types nor elements", {}, "dump the column type or element");
    }
    return columns;
  }
  lines.fail("the dump has no positions", {}, "dump the columns x y z");
}

/// Cell vectors in rows and the corner they start from.
struct Box {
  Eigen::Matrix3d cell = Eigen::Matrix3d::Zero();
  Eigen::Vector3d origin = Eigen::Vector3d::Zero();
};

/// Of a tilted box LAMMPS writes the bounds of what encloses it (manual, "Howto triclinic").
Box read_box(std::string_view header, TextLines& lines) {
  std::vector<std::string_view> words;
  split_words(header, words);
  const bool tilted = place_of(words, "xy").has_value();
  std::array<double, 3> low{};
  std::array<double, 3> high{};
  std::array<double, 3> tilt{};  // xy xz yz
  for (std::size_t k = 0; k < 3; ++k) {
    std::string_view line;
    if (!lines.next(line)) lines.fail("the box is cut short");
    split_words(line, words);
    if (words.size() != (tilted ? 3U : 2U)) lines.fail("a line of the box has another length");
    low[k] = lines.number(words[0], "the box");
    high[k] = lines.number(words[1], "the box");
    if (tilted) tilt[k] = lines.number(words[2], "the tilt");
  }
  const auto [xy, xz, yz] = tilt;
  low[0] -= std::min({0.0, xy, xz, xy + xz});
  high[0] -= std::max({0.0, xy, xz, xy + xz});
  low[1] -= std::min(0.0, yz);
  high[1] -= std::max(0.0, yz);
  Box box;
  box.origin << low[0], low[1], low[2];
  box.cell << high[0] - low[0], 0, 0, xy, high[1] - low[1], 0, xz, yz, high[2] - low[2];
  return box;
}

class DumpReader {
 public:
  DumpReader(std::string_view text, const std::string& source, const TypeElements& elements)
      : lines_(text, source), source_(source), elements_(elements) {}

  Structure read() {
    std::string_view line;
    while (lines_.next(line)) {
      if (line.starts_with("ITEM: TIMESTEP") && lines_.next(line)) {
        structure_.comment = "timestep " + std::string(line.substr(0, 20));
      } else if (line.starts_with("ITEM: NUMBER OF ATOMS")) {
        if (!lines_.next(line)) lines_.fail("the number of atoms is missing");
        declared_ = lines_.integer(line, "the number of atoms");
      } else if (line.starts_with("ITEM: BOX BOUNDS")) {
        box_ = read_box(line, lines_);
      } else if (line.starts_with("ITEM: ATOMS")) {
        read_atoms(line);
        return finish();
      }
    }
    throw InputError({.what = "no atoms in the file",
                      .where = source_,
                      .why = "a LAMMPS dump has them behind ITEM: ATOMS",
                      .remedy = "copy the file again"});
  }

 private:
  void read_atoms(std::string_view header) {
    std::vector<std::string_view> words;
    split_words(header, words);
    const Columns columns = find_columns(words, lines_);
    std::string_view line;
    while (static_cast<long long>(atoms_.size()) < declared_.value_or(0)) {
      if (!lines_.next(line) || line.starts_with(item)) {
        lines_.fail("the snapshot is cut short",
                    std::to_string(*declared_) + " atoms are declared, " +
                        std::to_string(atoms_.size()) + " are there",
                    "copy the file again");
      }
      split_words(line, words);
      if (words.size() != columns.count) lines_.fail("an atom line of another length");
      read_atom(words, columns);
    }
  }

  void read_atom(const std::vector<std::string_view>& words, const Columns& columns) {
    Eigen::Vector3d place;
    for (std::size_t k = 0; k < 3; ++k) {
      place(static_cast<Eigen::Index>(k)) =
          lines_.number(words[columns.position[k]], "a coordinate");
    }
    if (columns.shares) place = box_.origin + box_.cell.transpose() * place;
    const long long id = columns.id ? lines_.integer(words[*columns.id], "an atom's id")
                                    : static_cast<long long>(atoms_.size());
    atoms_.push_back({id, {element_of(words, columns), place}});
  }

  std::string element_of(const std::vector<std::string_view>& words, const Columns& columns) {
    if (columns.element) {
      const auto element = find_element(words[*columns.element]);
      if (!element) lines_.fail("an element must be a symbol such as Au");
      return std::string(element->symbol);
    }
    const auto type = lines_.integer(words[*columns.type], "an atom type");
    const auto named = elements_.find(static_cast<int>(type));
    if (named != elements_.end()) return named->second;
    unknown_.insert(type);
    return {};
  }

  Structure finish() {
    std::vector<Complaint> complaints;
    for (const long long type : unknown_) {
      complaints.push_back(
          {.what = "the element of atom type " + std::to_string(type) + " is not known",
           .where = source_,
           .why = "the dump has no column element",
           .remedy = "name the element of each type, as option type_elements "
                     "where there is one"});
    }
    if (!complaints.empty()) throw InputError(std::move(complaints));
    if (atoms_.empty()) {
      throw InputError({.what = "no atoms in the file", .where = source_, .why = {}, .remedy = {}});
    }
    std::ranges::stable_sort(atoms_, {}, &std::pair<long long, Atom>::first);
    for (auto& [id, atom] : atoms_) structure_.atoms.push_back(std::move(atom));
    structure_.cell_angstrom = box_.cell;
    return std::move(structure_);
  }

  TextLines lines_;
  const std::string& source_;
  const TypeElements& elements_;
  Structure structure_;
  Box box_;
  std::optional<long long> declared_;
  std::vector<std::pair<long long, Atom>> atoms_;
  std::set<long long> unknown_;
};

}  // namespace

Structure parse_lammps_dump(std::string_view text, const std::string& source,
                            const TypeElements& elements) {
  return DumpReader(text, source, elements).read();
}

}  // namespace adatom::crystal
