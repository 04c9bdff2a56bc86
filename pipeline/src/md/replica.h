#pragma once
// The single runs of `adatom md`: every structure at every temperature, with every seed.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "adatom/crystal/structure.h"
#include "adatom/energetics/embedded_atom.h"
#include "adatom/pipeline/md_options.h"
#include "adatom/pipeline/option_values.h"

namespace adatom::pipeline {

/// A structure as it goes into its runs.
struct MdInput {
  std::string name;  ///< of the file, without its extension; not twice
  std::string file;  ///< without its folders
  crystal::Structure structure;
  std::string sha256;  ///< of what the runs depend on
};

struct Replica {
  std::string name;  ///< "frame_01_673K_s1": its folder
  std::shared_ptr<const MdInput> input;
  double temperature_k = 300.0;
  std::int64_t seed = 1;
  /// Of the random numbers: the seed alone would give every structure and temperature the same.
  std::uint64_t stream = 0;
};

/// Those that are named, and those that match patterns, in natural order.
[[nodiscard]] std::vector<std::filesystem::path> list_structure_files(const MdOptions& options);

/// One structure.
/// @throws InputError: as read_inputs
[[nodiscard]] MdInput read_md_input(const std::filesystem::path& path, const MdOptions& options,
                                    const energetics::EmbeddedAtomPotential* potential);

/// Reads the structures.
/// @throws InputError with all that is wrong with them: unknown elements, atoms that are not apart,
/// velocities that are missing or not finite, layers of the support that cannot be told apart
[[nodiscard]] std::vector<std::shared_ptr<const MdInput>> read_inputs(
    const MdOptions& options, const energetics::EmbeddedAtomPotential* potential);

/// In the order of structures, temperatures, seeds.
[[nodiscard]] std::vector<Replica> list_replicas(
    const std::vector<std::shared_ptr<const MdInput>>& inputs, const MdOptions& options);

/// One of them, without a name.
[[nodiscard]] Replica make_replica(std::shared_ptr<const MdInput> input, double temperature_k,
                                   std::int64_t seed);

/// All that decides what every replica's run gives besides structure, temperature, seed and length.
[[nodiscard]] std::vector<OptionValue> md_settings(const MdOptions& options);

/// All that decides what the replica's run gives, but for its length: what a checkpoint must agree
/// with to be gone on from.
[[nodiscard]] std::vector<OptionValue> identity_of(const Replica& replica,
                                                   const MdOptions& options);

}  // namespace adatom::pipeline
