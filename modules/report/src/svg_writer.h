#pragma once
// Writes the elements of one SVG figure.
#include <string>
#include <string_view>

#include "adatom/report/colour_map.h"
#include "adatom/report/figure.h"

namespace adatom::report {

/// A journal column of 8.5 cm is 320 units wide, so one unit prints as 0.753 pt.
inline constexpr double column_units = 320.0;
inline constexpr double page_units = 670.0;
inline constexpr double tick_text = 9.5;    ///< 7.2 pt
inline constexpr double label_text = 10.0;  ///< 7.5 pt
inline constexpr double title_text = 11.0;  ///< 8.3 pt
inline constexpr double least_text = 8.0;   ///< 6.0 pt
inline constexpr std::string_view ink = "#1a1a1a";
inline constexpr std::string_view faint_ink = "#666666";

[[nodiscard]] double figure_units(FigureWidth width);

/// How a shape is painted; empty colours paint nothing.
struct Paint {
  std::string_view fill = {};
  std::string_view stroke = {};
  double stroke_width = 1.0;
  double opacity = 1.0;
  std::string_view dash = {};
};

enum class Anchor { start, middle, end };
enum class Weight { normal, bold };

struct TextStyle {
  double size = tick_text;
  Anchor anchor = Anchor::start;
  Weight weight = Weight::normal;
  std::string_view fill = ink;
  std::string_view halo = {};  ///< colour of a rim around the letters, over pictures
  bool upright = true;         ///< false: turned to read upwards
};

/// A length or coordinate with at most two decimals: "12.5", "-3".
[[nodiscard]] std::string coordinate(double value);

/// A generous estimate of how long `text` prints, in units.
[[nodiscard]] double text_length(std::string_view text, double size);

/// `text` shortened with "…" to at most `length` units.
[[nodiscard]] std::string fit_text(std::string_view text, double size, double length);

class SvgWriter {
 public:
  explicit SvgWriter(FigureWidth width) : width_(width) {}

  void rectangle(double x, double y, double width, double height, const Paint& paint);
  void line(double x1, double y1, double x2, double y2, const Paint& paint);
  void circle(double x, double y, double radius, const Paint& paint);
  /// `data` is an SVG path; see move_to and line_to.
  void path(std::string_view data, const Paint& paint);
  void text(double x, double y, std::string_view text, const TextStyle& style);
  /// A colour for Paint::fill: a ball of `colour` lit from the upper left. `id` must be the
  /// gradient's own in every page that holds the figure.
  [[nodiscard]] std::string ball_gradient(const std::string& id, Colour colour);
  /// A PNG file stretched over a rectangle.
  enum class Sampling { pixels, smooth };
  void png(double x, double y, double width, double height, std::string_view bytes,
           Sampling sampling);
  /// What follows is cut off outside this rectangle, until end_clip; coordinates stay the same.
  void begin_clip(double x, double y, double width, double height);
  void end_clip();

  [[nodiscard]] Figure finish(double height, std::string summary) const;

 private:
  void paint_attributes(const Paint& paint);
  FigureWidth width_;
  std::string body_;
};

/// "M1 2" and "L1 2".
void move_to(std::string& path, double x, double y);
void line_to(std::string& path, double x, double y);

}  // namespace adatom::report
