#include "config/potential_text.h"

#include <filesystem>
#include <system_error>

#include "adatom/crystal/element.h"
#include "adatom/energetics/make_potential.h"

namespace adatom::pipeline {

namespace fs = std::filesystem;

void visit_potential(OptionVisitor& v, const Field& field, std::string& value) {
  if (auto* potentials = dynamic_cast<PotentialVisitor*>(&v)) {
    potentials->visit_potential(field, value);
  } else {
    v.visit(field, value);
  }
}

bool is_lammps_potential(const std::string& text) {
  return text.find("pair_style") != std::string::npos;
}

std::string with_potential_files(const std::string& text,
                                 const std::function<std::string(const std::string&)>& place) {
  if (!is_lammps_potential(text)) {
    const auto files = energetics::potential_files(text);
    if (files.empty()) return text;
    std::string result = text.substr(0, text.find(':') + 1);
    for (std::size_t i = 0; i < files.size(); ++i) {
      result += (i > 0 ? "," : "") + place(files[i].string());
    }
    return result;
  }
  std::string result;
  std::string word;
  const auto take_word = [&] {
    result += word.empty() || crystal::find_element(word) ? word : place(word);
    word.clear();
  };
  for (const char c : text) {
    if (c == ';' || c == ' ' || c == '\t' || c == '\n') {
      take_word();
      result += c;
    } else {
      word += c;
    }
  }
  take_word();
  return result;
}

std::string relative_potential(const std::string& text, const std::string& folder) {
  const fs::path from = fs::absolute(folder).lexically_normal();
  return with_potential_files(text, [&from](const std::string& file) {
    std::error_code ignored;
    if (!fs::is_regular_file(file, ignored)) return file;
    return fs::absolute(file).lexically_normal().lexically_relative(from).string();
  });
}

std::string potential_with_names(const std::string& text) {
  return with_potential_files(text, [](const std::string& file) {
    std::error_code ignored;
    return fs::is_regular_file(file, ignored) ? fs::path(file).filename().string() : file;
  });
}

}  // namespace adatom::pipeline
