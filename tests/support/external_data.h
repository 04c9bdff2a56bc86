#pragma once
// Real files outside the repository: tests labelled external use them and skip when absent.
#include <cstdlib>
#include <filesystem>

namespace adatom::testing {

/// The folder of real test files: $ADATOM_TEST_DATA, else ../shared/data beside the repository.
inline std::filesystem::path external_data() {
  if (const char* folder = std::getenv("ADATOM_TEST_DATA")) return folder;
  return std::filesystem::path(ADATOM_SOURCE_DIR) / ".." / "shared" / "data";
}

}  // namespace adatom::testing

/// Leaves the test as skipped, with a message, when a real file is not on this machine.
#define ADATOM_REQUIRE_EXTERNAL(path)                                              \
  if (!std::filesystem::exists(path)) {                                            \
    GTEST_SKIP() << "real test file absent: " << (path)                            \
                 << " (set ADATOM_TEST_DATA to the folder that holds such files)"; \
  }                                                                                \
  static_assert(true)
