// The entry point of libFuzzer for structure files.
#include <cstdint>

#include "read_structures.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  adatom::fuzz::read_structures(std::as_bytes(std::span(data, size)));
  return 0;
}
