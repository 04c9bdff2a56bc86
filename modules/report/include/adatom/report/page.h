#pragma once
// One self-contained HTML page: text, tables, figures, a slider over frames. No network, no dates.
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adatom/report/figure.h"
#include "adatom/report/model.h"

namespace adatom::report {

enum class Align { left, right };
/// closed: the reader opens the part with a click (long tables, provenance); prints open.
enum class Fold { open, closed };

struct TableColumn {
  std::string heading = {};
  std::string unit = {};  ///< below the heading, may be empty
  Align align = Align::right;
};

struct Table {
  std::string caption = {};
  std::vector<TableColumn> columns = {};
  std::vector<std::vector<std::string>> rows = {};  ///< short rows are filled with empty cells
};

/// What is seen at one position of a slider: panels side by side (frame, model, residual).
struct SliderStep {
  std::string label;  ///< "frame 3 (particle_003.tif)"
  std::vector<Figure> panels;
};

struct SliderOptions {
  std::string name = "Frame";  ///< what the slider goes through
  std::string caption = {};
  std::size_t max_steps = 50;
  std::size_t max_bytes = 7'000'000;  ///< of all panels together; at least one step is kept
};

using Fact = std::pair<std::string, std::string>;

/// Which of `count` steps to draw when there may be `most`: evenly spread, first and last included.
[[nodiscard]] std::vector<std::size_t> spread_steps(std::size_t count, std::size_t most);

/// Parts appear in the order they are added. All text is escaped; blank lines and markup are not
/// interpreted. Figures and tables are numbered.
class Page {
 public:
  explicit Page(std::string title, std::string subtitle = {});

  /// A heading; named in the list of contents.
  void section(std::string_view heading);
  void paragraph(std::string_view text);
  /// The few numbers a reader wants first: label and value ("Atoms", "786 ± 4").
  void key_numbers(std::span<const Fact> numbers);
  /// A box with all warnings; says that there are none if so.
  void warnings(std::span<const std::string> warnings);
  void table(const Table& table, Fold fold = Fold::open);
  /// Figures side by side where the window allows, with one caption.
  void figures(std::span<const Figure> figures, std::string_view caption);
  void figure(const Figure& figure, std::string_view caption);
  /// One step is shown at a time, chosen by mouse or arrow keys; a note tells if steps are left
  /// out.
  void slider(std::span<const SliderStep> steps, const SliderOptions& options);
  /// Atoms that the reader turns, zooms and colours; without WebGL, or on paper, the first frame as
  /// a picture. The first model adds the viewer to the page, 0.9 MB.
  /// @throws InputError as `require_whole_model`
  void model(const Model& model, std::string_view caption);
  /// A video within the page, begun by the reader. @param mp4 the bytes of an .mp4 file
  void video(std::string_view mp4, std::string_view caption);
  /// A video that stands beside the page, where it is too large to be within. @param file its path
  /// from the page's folder
  void video_beside(std::string_view file, std::string_view caption);
  /// A link to a file beside the page.
  void link(std::string_view file, std::string_view text);
  /// Label and value in two columns (provenance, options).
  void facts(std::span<const Fact> facts, Fold fold = Fold::open);
  /// Text with its line breaks kept (a configuration).
  void verbatim(std::string_view summary, std::string_view text, Fold fold = Fold::closed);

  /// The whole page; the same calls give the same bytes.
  [[nodiscard]] std::string html() const;

 private:
  struct Contents {
    std::string heading;
    std::string anchor;
  };
  std::string title_;
  std::string subtitle_;
  std::vector<Contents> contents_;
  std::string body_;
  std::size_t figures_ = 0;
  std::size_t tables_ = 0;
  std::size_t sliders_ = 0;
  std::size_t models_ = 0;
};

}  // namespace adatom::report
