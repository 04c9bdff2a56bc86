#pragma once
// How a long calculation says how far it is, and learns that it should stop.
#include <cstddef>
#include <string_view>

namespace adatom {

/// Given to every long function. All calls may come from several threads at once.
class Progress {
 public:
  virtual ~Progress() = default;
  /// A task of `total` steps begins; an unfinished former task is thereby over.
  virtual void begin(std::string_view task, std::size_t total) = 0;
  /// `steps` more of the current task's steps are done.
  virtual void advance(std::size_t steps) = 0;
  /// So are these, wholly or in part by an earlier program: they tell nothing of the time others
  /// take.
  virtual void advance_found(std::size_t steps) { advance(steps); }
  /// True once the user asked to stop.
  [[nodiscard]] virtual bool cancelled() const = 0;
};

/// Says nothing and never stops.
class NoProgress final : public Progress {
 public:
  void begin(std::string_view, std::size_t) override {}
  void advance(std::size_t) override {}
  [[nodiscard]] bool cancelled() const override { return false; }
};

/// Throws Interrupted if the user asked to stop.
void stop_if_cancelled(const Progress& progress);

}  // namespace adatom
