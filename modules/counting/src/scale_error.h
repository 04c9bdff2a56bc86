#pragma once
// How far the fitted parameters of the hybrid method can be wrong, and what that does to the
// counts.
#include "candidate.h"

namespace adatom::counting {

/// Sets the standard error of the library's scale and every column's `scale_shift`.
/// Where levels overlap, the likelihood has several maxima over the scale, so it is followed over
/// all scales considered: at each the weights and sigma are fitted anew (profile likelihood times
/// prior). The standard error is the root of the second moment about the scale chosen. With T(a)
/// the total at scale a and D its root second moment about the total chosen, a column's shift is
/// the mean of its own change times (T(a) - T) / D: the shifts add up to D.
void set_scale_error(const Sample& sample, const Library& library, std::size_t most,
                     const Candidate& best, const CountingOptions& options, CountingResult& result);

}  // namespace adatom::counting
