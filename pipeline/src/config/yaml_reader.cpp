#include "config/yaml_reader.h"

#include <algorithm>
#include <system_error>

#include <fmt/core.h>

#include "config/file_list.h"
#include "config/option_text.h"

namespace adatom::pipeline {
namespace fs = std::filesystem;
namespace {

std::string kind_of(const YAML::Node& node) {
  if (node.IsMap()) return "a group of options stands here";
  if (node.IsSequence()) return "a list stands here";
  return "nothing stands here";
}

std::string known_names(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

YamlOptions::Reader::Reader(std::string_view text, const fs::path& file,
                            std::span<const GivenOption> overrides, std::string_view lister)
    : file_(file),
      folder_(file.empty() ? fs::path() : fs::absolute(file).parent_path()),
      lister_(lister) {
  try {
    const auto documents = YAML::LoadAll(std::string(text));
    if (documents.size() > 1) {
      throw InputError(Complaint{
          "more than one YAML document", file_.string(), {}, "remove what follows the line ---"});
    }
    if (!documents.empty()) root_ = documents.front();
  } catch (const YAML::Exception& error) {
    Place place{error.mark.line + 1, error.mark.column + 1, {}};
    throw InputError(Complaint{"this is not valid YAML", text_of(place), error.msg,
                               "indent with blanks, write `name: value`"});
  }
  for (const auto& given : overrides) overrides_[given.name] = given;
}

std::string YamlOptions::Reader::text_of(const Place& place) const {
  if (!place.label.empty()) return place.label;
  if (place.line < 1) return file_.string();
  return fmt::format("{}:{}:{}", file_.string(), place.line, place.column);
}

YamlOptions::Reader::Place YamlOptions::Reader::place_of(const YAML::Node& node) {
  const auto mark = node.Mark();
  return {mark.line + 1, mark.column + 1, {}};
}

std::string YamlOptions::Reader::dotted(std::string_view name) const {
  return levels_.back().prefix + std::string(name);
}

void YamlOptions::Reader::complain(const Place& place, const std::string& name, std::string why,
                                   std::string remedy) {
  wrong_.insert(name);
  mistakes_.push_back({place, complaint_at(place, name, std::move(why), std::move(remedy))});
}

Complaint YamlOptions::Reader::complaint_at(const Place& place, const std::string& name,
                                            std::string why, std::string remedy) const {
  // A place on the command line names the option already.
  if (!place.label.empty()) return {std::move(why), place.label, {}, std::move(remedy)};
  if (file_.empty()) return {std::move(why), flag_name(name), {}, std::move(remedy)};
  return {name, text_of(place), std::move(why), std::move(remedy)};
}

void YamlOptions::Reader::begin_document() {
  if (!root_.IsNull() && !root_.IsMap()) {
    throw InputError(Complaint{"this is no configuration", file_.string(), kind_of(root_),
                               "write `name: value`"});
  }
  open_level({}, root_);
}

void YamlOptions::Reader::end_document() {
  close_level();
  for (const auto& [name, given] : overrides_) {
    if (used_overrides_.count(name) > 0) continue;
    const bool group = std::find(all_groups_.begin(), all_groups_.end(), name) != all_groups_.end();
    const auto near = nearest_name(name, all_options_);
    std::string remedy = near.empty() ? fmt::format("`{}` lists the options", lister_)
                                      : fmt::format("did you mean '{}'?", near);
    if (group) remedy = "name one option of the group";
    complain({0, 0, given.where}, name,
             group ? "this is a group of options" : "there is no such option", std::move(remedy));
  }
}

void YamlOptions::Reader::open_level(const std::string& prefix, const YAML::Node& map) {
  Level level;
  level.prefix = prefix;
  if (map.IsDefined() && map.IsMap()) {
    for (const auto& pair : map) {
      const Place place = place_of(pair.first);
      if (!pair.first.IsScalar()) {
        complain(place, prefix + "?", "the name of an option must be one word");
        continue;
      }
      const std::string key = pair.first.Scalar();
      const auto former = std::find_if(level.entries.begin(), level.entries.end(),
                                       [&](const Entry& e) { return e.key == key; });
      if (former != level.entries.end()) {
        mistakes_.push_back({place, complaint_at(place, prefix + key,
                                                 fmt::format("given twice; the first is on line {}",
                                                             former->place.line),
                                                 "remove one")});
        continue;
      }
      level.entries.push_back({pair.second, place, key});
    }
  }
  levels_.push_back(std::move(level));
}

void YamlOptions::Reader::close_level() {
  const Level level = std::move(levels_.back());
  levels_.pop_back();
  for (const auto& entry : level.entries) {
    if (std::find(level.known.begin(), level.known.end(), entry.key) != level.known.end()) continue;
    const auto near = nearest_name(entry.key, level.known);
    const std::string group = level.prefix.empty()
                                  ? std::string("at the top")
                                  : "in '" + level.prefix.substr(0, level.prefix.size() - 1) + '\'';
    mistakes_.push_back({entry.place,
                         {fmt::format("unknown option '{}' {}", entry.key, group),
                          text_of(entry.place),
                          {},
                          near.empty() ? "known there: " + known_names(level.known)
                                       : fmt::format("did you mean '{}'?", near)}});
  }
}

void YamlOptions::Reader::begin_group(std::string_view name, std::string_view) {
  Level& level = levels_.back();
  const std::string path = dotted(name);
  all_groups_.push_back(path);
  level.known.emplace_back(name);
  YAML::Node inner;
  for (const auto& entry : level.entries) {
    if (entry.key != name) continue;
    given_[path] = entry.place;
    inner.reset(entry.value);
    if (!inner.IsMap() && !inner.IsNull()) {
      complain(entry.place, path, "this is a group of options",
               "put its options below it, indented");
    }
  }
  open_level(path + '.', inner);
}

void YamlOptions::Reader::end_group() { close_level(); }

std::vector<std::string> YamlOptions::Reader::group_names() const {
  std::vector<std::string> names;
  for (const auto& entry : levels_.back().entries) names.push_back(entry.key);
  return names;
}

std::optional<YamlOptions::Reader::Given> YamlOptions::Reader::find(const Field& field) {
  Level& level = levels_.back();
  const std::string name = dotted(field.name);
  level.known.emplace_back(field.name);
  all_options_.push_back(name);
  if (const auto found = overrides_.find(name); found != overrides_.end()) {
    const GivenOption& given = found->second;
    const Place place{0, 0, given.where};
    used_overrides_.insert(name);
    given_[name] = place;
    if (given.text.empty() || given.text == "null" || given.text == "~") {
      return Given{YAML::Node(), place, false};
    }
    if (given.text.front() != '[') return Given{YAML::Node(given.text), place, false};
    try {
      return Given{YAML::Load(given.text), place, false};
    } catch (const YAML::Exception& error) {
      complain(place, name, error.msg, "write a list as [a, b]");
      return {};
    }
  }
  for (const auto& entry : level.entries) {
    if (entry.key != field.name) continue;
    given_[name] = entry.place;
    return Given{entry.value, entry.place, true};
  }
  return {};
}

std::optional<std::string> YamlOptions::Reader::plain_text(const Field& field, const Given& given) {
  if (!given.node.IsScalar()) {
    complain(given.place, dotted(field.name), kind_of(given.node), "give one value");
    return {};
  }
  if (given.node.Tag() == "!") {  // how yaml-cpp marks what stands in quotes
    complain(given.place, dotted(field.name),
             fmt::format("\"{}\" in quotes is a text", given.node.Scalar()), "remove the quotes");
    return {};
  }
  return given.node.Scalar();
}

template <class T>
void YamlOptions::Reader::read_scalar(const Field& field, T& value) {
  const auto given = find(field);
  if (!given) return;
  const auto text = plain_text(field, *given);
  if (!text) return;
  if (auto wrong = parse_option(*text, value)) {
    complain(given->place, dotted(field.name), std::move(*wrong));
  }
}

template <class T>
void YamlOptions::Reader::read_optional(const Field& field, std::optional<T>& value) {
  const auto given = find(field);
  if (!given) return;
  if (given->node.IsNull()) {
    value.reset();
    return;
  }
  const auto text = plain_text(field, *given);
  if (!text) return;
  T parsed{};
  if (auto wrong = parse_option(*text, parsed)) {
    complain(given->place, dotted(field.name), std::move(*wrong));
  } else {
    value = parsed;
  }
}

void YamlOptions::Reader::visit(const Field& field, std::optional<double>& value) {
  read_optional(field, value);
}

void YamlOptions::Reader::visit(const Field& field, std::optional<std::int64_t>& value) {
  read_optional(field, value);
}

void YamlOptions::Reader::visit(const Field& field, std::string& value) {
  const auto given = find(field);
  if (!given) return;
  if (given->node.IsScalar()) {
    value = given->node.Scalar();
  } else {
    complain(given->place, dotted(field.name), kind_of(given->node), "give one text");
  }
}

void YamlOptions::Reader::visit(const Field& field, std::vector<double>& value) {
  const auto given = find(field);
  if (!given) return;
  std::vector<double> numbers;
  const auto read = [&](const YAML::Node& node) {
    const auto text = plain_text(field, {node, given->place, given->from_document});
    if (!text) return;
    double number = 0.0;
    if (auto wrong = parse_option(*text, number)) {
      complain(given->place, dotted(field.name), std::move(*wrong));
    }
    numbers.push_back(number);
  };
  if (given->node.IsSequence()) {
    for (const auto& item : given->node) read(item);
  } else {
    read(given->node);
  }
  if (wrong_.count(dotted(field.name)) == 0) value = std::move(numbers);
}

std::optional<InputFile> YamlOptions::Reader::existing_file(const Field& field,
                                                            const YAML::Node& node,
                                                            const Given& given) {
  Place place = given.place;
  if (given.from_document && node.Mark().line >= 0) place = place_of(node);
  const std::string name = dotted(field.name);
  if (!node.IsScalar() || node.Scalar().empty()) {
    complain(place, name, node.IsScalar() ? "the path is empty" : kind_of(node), "give a path");
    return {};
  }
  const auto path = existing_path(field, node.Scalar(), place, given.from_document);
  return path ? std::optional(InputFile{path->string()}) : std::nullopt;
}

std::optional<fs::path> YamlOptions::Reader::existing_path(const Field& field,
                                                           const std::string& text,
                                                           const Place& place, bool from_document) {
  const std::string name = dotted(field.name);
  if (text.find('\0') != std::string::npos) {
    complain(place, name, "the path holds a zero byte");
    return {};
  }
  const fs::path folder = from_document ? folder_ : fs::current_path();
  fs::path path = (folder / text).lexically_normal();
  std::error_code ignored;
  if (is_pattern(path) || fs::is_regular_file(path, ignored)) return path;
  const std::string shown = '\'' + path.string() + '\'';
  if (fs::is_directory(path, ignored)) {
    complain(place, name, "this is a folder, not a file: " + shown);
  } else if (fs::exists(path, ignored)) {
    complain(place, name, shown + " is a pipe or a device, not a regular file",
             "copy what it holds to a file");
  } else {
    complain(place, name, "no such file " + shown,
             from_document ? "relative paths start at the folder of the configuration"
                           : "relative paths start at the current folder");
  }
  return {};
}

void YamlOptions::Reader::visit_potential(const Field& field, std::string& value) {
  const auto given = find(field);
  if (!given) return;
  if (!given->node.IsScalar()) {
    complain(given->place, dotted(field.name), kind_of(given->node), "give one text");
    return;
  }
  const bool commands = is_lammps_potential(given->node.Scalar());
  value = with_potential_files(given->node.Scalar(), [&](const std::string& file) {
    if (commands) {
      // Most words are no files. A path with a blank would be two words.
      const fs::path folder = given->from_document ? folder_ : fs::current_path();
      const std::string path = (folder / file).lexically_normal().string();
      std::error_code ignored;
      const bool one_word = path.find_first_of(" \t;") == std::string::npos;
      return one_word && fs::is_regular_file(path, ignored) ? path : file;
    }
    if (file.empty()) return file;  // its own complaint comes with the potential
    const auto path = existing_path(field, file, given->place, given->from_document);
    if (path && path->string().find(',') != std::string::npos) {
      complain(given->place, dotted(field.name),
               '\'' + path->string() + "' has a comma, which separates files of a potential",
               "rename it, or put the file elsewhere");
    }
    return path ? path->string() : file;
  });
}

void YamlOptions::Reader::visit(const Field& field, InputFile& value) {
  const auto given = find(field);
  if (!given) return;
  if (given->node.IsNull()) {
    value = {};
  } else {
    // A wrong one throws in the end; until then it counts as given, so that nothing misses it.
    value = existing_file(field, given->node, *given).value_or(InputFile{"?"});
  }
}

void YamlOptions::Reader::visit_files(const Field& field, std::vector<InputFile>& files) {
  const auto given = find(field);
  if (!given || given->node.IsNull()) return;
  std::vector<InputFile> found;
  const auto read = [&](const YAML::Node& node) {
    auto file = existing_file(field, node, *given);
    if (!file) return;
    if (is_pattern(file->path) && match_files(file->path).empty()) {
      complain(given->from_document ? place_of(node) : given->place, dotted(field.name),
               fmt::format("no file matches '{}'", file->path),
               "* and ? may stand in the last part of a path");
      return;
    }
    found.push_back(std::move(*file));
  };
  if (given->node.IsSequence()) {
    for (const auto& item : given->node) read(item);
  } else {
    read(given->node);
  }
  files = std::move(found);
}

void YamlOptions::Reader::finish(std::span<const OptionIssue> issues) {
  for (const auto& issue : issues) {
    if (wrong_.count(issue.name) > 0) continue;  // its default was judged, not what was given
    Place place;
    for (std::string name = issue.name; !name.empty();) {
      if (const auto found = given_.find(name); found != given_.end()) {
        place = found->second;
        break;
      }
      const auto dot = name.rfind('.');
      name.resize(dot == std::string::npos ? 0 : dot);
    }
    mistakes_.push_back({place, complaint_at(place, issue.name, issue.message, {})});
  }
  if (mistakes_.empty()) return;
  // In the order of the file; what no line gives comes last.
  const auto rank = [](const Mistake& m) { return m.place.line < 1 ? 1 : 0; };
  std::stable_sort(mistakes_.begin(), mistakes_.end(), [&](const Mistake& a, const Mistake& b) {
    if (rank(a) != rank(b)) return rank(a) < rank(b);
    if (a.place.line != b.place.line) return a.place.line < b.place.line;
    return a.place.column < b.place.column;
  });
  std::vector<Complaint> complaints;
  for (auto& mistake : mistakes_) complaints.push_back(std::move(mistake.complaint));
  throw InputError(std::move(complaints));
}

}  // namespace adatom::pipeline
