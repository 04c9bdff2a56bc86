#include "adatom/storage/npy.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <stdexcept>

#include "adatom/base/error.h"

namespace adatom::storage {
namespace {

static_assert(std::endian::native == std::endian::little,
              "elements are written as they stand in memory, and NPY files here are little-endian");

/// IEEE 754 binary16 to binary32, exactly.
std::uint32_t widened_half(std::uint16_t half) {
  const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000U) << 16U;
  const std::uint32_t exponent = (half >> 10U) & 0x1FU;
  std::uint32_t fraction = half & 0x3FFU;
  if (exponent == 0x1F) return sign | 0x7F800000U | (fraction << 13U);
  if (exponent != 0) return sign | ((exponent + 112U) << 23U) | (fraction << 13U);
  if (fraction == 0) return sign;
  std::uint32_t shifted = 113;
  while ((fraction & 0x400U) == 0) {
    fraction <<= 1U;
    --shifted;
  }
  return sign | (shifted << 23U) | ((fraction & 0x3FFU) << 13U);
}

void swap_elements(std::span<std::byte> bytes, std::size_t size) {
  for (std::size_t i = 0; i + size <= bytes.size(); i += size) {
    std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(i),
                 bytes.begin() + static_cast<std::ptrdiff_t>(i + size));
  }
}

/// Rows of elements in Fortran order put into C order.
Bytes in_c_order(std::span<const std::byte> bytes, std::span<const std::size_t> shape,
                 std::size_t size) {
  Bytes out(bytes.size(), std::byte{0});
  std::vector<std::size_t> stride(shape.size(), 1);
  for (std::size_t d = 1; d < shape.size(); ++d) stride[d] = stride[d - 1] * shape[d - 1];
  std::vector<std::size_t> index(shape.size(), 0);
  for (std::size_t at = 0; at < bytes.size(); at += size) {
    std::size_t from = 0;
    for (std::size_t d = 0; d < shape.size(); ++d) from += index[d] * stride[d];
    std::memcpy(out.data() + at, bytes.data() + from * size, size);
    for (std::size_t d = shape.size(); d-- > 0;) {
      if (++index[d] < shape[d]) break;
      index[d] = 0;
    }
  }
  return out;
}

std::string descriptor(NpyType type) {
  switch (type) {
    case NpyType::boolean:
      return "|b1";
    case NpyType::int8:
      return "|i1";
    case NpyType::uint8:
      return "|u1";
    case NpyType::int16:
      return "<i2";
    case NpyType::uint16:
      return "<u2";
    case NpyType::int32:
      return "<i4";
    case NpyType::uint32:
      return "<u4";
    case NpyType::int64:
      return "<i8";
    case NpyType::uint64:
      return "<u8";
    case NpyType::float16:
      return "<f2";
    case NpyType::float32:
      return "<f4";
    case NpyType::float64:
      return "<f8";
  }
  throw std::invalid_argument("descriptor: no such type");
}

template <class T>
void append_numbers(std::vector<double>& out, std::span<const std::byte> bytes) {
  for (std::size_t i = 0; i + sizeof(T) <= bytes.size(); i += sizeof(T)) {
    T value;
    std::memcpy(&value, bytes.data() + i, sizeof(T));
    out.push_back(static_cast<double>(value));
  }
}

}  // namespace

std::size_t size_of(NpyType type) {
  switch (type) {
    case NpyType::boolean:
    case NpyType::int8:
    case NpyType::uint8:
      return 1;
    case NpyType::int16:
    case NpyType::uint16:
    case NpyType::float16:
      return 2;
    case NpyType::int32:
    case NpyType::uint32:
    case NpyType::float32:
      return 4;
    case NpyType::int64:
    case NpyType::uint64:
    case NpyType::float64:
      return 8;
  }
  throw std::invalid_argument("size_of: no such type");
}

NpyType decoded_type(NpyType type) {
  if (type == NpyType::boolean) return NpyType::uint8;
  if (type == NpyType::float16) return NpyType::float32;
  return type;
}

