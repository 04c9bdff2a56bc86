#include "hdf5_handle.h"

#include <mutex>

namespace adatom::storage {

namespace {

std::mutex library;
thread_local int turns_of_this_thread = 0;

}  // namespace

Hdf5Turn::Hdf5Turn() {
  if (turns_of_this_thread++ > 0) return;
  library.lock();
  // Everything is closed by its handle. At the end of the program the library would close again
  // what it could not write before, and crash (seen with 1.10.8 and a full disk).
  static const bool set = H5dont_atexit() >= 0 && H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr) >= 0;
  (void)set;
}

Hdf5Turn::~Hdf5Turn() {
  if (--turns_of_this_thread == 0) library.unlock();
}

hid_t memory_type(Hdf5Type type) {
  switch (type) {
    case Hdf5Type::uint8:
      return H5T_NATIVE_UINT8;
    case Hdf5Type::int8:
      return H5T_NATIVE_INT8;
    case Hdf5Type::uint16:
      return H5T_NATIVE_UINT16;
    case Hdf5Type::int16:
      return H5T_NATIVE_INT16;
    case Hdf5Type::uint32:
      return H5T_NATIVE_UINT32;
    case Hdf5Type::int32:
      return H5T_NATIVE_INT32;
    case Hdf5Type::uint64:
      return H5T_NATIVE_UINT64;
    case Hdf5Type::int64:
      return H5T_NATIVE_INT64;
    case Hdf5Type::float32:
      return H5T_NATIVE_FLOAT;
    case Hdf5Type::float64:
      return H5T_NATIVE_DOUBLE;
    case Hdf5Type::complex:
    case Hdf5Type::other:
      return -1;
  }
  return -1;
}

std::size_t size_of(Hdf5Type type) {
  switch (type) {
    case Hdf5Type::uint8:
    case Hdf5Type::int8:
      return 1;
    case Hdf5Type::uint16:
    case Hdf5Type::int16:
      return 2;
    case Hdf5Type::uint32:
    case Hdf5Type::int32:
    case Hdf5Type::float32:
      return 4;
    case Hdf5Type::uint64:
    case Hdf5Type::int64:
    case Hdf5Type::float64:
      return 8;
    case Hdf5Type::complex:
    case Hdf5Type::other:
      return 0;
  }
  return 0;
}

}  // namespace adatom::storage
