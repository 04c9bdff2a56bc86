#pragma once
// One run of molecular dynamics as an item of a stage.
#include <memory>
#include <string>

#include "adatom/energetics/embedded_atom.h"
#include "adatom/pipeline/md_options.h"
#include "adatom/pipeline/stage.h"
#include "md/replica.h"

namespace adatom::pipeline {

/// The structure as it was given, among the item's files.
inline constexpr const char* md_start_file = "start.xyz";

/// Runs the replica in `work.kept`, going on from what is there or from a shorter run of the same
/// among `work.others`, and links its files (those of `adatom md`) to `work.folder`.
/// @throws InputError, Interrupted
Remarks run_md_item(const Replica& replica, const MdOptions& options,
                    const std::shared_ptr<const energetics::EmbeddedAtomPotential>& potential,
                    const Work& work);

}  // namespace adatom::pipeline
