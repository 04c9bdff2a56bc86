#pragma once
// Profiles of all frames: on the disk as numbers while frames are read, then as a table or HDF5.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "adatom/diffraction/profile.h"
#include "md/growing_file.h"

namespace adatom::pipeline {

/// The bins all profiles of a series have.
struct ProfileBins {
  double s_first_per_angstrom = 0.0;
  double s_step_per_angstrom = 0.0;
  std::size_t count = 0;
  [[nodiscard]] double s_per_angstrom(std::size_t bin) const {
    return s_first_per_angstrom + s_step_per_angstrom * static_cast<double>(bin);
  }
};

/// Where the numbers are until the tables are made of them.
constexpr const char* profile_numbers_file = "profiles.numbers";

/// Intensities, standard errors and weights, one profile behind another.
class ProfileWriter {
 public:
  ProfileWriter(const std::filesystem::path& folder, std::int64_t bytes);
  void append(const diffraction::Profile& profile);
  void sync() { file_.sync(); }
  [[nodiscard]] std::int64_t bytes() const { return file_.bytes(); }

 private:
  GrowingFile file_;
};

/// @throws InputError: fewer profiles than that
[[nodiscard]] diffraction::Profile read_profile(const std::filesystem::path& folder,
                                                const ProfileBins& bins, std::size_t frame);

/// profiles.csv: `frame,time_s,s_per_angstrom,intensity,intensity_stderr`, bins with weight only.
void write_profiles_csv(const std::filesystem::path& folder, const ProfileBins& bins,
                        std::size_t frames, double frame_time_s);
/// profiles.h5: /intensity and /intensity_stderr (frame, s), float32; /s_per_angstrom, /time_s.
void write_profiles_hdf5(const std::filesystem::path& folder, const ProfileBins& bins,
                         std::size_t frames, double frame_time_s);

}  // namespace adatom::pipeline
