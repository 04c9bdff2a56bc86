#pragma once
// From a structure or trajectory to the spectra of all atoms of all frames, in a file.
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "adatom/base/progress.h"
#include "adatom/pipeline/say.h"
#include "soap/soap_command_options.h"

namespace adatom::pipeline {

struct SoapTask {
  std::filesystem::path trajectory;
  std::filesystem::path out;  ///< .npy, .h5 or .hdf5
  SoapCommandOptions options;
};

/// What was made, for the screen.
struct SoapSummary {
  std::size_t frames = 0;
  std::size_t atoms = 0;
  std::size_t values = 0;             ///< of one spectrum
  std::vector<std::string> elements;  ///< in the order of the pairs
  double reach_angstrom = 0.0;
  std::string kernel;
  std::size_t frames_before = 0;  ///< that an interrupted run had made
};

/// Holds some frames in memory, however long the trajectory is. What is finished when it is
/// interrupted is kept beside `out`, and gone on with.
/// @throws InputError: an extension that is not written, a file that is no trajectory, frames of
/// other atoms than the first, elements that are not asked for
[[nodiscard]] SoapSummary run_soap(const SoapTask& task, Progress& progress, const Say& say);

}  // namespace adatom::pipeline
