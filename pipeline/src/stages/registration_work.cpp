#include "stages/registration_work.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <optional>

#include "adatom/report/figure_curve.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "stages/frame_work.h"

namespace adatom::pipeline {
namespace {

/// A kill costs at most so many frames; a checkpoint costs about as long as half a frame.
constexpr std::size_t frames_between_checkpoints = 8;
/// A second maximum this high may as well be the right one.
constexpr double doubtful_second_peak = 0.95;

constexpr std::string_view state_mark = "adatom registration 2\n";
constexpr std::size_t numbers_per_shift = 6;

template <class T>
void put(std::string& bytes, const T& value) {
  std::array<char, sizeof(T)> raw{};
  std::memcpy(raw.data(), &value, sizeof(T));
  bytes.append(raw.data(), raw.size());
}

void put(std::string& bytes, const Grid<double>& grid) {
  put(bytes, grid.width());
  put(bytes, grid.height());
  for (const double value : grid.values()) put(bytes, value);
}

void put(std::string& bytes, const preprocess::FrameShift& shift) {
  const auto& [x, y, x_stderr, y_stderr, quality, second_peak] = shift;
  for (const double value : {x, y, x_stderr, y_stderr, quality, second_peak}) put(bytes, value);
}

/// Takes values off the front; `whole` turns false when there are too few bytes.
struct Taker {
  std::string_view bytes;
  bool whole = true;

