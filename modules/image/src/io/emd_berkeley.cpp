// A group with emd_group_type = 1 holds the dataset data and, for each of its axes, dim1, dim2, ...
// with the attributes name and units. The last two axes are the image's y and x, those before them
// the frames (ncempy, Prismatic, py4DSTEM). HyperSpy writes and reads all axes in the other order;
// its files are known by an attribute of their own.
#include "io/emd_berkeley.h"

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
    const std::size_t chosen = choose_signal(info_.signals, options.signal, where_);
    info_.signal = info_.signals[chosen];
    group_ = groups[chosen];
    const auto about = file_->dataset(group_ + "/data");
    const std::size_t rank = about.shape.size();
    if (rank < 2) {
      throw InputError(Complaint{"the signal '" + info_.signal + "' is no image", where_,
                                 std::to_string(rank) + " dimension, a spectrum or profile",
                                 info_.signals.size() > 1 ? "choose another signal" : ""});
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
  /// From the first two values of dim<number>; an axis of one value has no step.
  [[nodiscard]] std::optional<Axis> axis(std::size_t number, std::uint64_t size) const {
    const std::string path = group_ + "/dim" + std::to_string(number);
    if (!file_->is_dataset(path)) return std::nullopt;
    const auto about = file_->dataset(path);
    // All values, or the first two.
    if (about.shape.size() != 1 || (about.shape[0] != size && about.shape[0] != 2) ||
        storage::size_of(about.type) == 0) {
      return std::nullopt;
    }
    std::string unit = file_->text(path, "units").value_or("");
    // "[n_m]": brackets, and an underscore before the unit's letter.
    std::erase_if(unit, [](char c) { return c == '[' || c == ']' || c == '_'; });
    Axis out{1.0, 0.0, unit};
    const std::uint64_t count = std::min<std::uint64_t>(about.shape[0], 2);
    const std::vector<std::uint64_t> begin = {0};
    const std::vector<std::uint64_t> some = {count};
    const RawImage values{pixel_type(about.type, path, where_), count, 1,
                          file_->read(path, begin, some)};
    const Image numbers = to_image(values);
    if (!is_finite(numbers(0, 0))) return std::nullopt;
    out.offset = numbers(0, 0);
    if (count == 2 && is_finite(numbers(1, 0))) out.scale = numbers(1, 0) - numbers(0, 0);
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
