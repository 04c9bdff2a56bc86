#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/crystal/io/structure_file.h"
#include "adatom/image/reader.h"
#include "adatom/image/summary.h"
#include "adatom/image/writer.h"
#include "adatom/pipeline/config.h"
#include "cli/atom_columns.h"
#include "cli/command.h"
#include "cli/frame_choice.h"
#include "cli/option_flags.h"
#include "cli/structure_files.h"

namespace adatom::pipeline {
namespace {

enum class TargetType { same, uint8, uint16, float32, float64 };

}  // namespace
}  // namespace adatom::pipeline

namespace adatom {
template <>
struct EnumNames<pipeline::TargetType> {
  static constexpr std::array names = {"same", "uint8", "uint16", "float32", "float64"};
};
}  // namespace adatom

namespace adatom::pipeline {
namespace {

struct ConvertOptions {
  TargetType type = TargetType::same;
  std::string frames;
  std::optional<double> low;
  std::optional<double> high;
  ReadingOptions reading;
  std::string type_elements;
  std::string with;
  std::optional<double> r_cut_angstrom;

  void describe(OptionVisitor& v) {
    v.visit({.name = "type", .help = "type of the pixels written"}, type);
    v.visit({.name = "frames", .help = frame_choice_help}, frames);
    v.visit(
        {.name = "low",
         .help = "the value that becomes 0 in an integer type; not given: the smallest there is"},
        low);
    v.visit({.name = "high",
             .help = "the value that becomes the largest integer; not given: the largest there is"},
            high);
    reading.describe(v);
    v.visit({.name = "type_elements", .help = type_elements_help}, type_elements);
    v.visit({.name = "with", .help = atom_columns_help}, with);
    v.visit({.name = "r_cut",
             .unit = "angstrom",
             .help = "of neighbours in these columns; not given: between the first and second "
                     "shell of a close packing",
             .min = 1e-3,
             .max = 100},
            r_cut_angstrom);
  }
  [[nodiscard]] std::vector<OptionIssue> validate() const {
    auto issues = check_ranges(*this);
    const bool integer = type == TargetType::uint8 || type == TargetType::uint16;
    if ((low || high) && !integer) {
      issues.push_back({low ? "low" : "high", "only for --type uint8 or uint16"});
    }
    if (low && high && !(*low < *high)) issues.push_back({"high", "must be larger than --low"});
    return issues;
  }
};

/// Maps [low, high] to [0, largest]; what is outside goes to the nearer end, NaN to 0.
image::Image stretched(image::Image picture, double low, double high, double largest) {
  const double scale = high > low ? largest / (high - low) : 0.0;
  for (double& value : picture.values()) {
    if (std::isnan(value)) value = low;
    value = std::round((std::clamp(value, low, high) - low) * scale);
  }
  return picture;
}

class ConvertCommand final : public Command {
 public:
  explicit ConvertCommand(CLI::App& root)
      : Command(
            root, "convert", "Writes images, structures or a trajectory in another format.",
            "The extension of OUT says which. Images: .tif, .npy, .hspy, .png (one frame, 8 or 16 "
            "bit); pixels keep their type and values unless --type says otherwise. Structures: "
            ".xyz (extended), .data (LAMMPS, one structure), .dump or .lammpstrj, .pdb; velocities "
            "in angstrom/ps, and cells that LAMMPS would not take are turned in .data and .dump.",
            "  adatom convert stack.tif stack.npy\n"
            "  adatom convert stack.npy frame3.png --frames 3 --type uint16\n"
            "  adatom convert series.dm4 part.tif --frames 10:20\n"
            "  adatom convert frame.npy frame.tif --pixel-size-angstrom 0.121\n"
            "  adatom convert frame_01.data particle.xyz --type-elements Au\n"
            "  adatom convert run.dump last.data --frames 400\n"
            "  adatom convert particle.xyz coloured.xyz --with coordination,cna,q6") {
    app()
        .add_option("IN", in_,
                    wrapped("images: " + image::format_names() +
                            "; structures: " + std::string(crystal::structure_format_names)))
        ->required()
        ->type_name("");
    app().add_option("OUT", out_, "the file to write")->required()->type_name("");
    flags_.declare<ConvertOptions>(app());
  }

