#include "stages/json_text.h"

#include "adatom/base/error.h"
#include "adatom/storage/files.h"

namespace adatom::pipeline {

nlohmann::json read_json(const std::filesystem::path& path) {
  nlohmann::json value = nlohmann::json::parse(storage::read_file(path), nullptr, false);
  if (!value.is_discarded()) return value;
  throw InputError({.what = "the file is not JSON",
                    .where = path.string(),
                    .why = "it was changed since the program wrote it",
                    .remedy = "run `adatom verify` and run again"});
}

}  // namespace adatom::pipeline
