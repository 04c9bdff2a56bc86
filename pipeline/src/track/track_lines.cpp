#include "track/track_lines.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"

namespace adatom::pipeline {

TrackLines::TrackLines(std::filesystem::path path, std::string_view header)
    : path_(std::move(path)), file_(path_) {
  std::getline(file_, line_);
  if (line_ + "\n" != header) refuse();
  std::istringstream names(line_);
  for (std::string name; std::getline(names, name, ',');) names_.push_back(name);
}

bool TrackLines::next() {
  if (!std::getline(file_, line_)) return false;
  cells_.clear();
  std::string_view left = line_;
  for (std::size_t comma = left.find(','); comma != left.npos; comma = left.find(',')) {
    cells_.push_back(left.substr(0, comma));
    left.remove_prefix(comma + 1);
  }
  cells_.push_back(left);
  if (cells_.size() != names_.size()) refuse();
  return true;
}

double TrackLines::number(std::size_t column) const {
  const auto value = parse_double(cells_[column]);
  if (!value) refuse();
  return *value;
}

std::int64_t TrackLines::whole(std::size_t column) const {
  const auto value = parse_integer(cells_[column]);
  if (!value) refuse();
  return *value;
}

void TrackLines::refuse() const {
  constexpr std::size_t shown = 60;
  throw InputError({.what = "a line that is none of this table's",
                    .where = path_.string(),
                    .why = line_.substr(0, shown),
                    .remedy = "remove the folder to begin again"});
}

std::size_t TrackLines::column(std::string_view name) const {
  const auto found = std::ranges::find(names_, name);
  if (found == names_.end()) throw std::logic_error("no such column: " + std::string(name));
  return static_cast<std::size_t>(found - names_.begin());
}

}  // namespace adatom::pipeline
