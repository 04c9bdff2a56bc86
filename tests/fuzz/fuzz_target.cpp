// The entry point of libFuzzer for one format.
#include <cstdint>

#include "read_images.h"

// As malloc does elsewhere: libraries ask for what a damaged file says, and can be told no.
extern "C" const char* __asan_default_options() { return "allocator_may_return_null=1"; }
// The HDF5 library (1.10) forgets some blocks where it refuses a file.
extern "C" const char* __lsan_default_suppressions() { return "leak:libhdf5"; }

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  adatom::fuzz::read_images(ADATOM_FUZZ_FORMAT, std::as_bytes(std::span(data, size)));
  return 0;
}
