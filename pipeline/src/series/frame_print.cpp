#include "series/frame_print.h"

#include <fstream>

#include "adatom/pipeline/sha256.h"

namespace adatom::pipeline {

std::string print_of(const std::filesystem::path& file, const crystal::TrajectoryFrame& frame) {
  std::ifstream in(file, std::ios::binary);
  std::string text(frame.bytes, '\0');
  in.seekg(static_cast<std::streamoff>(frame.offset));
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  return sha256(text);
}

}  // namespace adatom::pipeline
