#include "io/tiff_calibration.h"

#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "adatom/base/number_text.h"
#include "io/calibration_rules.h"
#include "io/tiff_notes.h"
#include "io/tiff_page.h"
#include "io/tiff_text.h"
#include "pixel_types.h"

namespace adatom::image {
namespace {

using Lines = std::map<std::string, std::string>;

/// A claim about the pixel size and who makes it.
struct Claim {
  std::string who;
  double x_angstrom;
  double y_angstrom;
};

/// A finite number.
std::optional<double> number_in(const Lines& lines, const std::string& key) {
  const auto found = lines.find(key);
  const auto number = found == lines.end() ? std::nullopt : parse_double(found->second);
  return number && is_finite(*number) ? number : std::nullopt;
}

std::string text_in(const Lines& lines, const std::string& key, const std::string& otherwise) {
  const auto found = lines.find(key);
  return found == lines.end() ? otherwise : found->second;
}

std::optional<Claim> checked(std::string who, std::optional<double> x, std::optional<double> y) {
  if (!x && !y) return std::nullopt;
  const double first = x ? *x : *y;
  const double second = y ? *y : *x;
  if (!is_positive(first) || !is_positive(second)) return std::nullopt;
  return Claim{std::move(who), first, second};
}

std::optional<Claim> ome_claim(const Lines& pixels) {
  const auto side = [&](const std::string& axis) -> std::optional<double> {
    const auto size = number_in(pixels, "PhysicalSize" + axis);
    const auto unit = angstrom_per(
        text_in(pixels, "PhysicalSize" + axis + "Unit", "um"));  // the schema's default
    if (!size || !unit) return std::nullopt;
    return *size * *unit;
  };
  return checked("the OME description", side("X"), side("Y"));
}

std::optional<Claim> dm_claim(const TiffDirectory& directory) {
  const auto side = [&](std::uint16_t scale_tag, std::uint16_t unit_tag) -> std::optional<double> {
    const auto scale = directory.number(scale_tag);
    const auto units = directory.texts(unit_tag);
    const auto unit = units.empty() ? std::nullopt : angstrom_per(units[0]);
    if (!scale || !unit || !is_finite(*scale)) return std::nullopt;
    return std::abs(*scale) * *unit;
  };
  return checked("the DigitalMicrograph tags", side(tiff_tag::dm_x_scale, tiff_tag::dm_x_unit),
                 side(tiff_tag::dm_y_scale, tiff_tag::dm_y_unit));
}

/// Pixel sizes in a unit from pixels per unit.
std::optional<Claim> resolution_claim(const TiffDirectory& directory, const std::string& who,
                                      double x_unit, double y_unit) {
  const auto x = directory.number(tiff_tag::x_resolution);
  const auto y = directory.number(tiff_tag::y_resolution);
  const auto side = [](std::optional<double> per_unit, double unit) -> std::optional<double> {
    if (!per_unit || !is_positive(*per_unit)) return std::nullopt;
    return unit / *per_unit;
  };
  return checked(who, side(x, x_unit), side(y, y_unit));
}

std::optional<Claim> imagej_claim(const TiffDirectory& directory, const Lines& lines) {
  const auto name = text_in(lines, "unit", "");
  const auto unit = angstrom_per(name);
  if (!unit) return std::nullopt;
  const auto y_unit = angstrom_per(text_in(lines, "yunit", name));
  auto claim =
      resolution_claim(directory, "the ImageJ description", *unit, y_unit ? *y_unit : *unit);
  if (!claim) return std::nullopt;
  // ImageJ passes a printer's resolution on in its own words.
  const bool print = name == "inch" || name == "in" || name == "cm";
  if (print && claim->x_angstrom > coarsest_print_pixel_angstrom) return std::nullopt;
  return claim;
}

std::optional<Claim> tag_claim(const TiffDirectory& directory) {
  constexpr std::uint64_t inch = 2;
  constexpr std::uint64_t centimetre = 3;
  // The specification's default unit is the inch, but a file that does not say so means nothing.
  const auto unit = directory.integer(tiff_tag::resolution_unit, 1);
  if (unit != inch && unit != centimetre) return std::nullopt;
  const double length = unit == inch ? 2.54e8 : 1e8;
  return resolution_claim(directory, "the resolution tags", length, length);
}

bool differ(const Claim& a, const Claim& b) {
  return std::abs(a.x_angstrom / b.x_angstrom - 1.0) > 0.01 ||
         std::abs(a.y_angstrom / b.y_angstrom - 1.0) > 0.01;
}

void use_claims(const std::vector<std::optional<Claim>>& ranked, SeriesInfo& info) {
  const Claim* chosen = nullptr;
  for (const auto& claim : ranked) {
    if (!claim) continue;
    if (chosen == nullptr) {
      chosen = &*claim;
      info.calibration.pixel_size_x_angstrom = claim->x_angstrom;
      info.calibration.pixel_size_y_angstrom = claim->y_angstrom;
    } else if (differ(*chosen, *claim)) {
      info.warnings.push_back(claim->who + " (" + shortest(claim->x_angstrom) +
                              " angstrom per pixel) contradicts " + chosen->who + " (" +
                              shortest(chosen->x_angstrom) + "), which is believed");
    }
  }
}

/// A diffraction pattern's scale as ImageJ has it: pixels per "1/nm".
void read_reciprocal(const TiffDirectory& directory, const Lines& imagej, SeriesInfo& info) {
  const auto unit = reciprocal_angstrom_per(text_in(imagej, "unit", ""));
  if (!unit) return;
  const auto claim = resolution_claim(directory, "the ImageJ description", *unit, *unit);
  if (!claim) return;
  info.calibration.reciprocal_pixel_x_per_angstrom = claim->x_angstrom;
  info.calibration.reciprocal_pixel_y_per_angstrom = claim->y_angstrom;
}

void read_time_step(const TiffDirectory& directory, const Lines& imagej, const Lines& ome,
                    SeriesInfo& info) {
  const auto use = [&](std::optional<double> value, std::optional<double> unit) {
    if (!value || !unit || !is_positive(*value) || info.calibration.time_step_s) return;
    info.calibration.time_step_s = *value * *unit;
  };
  use(number_in(ome, "TimeIncrement"), seconds_per(text_in(ome, "TimeIncrementUnit", "s")));
  const auto z_units = directory.texts(tiff_tag::dm_z_unit);
  if (!z_units.empty()) use(directory.number(tiff_tag::dm_z_scale), seconds_per(z_units[0]));
  use(number_in(imagej, "finterval"), seconds_per(text_in(imagej, "tunit", "s")));
}

void read_metadata(const TiffDirectory& directory, SeriesInfo& info) {
  constexpr std::array named = {std::pair{tiff_tag::description, "ImageDescription"},
                                std::pair{tiff_tag::document_name, "DocumentName"},
                                std::pair{tiff_tag::make, "Make"},
                                std::pair{tiff_tag::model, "Model"},
                                std::pair{tiff_tag::page_name, "PageName"},
                                std::pair{tiff_tag::software, "Software"},
                                std::pair{tiff_tag::date_time, "DateTime"},
                                std::pair{tiff_tag::artist, "Artist"},
                                std::pair{tiff_tag::host_computer, "HostComputer"}};
  for (const auto& [tag, name] : named) {
    std::size_t number = 0;
    for (auto& text : directory.texts(tag)) {
      ++number;
      if (text.empty()) continue;
      std::string key = name;
      if (number > 1) key.append(" ").append(std::to_string(number));
      info.metadata[key] = std::move(text);
    }
  }
}

template <class Parse>
Lines first_parsed(const TiffDirectory& directory, Parse parse) {
  for (const auto& text : directory.texts(tiff_tag::description)) {
    auto lines = parse(text);
    if (!lines.empty()) return lines;
  }
  return {};
}

}  // namespace

void read_tiff_calibration(const TiffDirectory& directory, SeriesInfo& info) {
  read_metadata(directory, info);
  const Lines imagej = first_parsed(directory, parse_imagej);
  const Lines ome = first_parsed(directory, parse_ome_pixels);
  std::vector<std::optional<Claim>> ranked = {ome_claim(ome), dm_claim(directory),
                                              imagej_claim(directory, imagej)};
  bool known = false;
  for (const auto& claim : ranked) known = known || claim.has_value();
  const auto tags = tag_claim(directory);
  const bool imagej_unit_rules = angstrom_per(text_in(imagej, "unit", "")).has_value();
  if (!known && tags) {
    use_print_resolution(tags->x_angstrom, tags->y_angstrom, info);
  } else if (tags && !imagej_unit_rules && tags->x_angstrom <= coarsest_print_pixel_angstrom) {
    // With an ImageJ unit the same tags have been read already, in that unit.
    ranked.push_back(tags);
  }
  use_claims(ranked, info);
  read_time_step(directory, imagej, ome, info);
  read_reciprocal(directory, imagej, info);
  read_tiff_notes(imagej, info);
  const auto channels = number_in(imagej, "channels");
  if (channels && *channels > 1.0) {
    info.warnings.push_back("the file holds " + shortest(*channels) +
                            " channels; they are read as successive frames");
  }
}

std::size_t imagej_image_count(const TiffDirectory& directory) {
  const auto count = number_in(first_parsed(directory, parse_imagej), "images");
  if (!count || *count < 1.0 || *count > 1e9) return 0;
  return static_cast<std::size_t>(*count);
}

}  // namespace adatom::image
