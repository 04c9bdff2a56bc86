#include "adatom/crystal/io/cif.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/crystal/element.h"
#include "cif_items.h"

namespace adatom::crystal {
namespace {

/// Cells away from the first one, in positions and symmetry operations.
constexpr double farthest_fraction = 1000.0;

/// x -> turn x + shift, in fractions of the cell.
struct Operation {
  Eigen::Matrix3d turn = Eigen::Matrix3d::Zero();
  Eigen::Vector3d shift = Eigen::Vector3d::Zero();
};

double read_number(const CifValue& value, const std::string& what, const std::string& source) {
  std::string_view digits = value.text;
  // The standard uncertainty in brackets at the end.
  if (digits.ends_with(')')) digits = digits.substr(0, digits.find('('));
  const auto number = parse_double(digits);
  if (!number || !std::isfinite(*number)) {
    fail_cif(source, value.line, "no number", what + " is '" + value.text + "'");
  }
  return *number;
}

/// One of three parts of an operation: a sum of x, y, z and fractions, "-x+1/2", "1/2+X-Y".
class PartReader {
 public:
  explicit PartReader(std::string_view text) : text_(text) {}

  /// @return false: not understood
  bool read(Operation& operation, int row) {
    if (text_.empty()) return false;
    while (at_ < text_.size()) {
      double sign = 1.0;
      if (text_[at_] == '+' || text_[at_] == '-') {
        sign = text_[at_] == '-' ? -1.0 : 1.0;
        ++at_;
      } else if (at_ > 0) {
        return false;  // two terms with nothing between
      }
      if (at_ == text_.size()) return false;
      const auto axis = std::string_view("xyzXYZ").find(text_[at_]);
      if (axis != std::string_view::npos) {
        operation.turn(row, static_cast<Eigen::Index>(axis % 3)) += sign;
        ++at_;
      } else if (!read_shift(operation.shift(row), sign)) {
        return false;
      }
    }
    return true;
  }

 private:
  bool read_shift(double& shift, double sign) {
    const auto number = unsigned_number();
    if (!number) return false;
    double value = *number;
    if (at_ < text_.size() && text_[at_] == '/') {
      ++at_;
      const auto below = unsigned_number();
      if (!below || *below <= 0.0) return false;
      value /= *below;
    }
    if (value > farthest_fraction) return false;
    shift += sign * value;
    return true;
  }
  std::optional<double> unsigned_number() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && (text_[at_] == '.' || (text_[at_] >= '0' && text_[at_] <= '9'))) {
      ++at_;
    }
    const auto number = parse_double(text_.substr(begin, at_ - begin));
    return number && std::isfinite(*number) ? number : std::nullopt;
  }
  std::string_view text_;
  std::size_t at_ = 0;
};

Operation read_operation(const CifValue& value, const std::string& source) {
  std::string text;
  for (const char c : value.text) {
    if (c != ' ' && c != '\t') text += c;
  }
  const auto first = text.find(',');
  const auto second = first == std::string::npos ? first : text.find(',', first + 1);
  Operation operation;
  const std::string_view view = text;
  const bool understood =
      second != std::string::npos && PartReader(view.substr(0, first)).read(operation, 0) &&
      PartReader(view.substr(first + 1, second - first - 1)).read(operation, 1) &&
      PartReader(view.substr(second + 1)).read(operation, 2);
  if (!understood) {
    fail_cif(source, value.line, "no symmetry operation", "'" + value.text + "'");
  }
  return operation;
}

std::vector<Operation> read_operations(const CifBlock& block, const std::string& source,
                                       const std::string& space_group) {
  for (const char* tag : {"_symmetry_equiv_pos_as_xyz", "_space_group_symop_operation_xyz"}) {
    std::vector<Operation> operations;
    if (const CifLoop* loop = block.loop_with(tag)) {
      for (const auto& row : loop->rows) {
        operations.push_back(read_operation(row[loop->column(tag)], source));
      }
    } else if (const auto item = block.items.find(tag); item != block.items.end()) {
      operations.push_back(read_operation(item->second, source));
    }
    if (!operations.empty()) return operations;
  }
  if (space_group != "P1") {
    throw InputError({.what = "no symmetry operations",
                      .where = source,
                      .why = "the space group is '" + space_group + "'",
                      .remedy = "list them as _space_group_symop_operation_xyz, or all atoms of "
                                "the cell with the space group P 1"});
  }
  return {{Eigen::Matrix3d::Identity(), Eigen::Vector3d::Zero()}};
}

