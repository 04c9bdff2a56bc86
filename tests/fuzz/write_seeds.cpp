// Writes the first inputs of every fuzz target: adatom_fuzz_seeds FOLDER makes FOLDER/ser/0, ...
#include <filesystem>
#include <fstream>
#include <iostream>

#include "read_structures.h"
#include "seeds.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: adatom_fuzz_seeds FOLDER\n";
    return 2;
  }
  auto all = adatom::fuzz::seeds();
  all["structures"] = adatom::fuzz::structure_seeds();
  for (const auto& [format, files] : all) {
    const auto folder = std::filesystem::path(argv[1]) / adatom::fuzz::short_name(format);
    std::filesystem::create_directories(folder);
    for (std::size_t i = 0; i < files.size(); ++i) {
      std::ofstream(folder / std::to_string(i), std::ios::binary) << files[i];
    }
  }
  return 0;
}
