#pragma once
// What reading and writing HDF5 share. Only these sources see the library's header.
#include <hdf5.h>

#include <mutex>
#include <utility>

#include "adatom/storage/hdf5.h"

namespace adatom::storage {

/// Held during every call of the library; its messages are off.
[[nodiscard]] std::unique_lock<std::mutex> hdf5_turn();

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
