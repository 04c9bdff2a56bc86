#include "adatom/pipeline/yaml_options.h"

#include "config/yaml_reader.h"

namespace adatom::pipeline {

std::string flag_name(std::string_view option) {
  std::string flag = "--";
  for (const char c : option) flag += c == '_' || c == '.' ? '-' : c;
  return flag;
}

GivenOption parse_override(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw InputError(Complaint{"'" + text + "' sets nothing", "--set", "no option is named",
                               "write --set columns.fit.background=plane"});
  }
  const std::string name = text.substr(0, equals);
  return {name, text.substr(equals + 1), "--set " + name};
}

YamlOptions::YamlOptions(std::string_view text, const std::filesystem::path& file,
                         std::span<const GivenOption> overrides, std::string_view lister)
    : reader_(std::make_unique<Reader>(text, file, overrides, lister)) {}

YamlOptions::~YamlOptions() = default;

void YamlOptions::begin() { reader_->begin_document(); }
OptionVisitor& YamlOptions::visitor() { return *reader_; }
void YamlOptions::end() { reader_->end_document(); }
bool YamlOptions::gives(std::string_view name) const { return reader_->gives(std::string(name)); }
bool YamlOptions::refuses(std::string_view name) const {
  return reader_->refuses(std::string(name));
}
void YamlOptions::finish(std::span<const OptionIssue> issues) { reader_->finish(issues); }

}  // namespace adatom::pipeline
