#pragma once
// Rings inside those of the phases.
#include <optional>

#include "adatom/diffraction/profile.h"

namespace adatom::diffraction {

/// s of the innermost ring between two s that no background makes: its top stands `sigma` standard
/// errors, and a twentieth of what is there, above either foot, and it does not fall much farther
/// on its inner side than on its outer one, as the edge of a shadow does. Nothing: there is none.
[[nodiscard]] std::optional<double> inner_ring(const Profile& profile, double s_low, double s_high,
                                               double sigma);

}  // namespace adatom::diffraction
