#pragma once
// Relaxations as bytes, exact, for those that go on after a kill.
#include <optional>
#include <string>
#include <string_view>

#include "adatom/reconstruct/relax.h"

namespace adatom::pipeline {

[[nodiscard]] std::string encode_relax_state(const reconstruct::RelaxState& state);
/// Nothing if the bytes are not those of a state.
[[nodiscard]] std::optional<reconstruct::RelaxState> decode_relax_state(std::string_view bytes);

[[nodiscard]] std::string encode_relaxed(const reconstruct::RelaxResult& result);
/// @param candidate whose elements and columns the structures have
/// Nothing if the bytes are not those of its relaxation.
[[nodiscard]] std::optional<reconstruct::RelaxResult> decode_relaxed(
    std::string_view bytes, const crystal::Structure& candidate);

}  // namespace adatom::pipeline
