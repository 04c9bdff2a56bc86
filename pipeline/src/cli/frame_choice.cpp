#include "cli/frame_choice.h"

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"

namespace adatom::pipeline {

FrameRange chosen_frames(const std::string& text, std::size_t count, const std::string& file) {
  if (text.empty()) return {0, count};
  const std::size_t colon = text.find(':');
  const auto no_such_frame = [&] {
    return InputError(Complaint{fmt::format("--frames {}: there is no such frame", text), file,
                                fmt::format("it has {}, the first is 0", count),
                                "give a number, or two with a colon, as in 2:5"});
  };
  const auto number = [&](const std::string& word, std::size_t otherwise) {
    if (word.empty()) return otherwise;
    const auto value = parse_integer(word);
    if (!value || *value < 0) throw no_such_frame();
    return static_cast<std::size_t>(*value);
  };
  const bool range = colon != std::string::npos;
  const std::size_t first = number(text.substr(0, colon), 0);
  const std::size_t last = range ? number(text.substr(colon + 1), count) : first + 1;
  if (range && colon + 1 < text.size() && first >= last) {
    throw InputError(Complaint{fmt::format("--frames {} is empty", text), file,
                               "the first frame must come before the last, which is left out",
                               "2:5 takes 2, 3 and 4"});
  }
  if (first >= last || last > count) throw no_such_frame();
  return {first, last};
}

}  // namespace adatom::pipeline
