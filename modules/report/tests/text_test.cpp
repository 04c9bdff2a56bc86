// Escaping, base64, coordinates.
#include <gtest/gtest.h>

#include <cmath>

#include "base64.h"
#include "escape.h"
#include "svg_writer.h"

namespace adatom::report {
namespace {

// RFC 4648, section 10.
TEST(Base64, MatchesTheStandardsVectors) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foob"), "Zm9vYg==");
  EXPECT_EQ(base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64("\xff\xfe"), "//4=");
}

TEST(Escape, ReplacesMarkup) {
  EXPECT_EQ(escape("a<b & \"c\" > 'd'"), "a&lt;b &amp; &quot;c&quot; &gt; &#39;d&#39;");
  EXPECT_EQ(escape("Å² ± 10⁻³ 🜚"), "Å² ± 10⁻³ 🜚");
}

TEST(Escape, ReplacesWhatXmlForbids) {
  const std::string bad = "\xEF\xBF\xBD";
  EXPECT_EQ(escape(std::string_view("a\0b", 3)), "a" + bad + "b");
  EXPECT_EQ(escape("\x1b[0m"), bad + "[0m");
  EXPECT_EQ(escape("caf\xe9"), "caf" + bad);                     // Latin-1
  EXPECT_EQ(escape("\xc0\xaf"), bad + bad);                      // overlong
  EXPECT_EQ(escape("\xed\xa0\x80"), bad + bad + bad);            // surrogate
  EXPECT_EQ(escape("\xf4\x90\x80\x80"), bad + bad + bad + bad);  // past U+10FFFF
  EXPECT_EQ(escape("\xe2\x82"), bad + bad);                      // cut short
  EXPECT_EQ(escape("tab\tline\n"), "tab\tline\n");
}

TEST(Coordinate, IsShort) {
  EXPECT_EQ(coordinate(12.0), "12");
  EXPECT_EQ(coordinate(12.346), "12.35");
  EXPECT_EQ(coordinate(-0.5), "-0.5");
  EXPECT_EQ(coordinate(-0.001), "0");
  EXPECT_EQ(coordinate(100.0), "100");
  EXPECT_EQ(coordinate(std::nan("")), "0");
}

TEST(FitText, CutsBetweenCharacters) {
  EXPECT_EQ(fit_text("short", 10.0, 100.0), "short");
  const std::string cut = fit_text("åååååååååååååååå", 10.0, 60.0);
  EXPECT_TRUE(cut.ends_with("…"));
  EXPECT_EQ((cut.size() - 3) % 2, 0U);  // whole two-byte letters
  EXPECT_LE(text_length(cut, 10.0), 70.0);
}

}  // namespace
}  // namespace adatom::report
