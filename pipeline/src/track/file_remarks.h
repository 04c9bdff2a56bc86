#pragma once
// What is odd about the files that a video comes in.
#include <filesystem>
#include <string>
#include <vector>

#include "adatom/image/load.h"

namespace adatom::pipeline {

/// What the readers warn of, and what the names tell.
[[nodiscard]] std::vector<std::string> file_remarks(
    const image::FrameSeries& series, const std::vector<std::filesystem::path>& files);

/// Names with numbers in them that jump: a frame is missing, or they are in another order. Nothing
/// where they go on by the same step, or have no numbers.
[[nodiscard]] std::vector<std::string> name_remarks(
    const std::vector<std::filesystem::path>& files);

/// Warnings "file: text", those with the same text put together.
[[nodiscard]] std::vector<std::string> grouped(const std::vector<std::string>& warnings);

}  // namespace adatom::pipeline
