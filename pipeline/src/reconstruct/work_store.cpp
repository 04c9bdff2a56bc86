#include "reconstruct/work_store.h"

#include <algorithm>
#include <cstring>
#include <system_error>

#include "adatom/pipeline/sha256.h"
#include "adatom/storage/files.h"
#include "run/file_system.h"

namespace adatom::pipeline {
namespace {

constexpr std::string_view user_prefix = "user-";
constexpr std::size_t seal_length = 64;  ///< hexadecimal digits of SHA-256

std::string sealed(std::string_view bytes) { return sha256(bytes) + std::string(bytes); }

std::optional<std::string> unsealed(std::string_view bytes) {
  if (bytes.size() < seal_length) return {};
  const std::string_view body = bytes.substr(seal_length);
  if (sha256(body) != bytes.substr(0, seal_length)) return {};
  return std::string(body);
}

}  // namespace

FolderStore::FolderStore(std::filesystem::path folder, std::string user)
    : folder_(std::move(folder)), user_(std::move(user)) {
  std::error_code error;
  found_ = std::filesystem::exists(folder_, error);
  if (!found_) return;
  lock_.emplace(folder_);
  note_user();
}

void FolderStore::note_user() const {
  if (!user_.empty()) storage::write_file(folder_ / (std::string(user_prefix) + user_), "");
}

bool FolderStore::has_other_users() const {
  const auto entries = list_entries(folder_);
  return std::ranges::any_of(entries, [this](const std::string& entry) {
    return entry.starts_with(user_prefix) && entry.substr(user_prefix.size()) != user_;
  });
}

std::optional<std::string> FolderStore::load(const std::string& name) {
  std::error_code error;
  const auto path = folder_ / name;
  if (!std::filesystem::is_regular_file(path, error)) return {};
  return unsealed(storage::read_file(path));
}

void FolderStore::save(const std::string& name, std::string_view bytes) {
  {
    const std::scoped_lock guard(mutex_);
    if (!lock_) {
      lock_.emplace(folder_);
      note_user();
    }
  }
  storage::write_file(folder_ / name, sealed(bytes));
}

void FolderStore::drop(const std::string& name) {
  std::error_code ignored;
  std::filesystem::remove(folder_ / name, ignored);
}

void FolderStore::remove() {
  const std::scoped_lock guard(mutex_);
  if (!lock_) return;
  std::error_code ignored;
  if (has_other_users()) {
    std::filesystem::remove(folder_ / (std::string(user_prefix) + user_), ignored);
  } else {
    std::filesystem::remove_all(folder_, ignored);
  }
  lock_.reset();
}

bool StoredParts::load(std::size_t part, std::span<double> values) {
  const auto bytes = store_.load(prefix_ + std::to_string(part));
  if (!bytes || bytes->size() != values.size_bytes()) return false;
  if (!bytes->empty()) std::memcpy(values.data(), bytes->data(), bytes->size());
  return true;
}

void StoredParts::save(std::size_t part, std::span<const double> values) {
  std::string bytes(values.size_bytes(), '\0');
  if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  store_.save(prefix_ + std::to_string(part), bytes);
}

}  // namespace adatom::pipeline
