#pragma once
// Progress on the screen.
#include <atomic>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "adatom/base/progress.h"

namespace adatom::pipeline {

/// A terminal can redraw a line; a file or pipe gets whole lines, few of them.
enum class ProgressStyle { bar, lines, silent };

/// What the progress bar needs from the world around it.
struct ProgressOutput {
  std::function<void(std::string_view)> write;
  std::function<double()> seconds;  ///< a steady clock
  std::function<bool()> stop;       ///< did the user ask to stop?
  std::size_t columns = 80;         ///< of the terminal
};

/// `columns  [#######.......]  5/10  12 s left` on a terminal; elsewhere a line every ten seconds
/// and at the end of a task, none for a task of less than two seconds.
class ProgressBar final : public Progress {
 public:
  ProgressBar(ProgressStyle style, ProgressOutput output);
  ~ProgressBar() override;
  void begin(std::string_view task, std::size_t total) override;
  void advance(std::size_t steps) override;
  /// The remaining time is that by the speed from here on.
  void advance_found(std::size_t steps) override;
  [[nodiscard]] bool cancelled() const override;

  /// A message on a line of its own; the bar moves below it.
  void say(std::string_view line);
  /// The current task is over: takes the bar off the screen.
  void finish();

 private:
  void draw(double now);
  void erase();
  void close_task();

  const ProgressStyle style_;
  const ProgressOutput output_;
  std::atomic<std::size_t> done_{0};
  std::atomic<double> next_draw_{0.0};
  std::mutex mutex_;  // guards what follows, and the writing
  std::string task_;
  std::size_t total_ = 0;
  double started_ = 0.0;
  std::size_t found_ = 0;
  double measured_from_ = 0.0;  // the speed, and from which step on
  std::size_t measured_after_ = 0;
  bool drawn_ = false;
  bool open_ = false;
};

/// Standard error as it is: a bar on a terminal, lines elsewhere; stops on StopSignals.
[[nodiscard]] ProgressOutput standard_error_output();
[[nodiscard]] ProgressStyle standard_error_style();

/// "12 s", "3 min 20 s", "2 h 5 min".
[[nodiscard]] std::string duration_text(double seconds);

}  // namespace adatom::pipeline
