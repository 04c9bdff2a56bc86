#include "store.h"

#include <algorithm>
#include <map>
#include <set>
#include <system_error>

#include "adatom/pipeline/sha256.h"
#include "adatom/storage/files.h"
#include "file_system.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view checkpoint_name = ".checkpoint";
constexpr std::string_view kept_name = ".kept";

class FileCheckpoint final : public Checkpoint {
 public:
  explicit FileCheckpoint(fs::path file) : file_(std::move(file)) {}
  [[nodiscard]] std::optional<std::string> load() const override {
    std::error_code error;
    if (!fs::is_regular_file(file_, error)) return {};
    return storage::read_file(file_);
  }
  void save(std::string_view state) override { storage::write_file(file_, state); }

 private:
  fs::path file_;
};

/// Leaves nothing in the folder but a saved checkpoint and files that grow.
void clear_partial(const fs::path& partial) {
  create_folder(partial);
  for (const std::string& entry : list_entries(partial)) {
    if (entry != checkpoint_name && entry != kept_name) remove_tree(partial / entry);
  }
}

/// As Work::others says.
std::vector<fs::path> other_folders(const StageFolder& folder, const std::string& key) {
  std::vector<fs::path> folders;
  std::error_code error;
  for (const std::string& entry : list_entries(folder.items())) {
    const fs::path item = folder.item(entry);
    const auto record = entry == key ? std::nullopt : read_record(item);
    if (record && find_damage(item, *record).empty()) folders.push_back(item);
  }
  for (const std::string& entry : list_entries(folder.path())) {
    const fs::path kept = folder.path() / entry / kept_name;
    const bool partial =
        entry.starts_with(".partial-") && folder.path() / entry != folder.partial(key);
    if (partial && fs::is_directory(kept, error)) folders.push_back(kept);
  }
  return folders;
}

/// Hashes the files and waits until they are on the disk.
std::vector<StoredFile> seal_files(const fs::path& partial) {
  std::vector<StoredFile> files;
  std::set<fs::path> folders;
  for (const std::string& name : list_files(partial)) {
    const fs::path file = partial / name;
    sync(file);
    folders.insert(file.parent_path());
    files.push_back({name, sha256_of_file(file), fs::file_size(file)});
  }
  for (const fs::path& folder : folders) sync(folder);
  return files;
}

}  // namespace

Record compute_piece(const StageFolder& folder, const std::string& key, const Item& item,
                     Progress& progress, const Say& say,
                     const std::function<Remarks(const Work&)>& compute) {
  const fs::path partial = folder.partial(key);
  clear_partial(partial);
  FileCheckpoint checkpoint(partial / checkpoint_name);
  Record record;
  record.key = key;
  record.remarks = compute(Work{partial, checkpoint, progress, say, partial / kept_name,
                                [&] { return other_folders(folder, key); }});
  // A calculation that was told to stop may have returned early.
  stop_if_cancelled(progress);
  remove_tree(partial / checkpoint_name);
  remove_tree(partial / kept_name);
  for (const Input& input : item.inputs) record.inputs.push_back({input.name, *input.sha256});
  record.outputs = seal_files(partial);
  const std::string text = to_json(record);
  storage::write_file(partial / "record.json", text);
  // As it will be read again: metrics that are not finite are not stored.
  return parse_record(text).value();
}

void install_piece(const StageFolder& folder, const std::string& key, const fs::path& target) {
  create_folder(target.parent_path());
  std::error_code error;
  const fs::path stale = folder.path() / (".stale-" + target.filename().string());
  remove_tree(stale);
  if (fs::exists(target, error)) move_folder(target, stale);
  move_folder(folder.partial(key), target);
  remove_tree(stale);
}

void remove_leftovers(const StageFolder& folder, const Manifest& manifest) {
  std::set<std::string> keys;
  for (const NamedRecord& item : manifest.items) keys.insert(item.record.key);
  for (const std::string& entry : list_entries(folder.items())) {
    if (!keys.contains(entry)) remove_tree(folder.item(entry));
  }
  if (keys.empty()) remove_tree(folder.items());
  for (const std::string& entry : list_entries(folder.path())) {
    if (entry != "manifest.json" && entry != "items" && entry != "result") {
      remove_tree(folder.path() / entry);
    }
  }
}

std::vector<std::string> differing_files(const Record& before, const Record& now) {
  std::map<std::string, std::string> old;
  for (const StoredFile& file : before.outputs) old[file.name] = file.sha256;
  std::vector<std::string> names;
  for (const StoredFile& file : now.outputs) {
    const auto found = old.find(file.name);
    if (found == old.end() || found->second != file.sha256) names.push_back(file.name);
    if (found != old.end()) old.erase(found);
  }
  for (const auto& [name, sha256] : old) names.push_back(name);
  if (before.remarks != now.remarks) names.emplace_back("record.json");
  std::ranges::sort(names);
  return names;
}

}  // namespace adatom::pipeline
