#pragma once
// A text line by line, with the line numbers that messages need.
#include <string>
#include <string_view>
#include <vector>

namespace adatom::crystal {

class TextLines {
 public:
  /// @param lines_before in the source, where the text is a part of it
  TextLines(std::string_view text, std::string source, std::size_t lines_before = 0)
      : rest_(text), source_(std::move(source)), number_(lines_before) {}

  /// The next line without its end (LF or CRLF); false at the end of the text.
  bool next(std::string_view& line);
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] std::size_t bytes_left() const { return rest_.size(); }

  /// "source:line" of the line read last.
  [[nodiscard]] std::string where() const { return source_ + ':' + std::to_string(number_); }

  [[nodiscard]] const std::string& source() const { return source_; }
  [[nodiscard]] std::size_t line_number() const { return number_; }

  /// Throws InputError about the line read last.
  [[noreturn]] void fail(std::string what, std::string why = {}, std::string remedy = {}) const;

  /// The finite number or integer `word` spells; else fails, naming `what`.
  [[nodiscard]] double number(std::string_view word, std::string_view what) const;
  [[nodiscard]] long long integer(std::string_view word, std::string_view what) const;

 private:
  std::string_view rest_;
  std::string source_;
  std::size_t number_;
};

/// The words of a line, separated by blanks and tabs.
void split_words(std::string_view line, std::vector<std::string_view>& words);

}  // namespace adatom::crystal