Bytes decode_npy_elements(const NpyHeader& header, std::span<const std::byte> bytes) {
  Bytes out(bytes.begin(), bytes.end());
  if (header.byte_order == ByteOrder::big) swap_elements(out, size_of(header.type));
  if (header.type == NpyType::boolean) {
    for (auto& b : out) b = b == std::byte{0} ? std::byte{0} : std::byte{1};
  }
  if (header.type == NpyType::float16) {
    Bytes wide(out.size() / 2 * 4, std::byte{0});
    for (std::size_t i = 0; i < out.size() / 2; ++i) {
      std::uint16_t half = 0;
      std::memcpy(&half, out.data() + 2 * i, 2);
      const std::uint32_t single = widened_half(half);
      std::memcpy(wide.data() + 4 * i, &single, 4);
    }
    return wide;
  }
  return out;
}

std::vector<double> NpyArray::numbers() const {
  std::vector<double> out;
  out.reserve(bytes.size() / size_of(type));
  switch (type) {
    case NpyType::boolean:
    case NpyType::uint8:
      append_numbers<std::uint8_t>(out, bytes);
      break;
    case NpyType::int8:
      append_numbers<std::int8_t>(out, bytes);
      break;
    case NpyType::int16:
      append_numbers<std::int16_t>(out, bytes);
      break;
    case NpyType::uint16:
      append_numbers<std::uint16_t>(out, bytes);
      break;
    case NpyType::int32:
      append_numbers<std::int32_t>(out, bytes);
      break;
    case NpyType::uint32:
      append_numbers<std::uint32_t>(out, bytes);
      break;
    case NpyType::int64:
      append_numbers<std::int64_t>(out, bytes);
      break;
    case NpyType::uint64:
      append_numbers<std::uint64_t>(out, bytes);
      break;
    case NpyType::float32:
      append_numbers<float>(out, bytes);
      break;
    case NpyType::float64:
      append_numbers<double>(out, bytes);
      break;
    case NpyType::float16:
      throw std::invalid_argument("NpyArray holds no float16");
  }
  return out;
}

NpyArray parse_npy(std::string_view bytes, const std::string& source) {
  const NpyHeader header = parse_npy_header(bytes, source);
  const std::size_t wanted = header.count * size_of(header.type);
  const std::size_t there = bytes.size() - header.data_offset;
  if (there < wanted) {
    throw InputError(Complaint{"the file is cut short", source,
                               "its header declares " + std::to_string(wanted) +
                                   " bytes of data, " + std::to_string(there) + " are there",
                               "copy the file again"});
  }
  NpyArray array{decoded_type(header.type), header.shape, {}};
  array.bytes = decode_npy_elements(
      header, std::as_bytes(std::span(bytes.data() + header.data_offset, wanted)));
  if (header.order == ArrayOrder::fortran && header.shape.size() > 1) {
    array.bytes = in_c_order(array.bytes, header.shape, size_of(array.type));
  }
  return array;
}

std::string encode_npy_header(NpyType type, std::span<const std::size_t> shape) {
  std::string dictionary =
      "{'descr': '" + descriptor(type) + "', 'fortran_order': False, 'shape': (";
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (i > 0) dictionary += ", ";
    dictionary += std::to_string(shape[i]);
  }
  if (shape.size() == 1) dictionary += ',';
  dictionary += "), }";
  const auto padded = [&](std::size_t prefix) {
    return (prefix + dictionary.size() + 1 + 63) / 64 * 64 - prefix;
  };
  const bool is_long = padded(10) > std::numeric_limits<std::uint16_t>::max();
  const std::size_t length = padded(is_long ? 12 : 10);
  std::string header =
      is_long ? std::string("\x93NUMPY\x02\x00", 8) : std::string("\x93NUMPY\x01\x00", 8);
  for (std::size_t i = 0; i < (is_long ? 4U : 2U); ++i) {
    header += static_cast<char>((length >> (8 * i)) & 0xFFU);
  }
  dictionary.resize(length - 1, ' ');
  return header + dictionary + '\n';
}

std::string encode_npy(NpyType type, std::span<const std::size_t> shape,
                       std::span<const std::byte> bytes) {
  std::size_t count = 1;
  for (const auto extent : shape) count *= extent;
  if (bytes.size() != count * size_of(type)) {
    throw std::invalid_argument("encode_npy: shape and bytes do not match");
  }
  std::string file = encode_npy_header(type, shape);
  file.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return file;
}

std::string encode_npy(std::span<const std::size_t> shape, std::span<const double> values) {
  return encode_npy(NpyType::float64, shape, std::as_bytes(values));
}

}  // namespace adatom::storage
