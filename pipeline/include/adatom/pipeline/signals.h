#pragma once
// Ctrl-C and the end of a job: the work stops cleanly instead of dying.

namespace adatom::pipeline {

/// While it lives, the first SIGINT or SIGTERM only raises a flag; the second ends the process.
/// One at a time.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  [[nodiscard]] static bool requested();
};

}  // namespace adatom::pipeline
