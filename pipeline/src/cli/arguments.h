#pragma once
// What a command takes from the command line. The library that reads it stays behind this header:
// it is one large header itself, and to include it in every command took most of their compilation.
#include <cstddef>
#include <deque>
#include <filesystem>
#include <string>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): the library's own name
class App;
class Option;
}  // namespace CLI

namespace adatom::pipeline {

/// An option or a positional argument that was declared; what sets something returns it again.
class Argument {
 public:
  explicit Argument(CLI::Option& option) : option_(option) {}
  Argument* required();
  /// What stands for the value on the help page; empty: nothing.
  Argument* type_name(const std::string& name);
  /// How many values follow the name.
  Argument* expected(int values);
  /// Given more than once, every value counts.
  Argument* take_all();
  /// A value is one value whatever letters it has: brackets and commas do not make it a list.
  Argument* undivided();
  /// The heading it stands under on the help page.
  Argument* group(const std::string& heading);
  /// How often it was given.
  [[nodiscard]] std::size_t count() const;

 private:
  CLI::Option& option_;
};

/// The options and positional arguments of one command. Names with dashes are options, others are
/// positional. Values are written to the variables, which must outlive the parsing.
class Arguments {
 public:
  explicit Arguments(CLI::App& command) : command_(command) {}
  Arguments(const Arguments&) = delete;
  Arguments& operator=(const Arguments&) = delete;

  Argument* add_option(const std::string& name, std::string& value, const std::string& help);
  Argument* add_option(const std::string& name, std::filesystem::path& value,
                       const std::string& help);
  Argument* add_option(const std::string& name, std::vector<std::string>& values,
                       const std::string& help);
  Argument* add_option(const std::string& name, std::vector<std::filesystem::path>& values,
                       const std::string& help);
  /// A whole number of lowest..highest.
  Argument* add_count(const std::string& name, std::size_t& value, int lowest, int highest,
                      const std::string& help);
  /// True once given; takes no value.
  Argument* add_flag(const std::string& name, bool& value, const std::string& help);
  /// Takes no value and writes nothing: see Argument::count.
  Argument* add_switch(const std::string& name, const std::string& help);
  /// What ends the command's help page.
  void footer(const std::string& text);
  /// Was this the command on the command line?
  [[nodiscard]] bool parsed() const;

 private:
  Argument* keep(CLI::Option* option);
  CLI::App& command_;
  std::deque<Argument> declared_;  // addresses stay
};

/// A command of its own, or of a group.
[[nodiscard]] CLI::App& add_command(CLI::App& parent, const std::string& name,
                                    const std::string& what);
/// A word before commands, as in `adatom build cuboctahedron`.
[[nodiscard]] CLI::App& add_command_group(CLI::App& parent, const std::string& name,
                                          const std::string& what);

}  // namespace adatom::pipeline
