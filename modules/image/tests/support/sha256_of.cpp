#include "sha256_of.h"

#include <openssl/evp.h>

#include <array>
#include <memory>

namespace adatom::image::testing {

std::string sha256_of(FrameReader& reader, PixelType type) {
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> hash(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  EVP_DigestInit_ex(hash.get(), EVP_sha256(), nullptr);
  for (std::size_t i = 0; i < reader.info().frames; ++i) {
    RawImage frame = reader.read(i);
    if (frame.type != type) frame = to_raw(to_image(frame), type);
    EVP_DigestUpdate(hash.get(), frame.bytes.data(), frame.bytes.size());
  }
  std::array<unsigned char, 32> digest{};
  EVP_DigestFinal_ex(hash.get(), digest.data(), nullptr);
  std::string text;
  for (const unsigned char b : digest) {
    text += "0123456789abcdef"[b >> 4U];
    text += "0123456789abcdef"[b & 15U];
  }
  return text;
}

}  // namespace adatom::image::testing
