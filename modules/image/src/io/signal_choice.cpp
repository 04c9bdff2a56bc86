#include "io/signal_choice.h"

#include <algorithm>

#include "adatom/base/error.h"

namespace adatom::image {

std::vector<std::string> unique_names(std::vector<std::string> names) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string plain =
        names[i].empty() ? "image " + std::to_string(i + 1) : std::move(names[i]);
    names[i] = plain;
    const auto taken = [&] {
      return std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), names[i]) !=
             names.begin() + static_cast<std::ptrdiff_t>(i);
    };
    for (std::size_t number = 2; taken(); ++number) {
      names[i] = plain + " (" + std::to_string(number) + ")";
    }
  }
  return names;
}

std::string listed(const std::vector<std::string>& names) {
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "'" : ", '") + name + "'";
  return list;
}

std::size_t choose_signal(const std::vector<std::string>& names, const std::string& wanted,
                          const std::string& where) {
  if (wanted.empty()) return 0;
  const auto found = std::find(names.begin(), names.end(), wanted);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  throw InputError(Complaint{"there is no signal '" + wanted + "'", where,
                             "the file holds " + listed(names), "choose one of these"});
}

}  // namespace adatom::image
