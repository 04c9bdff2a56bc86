#pragma once
// Frames as the algorithms want them: double pixels and a pixel size, from one file or many.
#include <cstddef>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "adatom/image/frame.h"
#include "adatom/image/reader.h"

namespace adatom::image {

/// One frame, calibrated.
struct Frame {
  Image image;
  double pixel_size_angstrom = 0.0;   ///< NaN: of a diffraction pattern
  std::size_t non_finite_pixels = 0;  ///< NaN or infinite; they stand in `image` as they are
};

/// What pixels are of. In diffraction patterns no pixel size in the specimen is needed or used.
enum class PixelSpace { specimen, diffraction };

/// What the user knows better than the file.
struct LoadOptions {
  std::optional<double> pixel_size_angstrom;
  std::optional<double> time_step_s;
  std::string signal = {};  ///< which image of files that hold several; empty: the first
  /// How a pixel size is given, for messages.
  std::string pixel_size_remedy =
      "give it as input.pixel_size_angstrom in the configuration or as --pixel-size-angstrom";
  PixelSpace space = PixelSpace::specimen;
  std::optional<double> reciprocal_pixel_per_angstrom = {};  ///< of diffraction patterns
};

/// The pixel size to work with: the user's, else the file's.
/// @throws InputError: none at all (says how to give one), not positive, pixels not square (sides
/// more than 0.1 % apart; a pixel size given by the user overrules the file's)
[[nodiscard]] double resolve_pixel_size(const Calibration& calibration, const LoadOptions& options,
                                        const std::string& where);

/// The frames of several files in the order given, read one by one. read() may be called from
/// several threads.
class FrameSeries {
 public:
  /// Opens every file once and checks that all have the same size, and the same pixel size
  /// (reciprocal one of diffraction patterns) and time step (within 0.1 %) as far as the options do
  /// not overrule them.
  /// @throws InputError: no file, a file that cannot be read, files that do not match
  explicit FrameSeries(std::vector<std::filesystem::path> paths, const LoadOptions& options = {});

  [[nodiscard]] std::size_t frames() const { return first_.back(); }
  [[nodiscard]] std::size_t width() const { return width_; }
  [[nodiscard]] std::size_t height() const { return height_; }
  [[nodiscard]] double pixel_size_angstrom() const { return pixel_size_angstrom_; }  ///< or NaN
  [[nodiscard]] std::optional<double> time_step_s() const { return time_step_s_; }
  /// As the first file says, whatever the options overrule.
  [[nodiscard]] const Calibration& calibration() const { return calibration_; }
  [[nodiscard]] const Acquisition& acquisition() const { return acquisition_; }
  /// What the files warn of, each with its file's name.
  [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }

  /// Where a frame comes from.
  struct Origin {
    std::filesystem::path path;
    std::size_t index = 0;  ///< within its file
  };
  [[nodiscard]] Origin origin(std::size_t frame) const;

  /// @throws InputError if its data cannot be read; std::out_of_range past frames()
  [[nodiscard]] Frame read(std::size_t frame) const;

 private:
  [[nodiscard]] std::shared_ptr<FrameReader> reader(std::size_t file) const;
  void take_first(const SeriesInfo& info, const LoadOptions& options);
  void check_pixels(const std::string& where, const SeriesInfo& info, const LoadOptions& options);
  void check_time_step(const std::string& where, const SeriesInfo& info,
                       const LoadOptions& options);

  std::vector<std::filesystem::path> paths_;
  std::vector<std::size_t> first_;  ///< the first frame of each file, and the count of all
  std::size_t width_ = 0;
  std::size_t height_ = 0;
  double pixel_size_angstrom_ = 0.0;
  std::optional<double> time_step_s_;
  std::string signal_;
  Calibration calibration_;
  Acquisition acquisition_;
  std::vector<std::string> warnings_;

  struct Open {
    std::size_t file;
    std::shared_ptr<FrameReader> reader;
  };
  mutable std::mutex mutex_;
  mutable std::vector<Open> open_;  ///< the files used last, newest at the end
};

}  // namespace adatom::image