UnitCell read_cell(const CifBlock& block, const std::string& source) {
  UnitCell cell;
  const auto read = [&](const char* tag, double& value, bool is_needed) {
    const auto item = block.items.find(tag);
    if (item != block.items.end() && item->second.is_given()) {
      value = read_number(item->second, tag, source);
      constexpr double largest = 1000.0;  // angstrom; and more than any angle
      if (value <= 0.0 || value > largest) {
        fail_cif(source, item->second.line, "no unit cell", tag + (" is " + item->second.text));
      }
    } else if (is_needed) {
      throw InputError({.what = "no unit cell", .where = source, .why = tag, .remedy = {}});
    }
  };
  read("_cell_length_a", cell.a_angstrom, true);
  read("_cell_length_b", cell.b_angstrom, true);
  read("_cell_length_c", cell.c_angstrom, true);
  // 90 degrees where they are not given, as the dictionary says.
  read("_cell_angle_alpha", cell.alpha_deg, false);
  read("_cell_angle_beta", cell.beta_deg, false);
  read("_cell_angle_gamma", cell.gamma_deg, false);
  return cell;
}

/// "Cu1+", "CU", "O12A": the longest beginning of the letters that is an element.
std::string read_element(const CifValue& value, const std::string& source) {
  std::string letters;
  for (const char c : value.text) {
    const bool is_upper = c >= 'A' && c <= 'Z';
    const bool is_lower = c >= 'a' && c <= 'z';
    if ((!is_upper && !is_lower) || letters.size() == 2) break;
    if (letters.empty()) {
      letters += is_lower ? static_cast<char>(c - 'a' + 'A') : c;
    } else {
      letters += is_upper ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  for (; !letters.empty(); letters.pop_back()) {
    if (find_element(letters)) return letters;
  }
  fail_cif(source, value.line, "unknown element", "'" + value.text + "'");
}

/// 0.3333 and 0.16667 are thirds and sixths: rounded, they would break the symmetry.
double exact_fraction(double x) {
  constexpr double printed = 1e-4;
  const double sixths = std::round(6.0 * x);
  return std::abs(6.0 * x - sixths) < 6.0 * printed ? sixths / 6.0 : x;
}

CellAtom read_site(const CifLoop& loop, const std::vector<CifValue>& row,
                   const std::string& source) {
  const auto given = [&](const char* tag) -> const CifValue* {
    const auto column = loop.column(tag);
    return column != CifLoop::absent && row[column].is_given() ? &row[column] : nullptr;
  };
  CellAtom atom;
  const CifValue* name = given("_atom_site_type_symbol");
  if (name == nullptr) name = given("_atom_site_label");
  if (name == nullptr) fail_cif(source, row[0].line, "an atom without type symbol and label");
  atom.element = read_element(*name, source);
  constexpr std::array tags = {"_atom_site_fract_x", "_atom_site_fract_y", "_atom_site_fract_z"};
  for (std::size_t i = 0; i < tags.size(); ++i) {
    const CifValue* value = given(tags[i]);
    if (value == nullptr) fail_cif(source, row[0].line, "an atom without position", tags[i]);
    const double fraction = read_number(*value, tags[i], source);
    if (std::abs(fraction) > farthest_fraction) {
      fail_cif(source, value->line, "an atom far outside the cell", value->text);
    }
    atom.fraction(static_cast<Eigen::Index>(i)) = exact_fraction(fraction);
  }
  if (const CifValue* occupancy = given("_atom_site_occupancy")) {
    atom.occupancy = read_number(*occupancy, "_atom_site_occupancy", source);
  }
  if (const CifValue* b = given("_atom_site_b_iso_or_equiv")) {
    atom.b_factor_angstrom2 = read_number(*b, "_atom_site_B_iso_or_equiv", source);
  } else if (const CifValue* u = given("_atom_site_u_iso_or_equiv")) {
    constexpr double b_per_u = 8.0 * std::numbers::pi * std::numbers::pi;
    atom.b_factor_angstrom2 = b_per_u * read_number(*u, "_atom_site_U_iso_or_equiv", source);
  }
  return atom;
}

/// Appends a site's images, each once.
void add_images(Phase& phase, const CellAtom& site, const std::vector<Operation>& operations) {
  constexpr double same_angstrom = 0.05;
  const Eigen::Matrix3d metric = phase.cell.metric_angstrom2();
  const std::size_t begin = phase.atoms.size();
  for (const auto& operation : operations) {
    CellAtom image = site;
    image.fraction = operation.turn * site.fraction + operation.shift;
    for (double& x : image.fraction) {
      x = exact_fraction(x);
      x -= std::floor(x);
    }
    const bool is_known =
        std::any_of(phase.atoms.begin() + static_cast<std::ptrdiff_t>(begin), phase.atoms.end(),
                    [&](const CellAtom& other) {
                      Eigen::Vector3d away = image.fraction - other.fraction;
                      for (double& x : away) x -= std::round(x);
                      return away.dot(metric * away) < same_angstrom * same_angstrom;
                    });
    if (!is_known) phase.atoms.push_back(std::move(image));
  }
}

std::string without_blanks(std::string_view text) {
  std::string rest;
  for (const char c : text) {
    if (c != ' ' && c != '\t' && c != '\n' && c != '\r') rest += c;
  }
  return rest;
}

/// The first of some items that is given, without blanks.
std::string first_given(const CifBlock& block, std::initializer_list<const char*> tags) {
  for (const char* tag : tags) {
    const auto item = block.items.find(tag);
    if (item != block.items.end() && item->second.is_given()) {
      return without_blanks(item->second.text);
    }
  }
  return {};
}

const CifBlock& only_structure(const std::vector<CifBlock>& blocks, const std::string& source) {
  const CifBlock* found = nullptr;
  for (const auto& block : blocks) {
    if (block.loop_with("_atom_site_fract_x") == nullptr) continue;
    if (found != nullptr) {
      throw InputError({.what = "several structures",
                        .where = source,
                        .why = "'" + found->name + "' and '" + block.name + "'",
                        .remedy = "keep one data block"});
    }
    found = &block;
  }
  if (found == nullptr) {
    throw InputError(
        {.what = "no structure", .where = source, .why = "no _atom_site_fract_x", .remedy = {}});
  }
  return *found;
}

}  // namespace

Phase parse_cif(std::string_view text, const std::string& source) {
  const auto blocks = parse_cif_blocks(text, source);
  const CifBlock& block = only_structure(blocks, source);
  Phase phase{.name = first_given(block, {"_chemical_formula_sum"}),
              .space_group = first_given(
                  block, {"_symmetry_space_group_name_h-m", "_space_group_name_h-m_alt"}),
              .cell = read_cell(block, source),
              .atoms = {},
              .source = source};
  if (phase.name.empty()) phase.name = block.name;
  const auto operations = read_operations(block, source, phase.space_group);
  const CifLoop& sites = *block.loop_with("_atom_site_fract_x");
  constexpr std::size_t most_images = 100000;
  constexpr std::size_t most_operations = 192;  // of a space group: Fm-3m has as many
  if (operations.size() > most_operations || sites.rows.size() * operations.size() > most_images) {
    throw InputError({.what = "too many atoms",
                      .where = source,
                      .why = std::to_string(sites.rows.size()) + " sites and " +
                             std::to_string(operations.size()) + " symmetry operations",
                      .remedy = {}});
  }
  for (const auto& row : sites.rows) add_images(phase, read_site(sites, row, source), operations);
  require_possible(phase);
  return phase;
}

}  // namespace adatom::crystal
