#pragma once
// What the user did not do wrong: the disk is full, the network file system is gone.
#include <stdexcept>

#include "adatom/base/error.h"

namespace adatom {

/// The system could not do what it was asked to (exit code 1).
class SystemFailure final : public std::runtime_error {
 public:
  explicit SystemFailure(const Complaint& complaint);
};

/// Throws what became of a file: InputError where the user named one that is not there or may not
/// be used (exit code 2), SystemFailure for anything else, such as a full disk (exit code 1).
/// @param error an errno; its text becomes `complaint.why` where that is empty
[[noreturn]] void throw_file_error(Complaint complaint, int error);

}  // namespace adatom
