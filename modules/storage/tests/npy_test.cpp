#include "adatom/storage/npy.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "adatom/base/error.h"
#include "adatom/base/random.h"
#include "fixtures.h"
#include "hex.h"

namespace adatom::storage {
namespace {

using fixtures::bytes_of;

struct Stored {
  std::string_view hex;
  NpyType type;
};

// numpy.array([[1, 2, 3], [100, 50, 25]]) in every type but float16.
const std::vector<Stored> stored = {
    {fixtures::npy_i1, NpyType::int8},       {fixtures::npy_u1, NpyType::uint8},
    {fixtures::npy_le_i2, NpyType::int16},   {fixtures::npy_le_u2, NpyType::uint16},
    {fixtures::npy_be_i2, NpyType::int16},   {fixtures::npy_be_u2, NpyType::uint16},
    {fixtures::npy_le_i4, NpyType::int32},   {fixtures::npy_le_u4, NpyType::uint32},
    {fixtures::npy_be_i4, NpyType::int32},   {fixtures::npy_le_i8, NpyType::int64},
    {fixtures::npy_le_u8, NpyType::uint64},  {fixtures::npy_be_u8, NpyType::uint64},
    {fixtures::npy_le_f4, NpyType::float32}, {fixtures::npy_be_f4, NpyType::float32},
    {fixtures::npy_le_f8, NpyType::float64}, {fixtures::npy_be_f8, NpyType::float64},
    {fixtures::npy_v2, NpyType::int16},      {fixtures::npy_v3, NpyType::int16}};

TEST(Npy, ReadsEveryTypeAsNumpyWroteIt) {
  for (const auto& [hex, type] : stored) {
    const auto array = parse_npy(bytes_of(hex), "a.npy");
    EXPECT_EQ(array.type, type);
    EXPECT_EQ(array.shape, (std::vector<std::size_t>{2, 3}));
    EXPECT_EQ(array.numbers(), (std::vector<double>{1, 2, 3, 100, 50, 25}));
  }
}

TEST(Npy, ReadsBooleanAsZeroAndOne) {
  const auto array = parse_npy(bytes_of(fixtures::npy_bool), "a.npy");
  EXPECT_EQ(array.type, NpyType::uint8);
  EXPECT_EQ(array.numbers(), std::vector<double>(6, 1.0));
}

// The values are exact in binary16: its largest, its smallest subnormal, 1365/4096.
TEST(Npy, WidensHalfPrecision) {
  const std::vector<double> expected = {
      1, -2, 65504, std::ldexp(1.0, -24), 1365.0 / 4096, std::numeric_limits<double>::infinity()};
  for (const auto hex : {fixtures::npy_le_f2, fixtures::npy_be_f2}) {
    const auto array = parse_npy(bytes_of(hex), "a.npy");
    EXPECT_EQ(array.type, NpyType::float32);
    EXPECT_EQ(array.numbers(), expected);
  }
}

// Every half-precision number by the definition: (-1)^s 2^(e-15) 1.f, subnormals 2^-14 0.f.
TEST(Npy, WidensAllHalves) {
  NpyHeader header;
  header.type = NpyType::float16;
  for (unsigned half = 0; half < 65536; ++half) {
    const auto word = static_cast<std::uint16_t>(half);
    const auto wide = decode_npy_elements(header, std::as_bytes(std::span(&word, 1)));
    float value = 0;
    std::memcpy(&value, wide.data(), 4);
    const int exponent = static_cast<int>((half >> 10U) & 31U);
    const double fraction = (half & 1023U) / 1024.0;
    if (exponent == 31) {
      // Told by bits: comparing a signalling NaN would trap.
      std::uint32_t bits = 0;
      std::memcpy(&bits, wide.data(), 4);
      EXPECT_EQ(bits & 0x7F800000U, 0x7F800000U);
      EXPECT_EQ((bits & 0x7FFFFFU) != 0, fraction != 0);
      continue;
    }
    double expected =
        exponent == 0 ? std::ldexp(fraction, -14) : std::ldexp(1 + fraction, exponent - 15);
    if ((half & 0x8000U) != 0) expected = -expected;
    ASSERT_EQ(static_cast<double>(value), expected) << half;
  }
}

TEST(Npy, PutsFortranOrderIntoC) {
  const auto array = parse_npy(bytes_of(fixtures::npy_fortran_3d), "a.npy");
  EXPECT_EQ(array.shape, (std::vector<std::size_t>{2, 3, 4}));
  const auto numbers = array.numbers();
  for (std::size_t i = 0; i < 24; ++i) EXPECT_EQ(numbers[i], static_cast<double>(i));
}

TEST(Npy, ReadsOtherDimensions) {
  EXPECT_EQ(parse_npy(bytes_of(fixtures::npy_scalar), "a").numbers(), std::vector<double>{2.5});
  EXPECT_EQ(parse_npy(bytes_of(fixtures::npy_1d), "a").numbers(), (std::vector<double>{0, 1, 2}));
  EXPECT_TRUE(parse_npy(bytes_of(fixtures::npy_empty), "a").numbers().empty());
}

TEST(Npy, RefusesWhatIsNoNumberWithAReason) {
  const std::vector<std::pair<std::string_view, std::string>> refused = {
      {fixtures::npy_complex, "complex"},
      {fixtures::npy_struct, "structured"},
      {fixtures::npy_text, "only numbers"},
      {fixtures::npy_longdouble, "<f16"}};
  for (const auto& [hex, reason] : refused) {
    try {
      (void)parse_npy(bytes_of(hex), "a.npy");
      ADD_FAILURE() << reason;
    } catch (const InputError& error) {
      EXPECT_NE(std::string(error.what()).find(reason), std::string::npos) << error.what();
    }
  }
}

// Our bytes are NumPy's own, header and padding included.
TEST(Npy, WritesWhatNumpyWrites) {
  for (const auto& [hex, type] : stored) {
    const bool ours = hex != fixtures::npy_be_i2 && hex != fixtures::npy_be_u2 &&
                      hex != fixtures::npy_be_i4 && hex != fixtures::npy_be_u8 &&
                      hex != fixtures::npy_be_f4 && hex != fixtures::npy_be_f8 &&
                      hex != fixtures::npy_v2 && hex != fixtures::npy_v3;
    if (!ours) continue;
    const auto bytes = bytes_of(hex);
    const auto array = parse_npy(bytes, "a.npy");
    const auto written = encode_npy(type, array.shape, array.bytes);
    // NumPy's padding leaves room for a growing shape since 1.23; the rest must agree.
    EXPECT_EQ(written.size() % 64, array.bytes.size() % 64);
    EXPECT_EQ(parse_npy(written, "b.npy").bytes, array.bytes);
    const auto text_end = bytes.find('}');
    EXPECT_EQ(written.substr(8 + 2, text_end - 9), bytes.substr(8 + 2, text_end - 9));
  }
  const std::vector<std::size_t> shape = {3};
  const std::vector<double> values = {1.5, -2, 1e300};
  EXPECT_EQ(parse_npy(encode_npy(shape, values), "c").numbers(), values);
}

TEST(Npy, RefusesEveryTruncation) {
  const auto bytes = bytes_of(fixtures::npy_le_f8);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THROW((void)parse_npy(bytes.substr(0, size), "a"), InputError) << size;
  }
}

std::string with_dictionary(const std::string& dictionary) {
  std::string text = dictionary + "\n";
  std::string file("\x93NUMPY\x01\x00", 8);
  file += static_cast<char>(text.size() & 0xFFU);
  file += static_cast<char>(text.size() >> 8U);
  return file + text + std::string(64, '\1');
}

TEST(Npy, RefusesLyingHeaders) {
  const std::vector<std::string> lies = {
      "{'descr': '<f8', 'fortran_order': False, 'shape': (9999999999, 9999999999), }",
      "{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296, 4294967296), }",
      "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999999,), }",
      "{'descr': '<f8', 'fortran_order': False, 'shape': (-1, 2), }",
      "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2, }",
      "{'descr': '<f8', 'fortran_order': maybe, 'shape': (1, 2), }",
      "{'descr': '', 'fortran_order': False, 'shape': (1, 2), }",
      "{'descr': '<f3', 'fortran_order': False, 'shape': (1, 2), }",
      "{'descr': '<f8', 'shape': (1, 2), }",
      "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), 'more': 1}",
      "{'descr': '<f8' 'fortran_order': False}",
      "{'descr",
      ""};
  for (const auto& lie : lies) {
    EXPECT_THROW((void)parse_npy(with_dictionary(lie), "a"), InputError) << lie;
  }
  std::string many = "{'descr': '<f8', 'fortran_order': False, 'shape': (";
  for (int i = 0; i < 100; ++i) many += "1, ";
  EXPECT_THROW((void)parse_npy(with_dictionary(many + ")}"), "a"), InputError);
}

TEST(Npy, TakesOldPythonsSpelling) {
  const auto array = parse_npy(
      with_dictionary("{\"shape\": (2L, 1L), \"fortran_order\": False, \"descr\": \"|u1\"}"), "a");
  EXPECT_EQ(array.shape, (std::vector<std::size_t>{2, 1}));
}

TEST(Npy, SurvivesRandomDamage) {
  RandomStream random(11);
  for (const auto& [hex, type] : stored) {
    for (int i = 0; i < 500; ++i) {
      auto bytes = bytes_of(hex);
      for (std::uint64_t flips = 1 + random.below(4); flips > 0; --flips) {
        bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
      }
      try {
        const auto array = parse_npy(bytes, "a");
        EXPECT_LE(array.bytes.size(), 2 * bytes.size());
      } catch (const InputError&) {
      }
    }
  }
}

}  // namespace
}  // namespace adatom::storage
