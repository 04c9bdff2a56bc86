#include "adatom/storage/csv.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

#include "adatom/base/error.h"

namespace adatom::storage {
namespace {

std::string complaint_of(const std::string& text) {
  try {
    (void)parse_csv(text, "t.csv");
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(Csv, ReadsPlainRows) {
  const auto table = parse_csv("a,b\n1,2.5\n-3,1e-3\n", "t.csv");
  EXPECT_EQ(table.rows(), 2u);
  EXPECT_EQ(table.integers("a"), (std::vector<long long>{1, -3}));
  EXPECT_EQ(table.numbers("b"), (std::vector<double>{2.5, 1e-3}));
  EXPECT_TRUE(table.has("a"));
  EXPECT_FALSE(table.has("c"));
}

// The examples of RFC 4180, section 2.
TEST(Csv, ReadsRfc4180) {
  const auto table =
      parse_csv("name,value\r\n\"aaa\",\"b \r\nbb\"\r\n\"b\"\"bb\",\"x,y\"\r\nzzz,", "t.csv");
  EXPECT_EQ(table.texts("name"), (std::vector<std::string>{"aaa", "b\"bb", "zzz"}));
  EXPECT_EQ(table.texts("value"), (std::vector<std::string>{"b \r\nbb", "x,y", ""}));
}

TEST(Csv, SkipsMarkBlanksAndEmptyLines) {
  const auto table = parse_csv("\xEF\xBB\xBF a , b\n\n 1 ,\t2 \n\n", "t.csv");
  EXPECT_EQ(table.header(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(table.row(0), (std::vector<std::string>{"1", "2"}));
}

TEST(Csv, WritesWhatItReads) {
  Table table({"text", "number"});
  table.add_row({"comma, quote\" and\nline", cell(0.1)});
  table.add_row({" blank ", cell(std::numeric_limits<double>::denorm_min())});
  table.add_row({"", cell(-7LL)});
  const auto text = table.text();
  const auto back = parse_csv(text, "t.csv");
  EXPECT_EQ(back.texts("text"), table.texts("text"));
  EXPECT_EQ(back.numbers("number"), table.numbers("number"));
  EXPECT_EQ(back.text(), text);
}

TEST(Csv, WritesALoneEmptyCell) {
  Table table({"only"});
  table.add_row({""});
  EXPECT_EQ(parse_csv(table.text(), "t.csv").rows(), 1u);
}

TEST(Csv, TellsWhereARowIsWrong) {
  EXPECT_NE(complaint_of("a,b\n\n1,2\n\"x\ny\",2\n3\n").find("t.csv:6"), std::string::npos);
  EXPECT_NE(complaint_of("").find("no header"), std::string::npos);
  EXPECT_NE(complaint_of("a,a\n").find("twice"), std::string::npos);
  EXPECT_NE(complaint_of("a\n\"open\n").find("t.csv:2"), std::string::npos);
  EXPECT_NE(complaint_of("a\n\"b\"c\n").find("t.csv:2"), std::string::npos);
}

TEST(Csv, TellsWhichCellIsNoNumber) {
  const auto table = parse_csv("a,b\n1,2\n3,four\n", "t.csv");
  try {
    (void)table.numbers("b");
    FAIL();
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("t.csv:3"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("four"), std::string::npos);
  }
  EXPECT_THROW((void)table.numbers("c"), InputError);
  EXPECT_THROW((void)parse_csv("a\n1.5\n", "t").integers("a"), InputError);
  EXPECT_TRUE(std::isnan(parse_csv("a\nnan\n", "t").numbers("a")[0]));
}

TEST(Csv, RefusesARowOfAnotherLength) {
  Table table({"a", "b"});
  EXPECT_THROW(table.add_row({"1"}), std::invalid_argument);
  EXPECT_THROW(Table({"a", "a"}), InputError);
}

}  // namespace
}  // namespace adatom::storage
