#include "adatom/base/progress.h"

#include "adatom/base/error.h"

namespace adatom {

void stop_if_cancelled(const Progress& progress) {
  if (progress.cancelled()) throw Interrupted();
}

}  // namespace adatom
