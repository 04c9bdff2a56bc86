#pragma once
// The program `adatom`.

namespace adatom::pipeline {

/// Runs the command that the arguments name. Results go to files or standard output, messages and
/// progress to standard error. Catches everything.
/// @return the exit code: 0 done; 2 wrong input or configuration; 3 not converged or below the
/// quality asked for (results are written); 4 interrupted; 1 anything else
[[nodiscard]] int run_command_line(int argument_count, const char* const* arguments);

}  // namespace adatom::pipeline
