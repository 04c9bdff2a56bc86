#include "adatom/pipeline/events.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <nlohmann/json.hpp>
#include <string_view>

#include "adatom/base/system_failure.h"

namespace adatom::pipeline {
namespace {

std::string_view name_of(EventKind kind) {
  switch (kind) {
    case EventKind::run_started:
      return "run_started";
    case EventKind::stage_started:
      return "stage_started";
    case EventKind::stage_up_to_date:
      return "stage_up_to_date";
    case EventKind::item_finished:
      return "item_finished";
    case EventKind::stage_finished:
      return "stage_finished";
    case EventKind::warning:
      return "warning";
    case EventKind::shortfall:
      return "shortfall";
    case EventKind::notice:
      return "notice";
    case EventKind::difference:
      return "difference";
    case EventKind::run_finished:
      return "run_finished";
    case EventKind::run_stopped:
      return "run_stopped";
  }
  return "unknown";
}

/// "2026-01-31T12:34:56.789Z"
std::string utc_now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  const std::time_t seconds = milliseconds / 1000;
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  const std::string fraction = std::to_string(1000 + milliseconds % 1000).substr(1);
  return std::string(text.data()) + "." + fraction + "Z";
}

}  // namespace

EventFile::EventFile(const std::filesystem::path& path)
    : descriptor_(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666)) {
  if (descriptor_ < 0) {
    throw_file_error({.what = "cannot write the list of events",
                      .where = path.string(),
                      .why = {},
                      .remedy = "check free space and permissions"},
                     errno);
  }
}

EventFile::~EventFile() { ::close(descriptor_); }

void EventFile::hear(const Event& event) {
  nlohmann::ordered_json line = {{"time", utc_now()}, {"event", name_of(event.kind)}};
  if (!event.stage.empty()) line["stage"] = event.stage;
  if (!event.item.empty()) line["item"] = event.item;
  if (!event.message.empty()) line["message"] = event.message;
  if (event.seconds) line["seconds"] = *event.seconds;
  const std::string text =
      line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  // One write, so that a kill leaves no half line; a full disk must not stop the calculation.
  [[maybe_unused]] const ssize_t written = ::write(descriptor_, text.data(), text.size());
}

}  // namespace adatom::pipeline
