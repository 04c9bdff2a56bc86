#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/image/reader.h"
#include "adatom/image/summary.h"
#include "adatom/image/writer.h"
#include "adatom/pipeline/config.h"
#include "cli/command.h"
#include "cli/option_flags.h"

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

  void describe(OptionVisitor& v) {
    v.visit({.name = "type", .help = "type of the pixels written"}, type);
    v.visit({.name = "frames",
             .help = "only these: 7, or 2:5 for 2, 3 and 4, or 2: for all from 2 on; the first is "
                     "0; not given: all"},
            frames);
    v.visit(
        {.name = "low",
         .help = "the value that becomes 0 in an integer type; not given: the smallest there is"},
        low);
    v.visit({.name = "high",
             .help = "the value that becomes the largest integer; not given: the largest there is"},
            high);
    reading.describe(v);
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
            root, "convert", "Writes an image file in another format.",
            "The extension of OUT says which: .tif, .npy, .hspy, .png (one frame, 8 or 16 bit). "
            "Pixels keep their type and values unless "
            "--type says otherwise.",
            "  adatom convert stack.tif stack.npy\n"
            "  adatom convert stack.npy frame3.png --frames 3 --type uint16\n"
            "  adatom convert series.dm4 part.tif --frames 10:20\n"
            "  adatom convert frame.npy frame.tif --pixel-size-angstrom 0.121") {
    app().add_option("IN", in_, wrapped(image::format_names()))->required()->type_name("");
    app().add_option("OUT", out_, "the file to write")->required()->type_name("");
    flags_.declare<ConvertOptions>(app());
  }

  ExitCode run(Console& console) override {
    ConvertOptions options;
    flags_.fill(options);
    const auto reader = image::open_series(in_, {.signal = options.reading.signal});
    const auto& info = reader->info();
    const auto [first, last] = chosen_frames(options.frames, info.frames);
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
  /// First and behind the last of "7", "2:5", "2:", ":5" or nothing.
  [[nodiscard]] std::pair<std::size_t, std::size_t> chosen_frames(const std::string& text,
                                                                  std::size_t count) const {
    if (text.empty()) return {0, count};
    const std::size_t colon = text.find(':');
    const auto no_such_frame = [&] {
      return InputError(Complaint{fmt::format("--frames {}: there is no such frame", text), in_,
                                  fmt::format("it has {}, the first is 0", count),
                                  "give a number, or two with a colon, as in 2:5"});
    };
    const auto number = [&](const std::string& word, std::size_t otherwise) {
      if (word.empty()) return otherwise;
      const auto value = parse_integer(word);
      if (!value || *value < 0) throw no_such_frame();
      return static_cast<std::size_t>(*value);
    };
    const bool range = colon != std::string::npos;
    const std::size_t first = number(text.substr(0, colon), 0);
    const std::size_t last = range ? number(text.substr(colon + 1), count) : first + 1;
    if (range && colon + 1 < text.size() && first >= last) {
      throw InputError(Complaint{fmt::format("--frames {} is empty", text), in_,
                                 "the first frame must come before the last, which is left out",
                                 "2:5 takes 2, 3 and 4"});
    }
    if (first >= last || last > count) throw no_such_frame();
    return {first, last};
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
