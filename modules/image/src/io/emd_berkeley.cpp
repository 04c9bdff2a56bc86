// A group with emd_group_type = 1 holds the dataset data and, for each of its axes, dim1, dim2, ...
// with the attributes name and units. The last two axes are the image's y and x, those before them
// the frames (ncempy, Prismatic, py4DSTEM). HyperSpy writes and reads all axes in the other order;
// its files are known by an attribute of their own.
#include "io/emd_berkeley.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "adatom/base/error.h"
#include "io/calibration_rules.h"
#include "io/hdf5_series.h"
#include "io/signal_choice.h"
#include "pixel_types.h"

namespace adatom::image {
namespace {

constexpr std::size_t most_groups = 10'000;
constexpr std::size_t deepest = 16;

/// Groups that hold data, in the order of their names.
void find_groups(const storage::Hdf5Reader& file, const std::string& group, std::size_t depth,
                 std::size_t& visited, std::vector<std::string>& found) {
  if (depth > deepest || ++visited > most_groups) return;
  const bool marked = file.number(group.empty() ? "/" : group, "emd_group_type").value_or(0) == 1;
  if (marked && file.is_dataset(group + "/data")) found.push_back(group);
  for (const std::string& name : file.members(group.empty() ? "/" : group)) {
    const std::string path = group + "/" + name;
    if (file.is_group(path)) find_groups(file, path, depth + 1, visited, found);
  }
}

class BerkeleyReader final : public FrameReader {
 public:
  BerkeleyReader(std::unique_ptr<storage::Hdf5Reader> file, const std::filesystem::path& path,
                 const std::vector<std::string>& groups, const OpenOptions& options)
      : file_(std::move(file)), where_(path.string()) {
    info_.format = "EMD (Berkeley)";
    std::vector<std::string> names;
    for (const auto& group : groups) names.push_back(group.substr(group.rfind('/') + 1));
    info_.signals = unique_names(std::move(names));
    std::size_t chosen = choose_signal(info_.signals, options.signal, where_);
    if (options.signal.empty()) {
      // The first that is an image.
      const auto image = std::ranges::find_if(groups, [this](const std::string& group) {
        const auto data = file_->dataset(group + "/data");
        return data.shape.size() >= 2 && storage::size_of(data.type) > 0;
      });
      if (image != groups.end()) chosen = static_cast<std::size_t>(image - groups.begin());
    }
    info_.signal = info_.signals[chosen];
    group_ = groups[chosen];
    const auto about = file_->dataset(group_ + "/data");
    const std::size_t rank = about.shape.size();
    if (rank < 2) {
      throw InputError(
          Complaint{"the signal '" + info_.signal + "' is no image", where_,
                    std::to_string(rank) + " dimension, a spectrum or profile",
                    info_.signals.size() > 1 ? "choose another of " + listed(info_.signals) : ""});
    }
    const bool by_hyperspy = file_->text(group_, "signal_type").has_value();
    Hdf5Axes axes{.y = rank - 2, .x = rank - 1, .frames = {}};
    for (std::size_t i = 0; i + 2 < rank; ++i) axes.frames.push_back(i);
    if (by_hyperspy) {
      axes = {.y = 1, .x = 0, .frames = {}};
      for (std::size_t i = rank; i-- > 2;) axes.frames.push_back(i);
    }
    if (rank > 3) {
      info_.warnings.push_back("the data have " + std::to_string(rank) +
                               " dimensions; all but two are read as frames");
    }
    series_ = Hdf5Series(*file_, group_ + "/data", axes, where_, info_);
    const auto x = axis(axes.x + 1, about.shape[axes.x]);
    const auto y = axis(axes.y + 1, about.shape[axes.y]);
    if (x && y) use_axes(*x, *y, info_);
    if (rank == 3) {
      const std::size_t slow = axes.frames[0];
      if (const auto frames = axis(slow + 1, about.shape[slow])) use_frame_axis(*frames, info_);
    }
    for (const char* where : {"/microscope", "/user", "/sample"}) {
      for (const char* name : {"name", "voltage", "operator", "material", "institution"}) {
        const auto text = file_->is_group(where) ? file_->text(where, name) : std::nullopt;
        if (text && !text->empty()) info_.metadata[std::string(where + 1) + " " + name] = *text;
      }
    }
  }
  [[nodiscard]] const SeriesInfo& info() const override { return info_; }
  [[nodiscard]] RawImage read(std::size_t index) override {
    return series_.read(*file_, info_, index);
  }

 private:
  /// From the values of dim<number>.
  [[nodiscard]] std::optional<Axis> axis(std::size_t number, std::uint64_t size) {
    const std::string path = group_ + "/dim" + std::to_string(number);
    if (!file_->is_dataset(path)) return std::nullopt;
    const auto about = file_->dataset(path);
    // All values, or the first two; from one there is no step.
    if (about.shape.size() != 1 || (about.shape[0] != size && about.shape[0] != 2) ||
        about.shape[0] < 2 || storage::size_of(about.type) == 0) {
      return std::nullopt;
    }
    std::string unit = file_->text(path, "units").value_or("");
    // "[n_m]": brackets, and an underscore before the unit's letter.
    std::erase_if(unit, [](char c) { return c == '[' || c == ']' || c == '_'; });
    const std::vector<std::uint64_t> begin = {0};
    const RawImage values{pixel_type(about.type, path, where_), about.shape[0], 1,
                          file_->read(path, begin, about.shape)};
    const Image numbers = to_image(values);
    const std::size_t last = numbers.width() - 1;
    for (std::size_t i = 0; i <= last; ++i) {
      if (!is_finite(numbers(i, 0))) return std::nullopt;
    }
    // The mean step: single ones have the rounding of float32.
    const Axis out{(numbers(last, 0) - numbers(0, 0)) / static_cast<double>(last), numbers(0, 0),
                   unit};
    for (std::size_t i = 1; i <= last; ++i) {
      const double step = numbers(i, 0) - numbers(i - 1, 0);
      if (std::abs(step - out.scale) > 0.1 * std::abs(out.scale)) {
        info_.warnings.push_back("the values of " + path +
                                 " are not evenly spaced; the step is the mean");
        break;
      }
    }
    return out;
  }

  std::unique_ptr<storage::Hdf5Reader> file_;
  std::string where_;
  std::string group_;
  SeriesInfo info_;
  Hdf5Series series_;
};

}  // namespace

std::unique_ptr<FrameReader> open_berkeley(std::unique_ptr<storage::Hdf5Reader>& file,
                                           const std::filesystem::path& path,
                                           const OpenOptions& options) {
  std::vector<std::string> groups;
  std::size_t visited = 0;
  find_groups(*file, "", 0, visited, groups);
  if (groups.empty()) return nullptr;
  return std::make_unique<BerkeleyReader>(std::move(file), path, groups, options);
}

}  // namespace adatom::image
