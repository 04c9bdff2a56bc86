#include "adatom/base/system_failure.h"

#include <cerrno>
#include <system_error>
#include <utility>

namespace adatom {
namespace {

// Errors that another name or other permissions would cure.
bool is_of_the_name(int error) {
  switch (error) {
    case EACCES:
    case EPERM:
    case EROFS:
    case ENOENT:
    case ENOTDIR:
    case EISDIR:
    case EEXIST:
    case ENOTEMPTY:
    case ENAMETOOLONG:
    case ELOOP:
    case ENXIO:
      return true;
    default:
      return false;
  }
}

}  // namespace

SystemFailure::SystemFailure(const Complaint& complaint) : std::runtime_error(complaint.text()) {}

void throw_file_error(Complaint complaint, int error) {
  if (complaint.why.empty()) complaint.why = std::generic_category().message(error);
  if (is_of_the_name(error)) throw InputError(std::move(complaint));
  throw SystemFailure(complaint);
}

}  // namespace adatom
