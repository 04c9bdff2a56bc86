#pragma once
// Blocks of bytes that are read from files.
#include <cstddef>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace adatom {

/// Leaves new elements as they are where std::allocator makes them zero.
template <class T>
struct UninitializedAllocator : std::allocator<T> {
  template <class U>
  struct rebind {  // NOLINT(readability-identifier-naming): the name the standard asks for
    using other = UninitializedAllocator<U>;
  };
  template <class U>
  void construct(U* place) noexcept {
    ::new (static_cast<void*>(place)) U;
  }
  template <class U, class... Arguments>
  void construct(U* place, Arguments&&... arguments) {
    ::new (static_cast<void*>(place)) U(std::forward<Arguments>(arguments)...);
  }
};

/// Bytes(n) holds anything, Bytes(n, std::byte{0}) zeros: filling a frame with zeros before its
/// file is read into it takes a good part of the time of reading.
using Bytes = std::vector<std::byte, UninitializedAllocator<std::byte>>;

}  // namespace adatom
