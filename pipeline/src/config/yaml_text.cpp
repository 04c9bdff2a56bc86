#include <fmt/core.h>

#include "adatom/base/number_text.h"
#include "adatom/pipeline/yaml_options.h"

namespace adatom::pipeline::detail {
namespace {

std::string in_quotes(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (code < 0x20 || code == 0x7f) {
      result += fmt::format("\\x{:02x}", code);
    } else {
      result += c;
    }
  }
  return result + '"';
}

}  // namespace

void YamlText::line(std::string_view name, std::string_view value) {
  text_ += indent_;
  text_ += name;
  text_ += ": ";
  text_ += value;
  text_ += '\n';
}

void YamlText::visit(const Field& field, bool& value) {
  line(field.name, value ? "true" : "false");
}
void YamlText::visit(const Field& field, std::int64_t& value) {
  line(field.name, std::to_string(value));
}
void YamlText::visit(const Field& field, double& value) { line(field.name, shortest(value)); }
void YamlText::visit(const Field& field, std::string& value) { line(field.name, in_quotes(value)); }
void YamlText::visit(const Field& field, InputFile& value) {
  line(field.name, value.given() ? in_quotes(value.path) : "null");
}
void YamlText::visit(const Field& field, std::optional<double>& value) {
  line(field.name, value ? shortest(*value) : "null");
}
void YamlText::visit(const Field& field, std::optional<std::int64_t>& value) {
  line(field.name, value ? std::to_string(*value) : "null");
}
void YamlText::visit(const Field& field, std::vector<double>& value) {
  std::string list;
  for (const double element : value) list += (list.empty() ? "" : ", ") + shortest(element);
  line(field.name, '[' + list + ']');
}
void YamlText::visit(const Field& field, Choice& value) {
  line(field.name, value.names[value.index]);
}
void YamlText::visit_files(const Field& field, std::vector<InputFile>& files) {
  if (files.empty()) return line(field.name, "[]");
  text_ += indent_;
  text_ += field.name;
  text_ += ":\n";
  for (const auto& file : files) text_ += indent_ + "  - " + in_quotes(file.path) + '\n';
}
void YamlText::begin_group(std::string_view name, std::string_view) {
  text_ += indent_;
  text_ += name;
  text_ += ":\n";
  indent_ += "  ";
}
void YamlText::end_group() { indent_.resize(indent_.size() - 2); }

}  // namespace adatom::pipeline::detail
