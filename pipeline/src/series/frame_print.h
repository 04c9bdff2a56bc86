#pragma once
// Has a frame of a trajectory been changed?
#include <filesystem>
#include <string>

#include "adatom/crystal/trajectory.h"

namespace adatom::pipeline {

/// The hash of a frame's text.
[[nodiscard]] std::string print_of(const std::filesystem::path& file,
                                   const crystal::TrajectoryFrame& frame);

}  // namespace adatom::pipeline
