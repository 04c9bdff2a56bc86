#pragma once
// Which of a processor's instructions a kernel is made for.
#include <array>

#include "adatom/base/options.h"

namespace adatom {

/// best: the best this processor has. portable: what every processor has. avx2: with FMA and BMI2
/// (x86-64-v3). avx512: x86-64-v4.
enum class InstructionSet { best, portable, avx2, avx512 };

template <>
struct EnumNames<InstructionSet> {
  static constexpr std::array names = {"best", "portable", "avx2", "avx512"};
};

/// Can this processor run it?
[[nodiscard]] bool is_available(InstructionSet set);

/// `wanted`, or what stands for `best` here.
/// @throws InputError if this processor cannot run it
[[nodiscard]] InstructionSet choose_instruction_set(InstructionSet wanted);

}  // namespace adatom
