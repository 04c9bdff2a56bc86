#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include "faulty_pixels.h"

namespace adatom::diffraction {
namespace {

/// Rows, or columns, of a frame.
struct Lines {
  const Grid<double>& frame;
  const Reasons& reasons;
  bool rows;

  [[nodiscard]] std::size_t count() const { return rows ? frame.height() : frame.width(); }
  [[nodiscard]] std::size_t length() const { return rows ? frame.width() : frame.height(); }
  [[nodiscard]] double at(std::size_t line, std::size_t i) const {
    return rows ? frame(i, line) : frame(line, i);
  }
  [[nodiscard]] bool counts_at(std::size_t line, std::size_t i) const {
    return rows ? counts(reasons, i, line) : counts(reasons, line, i);
  }
};

struct Line {
  double mean = 0.0;  // without a tenth at each end
  double error = 0.0;
  double constant = 0.0;  // share of the pixels that have the median's value
  double others = 0.0;    // pixels that have another
  bool seen = false;
  bool is_none = false;
};

Line describe_line(const Lines& lines, std::size_t index, std::vector<double>& values) {
  values.clear();
  for (std::size_t i = 0; i < lines.length(); ++i) {
    if (lines.counts_at(index, i)) values.push_back(lines.at(index, i));
  }
  Line line;
  if (values.size() < 8) return line;
  line.seen = true;
  std::sort(values.begin(), values.end());
  const double median = values[values.size() / 2];
  const auto same = std::upper_bound(values.begin(), values.end(), median) -
                    std::lower_bound(values.begin(), values.end(), median);
  const auto all = static_cast<double>(values.size());
  line.constant = static_cast<double>(same) / all;
  line.others = all - static_cast<double>(same);
  const std::size_t cut = values.size() / 10;
  const auto used = static_cast<double>(values.size() - 2 * cut);
  double square = 0.0;
  for (std::size_t i = cut; i < values.size() - cut; ++i) line.mean += values[i] / used;
  for (std::size_t i = cut; i < values.size() - cut; ++i) {
    square += (values[i] - line.mean) * (values[i] - line.mean) / used;
  }
  line.error = std::sqrt(square / used);
  return line;
}

constexpr double constant_share = 0.98;

/// Lines without counts are constant where others are not: not by chance, as at a few electrons.
void tell_constant(std::vector<Line>& list) {
  std::vector<double> others;
  for (const Line& line : list) others.push_back(line.others);
  const auto middle = others.begin() + static_cast<std::ptrdiff_t>(others.size() / 2);
  std::nth_element(others.begin(), middle, others.end());
  constexpr double surely = 5.0;  // standard deviations of the number
  for (Line& line : list) {
    line.is_none =
        line.constant > constant_share && *middle - line.others > surely * std::sqrt(*middle);
  }
}

/// How many lines at one edge are none: constant, or half as bright as those three further in.
std::size_t border(const std::vector<Line>& list, double darkest, bool from_end) {
  const std::size_t size = list.size();
  const auto at = [&](std::size_t i) -> const Line& { return list[from_end ? size - 1 - i : i]; };
  std::size_t lines = 0;
  while (lines < size && at(lines).seen && at(lines).is_none) ++lines;
  if (lines == size) return 0;
  constexpr std::size_t step = 3;
  for (std::size_t i = lines; i < lines + size / 20 + step && i + step < size; ++i) {
    const Line& here = at(i);
    const Line& inside = at(i + step);
    if (!here.seen || !inside.seen) continue;
    const double missing = inside.mean - here.mean;
    if (missing > 0.5 * (inside.mean - darkest) && missing > 8.0 * (inside.error + here.error)) {
      lines = i + 1;
    }
  }
  return lines;
}

void mark_line(const Lines& lines, std::size_t index, MaskReason why, Reasons& reasons) {
  for (std::size_t i = 0; i < lines.length(); ++i) {
    if (lines.rows) {
      mark(reasons, i, index, why);
    } else {
      mark(reasons, index, i, why);
    }
  }
}

}  // namespace

void mark_lines(const Grid<double>& frame, std::size_t margin, Reasons& reasons,
                std::vector<std::string>& warnings) {
  const Reasons before = reasons;
  double darkest = std::numeric_limits<double>::max();
  for (std::size_t i = 0; i < frame.size(); ++i) {
    if (before.values()[i] == 0) darkest = std::min(darkest, frame.values()[i]);
  }
  for (const bool rows : {true, false}) {
    const Lines lines{frame, before, rows};
    std::vector<Line> list;
    std::vector<double> values;
    std::size_t constant = 0;
    for (std::size_t i = 0; i < lines.count(); ++i) {
      list.push_back(describe_line(lines, i, values));
      if (list.back().constant > constant_share) ++constant;
    }
    if (constant > lines.count() / 4) {
      warnings.emplace_back(rows ? "most rows are constant: gaps and borders were not looked for"
                                 : "most columns are constant: gaps and borders were not looked "
                                   "for");
      continue;
    }
    tell_constant(list);
    const std::size_t first = border(list, darkest, false);
    const std::size_t last = border(list, darkest, true);
    const std::size_t count = lines.count();
    for (std::size_t i = 0; i < count; ++i) {
      const bool low = first > 0 && i < first + margin;
      const bool high = last > 0 && i + last + margin >= count;
      if (low || high) mark_line(lines, i, MaskReason::border, reasons);
    }
    for (std::size_t i = 0; i < count; ++i) {
      if (!list[i].seen || !list[i].is_none) continue;
      const std::size_t from = i - std::min(i, margin);
      for (std::size_t k = from; k <= std::min(i + margin, count - 1); ++k) {
        mark_line(lines, k, MaskReason::gap, reasons);
      }
    }
  }
}

}  // namespace adatom::diffraction
