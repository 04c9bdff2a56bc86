// The entry point of libFuzzer for one format.
#include <cstdint>

#include "read_images.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  adatom::fuzz::read_images(ADATOM_FUZZ_FORMAT, std::as_bytes(std::span(data, size)));
  return 0;
}
