#pragma once
// The errors a user can meet, by what the program's exit code says of them.
#include <stdexcept>
#include <string>
#include <vector>

namespace adatom {

/// What a message to the user says: what is wrong, where, why, and what to do about it.
/// Empty parts are left out of the text.
struct Complaint {
  std::string what;    ///< "the file ends inside frame 3"
  std::string where;   ///< "frames/a.tif" or "config.yaml:12" or "fit.noise"
  std::string why;     ///< "1048576 bytes are declared, 524288 are there"
  std::string remedy;  ///< "copy the file again"

  /// One line: `where: what: why; remedy`.
  [[nodiscard]] std::string text() const;
};

/// Wrong input or configuration (exit code 2). Holds every complaint, so that all of them can be
/// shown at once.
class InputError final : public std::runtime_error {
 public:
  explicit InputError(Complaint complaint);
  explicit InputError(std::vector<Complaint> complaints);
  [[nodiscard]] const std::vector<Complaint>& complaints() const { return complaints_; }

 private:
  std::vector<Complaint> complaints_;
};

/// The user asked to stop (exit code 4): what is finished stays, the rest can be resumed.
class Interrupted final : public std::runtime_error {
 public:
  Interrupted();
};

}  // namespace adatom
