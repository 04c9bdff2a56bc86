#pragma once
// Errors with the place they are about.
#include <string>
#include <vector>

#include "adatom/base/error.h"

namespace adatom::pipeline {

/// Says where it was, before what the error says itself.
[[nodiscard]] inline InputError placed(const InputError& error, const std::string& place) {
  auto complaints = error.complaints();
  for (auto& complaint : complaints) {
    const bool known = complaint.where.find(place.substr(0, place.find(','))) == 0;
    if (known) continue;
    complaint.where = complaint.where.empty() ? place : place + ", " + complaint.where;
  }
  return InputError(std::move(complaints));
}

}  // namespace adatom::pipeline
