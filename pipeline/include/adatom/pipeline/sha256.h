#pragma once
// SHA-256 (FIPS 180-4): how the content of inputs and outputs is told apart.
#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace adatom::pipeline {

/// A running hash.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void add(std::string_view bytes);
  void add(std::span<const std::byte> bytes);
  /// 64 lower-case hexadecimal digits; nothing can be added afterwards.
  [[nodiscard]] std::string hex();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

[[nodiscard]] std::string sha256(std::string_view bytes);

/// @throws InputError: the file is missing or cannot be read
[[nodiscard]] std::string sha256_of_file(const std::filesystem::path& path);

}  // namespace adatom::pipeline
