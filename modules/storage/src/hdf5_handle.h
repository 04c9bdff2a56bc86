#pragma once
// What reading and writing HDF5 share. Only these sources see the library's header.
#include <hdf5.h>

#include <utility>

#include "adatom/storage/hdf5.h"

namespace adatom::storage {

/// Held during every call of the library; its messages are off. A thread may take it again while it
/// has it, also in a copy of the process made meanwhile (a std::recursive_mutex knows its owner by
/// a number that the copy does not have).
class Hdf5Turn {
 public:
  Hdf5Turn();
  ~Hdf5Turn();
  Hdf5Turn(const Hdf5Turn&) = delete;
  Hdf5Turn& operator=(const Hdf5Turn&) = delete;
};

/// Memory that a copy of this process can fill.
class SharedBytes {
 public:
  /// @throws std::bad_alloc
  explicit SharedBytes(std::size_t size);
  ~SharedBytes();
  SharedBytes(const SharedBytes&) = delete;
  SharedBytes& operator=(const SharedBytes&) = delete;
  [[nodiscard]] std::byte* data() const { return static_cast<std::byte*>(data_); }

 private:
  std::size_t size_;
  void* data_;
};

/// An identifier that is closed at the end of its scope.
class Hdf5Handle {
 public:
  Hdf5Handle() = default;
  Hdf5Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
  ~Hdf5Handle() { reset(); }
  Hdf5Handle(Hdf5Handle&& other) noexcept
      : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Hdf5Handle& operator=(Hdf5Handle&& other) noexcept {
    reset();
    id_ = std::exchange(other.id_, -1);
    close_ = other.close_;
    return *this;
  }
  [[nodiscard]] hid_t id() const { return id_; }
  [[nodiscard]] bool valid() const { return id_ >= 0; }
  /// True if there was nothing wrong.
  bool reset() {
    if (id_ < 0) return true;
    return close_(std::exchange(id_, -1)) >= 0;
  }

 private:
  hid_t id_ = -1;
  herr_t (*close_)(hid_t) = nullptr;
};

/// The library's type in this machine's memory; -1 for complex and other.
[[nodiscard]] hid_t memory_type(Hdf5Type type);

}  // namespace adatom::storage
