#include "adatom/report/atom_kinds.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace adatom::report {
namespace {

/// Okabe and Ito 2008 but their black, for names that are not known.
constexpr std::array<Colour, 7> other_colours = {{{0, 114, 178},
                                                  {213, 94, 0},
                                                  {0, 158, 115},
                                                  {204, 121, 167},
                                                  {230, 159, 0},
                                                  {86, 180, 233},
                                                  {240, 228, 66}}};

/// Static to mobile, in equal steps.
constexpr std::array<Colour, 5> mobility_colours = {
    {{0, 114, 178}, {86, 180, 233}, {240, 228, 66}, {230, 159, 0}, {213, 94, 0}}};

Colour between(Colour a, Colour b, double share) {
  const auto mix = [share](std::uint8_t u, std::uint8_t v) {
    return static_cast<std::uint8_t>(std::lround(u + (v - u) * share));
  };
  return {mix(a.red, b.red), mix(a.green, b.green), mix(a.blue, b.blue)};
}

}  // namespace

std::vector<AtomKind> environment_kinds() {
  return {{"b", {152, 152, 152}}, {"ss", {27, 42, 114}},   {"ss'", {47, 123, 234}},
          {"c", {29, 106, 98}},   {"c'", {165, 235, 204}}, {"s", {245, 240, 90}},
          {"e", {232, 133, 15}},  {"e'", {166, 84, 47}},   {"v'", {251, 168, 238}},
          {"v", {118, 10, 44}}};
}

std::vector<AtomKind> coordination_kinds() {
  return {{"up to 5", {204, 121, 167}}, {"6", {213, 94, 0}},         {"7", {230, 159, 0}},
          {"8 {100}", {0, 114, 178}},   {"9 {111}", {86, 180, 233}}, {"10", {0, 158, 115}},
          {"11", {240, 228, 66}},       {"12", {190, 190, 190}},     {"over 12", {70, 70, 70}}};
}

std::size_t coordination_kind(std::size_t neighbours) {
  return std::clamp<std::size_t>(neighbours, 5, 13) - 5;
}

std::vector<AtomKind> kinds_named(std::span<const std::string> names) {
  const std::vector<AtomKind> known = environment_kinds();
  std::vector<AtomKind> kinds;
  std::size_t others = 0;
  for (const std::string& name : names) {
    const auto found = std::find_if(known.begin(), known.end(),
                                    [&](const AtomKind& kind) { return kind.label == name; });
    if (found != known.end()) {
      kinds.push_back(*found);
    } else {
      kinds.push_back({name, other_colours[others++ % other_colours.size()]});
    }
  }
  return kinds;
}

std::vector<AtomKind> domain_kinds(std::size_t domains) {
  std::vector<AtomKind> kinds;
  constexpr std::size_t steps = mobility_colours.size() - 1;
  for (std::size_t k = 0; k < domains; ++k) {
    const double place =
        domains < 2 ? 0.0 : static_cast<double>(k * steps) / static_cast<double>(domains - 1);
    const auto step = std::min(static_cast<std::size_t>(place), steps - 1);
    const Colour colour = between(mobility_colours[step], mobility_colours[step + 1],
                                  place - static_cast<double>(step));
    const bool first = k == 0 && domains > 1;
    const bool last = k + 1 == domains && domains > 1;
    kinds.push_back({fmt::format("{}{}", k + 1,
                                 first  ? " (static)"
                                 : last ? " (mobile)"
                                        : ""),
                     colour});
  }
  return kinds;
}

}  // namespace adatom::report
