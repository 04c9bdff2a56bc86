#include "cli/arguments.h"

#include <CLI/CLI.hpp>

namespace adatom::pipeline {
namespace fs = std::filesystem;

Argument* Argument::required() {
  option_.required();
  return this;
}

Argument* Argument::type_name(const std::string& name) {
  option_.type_name(name);
  return this;
}

Argument* Argument::expected(int values) {
  option_.expected(values);
  return this;
}

Argument* Argument::take_all() {
  option_.take_all();
  return this;
}

Argument* Argument::undivided() {
  option_.delimiter('\0');
  return this;
}

Argument* Argument::group(const std::string& heading) {
  option_.group(heading);
  return this;
}

std::size_t Argument::count() const { return option_.count(); }

Argument* Arguments::keep(CLI::Option* option) { return &declared_.emplace_back(*option); }

Argument* Arguments::add_option(const std::string& name, std::string& value,
                                const std::string& help) {
  return keep(command_.add_option(name, value, help));
}

Argument* Arguments::add_option(const std::string& name, fs::path& value, const std::string& help) {
  return keep(command_.add_option(name, value, help));
}

Argument* Arguments::add_option(const std::string& name, std::vector<std::string>& values,
                                const std::string& help) {
  return keep(command_.add_option(name, values, help));
}

Argument* Arguments::add_option(const std::string& name, std::vector<fs::path>& values,
                                const std::string& help) {
  return keep(command_.add_option(name, values, help));
}

Argument* Arguments::add_count(const std::string& name, std::size_t& value, int lowest, int highest,
                               const std::string& help) {
  return keep(command_.add_option(name, value, help)
                  ->type_name("INTEGER")
                  ->check(CLI::Range(lowest, highest).description("")));
}

Argument* Arguments::add_flag(const std::string& name, bool& value, const std::string& help) {
  return keep(command_.add_flag(name, value, help));
}

Argument* Arguments::add_switch(const std::string& name, const std::string& help) {
  return keep(command_.add_flag_callback(
      name, [] {}, help));
}

void Arguments::footer(const std::string& text) { command_.footer(text); }

bool Arguments::parsed() const { return command_.parsed(); }

CLI::App& add_command(CLI::App& parent, const std::string& name, const std::string& what) {
  return *parent.add_subcommand(name, what);
}

CLI::App& add_command_group(CLI::App& parent, const std::string& name, const std::string& what) {
  CLI::App& group = *parent.add_subcommand(name, what);
  group.require_subcommand(1);
  return group;
}

}  // namespace adatom::pipeline
