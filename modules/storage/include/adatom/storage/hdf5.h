#pragma once
// HDF5 files, as far as this program needs them: groups, datasets of numbers, attributes. The
// library's messages are silenced, its errors become InputError, and calls take turns (the library
// as Debian builds it does not bear threads).
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adatom/base/bytes.h"

namespace adatom::storage {

/// What the elements of a dataset are, once read; `other`: text, compound, references, ...
enum class Hdf5Type {
  uint8,
  int8,
  uint16,
  int16,
  uint32,
  int32,
  uint64,
  int64,
  float32,
  float64,
  complex,  ///< a compound of two floats
  other
};

struct Hdf5Dataset {
  Hdf5Type type = Hdf5Type::other;
  std::vector<std::uint64_t> shape;  ///< empty: a single element
  std::vector<std::uint64_t> chunk;  ///< empty: not chunked
  std::uint64_t stored_bytes = 0;    ///< what the file holds of it; less than its size if packed
};

/// Does the library live through `work`? It crashes on some damaged files, so this tries it in a
/// copy of this process. Exceptions are swallowed: they come again when the work is done here.
[[nodiscard]] bool hdf5_survives(const std::function<void()>& work);

/// A file opened for reading. Paths have slashes and begin at the root.
class Hdf5Reader {
 public:
  /// @throws InputError: missing, no HDF5, damaged
  explicit Hdf5Reader(const std::filesystem::path& path);
  ~Hdf5Reader();
  Hdf5Reader(const Hdf5Reader&) = delete;
  Hdf5Reader& operator=(const Hdf5Reader&) = delete;

  [[nodiscard]] bool is_group(const std::string& path) const;
  [[nodiscard]] bool is_dataset(const std::string& path) const;
  /// Names in a group, sorted; links to other files are left out. At most 100,000.
  [[nodiscard]] std::vector<std::string> members(const std::string& group) const;

  /// Attributes; nothing if absent or of another kind.
  [[nodiscard]] std::optional<double> number(const std::string& path, const char* attribute) const;
  [[nodiscard]] std::optional<std::string> text(const std::string& path,
                                                const char* attribute) const;

  /// @throws InputError if there is none
  [[nodiscard]] Hdf5Dataset dataset(const std::string& path) const;
  /// A block of a dataset of numbers in C order and this machine's byte order. Chunked data are
  /// unpacked in a copy of this process (see hdf5_survives).
  /// @throws InputError: outside, unreadable, larger than the file's data can be
  [[nodiscard]] Bytes read(const std::string& path, std::span<const std::uint64_t> begin,
                           std::span<const std::uint64_t> count) const;
  /// The single text in a dataset; nothing if it holds none.
  [[nodiscard]] std::optional<std::string> read_text(const std::string& path) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Bytes of an element once read; 0 for complex and other.
[[nodiscard]] std::size_t size_of(Hdf5Type type);

/// A file being written; the same calls give the same bytes (no times are stored).
class Hdf5Writer {
 public:
  /// @throws InputError if it cannot be written. Replaces what is there.
  explicit Hdf5Writer(const std::filesystem::path& path);
  ~Hdf5Writer();
  Hdf5Writer(const Hdf5Writer&) = delete;
  Hdf5Writer& operator=(const Hdf5Writer&) = delete;

  void create_group(const std::string& path);
  void set(const std::string& path, const char* attribute, double value);
  void set(const std::string& path, const char* attribute, std::int64_t value);
  void set(const std::string& path, const char* attribute, std::string_view text);
  /// As h5py writes a bool.
  void set_flag(const std::string& path, const char* attribute, bool value);
  /// A contiguous dataset, to be filled block by block.
  void create_dataset(const std::string& path, Hdf5Type type, std::span<const std::uint64_t> shape);
  /// One in chunks of that shape, each packed: bytes of equal weight together (shuffle), deflate.
  void create_packed_dataset(const std::string& path, Hdf5Type type,
                             std::span<const std::uint64_t> shape,
                             std::span<const std::uint64_t> chunk);
  void write(const std::string& path, std::span<const std::uint64_t> begin,
             std::span<const std::uint64_t> count, std::span<const std::byte> bytes);
  /// After the last call.
  void close();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace adatom::storage
