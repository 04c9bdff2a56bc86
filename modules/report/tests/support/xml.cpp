#include "support/xml.h"

#include <algorithm>
#include <cctype>
#include <stdexcept>

#include "adatom/base/number_text.h"

namespace adatom::report::testing {
namespace {

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::vector<Element> read() {
    if (starts("<?xml ")) skip_past("?>");
    blanks();
    if (starts("<!DOCTYPE html>")) skip_past(">");
    blanks();
    while (at_ < text_.size()) step();
    if (!open_.empty()) fail("an element is not closed: " + elements_[open_.back()].name);
    if (elements_.empty()) fail("no element");
    return elements_;
  }

 private:
  [[noreturn]] void fail(const std::string& why) const {
    throw std::runtime_error(why + " near: " + std::string(text_.substr(at_, 60)));
  }
  [[nodiscard]] bool starts(std::string_view what) const {
    return text_.substr(at_).starts_with(what);
  }
  void skip_past(std::string_view what) {
    at_ = text_.find(what, at_);
    if (at_ == std::string_view::npos) throw std::runtime_error("missing " + std::string(what));
    at_ += what.size();
  }
  void blanks() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
  }
  std::string name() {
    const std::size_t from = at_;
    while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) != 0 ||
                                  text_[at_] == '-' || text_[at_] == ':')) {
      ++at_;
    }
    if (at_ == from) fail("a name is missing");
    return std::string(text_.substr(from, at_ - from));
  }
  /// Text up to `end`, entities replaced; '<' and a bare '&' are errors.
  std::string content(char end) {
    std::string out;
    for (; at_ < text_.size() && text_[at_] != end; ++at_) {
      const char c = text_[at_];
      if (c == '<') fail("'<' inside text");
      if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') fail("control character");
      if (c != '&') {
        out += c;
        continue;
      }
      const std::size_t semicolon = text_.find(';', at_);
      const std::string entity(text_.substr(at_, semicolon - at_ + 1));
      if (entity == "&amp;") {
        out += '&';
      } else if (entity == "&lt;") {
        out += '<';
      } else if (entity == "&gt;") {
        out += '>';
      } else if (entity == "&quot;") {
        out += '"';
      } else if (entity == "&#39;") {
        out += '\'';
      } else {
        fail("unknown entity");
      }
      at_ = semicolon;
    }
    return out;
  }
  void attribute(Element& element) {
    const std::string key = name();
    if (!starts("=\"")) fail("an attribute without a quoted value");
    at_ += 2;
    if (!element.attributes.emplace(key, content('"')).second) fail("an attribute twice");
    if (at_ >= text_.size()) fail("an attribute does not end");
    ++at_;
  }
  void step() {
    if (starts("<![CDATA[")) {
      if (open_.empty()) fail("text outside the root");
      at_ += 9;
      const std::size_t from = at_;
      skip_past("]]>");
      elements_[open_.back()].text += text_.substr(from, at_ - 3 - from);
      return;
    }
    if (text_[at_] != '<') {
      const std::string inside = content('<');
      if (!open_.empty()) {
        elements_[open_.back()].text += inside;
      } else if (inside.find_first_not_of(" \n") != std::string::npos) {
        fail("text outside the root");
      }
      return;
    }
    if (starts("</")) {
      at_ += 2;
      const std::string closed = name();
      if (open_.empty() || elements_[open_.back()].name != closed) fail("wrong end tag " + closed);
      open_.pop_back();
      if (!starts(">")) fail("an end tag does not end");
      ++at_;
      return;
    }
    ++at_;
    if (open_.empty() && !elements_.empty()) fail("two roots");
    Element element;
    element.name = name();
    element.depth = static_cast<int>(open_.size());
    for (blanks(); !starts("/>") && !starts(">"); blanks()) attribute(element);
    elements_.push_back(element);
    if (starts("/>")) {
      at_ += 2;
    } else {
      ++at_;
      open_.push_back(elements_.size() - 1);
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Element> elements_;
  std::vector<std::size_t> open_;
};

}  // namespace

double Element::number(const std::string& attribute) const {
  const auto value = parse_double(attributes.at(attribute));
  if (!value) throw std::runtime_error(name + ": " + attribute + " is no number");
  return *value;
}

std::vector<Element> parse_xml(std::string_view text) { return Reader(text).read(); }

std::vector<Element> named(const std::vector<Element>& elements, std::string_view name) {
  std::vector<Element> out;
  std::copy_if(elements.begin(), elements.end(), std::back_inserter(out),
               [&](const Element& element) { return element.name == name; });
  return out;
}

Element with_text(const std::vector<Element>& elements, std::string_view text) {
  for (const Element& element : elements) {
    if (element.text == text) return element;
  }
  throw std::runtime_error("no element says: " + std::string(text));
}

std::vector<PathPoint> path_points(const std::string& path) {
  std::vector<PathPoint> points;
  for (std::size_t at = 0; at < path.size();) {
    if (path[at] == 'Z') {
      ++at;
      continue;
    }
    const std::size_t blank = path.find(' ', at);
    std::size_t end = path.find_first_of("MLZ", blank);
    if (end == std::string::npos) end = path.size();
    points.push_back({parse_double(path.substr(at + 1, blank - at - 1)).value(),
                      parse_double(path.substr(blank + 1, end - blank - 1)).value(),
                      path[at] == 'M'});
    at = end;
  }
  return points;
}

}  // namespace adatom::report::testing
