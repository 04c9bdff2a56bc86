#pragma once
// One description of an algorithm's options serves the YAML reader, the command line, `schema`,
// the range check and the key of a stored result.
//
//   struct FitOptions {
//     WidthModel width = WidthModel::common;
//     double tolerance = 1e-10;
//     void describe(OptionVisitor& v) {
//       v.visit({.name = "width", .help = "one width for all columns, or one each"}, width);
//       v.visit({.name = "tolerance", .unit = "", .help = "...", .min = 0, .max = 1}, tolerance);
//     }
//     std::vector<OptionIssue> validate() const { return check_ranges(*this); }
//   };
//   template <> struct EnumNames<WidthModel> {
//     static constexpr std::array names = {"common", "individual"};  // in the enum's order
//   };
#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace adatom {

/// Can the option change the result? Only then does it enter the key of a stored result.
enum class Effect { result, none };

struct Field {
  std::string_view name;
  std::string_view unit = {};
  std::string_view help = {};
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
  Effect effect = Effect::result;
};

/// A file an option names. An empty path: not given. Its content, not its name, is what counts.
struct InputFile {
  std::string path;
  [[nodiscard]] bool given() const { return !path.empty(); }
};

/// The names of an enum's values in their order, which is 0, 1, 2, ...
template <class E>
struct EnumNames;

/// An enum option seen without its type: the names, and which one is chosen.
struct Choice {
  std::span<const char* const> names;
  std::size_t index;
};

/// Sees every option of a struct in turn, and may change it.
class OptionVisitor {
 public:
  virtual ~OptionVisitor() = default;
  virtual void visit(const Field& field, bool& value) = 0;
  virtual void visit(const Field& field, std::int64_t& value) = 0;
  virtual void visit(const Field& field, double& value) = 0;
  virtual void visit(const Field& field, std::string& value) = 0;
  virtual void visit(const Field& field, InputFile& value) = 0;
  virtual void visit(const Field& field, std::optional<double>& value) = 0;
  virtual void visit(const Field& field, std::optional<std::int64_t>& value) = 0;
  virtual void visit(const Field& field, std::vector<double>& value) = 0;
  virtual void visit(const Field& field, Choice& value) = 0;
  template <class E>
  requires std::is_enum_v<E>
  void visit(const Field& field, E& value) {
    Choice choice{EnumNames<E>::names, static_cast<std::size_t>(value)};
    visit(field, choice);
    value = static_cast<E>(choice.index);
  }

  /// Options of a nested struct stand between these two.
  virtual void begin_group(std::string_view name, std::string_view help) = 0;
  virtual void end_group() = 0;
  template <class Options>
  requires requires(Options& o, OptionVisitor& v) { o.describe(v); }
  void visit_group(std::string_view name, std::string_view help, Options& options) {
    begin_group(name, help);
    options.describe(*this);
    end_group();
  }
};

/// One thing wrong with an option: its dotted name and what is wrong with it.
struct OptionIssue {
  std::string name;
  std::string message;
};

/// Reports every number outside its field's [min, max] (NaN is outside), with dotted names.
class RangeCheck final : public OptionVisitor {
 public:
  using OptionVisitor::visit;
  void visit(const Field&, bool&) override {}
  void visit(const Field& field, std::int64_t& value) override;
  void visit(const Field& field, double& value) override;
  void visit(const Field&, std::string&) override {}
  void visit(const Field&, InputFile&) override {}
  void visit(const Field& field, std::optional<double>& value) override;
  void visit(const Field& field, std::optional<std::int64_t>& value) override;
  void visit(const Field& field, std::vector<double>& value) override;
  void visit(const Field&, Choice&) override {}
  void begin_group(std::string_view name, std::string_view help) override;
  void end_group() override;
  [[nodiscard]] const std::vector<OptionIssue>& issues() const { return issues_; }

 private:
  void check(const Field& field, double value);
  std::vector<std::string> groups_;
  std::vector<OptionIssue> issues_;
};

/// Everything out of range in `options`, all at once.
template <class Options>
[[nodiscard]] std::vector<OptionIssue> check_ranges(Options options) {
  RangeCheck check;
  options.describe(check);
  return check.issues();
}

/// Throws InputError with all issues of `options.validate()` if there are any.
void require_valid(std::span<const OptionIssue> issues);

}  // namespace adatom
