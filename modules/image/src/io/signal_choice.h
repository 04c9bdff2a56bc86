#pragma once
// Files with several images: their names, and which one is wanted.
#include <cstddef>
#include <string>
#include <vector>

namespace adatom::image {

/// Names as people can type them: none empty ("image 2"), none twice ("HAADF", "HAADF (2)").
[[nodiscard]] std::vector<std::string> unique_names(std::vector<std::string> names);

/// "'HAADF', 'BF'".
[[nodiscard]] std::string listed(const std::vector<std::string>& names);

/// The place of `wanted`, or 0 if it is empty.
/// @throws InputError naming those there are
[[nodiscard]] std::size_t choose_signal(const std::vector<std::string>& names,
                                        const std::string& wanted, const std::string& where);

}  // namespace adatom::image
