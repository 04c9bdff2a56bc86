#include "model_data.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>

#include <fmt/format.h>

#include "adatom/base/number_text.h"
#include "adatom/report/page.h"
#include "base64.h"
#include "escape.h"

namespace adatom::report {
namespace {

/// A string of JSON, in quotes. What HTML or XML would take for markup is written as \uXXXX.
std::string json_string(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> entities = {
      {{"&amp;", "\\u0026"},
       {"&lt;", "\\u003c"},
       {"&gt;", "\\u003e"},
       {"&quot;", "\\u0022"},
       {"&#39;", "\\u0027"}}};
  const std::string safe = escape(text);  // valid UTF-8 without control characters, too
  std::string out = "\"";
  for (std::size_t i = 0; i < safe.size();) {
    const std::string_view rest = std::string_view(safe).substr(i);
    const auto entity = std::ranges::find_if(
        entities, [&](const auto& known) { return rest.starts_with(known.first); });
    if (entity != entities.end()) {
      out += entity->second;
      i += entity->first.size();
      continue;
    }
    const char c = rest.front();
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\n' || c == '\r' || c == '\t') {
      out += ' ';
    } else {
      out += c;
    }
    ++i;
  }
  return out + '"';
}

void add_16_bits(std::string& bytes, std::int32_t value) {
  const auto bits = static_cast<std::uint32_t>(value);
  bytes += static_cast<char>(bits & 0xffU);
  bytes += static_cast<char>(bits >> 8U & 0xffU);
}

/// The atoms of a frame that can be shown.
std::vector<std::size_t> finite_atoms(const ModelFrame& frame) {
  std::vector<std::size_t> atoms;
  for (std::size_t i = 0; i < frame.x_angstrom.size(); ++i) {
    const bool finite = std::isfinite(frame.x_angstrom[i]) && std::isfinite(frame.y_angstrom[i]) &&
                        std::isfinite(frame.z_angstrom[i]) &&
                        std::isfinite(frame.radius_angstrom[i]);
    if (finite) atoms.push_back(i);
  }
  return atoms;
}

/// Where the middle of the atoms is, and how far they reach from it.
struct ModelPlace {
  std::array<double, 3> middle = {};
  double half_side = 0.0;  ///< of the box that holds all middles of atoms
  double extent = 0.0;     ///< of the ball that holds all atoms
};

ModelPlace place_of(const Model& model, const std::vector<std::size_t>& frames) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  std::array<double, 3> low = {infinity, infinity, infinity};
  std::array<double, 3> high = {-infinity, -infinity, -infinity};
  const auto each = [&](const auto& act) {
    for (const std::size_t f : frames) {
      const ModelFrame& frame = model.frames[f];
      for (const std::size_t i : finite_atoms(frame)) {
        act(std::array<double, 3>{frame.x_angstrom[i], frame.y_angstrom[i], frame.z_angstrom[i]},
            frame.radius_angstrom[i]);
      }
    }
  };
  each([&](const std::array<double, 3>& at, double) {
    for (std::size_t k = 0; k < 3; ++k) {
      low[k] = std::min(low[k], at[k]);
      high[k] = std::max(high[k], at[k]);
    }
  });
  ModelPlace place;
  if (!(low[0] <= high[0])) return place;
  for (std::size_t k = 0; k < 3; ++k) {
    place.middle[k] = 0.5 * (low[k] + high[k]);
    place.half_side = std::max(place.half_side, 0.5 * (high[k] - low[k]));
  }
  each([&](const std::array<double, 3>& at, double radius) {
    const double distance =
        std::hypot(at[0] - place.middle[0], at[1] - place.middle[1], at[2] - place.middle[2]);
    place.extent = std::max(place.extent, distance + radius);
  });
  return place;
}

