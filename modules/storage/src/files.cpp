#include "adatom/storage/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "adatom/base/error.h"
#include "adatom/base/system_failure.h"

namespace adatom::storage {
namespace {

/// A file descriptor that is closed at the end of its scope.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] bool valid() const { return number_ >= 0; }
  /// Closes now, so that a late write error is seen.
  [[nodiscard]] bool close() {
    const int number = number_;
    number_ = -1;
    return ::close(number) == 0;
  }

 private:
  int number_;
};

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& what, int error,
                       const std::string& remedy) {
  throw_file_error(Complaint{what, path.string(), "", remedy}, error);
}

void write_all(int descriptor, std::string_view bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      fail(path, "cannot be written", errno, "free space on the disk or choose another folder");
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void sync_folder(const std::filesystem::path& folder) {
  const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // Some network file systems refuse to sync a folder; the rename itself has succeeded.
  if (descriptor.valid()) (void)::fsync(descriptor.number());
}

/// Creates a new file beside `target` and tells its name.
int create_beside(const std::filesystem::path& target, std::filesystem::path& name) {
  for (int attempt = 0;; ++attempt) {
    std::string hidden(1, '.');
    hidden += target.filename().string() + "." + std::to_string(::getpid()) + "." +
              std::to_string(attempt);
    name = target.parent_path() / hidden;
    const int descriptor = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor >= 0) return descriptor;
    if (errno != EEXIST) {
      fail(target, "cannot be written", errno, "choose a folder you may write to");
    }
  }
}

}  // namespace

std::string read_file(const std::filesystem::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) fail(path, "cannot be opened", errno, "check the path and its permissions");
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) fail(path, "cannot be read", errno, "");
  if (S_ISDIR(status.st_mode)) {
    throw InputError(Complaint{"is a folder, a file is needed", path.string(), "", ""});
  }
  std::string bytes;
  if (S_ISREG(status.st_mode)) bytes.reserve(static_cast<std::size_t>(status.st_size));
  std::array<char, 65536> buffer;
  for (;;) {
    const ssize_t count = ::read(file.number(), buffer.data(), buffer.size());
    if (count == 0) return bytes;
    if (count < 0) {
      if (errno == EINTR) continue;
      fail(path, "cannot be read", errno, "");
    }
    bytes.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

struct FileWriter::State {
  std::filesystem::path path;
  std::filesystem::path partial;  ///< the target itself where that is no ordinary file
  std::unique_ptr<Descriptor> file;
  bool renames = true;
};

FileWriter::FileWriter(const std::filesystem::path& path) : state_(std::make_unique<State>()) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (std::filesystem::is_directory(status) || !path.has_filename()) {
    throw InputError(Complaint{"is a folder, a file is to be written", path.string(), "", ""});
  }
  state_->path = path;
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    state_->renames = false;
    state_->partial = path;
    state_->file = std::make_unique<Descriptor>(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!state_->file->valid()) fail(path, "cannot be written", errno, "");
    return;
  }
  const auto folder = path.parent_path();
  if (!folder.empty()) {
    std::filesystem::create_directories(folder, error);
    if (error) fail(folder, "cannot be created", error.value(), "choose another folder");
  }
  state_->file = std::make_unique<Descriptor>(create_beside(path, state_->partial));
}

FileWriter::~FileWriter() {
  if (state_->renames && state_->file) ::unlink(state_->partial.c_str());
}

void FileWriter::append(std::string_view bytes) {
  write_all(state_->file->number(), bytes, state_->path);
}

void FileWriter::append(std::span<const std::byte> bytes) {
  append(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

const std::filesystem::path& FileWriter::partial() const { return state_->partial; }

void FileWriter::commit() {
  if (!state_->renames) return;
  if (::fsync(state_->file->number()) != 0 || !state_->file->close() ||
      ::rename(state_->partial.c_str(), state_->path.c_str()) != 0) {
    fail(state_->path, "cannot be written", errno,
         "free space on the disk or choose another folder");
  }
  state_->file.reset();
  const auto folder = state_->path.parent_path();
  sync_folder(folder.empty() ? "." : folder);
}

void write_file(const std::filesystem::path& path, std::string_view bytes) {
  FileWriter writer(path);
  writer.append(bytes);
  writer.commit();
}

}  // namespace adatom::storage