  template <class T>
  T take() {
    T value{};
    if (bytes.size() < sizeof(T)) {
      whole = false;
      return value;
    }
    std::memcpy(&value, bytes.data(), sizeof(T));
    bytes.remove_prefix(sizeof(T));
    return value;
  }
  Grid<double> take_grid() {
    const auto width = take<std::size_t>();
    const auto height = take<std::size_t>();
    const std::size_t most = bytes.size() / sizeof(double);
    if (width == 0 || height == 0 || height > most || width > most / height) {
      whole = whole && width == 0 && height == 0;
      return {};
    }
    Grid<double> grid(width, height);
    for (double& value : grid.values()) value = take<double>();
    return grid;
  }
  preprocess::FrameShift take_shift() {
    preprocess::FrameShift shift;
    for (double* value : {&shift.x_px, &shift.y_px, &shift.x_stderr_px, &shift.y_stderr_px,
                          &shift.quality, &shift.second_peak}) {
      *value = take<double>();
    }
    return shift;
  }
};

void write_drift(const std::filesystem::path& folder,
                 const std::vector<preprocess::FrameShift>& shifts) {
  using storage::cell;
  storage::Table table = drift_table();
  report::Curve x{.label = "x"};
  report::Curve y{.label = "y"};
  for (std::size_t i = 0; i < shifts.size(); ++i) {
    const preprocess::FrameShift& shift = shifts[i];
    table.add_row({std::to_string(i), cell(shift.x_px), cell(shift.y_px), cell(shift.x_stderr_px),
                   cell(shift.y_stderr_px), cell(shift.quality), cell(shift.second_peak)});
    x.x.push_back(static_cast<double>(i));
    x.y.push_back(shift.x_px);
    x.y_error.push_back(shift.x_stderr_px);
    y.x.push_back(static_cast<double>(i));
    y.y.push_back(shift.y_px);
    y.y_error.push_back(shift.y_stderr_px);
  }
  storage::write_file(folder / "drift.csv", table.text());
  const std::array curves = {x, y};
  const report::Figure figure = report::draw_curves(curves, {.title = "Drift",
                                                             .x_label = "frame",
                                                             .y_label = "shift from frame 0 (px)",
                                                             .x_kind = report::AxisKind::integer});
  storage::write_file(folder / "drift.svg", report::svg_file(figure));
}

Remarks remarks_on(const std::vector<preprocess::FrameShift>& shifts) {
  Remarks remarks;
  double largest = 0.0;
  for (std::size_t i = 0; i < shifts.size(); ++i) {
    largest = std::max(largest, std::hypot(shifts[i].x_px, shifts[i].y_px));
    if (shifts[i].second_peak > doubtful_second_peak) {
      remarks.warnings.push_back("frame " + std::to_string(i) +
                                 ": a shift by a lattice vector is nearly as likely as the one "
                                 "found; limit it with preprocess.register.max_step_px");
    }
  }
  remarks.metrics = {{"frames", static_cast<double>(shifts.size())}, {"largest_shift_px", largest}};
  return remarks;
}

}  // namespace

std::string to_bytes(const RegistrationSoFar& registration) {
  std::string bytes(state_mark);
  // All members by name: one more of them does not compile until it is stored as well.
  const auto& [frames, last, sum, coverage, x_variance, y_variance] = registration.state;
  put(bytes, frames);
  put(bytes, last);
  put(bytes, sum);
  put(bytes, coverage);
  put(bytes, x_variance);
  put(bytes, y_variance);
  put(bytes, registration.shifts.size());
  for (const preprocess::FrameShift& shift : registration.shifts) put(bytes, shift);
  return bytes;
}

std::optional<RegistrationSoFar> parse_registration(std::string_view bytes) {
  if (!bytes.starts_with(state_mark)) return {};
  Taker taker{bytes.substr(state_mark.size())};
  RegistrationSoFar registration;
  auto& [frames, last, sum, coverage, x_variance, y_variance] = registration.state;
  frames = taker.take<std::int64_t>();
  last = taker.take_shift();
  sum = taker.take_grid();
  coverage = taker.take_grid();
  x_variance = taker.take<double>();
  y_variance = taker.take<double>();
  const auto shifts = taker.take<std::size_t>();
  if (taker.bytes.size() / (numbers_per_shift * sizeof(double)) < shifts) return {};
  for (std::size_t i = 0; i < shifts; ++i) registration.shifts.push_back(taker.take_shift());
  if (!taker.whole || !taker.bytes.empty() ||
      registration.state.frames != static_cast<std::int64_t>(shifts)) {
    return {};
  }
  return registration;
}

storage::Table drift_table() {
  return storage::Table({"frame", "shift_x_px", "shift_y_px", "shift_x_stderr_px",
                         "shift_y_stderr_px", "quality", "second_peak"});
}

Remarks register_series(std::size_t count,
                        const std::function<image::Image(std::size_t)>& read_frame,
                        double pixel_size_angstrom, const preprocess::RegisterOptions& options,
                        const Work& work) {
  RegistrationSoFar done;
  if (const std::optional<std::string> saved = work.checkpoint.load()) {
    done = parse_registration(*saved).value_or(RegistrationSoFar{});
  }
  work.progress.begin("registration", count);
  work.progress.advance_found(done.shifts.size());
  for (std::size_t i = done.shifts.size(); i < count; ++i) {
    stop_if_cancelled(work.progress);
    done.shifts.push_back(preprocess::register_frame(done.state, read_frame(i), options));
    if ((i + 1) % frames_between_checkpoints == 0 && i + 1 < count) {
      work.checkpoint.save(to_bytes(done));
    }
    work.progress.advance(1);
  }
  write_drift(work.folder, done.shifts);
  write_tiff(work.folder / "average.tif", preprocess::average_frame(done.state),
             pixel_size_angstrom, Precision::full);
  return remarks_on(done.shifts);
}

std::vector<preprocess::FrameShift> read_drift(const std::filesystem::path& path) {
  const storage::Table table = storage::read_csv(path);
  const std::vector<double> x = table.numbers("shift_x_px");
  const std::vector<double> y = table.numbers("shift_y_px");
  std::vector<preprocess::FrameShift> shifts(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    shifts[i].x_px = x[i];
    shifts[i].y_px = y[i];
  }
  return shifts;
}

}  // namespace adatom::pipeline
