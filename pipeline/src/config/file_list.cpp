#include "config/file_list.h"

#include <algorithm>
#include <system_error>

#include "adatom/base/error.h"
#include "adatom/pipeline/config.h"

namespace adatom::pipeline {
namespace fs = std::filesystem;
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// * stands for any letters, ? for one. Linear in practice: only the last * is ever reconsidered.
bool matches(std::string_view pattern, std::string_view name) {
  std::size_t p = 0;
  std::size_t n = 0;
  std::size_t star = std::string_view::npos;
  std::size_t after_star = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      after_star = n;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++after_star;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::string_view take_digits(std::string_view& text) {
  std::size_t length = 0;
  while (length < text.size() && is_digit(text[length])) ++length;
  const auto digits = text.substr(0, length);
  text.remove_prefix(length);
  return digits;
}

std::string_view without_zeros(std::string_view digits) {
  while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
  return digits;
}

}  // namespace

bool is_pattern(const fs::path& path) {
  std::error_code ignored;
  return path.string().find_first_of("*?") != std::string::npos && !fs::exists(path, ignored);
}

bool natural_less(std::string_view a, std::string_view b) {
  const std::string_view whole_a = a;
  const std::string_view whole_b = b;
  while (!a.empty() && !b.empty()) {
    if (is_digit(a.front()) && is_digit(b.front())) {
      const auto left = without_zeros(take_digits(a));
      const auto right = without_zeros(take_digits(b));
      if (left.size() != right.size()) return left.size() < right.size();
      if (left != right) return left < right;
    } else {
      if (a.front() != b.front()) return a.front() < b.front();
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
  }
  if (a.empty() != b.empty()) return a.empty();
  return whole_a < whole_b;  // 01 and 1: equal as numbers
}

std::vector<fs::path> match_files(const fs::path& pattern) {
  std::vector<fs::path> found;
  std::error_code error;
  const std::string name = pattern.filename().string();
  for (fs::directory_iterator entry(pattern.parent_path(), error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code ignored;
    if (entry->is_regular_file(ignored) && matches(name, entry->path().filename().string())) {
      found.push_back(entry->path());
    }
  }
  std::sort(found.begin(), found.end(), [](const fs::path& a, const fs::path& b) {
    return natural_less(a.filename().string(), b.filename().string());
  });
  return found;
}

std::vector<fs::path> list_input_files(const InputOptions& input) {
  std::vector<fs::path> files;
  std::vector<Complaint> complaints;
  const auto add = [&files](const fs::path& path) {
    if (std::find(files.begin(), files.end(), path) == files.end()) files.push_back(path);
  };
  for (const auto& file : input.files) {
    const fs::path path(file.path);
    std::error_code ignored;
    if (is_pattern(path)) {
      const auto found = match_files(path);
      if (found.empty()) {
        complaints.push_back({"no file matches the pattern", file.path, {}, "correct input.files"});
      }
      for (const auto& match : found) add(match);
    } else if (!fs::is_regular_file(path, ignored)) {
      complaints.push_back({fs::exists(path, ignored) ? "no regular file" : "no such file",
                            file.path,
                            {},
                            "correct input.files"});
    } else {
      add(path);
    }
  }
  if (!complaints.empty()) throw InputError(std::move(complaints));
  return files;
}

}  // namespace adatom::pipeline
