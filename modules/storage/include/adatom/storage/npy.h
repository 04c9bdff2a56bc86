#pragma once
// NumPy's array files (numpy.org/devdocs/reference/generated/numpy.lib.format.html): versions 1, 2
// and 3, numeric types, either byte order, C and Fortran order, any number of dimensions.
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adatom/base/bytes.h"

namespace adatom::storage {

enum class NpyType {
  boolean,
  int8,
  uint8,
  int16,
  uint16,
  int32,
  uint32,
  int64,
  uint64,
  float16,
  float32,
  float64
};
enum class ByteOrder { little, big };
enum class ArrayOrder { c, fortran };

/// Bytes per element in the file.
[[nodiscard]] std::size_t size_of(NpyType type);
/// The type elements have after decoding: boolean becomes uint8 (0 or 1), float16 float32.
[[nodiscard]] NpyType decoded_type(NpyType type);

struct NpyHeader {
  NpyType type = NpyType::float64;
  ByteOrder byte_order = ByteOrder::little;
  ArrayOrder order = ArrayOrder::c;
  std::vector<std::size_t> shape;  ///< empty: a single number
  std::size_t data_offset = 0;     ///< from the beginning of the file
  std::size_t count = 1;  ///< elements, the product of the shape; times size it fits 63 bits
};

/// True if the bytes begin as an NPY file does.
[[nodiscard]] bool is_npy(std::string_view head);
/// Size of the header with its magic, told by the first 12 bytes. @throws InputError if it is none
[[nodiscard]] std::size_t npy_header_size(std::string_view head, const std::string& source);
/// @param head at least the header. @throws InputError: damaged, complex, structured, text, objects
[[nodiscard]] NpyHeader parse_npy_header(std::string_view head, const std::string& source);

/// Elements as decoded_type() in this machine's byte order, in the order they stand in the file.
/// `bytes` holds whole elements.
[[nodiscard]] Bytes decode_npy_elements(const NpyHeader& header, std::span<const std::byte> bytes);

/// A whole array in memory, in C order and this machine's byte order.
struct NpyArray {
  NpyType type = NpyType::float64;  ///< neither boolean nor float16
  std::vector<std::size_t> shape;
  Bytes bytes;
  [[nodiscard]] std::vector<double> numbers() const;
};

/// @throws InputError: as parse_npy_header, and a file with too few bytes. Bytes past the end are
/// ignored.
[[nodiscard]] NpyArray parse_npy(std::string_view bytes, const std::string& source);

/// Header of a version 1 file (2 if it is too long), little-endian, C order; a multiple of 64
/// bytes.
[[nodiscard]] std::string encode_npy_header(NpyType type, std::span<const std::size_t> shape);
/// A whole file. `bytes` are the elements in C order and this machine's byte order.
[[nodiscard]] std::string encode_npy(NpyType type, std::span<const std::size_t> shape,
                                     std::span<const std::byte> bytes);
[[nodiscard]] std::string encode_npy(std::span<const std::size_t> shape,
                                     std::span<const double> values);

}  // namespace adatom::storage