  ExitCode run(Console& console) override {
    ConvertOptions options;
    flags_.fill(options);
    if (is_structure_name(out_) || crystal::is_structure_file(in_)) {
      refuse({"type", "low", "high", "pixel_size_angstrom", "signal"}, "images");
      convert_structures(
          {in_, out_, options.frames, options.type_elements, options.with, options.r_cut_angstrom},
          console);
      return ExitCode::done;
    }
    refuse({"type_elements", "with", "r_cut"}, "structures");
    const auto reader = image::open_series(in_, {.signal = options.reading.signal});
    const auto& info = reader->info();
    const auto [first, last] = chosen_frames(options.frames, info.frames, in_);
    auto target = target_type(*reader, options, console);
    image::SeriesHeader header{.type = target.type.value_or(info.type),
                               .width = info.width,
                               .height = info.height,
                               .frames = last - first,
                               .calibration = info.calibration,
                               .acquisition = info.acquisition,
                               .title = info.signal};
    if (options.reading.pixel_size_angstrom) {
      header.calibration = {.pixel_size_x_angstrom = options.reading.pixel_size_angstrom,
                            .pixel_size_y_angstrom = options.reading.pixel_size_angstrom,
                            .time_step_s = info.calibration.time_step_s};
    }
    // Frames that start later keep their time.
    if (auto& frames = header.calibration.axis_frames) {
      frames->offset += frames->scale * static_cast<double>(first);
    }
    const auto writer = image::create_series(out_, header);
    console.progress().begin("convert", last - first);
    for (std::size_t frame = first; frame < last; ++frame) {
      stop_if_cancelled(console.progress());
      writer->add(target.convert(reader->read(frame)));
      console.progress().advance(1);
    }
    writer->finish();
    console.warn(info.warnings);
    if (target.nan_pixels > 0) {
      console.say(fmt::format("warning: {} NaN pixels became 0; an integer type has no NaN",
                              target.nan_pixels));
    }
    return ExitCode::done;
  }

 private:
  /// Options of something else than the file is.
  void refuse(std::initializer_list<std::string_view> names, std::string_view what) const {
    for (const auto name : names) {
      if (!flags_.gives(name)) continue;
      std::string flag(name);
      std::ranges::replace(flag, '_', '-');
      throw InputError(Complaint{fmt::format("--{} is for {}", flag, what), in_, {}, {}});
    }
  }

  struct Target {
    std::optional<image::PixelType> type;  ///< empty: as it is
    bool stretch = false;
    double low = 0.0;
    double high = 0.0;
    std::size_t nan_pixels = 0;  ///< that became 0
    [[nodiscard]] image::RawImage convert(image::RawImage raw) {
      if (!type) return raw;
      auto picture = image::to_image(raw);
      if (stretch) {
        const auto& values = picture.values();
        nan_pixels += static_cast<std::size_t>(
            std::count_if(values.begin(), values.end(), [](double v) { return std::isnan(v); }));
        const double largest = *type == image::PixelType::uint8 ? 255.0 : 65535.0;
        picture = stretched(std::move(picture), low, high, largest);
      }
      return image::to_raw(picture, *type);
    }
  };

  static Target target_type(image::FrameReader& reader, const ConvertOptions& options,
                            Console& console) {
    Target target;
    switch (options.type) {
      case TargetType::same:
        return target;
      case TargetType::float32:
        target.type = image::PixelType::float32;
        return target;
      case TargetType::float64:
        target.type = image::PixelType::float64;
        return target;
      case TargetType::uint8:
        target.type = image::PixelType::uint8;
        break;
      case TargetType::uint16:
        target.type = image::PixelType::uint16;
        break;
    }
    // One range for all frames, so that they stay comparable.
    target.stretch = true;
    if (options.low && options.high) {
      target.low = *options.low;
      target.high = *options.high;
      return target;
    }
    const auto summary = image::summarise(reader, console.progress());
    target.low = options.low.value_or(summary.minimum);
    target.high = options.high.value_or(summary.maximum);
    console.say(fmt::format("range: {} becomes 0, {} the largest integer", shortest(target.low),
                            shortest(target.high)));
    return target;
  }

  std::string in_;
  std::string out_;
  OptionFlags flags_;
};

}  // namespace

void declare_convert(CLI::App& root, CommandList& commands) {
  commands.push_back(std::make_unique<ConvertCommand>(root));
}

}  // namespace adatom::pipeline
