#pragma once
// What is finished of a long reconstruction, so that a killed one goes on with it.
#include <filesystem>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "adatom/base/part_store.h"
#include "md/folder_lock.h"

namespace adatom::pipeline {

/// Pieces by name. Calls may come from several threads at once.
class WorkStore {
 public:
  virtual ~WorkStore() = default;
  /// Nothing where there is none, or where a broken-off write left something else.
  [[nodiscard]] virtual std::optional<std::string> load(const std::string& name) = 0;
  virtual void save(const std::string& name, std::string_view bytes) = 0;
  virtual void drop(const std::string& name) = 0;
};

/// One file each in a folder that comes with the first.
class FolderStore final : public WorkStore {
 public:
  /// @param user of what is kept, a name of letters and digits, noted there: what other users go on
  /// with stays; empty: nobody but the caller uses it
  /// @throws InputError: another program is at work there
  explicit FolderStore(std::filesystem::path folder, std::string user = {});
  [[nodiscard]] std::optional<std::string> load(const std::string& name) override;
  void save(const std::string& name, std::string_view bytes) override;
  void drop(const std::string& name) override;
  /// Whether an earlier program left something.
  [[nodiscard]] bool found() const { return found_; }
  /// When the user's results are where they belong.
  void remove();

 private:
  void note_user() const;
  [[nodiscard]] bool has_other_users() const;

  std::filesystem::path folder_;
  std::string user_;
  bool found_ = false;
  std::mutex mutex_;
  std::optional<FolderLock> lock_;
};

/// Parts of a calculation of the modules as pieces of a store.
class StoredParts final : public PartStore {
 public:
  StoredParts(WorkStore& store, std::string prefix) : store_(store), prefix_(std::move(prefix)) {}
  [[nodiscard]] bool load(std::size_t part, std::span<double> values) override;
  void save(std::size_t part, std::span<const double> values) override;

 private:
  WorkStore& store_;
  std::string prefix_;
};

}  // namespace adatom::pipeline
