#pragma once
// Three small stages to try the runner with: squares of the numbers in files (map), their sum in
// steps with a checkpoint (reduce), a note about the sum that is published (reduce).
#include <atomic>
#include <filesystem>
#include <string>
#include <vector>

#include "adatom/pipeline/plan.h"

namespace adatom::pipeline::toy {

struct Toys {
  std::filesystem::path numbers;  ///< a folder of files n0.txt, n1.txt, ... with one number each
  int exponent = 2;
  int modulus = 1000;            ///< of the sum
  int pause_ms = 0;              ///< in each step of work
  std::string broken_item = {};  ///< computing it throws InputError
  std::string says = {};         ///< the power stage, of every item
  bool noisy = false;            ///< the power stage writes other bytes each time
};

/// Calls of compute_item() and compute_result(), and steps of the sum, since the program began.
struct Calls {
  std::atomic<int> items{0};
  std::atomic<int> results{0};
  std::atomic<int> sum_steps{0};
  void reset() { items = results = sum_steps = 0; }
};
Calls& calls();

StageList make_toys(const Toys& toys);

/// Writes n<index>.txt.
void write_number(const std::filesystem::path& folder, int index, int value);

}  // namespace adatom::pipeline::toy
