#pragma once
// What a fuzz target does with its input.
#include <cstddef>
#include <span>
#include <string>

namespace adatom::fuzz {

/// Reads all signals of a file of these bytes, and up to four frames of each, as one format (by its
/// name in formats(), whatever the other formats would say). Input errors are what such files are
/// expected to give.
/// @return how many frames were read
/// @throws std::logic_error if a frame is not what the file's description promises
std::size_t read_images(const std::string& format, std::span<const std::byte> bytes);

}  // namespace adatom::fuzz
