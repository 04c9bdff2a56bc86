#include "adatom/base/instruction_set.h"

#include "adatom/base/error.h"

namespace adatom {

bool is_available(InstructionSet set) {
#if defined(__x86_64__)
  switch (set) {
    case InstructionSet::avx512:
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
             __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
             __builtin_cpu_supports("avx512cd");
    case InstructionSet::avx2:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
             __builtin_cpu_supports("bmi2");
    case InstructionSet::best:
    case InstructionSet::portable:
      break;
  }
  return true;
#else
  return set == InstructionSet::best || set == InstructionSet::portable;
#endif
}

InstructionSet choose_instruction_set(InstructionSet wanted) {
  if (wanted == InstructionSet::best) {
    for (const auto set : {InstructionSet::avx512, InstructionSet::avx2}) {
      if (is_available(set)) return set;
    }
    return InstructionSet::portable;
  }
  if (is_available(wanted)) return wanted;
  throw InputError({.what = "this processor lacks the instructions asked for",
                    .where = "instruction_set",
                    .why = {},
                    .remedy = "leave it at best"});
}

}  // namespace adatom