std::string frame_json(const ModelFrame& frame, const ModelPlace& place, double step) {
  const auto atoms = finite_atoms(frame);
  std::string xyz;
  std::string radii;
  bool one_radius = true;
  for (const std::size_t i : atoms) {
    const std::array<double, 3> at = {frame.x_angstrom[i], frame.y_angstrom[i],
                                      frame.z_angstrom[i]};
    for (std::size_t k = 0; k < 3; ++k) {
      add_16_bits(xyz, static_cast<std::int32_t>(std::lround((at[k] - place.middle[k]) / step)));
    }
    const double thousandths = std::clamp(1000.0 * frame.radius_angstrom[i], 0.0, 65535.0);
    add_16_bits(radii, static_cast<std::int32_t>(std::lround(thousandths)));
    one_radius = one_radius && frame.radius_angstrom[i] == frame.radius_angstrom[atoms.front()];
  }
  std::string out = fmt::format("{{\"label\":{},\"n\":{},\"xyz\":\"{}\"", json_string(frame.label),
                                atoms.size(), base64(xyz));
  if (one_radius && !atoms.empty()) {
    out += ",\"radius\":" + shortest(frame.radius_angstrom[atoms.front()]);
  } else {
    out += ",\"radii\":\"" + base64(radii) + '"';
  }
  if (atoms.size() != frame.x_angstrom.size()) {
    std::string numbers;
    for (const std::size_t i : atoms) {
      numbers += (numbers.empty() ? "" : ",") + std::to_string(i + 1);
    }
    out += ",\"atom\":[" + numbers + ']';
  }
  out += ",\"kinds\":[";
  for (std::size_t c = 0; c < frame.kinds.size(); ++c) {
    std::string bytes;
    for (const std::size_t i : atoms) bytes += static_cast<char>(frame.kinds[c][i]);
    out += fmt::format("{}\"{}\"", c == 0 ? "" : ",", base64(bytes));
  }
  return out + "]}";
}

std::string colouring_json(const ModelColouring& colouring) {
  std::string out = "{\"name\":" + json_string(colouring.name);
  if (colouring.range) {
    out += fmt::format(",\"low\":{},\"high\":{},\"unit\":{}", shortest(colouring.range->low),
                       shortest(colouring.range->high), json_string(colouring.unit));
  }
  out += ",\"kinds\":[";
  for (std::size_t k = 0; k < colouring.kinds.size(); ++k) {
    const AtomKind& kind = colouring.kinds[k];
    out +=
        fmt::format("{}[{},\"{}\"]", k == 0 ? "" : ",", json_string(kind.label), hex(kind.colour));
  }
  return out + "]}";
}

}  // namespace

std::vector<std::size_t> model_frames_shown(const Model& model) {
  // Eight letters for three coordinates, and at most as many for the radius and each kind.
  std::size_t largest = 1;
  for (const auto& frame : model.frames) {
    largest = std::max(largest, frame.x_angstrom.size() * (11 + 4 * frame.kinds.size() / 3));
  }
  const std::size_t most = std::max<std::size_t>(model.max_bytes / largest, 1);
  return spread_steps(model.frames.size(), most);
}

std::string model_json(const Model& model, const std::vector<std::size_t>& frames) {
  const ModelPlace place = place_of(model, frames);
  // As fine as 16 bits allow, but no finer than 0.0001 angstrom.
  const double step = std::max(place.half_side / 32767.0, 1e-4);
  std::string out = fmt::format(
      "{{\"step\":{},\"extent\":{},\"middle\":[{},{},{}],\"frameName\":{},\"frames\":[",
      shortest(step), shortest(place.extent), shortest(place.middle[0]), shortest(place.middle[1]),
      shortest(place.middle[2]), json_string(model.frame_name));
  for (std::size_t k = 0; k < frames.size(); ++k) {
    out += (k == 0 ? "\n" : ",\n") + frame_json(model.frames[frames[k]], place, step);
  }
  out += "],\n\"colourings\":[";
  for (std::size_t c = 0; c < model.colourings.size(); ++c) {
    out += (c == 0 ? "\n" : ",\n") + colouring_json(model.colourings[c]);
  }
  return out + "]}";
}

}  // namespace adatom::report
