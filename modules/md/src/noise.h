#pragma once
// Many normal deviates at a time.
#include <cstdint>
#include <span>

namespace adatom::md {

/// The random numbers of one step: standard normal deviates that depend on seed, step and place
/// alone (Philox4x32-10, Salmon et al., SC'11; Box and Muller 1958), in single precision: none
/// beyond 6.7.
/// @param deviates overwritten; its size is a multiple of 256
void fill_normal(std::uint64_t seed, std::int64_t step, std::span<float> deviates);

}  // namespace adatom::md
