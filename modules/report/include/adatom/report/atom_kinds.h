#pragma once
// Kinds of atoms and their colours: environments, domains.
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "adatom/report/colour_map.h"

namespace adatom::report {

/// A colour and what it means.
struct AtomKind {
  std::string label = {};
  Colour colour{160, 160, 160};
};

/// Colours of the numbers of nearest neighbours in a closely packed metal, safe for the colour
/// blind (Okabe and Ito 2008): warm for corners and edges, blue for facets, grey for the inside.
[[nodiscard]] std::vector<AtomKind> coordination_kinds();

/// Which of coordination_kinds() an atom with so many neighbours is.
[[nodiscard]] std::size_t coordination_kind(std::size_t neighbours);

/// The ten classes of environments of a metal particle (Rapetti et al., Commun. Chem. 6 (2023) 143)
/// from the inside outwards: b, ss, ss', c, c', s, e, e', v', v. Neighbours in meaning have related
/// hues that differ in lightness: bulk grey, below the surface blue, concave places green, facets
/// yellow, edges orange to brown, vertices pink to red. Any two stay apart for the three kinds of
/// colour blindness.
[[nodiscard]] std::vector<AtomKind> environment_kinds();

/// One kind for each name, in their order: the ten classes have the colours of environment_kinds(),
/// other names colours by their place among the others.
[[nodiscard]] std::vector<AtomKind> kinds_named(std::span<const std::string> names);

/// Domains from the static one to the most mobile: blue over yellow to red; labels "1 (static)",
/// "2", ..., "3 (mobile)".
[[nodiscard]] std::vector<AtomKind> domain_kinds(std::size_t domains);

}  // namespace adatom::report
