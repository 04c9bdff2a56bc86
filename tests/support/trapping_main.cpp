// The main of every test: numeric mistakes (0/0, inf-inf, 1/0) stop the test instead of
// travelling on as NaN. A test that needs NaN on purpose makes it with quiet_NaN, which does not
// trap.
#include <cfenv>

#include <gtest/gtest.h>

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  feenableexcept(FE_INVALID | FE_DIVBYZERO);
  return RUN_ALL_TESTS();
}
