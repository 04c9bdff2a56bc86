#include "adatom/base/error.h"

#include <utility>

namespace adatom {
namespace {

std::string joined(const std::vector<Complaint>& complaints) {
  std::string text;
  for (const auto& complaint : complaints) {
    if (!text.empty()) text += '\n';
    text += complaint.text();
  }
  return text;
}

}  // namespace

std::string Complaint::text() const {
  std::string line;
  const auto add = [&line](const std::string& part, const char* separator) {
    if (part.empty()) return;
    if (!line.empty()) line += separator;
    line += part;
  };
  add(where, "");
  add(what, ": ");
  add(why, ": ");
  add(remedy, "; ");
  return line;
}

InputError::InputError(Complaint complaint)
    : InputError(std::vector<Complaint>{std::move(complaint)}) {}

InputError::InputError(std::vector<Complaint> complaints)
    : std::runtime_error(joined(complaints)), complaints_(std::move(complaints)) {}

Interrupted::Interrupted() : std::runtime_error("interrupted") {}

}  // namespace adatom
