#pragma once
// The finished file of spectra.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "adatom/base/progress.h"
#include "soap/soap_command_options.h"
#include "soap/soap_parts.h"

namespace adatom::pipeline {

enum class SoapFormat { npy, hdf5 };

/// @throws InputError: neither .npy nor .h5 nor .hdf5, or a folder
[[nodiscard]] SoapFormat soap_format(const std::filesystem::path& out);

/// What stands beside the numbers.
struct SoapFacts {
  std::size_t frames = 0;
  std::size_t atoms = 0;
  std::size_t values = 0;
  SoapCommandOptions options;
  std::vector<std::string> elements;
  double reach_angstrom = 0.0;
  std::string kernel;
  std::vector<std::int64_t> atom_ids;  ///< empty: 1, 2, 3, ...
  std::vector<double> time_ps;         ///< of each frame; empty: the file does not say
};

/// NPY: frames x atoms x values, of one frame atoms x values; the file that was written to gets
/// its header and its name. HDF5: the same numbers in /soap, always with three axes, with their
/// order, unit, options and elements as attributes; /atom_id, and /time_ps where it is known.
void write_soap(const std::filesystem::path& out, const SoapFacts& facts, SoapParts& parts,
                Progress& progress);

}  // namespace adatom::pipeline
