// What the run directory holds, judged by itself without its configuration.
#include <algorithm>
#include <set>
#include <system_error>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "adatom/pipeline/plan.h"
#include "adatom/pipeline/sha256.h"
#include "assess.h"
#include "file_system.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> existing_stages(const RunDirectory& directory) {
  std::vector<std::string> stages;
  if (directory.exists()) stages = directory.stages();
  if (stages.empty()) {
    throw InputError(
        {.what = "no run is stored here",
         .where = directory.path().string(),
         .why = directory.exists() ? "no folder in it holds a stage" : "there is no such folder",
         .remedy = "give the directory that `adatom run` wrote"});
  }
  return stages;
}

/// A recorded folder: where it is, and what should be in it.
struct Claim {
  fs::path folder;  ///< relative to the run directory
  Record record;
};

std::vector<Damage> check(const RunDirectory& directory, const Claim& claim) {
  const fs::path folder = directory.path() / claim.folder;
  std::vector<Damage> found;
  for (const std::string& problem : find_damage(folder, claim.record)) {
    const std::size_t colon = problem.find(": ");
    if (colon == std::string::npos) {
      found.push_back({claim.folder.generic_string(), problem});
    } else {
      found.push_back(
          {(claim.folder / problem.substr(0, colon)).generic_string(), problem.substr(colon + 2)});
    }
  }
  const std::optional<Record> own = read_record(folder);
  const std::string record_file = (claim.folder / "record.json").generic_string();
  if (!own) {
    found.push_back({record_file, "missing or damaged"});
  } else if (*own != claim.record) {
    found.push_back({record_file, "differs from the manifest"});
  }
  return found;
}

}  // namespace

std::vector<std::string> damaged_copies(const RunDirectory& directory,
                                        const std::vector<std::string>& published,
                                        const Record& result) {
  std::vector<std::string> names;
  for (const std::string& name : published) {
    const auto stored = std::ranges::find(result.outputs, name, &StoredFile::name);
    if (stored == result.outputs.end()) continue;
    const fs::path copy = directory.path() / name;
    std::error_code error;
    if (!fs::is_regular_file(copy, error) || sha256_of_file(copy) != stored->sha256) {
      names.push_back(name);
    }
  }
  return names;
}

std::vector<StageStatus> read_status(const RunDirectory& directory) {
  std::vector<StageStatus> all;
  for (const std::string& name : existing_stages(directory)) {
    const StageFolder folder = directory.stage(name);
    StageStatus status;
    status.stage = name;
    for (const std::string& key : list_entries(folder.items())) {
      if (read_record(folder.item(key))) ++status.finished;
    }
    for (const std::string& entry : list_entries(folder.path())) {
      if (entry.starts_with(".partial-")) ++status.interrupted;
    }
    if (const std::optional<Manifest> manifest = folder.read_manifest()) {
      status.complete = true;
      status.items = manifest->items.size();
      const auto add = [&status](const std::string& piece, const Remarks& remarks) {
        status.warnings += remarks.warnings.size();
        for (const std::string& text : remarks.shortfalls) {
          status.shortfalls.push_back(piece + text);
        }
      };
      for (const NamedRecord& item : manifest->items) add(item.name + ": ", item.record.remarks);
      add("", manifest->result.remarks);
    }
    all.push_back(std::move(status));
  }
  return all;
}

std::vector<Damage> verify_run(const RunDirectory& directory, Progress& progress) {
  std::vector<Damage> damages;
  std::vector<Claim> claims;
  for (const std::string& name : existing_stages(directory)) {
    const StageFolder folder = directory.stage(name);
    const fs::path stage(name);
    const std::optional<Manifest> manifest = folder.read_manifest();
    if (manifest) {
      // Two items may be the same work.
      std::set<std::string> keys;
      for (const NamedRecord& item : manifest->items) {
        if (!keys.insert(item.record.key).second) continue;
        claims.push_back({stage / "items" / item.record.key, item.record});
      }
      claims.push_back({stage / "result", manifest->result});
      for (const std::string& copy :
           damaged_copies(directory, manifest->published, manifest->result)) {
        damages.push_back({copy, "missing or changed"});
      }
      continue;
    }
    std::error_code error;
    if (fs::exists(folder.manifest(), error)) {
      damages.push_back({(stage / "manifest.json").generic_string(), "damaged"});
    }
    // Finished items of an unfinished stage stand for themselves.
    for (const std::string& key : list_entries(folder.items())) {
      if (std::optional<Record> record = read_record(folder.item(key))) {
        claims.push_back({stage / "items" / key, std::move(*record)});
      }
    }
  }
  progress.begin("verify", claims.size());
  std::vector<std::vector<Damage>> found(claims.size());
  parallel_for(claims.size(), [&](std::size_t i) {
    stop_if_cancelled(progress);
    found[i] = check(directory, claims[i]);
    progress.advance(1);
  });
  for (std::vector<Damage>& some : found) {
    damages.insert(damages.end(), some.begin(), some.end());
  }
  std::ranges::sort(damages, {}, [](const Damage& damage) { return damage.file; });
  return damages;
}

}  // namespace adatom::pipeline
