#include "io/dump_columns.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

namespace adatom::crystal {
namespace {

using Names = std::vector<std::string_view>;
using Triple = std::array<std::string_view, 3>;

/// Where names stand; nothing if one of them is not there.
template <std::size_t n>
std::optional<std::vector<std::size_t>> places(const Names& names,
                                               const std::array<std::string_view, n>& wanted) {
  std::vector<std::size_t> found;
  for (const auto name : wanted) {
    const auto at = std::ranges::find(names, name);
    if (at == names.end()) return std::nullopt;
    found.push_back(static_cast<std::size_t>(at - names.begin()));
  }
  return found;
}

class ColumnFinder {
 public:
  ColumnFinder(const Names& names, const TextLines& lines)
      : names_(names), lines_(lines), taken_(names.size(), false) {
    columns_.count = names.size();
  }

  DumpColumns find() {
    find_positions();
    take(Meaning::element, std::array<std::string_view, 1>{"element"});
    take(Meaning::type, std::array<std::string_view, 1>{"type"});
    if (!has_element_) {
      lines_.fail("the dump has neither types nor elements", {}, "dump the column type or element");
    }
    take(Meaning::id, std::array<std::string_view, 1>{"id"});
    take(Meaning::image, Triple{"ix", "iy", "iz"});
    // Unwrapped positions have the images in them.
    if (unwrapped_) {
      std::erase_if(columns_.fields,
                    [](const AtomField& f) { return f.meaning == Meaning::image; });
    }
    take(Meaning::velocity, Triple{"vx", "vy", "vz"});
    take(Meaning::real, Triple{"fx", "fy", "fz"}, "forces");
    take(Meaning::displacement, std::array<std::string_view, 1>{"rms_displacement"});
    take(Meaning::occupancy, std::array<std::string_view, 1>{"occupancy"});
    take_others();
    // Columns keep their order.
    std::ranges::stable_sort(columns_.fields, {},
                             [](const AtomField& field) { return field.words.front(); });
    return std::move(columns_);
  }

 private:
  void find_positions() {
    constexpr std::array<Triple, 4> kinds = {
        {{"x", "y", "z"}, {"xu", "yu", "zu"}, {"xs", "ys", "zs"}, {"xsu", "ysu", "zsu"}}};
    std::optional<std::size_t> kind;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      const auto found = places(names_, kinds[i]);
      if (!found) continue;
      // The same positions once more are no columns.
      for (const std::size_t at : *found) taken_[at] = true;
      if (kind) continue;
      kind = i;
      columns_.fields.push_back({.meaning = Meaning::position, .words = *found});
    }
    if (!kind) lines_.fail("the dump has no positions", {}, "dump the columns x y z");
    columns_.shares = *kind >= 2;
    unwrapped_ = *kind % 2 == 1;
  }

  template <std::size_t n>
  void take(Meaning meaning, const std::array<std::string_view, n>& wanted, std::string name = {}) {
    auto found = places(names_, wanted);
    if (!found) return;
    for (const std::size_t at : *found) taken_[at] = true;
    has_element_ |= meaning == Meaning::element || meaning == Meaning::type;
    columns_.fields.push_back({meaning, std::move(*found), std::move(name)});
  }

  /// name[1], name[2], ... side by side are one column with several values.
  void take_others() {
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (taken_[i]) continue;
      AtomField field{.meaning = Meaning::any, .words = {i}, .name = std::string(names_[i])};
      const std::string_view stem = names_[i].substr(0, names_[i].find('['));
      const auto is_next = [&](std::size_t at) {
        return at < names_.size() && !taken_[at] &&
               names_[at] == std::string(stem) + '[' + std::to_string(at - i + 1) + ']';
      };
      if (is_next(i) && is_next(i + 1)) {
        field.name = std::string(stem);
        for (; is_next(i + field.words.size()); field.words.push_back(i + field.words.size())) {
        }
      }
      for (const std::size_t at : field.words) taken_[at] = true;
      columns_.fields.push_back(std::move(field));
    }
  }

  const Names& names_;
  const TextLines& lines_;
  std::vector<bool> taken_;
  DumpColumns columns_;
  bool has_element_ = false;
  bool unwrapped_ = false;
};

}  // namespace

DumpColumns find_dump_columns(const std::vector<std::string_view>& names, const TextLines& lines) {
  return ColumnFinder(names, lines).find();
}

}  // namespace adatom::crystal
