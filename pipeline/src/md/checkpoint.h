#pragma once
// Where a replica's run stands, on the disk.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adatom/md/state.h"
#include "adatom/pipeline/option_values.h"

namespace adatom::pipeline {

enum class MdPhase { thermalisation, production };

struct MdCheckpoint {
  /// What the run is of: options that change it, hashes of structure and potential.
  std::vector<OptionValue> identity;
  MdPhase phase = MdPhase::thermalisation;
  md::State state;
  /// Of files that grow: how long they are, and the last step that they hold (-1: none yet). What
  /// comes behind that was written after the checkpoint.
  struct Written {
    std::int64_t bytes = 0;
    std::int64_t last_step = -1;
    bool operator==(const Written&) const = default;
  };
  std::map<std::string, Written> files;
  std::map<std::string, std::string> facts;  ///< for the summary
};

/// A line of JSON, then the numbers of the state as they are in memory, exact to the bit, then the
/// SHA-256 of all before.
[[nodiscard]] std::string encode_checkpoint(const MdCheckpoint& checkpoint);

/// @param source names it in messages
/// @throws InputError: damaged, or of another version; a number in it that is not finite
[[nodiscard]] MdCheckpoint decode_checkpoint(std::string_view bytes, const std::string& source);

/// @throws InputError naming the first differences, when the checkpoint in `source` is of another
/// run. The best instruction set is the same as any: require_same_kernel decides.
void require_same_run(const std::vector<OptionValue>& wanted, const MdCheckpoint& checkpoint,
                      const std::string& source);

/// Kernels for other processors round differently, and a run would not be the one that was begun.
/// @param kernel as ForceField::kernel_name
/// @throws InputError when the fact "kernel" of the checkpoint in `source` is another
void require_same_kernel(const MdCheckpoint& checkpoint, const std::string& kernel,
                         const std::string& source);

}  // namespace adatom::pipeline
