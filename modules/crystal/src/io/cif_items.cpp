#include "cif_items.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "adatom/base/error.h"

namespace adatom::crystal {
namespace {

std::string lower(std::string_view text) {
  std::string copy(text);
  for (char& c : copy) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return copy;
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// One after another the words, quoted strings and text fields of a CIF.
class Tokens {
 public:
  Tokens(std::string_view text, const std::string& source) : text_(text), source_(source) {}

  std::optional<CifValue> next() {
    skip_blanks();
    if (at_ == text_.size()) return std::nullopt;
    const char first = text_[at_];
    if (first == ';' && (at_ == 0 || text_[at_ - 1] == '\n')) return text_field();
    if (first == '\'' || first == '"') return quoted(first);
    const std::size_t begin = at_;
    while (at_ < text_.size() && !is_blank(text_[at_])) ++at_;
    return CifValue{std::string(text_.substr(begin, at_ - begin)), line_, false};
  }
  [[nodiscard]] std::size_t line() const { return line_; }

 private:
  void skip_blanks() {
    while (at_ < text_.size()) {
      if (text_[at_] == '#') {
        while (at_ < text_.size() && text_[at_] != '\n') ++at_;
      } else if (is_blank(text_[at_])) {
        if (text_[at_] == '\n') ++line_;
        ++at_;
      } else {
        return;
      }
    }
  }

  CifValue text_field() {
    const std::size_t line = line_;
    const std::size_t begin = at_ + 1;
    const std::size_t end = text_.find("\n;", begin);
    if (end == std::string_view::npos) fail_cif(source_, line, "a text field has no end", "no ';'");
    const auto content = text_.substr(begin, end - begin);
    line_ += static_cast<std::size_t>(std::ranges::count(content, '\n')) + 1;
    at_ = end + 2;
    return {std::string(content), line, true};
  }

  // A quote inside ends the string only where a blank follows.
  CifValue quoted(char quote) {
    const std::size_t begin = at_ + 1;
    for (std::size_t i = begin; i < text_.size() && text_[i] != '\n'; ++i) {
      if (text_[i] != quote || (i + 1 < text_.size() && !is_blank(text_[i + 1]))) continue;
      at_ = i + 1;
      return {std::string(text_.substr(begin, i - begin)), line_, true};
    }
    fail_cif(source_, line_, "a quoted string has no end");
  }

  std::string_view text_;
  const std::string& source_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

class BlockParser {
 public:
  BlockParser(std::string_view text, const std::string& source)
      : tokens_(text, source), source_(source) {
    advance();
  }

  std::vector<CifBlock> parse() {
    while (now_) {
      const std::string word = now_->is_quoted ? std::string() : lower(now_->text);
      if (word.starts_with("data_")) {
        blocks_.push_back({now_->text.substr(5), {}, {}});
        advance();
        continue;
      }
      if (blocks_.empty()) {
        fail_cif(source_, now_->line, "this is no CIF", "it does not begin with data_");
      }
      if (word == "loop_") {
        parse_loop();
      } else if (word.starts_with('_')) {
        parse_item();
      } else {
        fail_cif(source_, now_->line, "a value without a name", "'" + now_->text + "'");
      }
    }
    return std::move(blocks_);
  }

 private:
  void advance() { now_ = tokens_.next(); }
  [[nodiscard]] bool at_value() const {
    if (!now_ || now_->is_quoted) return now_.has_value();
    const std::string word = lower(now_->text);
    return !word.starts_with('_') && word != "loop_" && !word.starts_with("data_");
  }
  [[nodiscard]] bool at_tag() const {
    return now_ && !now_->is_quoted && now_->text.starts_with('_');
  }

  void parse_item() {
    const std::string tag = lower(now_->text);
    const std::size_t line = now_->line;
    advance();
    if (!at_value()) fail_cif(source_, line, "no value", tag);
    if (!blocks_.back().items.emplace(tag, *now_).second) {
      fail_cif(source_, line, "a name stands twice", tag);
    }
    advance();
  }

  void parse_loop() {
    const std::size_t line = now_->line;
    advance();
    CifLoop loop;
    for (; at_tag(); advance()) loop.tags.push_back(lower(now_->text));
    if (loop.tags.empty()) fail_cif(source_, line, "a loop without names");
    std::vector<CifValue> row;
    for (; at_value(); advance()) {
      row.push_back(*now_);
      if (row.size() < loop.tags.size()) continue;
      loop.rows.push_back(std::move(row));
      row.clear();
    }
    if (!row.empty()) {
      fail_cif(source_, row.front().line, "the last row of a loop is not whole",
               std::to_string(row.size()) + " values for " + std::to_string(loop.tags.size()) +
                   " names");
    }
    blocks_.back().loops.push_back(std::move(loop));
  }

  Tokens tokens_;
  const std::string& source_;
  std::optional<CifValue> now_;
  std::vector<CifBlock> blocks_;
};

}  // namespace

std::size_t CifLoop::column(std::string_view tag) const {
  const auto found = std::ranges::find(tags, tag);
  return found == tags.end() ? absent : static_cast<std::size_t>(found - tags.begin());
}

const CifLoop* CifBlock::loop_with(std::string_view tag) const {
  const auto found = std::ranges::find_if(
      loops, [&](const CifLoop& loop) { return loop.column(tag) != CifLoop::absent; });
  return found == loops.end() ? nullptr : &*found;
}

std::vector<CifBlock> parse_cif_blocks(std::string_view text, const std::string& source) {
  return BlockParser(text, source).parse();
}

void fail_cif(const std::string& source, std::size_t line, std::string what, std::string why,
              std::string remedy) {
  throw InputError({.what = std::move(what),
                    .where = source + ':' + std::to_string(line),
                    .why = std::move(why),
                    .remedy = std::move(remedy)});
}

}  // namespace adatom::crystal
