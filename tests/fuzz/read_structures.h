#pragma once
// What the fuzz target of structure files does with its input.
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace adatom::fuzz {

/// Reads up to twenty structures of a file of these bytes one after another and four by number,
/// writes each in every format, and goes on with the file as a trajectory. Input errors are what
/// such files are expected to give.
/// @return how many structures were read
/// @throws std::logic_error if what is written has another number of atoms, or a frame that is
/// added is not found again
std::size_t read_structures(std::span<const std::byte> bytes);

/// First inputs, one of each format and kind.
[[nodiscard]] std::vector<std::string> structure_seeds();

}  // namespace adatom::fuzz
