#pragma once
// Numbers and texts at given places of a file's header, in the file's byte order.
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <string>
#include <type_traits>

#include "io/file_bytes.h"

namespace adatom::image {

/// Every read is checked against the end of the file (@throws InputError: it ends too early).
class HeaderFields {
 public:
  HeaderFields(const FileBytes& file, std::endian order) : file_(file), order_(order) {}

  template <class T>
  requires std::is_arithmetic_v<T>
  [[nodiscard]] T at(std::uint64_t offset) const {
    std::byte bytes[sizeof(T)];
    file_.read(offset, bytes);
    if (order_ != std::endian::native) reverse(bytes);
    if constexpr (std::is_floating_point_v<T>) make_quiet<T>(bytes);
    T value;
    std::memcpy(&value, bytes, sizeof(T));
    return value;
  }
  /// `count` bytes, cut at the first zero. Refuses more than the file holds before allocating.
  [[nodiscard]] std::string text(std::uint64_t offset, std::uint64_t count) const;
  [[nodiscard]] std::endian order() const { return order_; }

 private:
  static void reverse(std::span<std::byte> bytes);

  /// Random bytes can be a signalling NaN, which traps where other NaNs do not.
  template <class T>
  static void make_quiet(std::byte* bytes) {
    using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
    constexpr auto infinity = std::bit_cast<Bits>(std::numeric_limits<T>::infinity());
    constexpr auto quiet = std::bit_cast<Bits>(std::numeric_limits<T>::quiet_NaN());
    Bits bits;
    std::memcpy(&bits, bytes, sizeof(T));
    if ((bits & infinity) == infinity &&
        (bits & ~(infinity | (Bits{1} << (8 * sizeof(T) - 1)))) != 0) {
      std::memcpy(bytes, &quiet, sizeof(T));
    }
  }

  const FileBytes& file_;
  std::endian order_;
};

}  // namespace adatom::image
