#pragma once
// The words of a table file, with the line for messages.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace adatom::energetics {

/// Lines; behind a # stands a comment, and empty lines do not count.
class EamWords {
 public:
  EamWords(std::string_view text, std::string source);
  /// Comment lines, whatever is in them.
  void skip_lines(std::size_t count);
  /// False: the file is at its end.
  bool skip_line_if_any();
  /// The words of the next line that has any.
  std::vector<std::string_view> line();
  /// None at the end of the file.
  std::vector<std::string_view> line_if_any();
  /// Over as many lines as it takes; the last must not hold more.
  std::vector<double> numbers(std::size_t count);
  [[nodiscard]] double number(std::string_view word) const;
  [[nodiscard]] std::size_t count(std::string_view word, std::size_t most) const;
  /// From here to the end of the file.
  [[nodiscard]] std::size_t words_left() const;
  [[noreturn]] void fail(const std::string& what, const std::string& why) const;

 private:
  std::string_view text_;
  std::string source_;
  std::size_t at_ = 0;
  std::size_t line_ = 0;
};

}  // namespace adatom::energetics
