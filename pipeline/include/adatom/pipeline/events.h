#pragma once
// What happens during a run, for the screen and for events.jsonl (the only place with times).
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace adatom::pipeline {

enum class EventKind {
  run_started,
  stage_started,
  stage_up_to_date,
  item_finished,
  stage_finished,
  warning,     ///< of a calculation
  shortfall,   ///< below what was asked for
  notice,      ///< what a calculation says while it runs; no part of its results
  difference,  ///< a forced recomputation gave other files than those stored
  run_finished,
  run_stopped,  ///< by the user or by an error
};

struct Event {
  EventKind kind = EventKind::run_started;
  std::string stage = {};
  std::string item = {};
  std::string message = {};
  std::optional<double> seconds = {};
};

/// Calls may come from several threads, one at a time.
class EventListener {
 public:
  virtual ~EventListener() = default;
  virtual void hear(const Event& event) = 0;
};

/// Says nothing.
class NoListener final : public EventListener {
 public:
  void hear(const Event&) override {}
};

/// Appends one JSON object a line, with the time (UTC).
class EventFile final : public EventListener {
 public:
  /// @throws InputError if the file cannot be written
  explicit EventFile(const std::filesystem::path& path);
  ~EventFile() override;
  EventFile(const EventFile&) = delete;
  EventFile& operator=(const EventFile&) = delete;
  void hear(const Event& event) override;

 private:
  int descriptor_ = -1;
};

}  // namespace adatom::pipeline
