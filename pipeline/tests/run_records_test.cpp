// Hashes, keys, records: what tells finished work apart.
#include <gtest/gtest.h>

#include <limits>

#include "adatom/base/error.h"
#include "adatom/pipeline/manifest.h"
#include "adatom/pipeline/option_values.h"
#include "adatom/pipeline/sha256.h"
#include "adatom/pipeline/stage.h"
#include "adatom/storage/files.h"
#include "program.h"
#include "support/toy_stages.h"

namespace adatom::pipeline {
namespace {

TEST(Sha256, PublishedVectors) {
  // NIST, "Examples with intermediate values", FIPS 180-4, SHA-256; and the long message of RFC
  // 6234.
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  Sha256 million;
  for (int i = 0; i < 1000; ++i) million.add(std::string(1000, 'a'));
  EXPECT_EQ(million.hex(), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, OfFiles) {
  const testing::ScratchFolder scratch;
  storage::write_file(scratch.path() / "a", std::string(200000, 'a'));
  EXPECT_EQ(sha256_of_file(scratch.path() / "a"), sha256(std::string(200000, 'a')));
  EXPECT_THROW((void)sha256_of_file(scratch.path() / "none"), InputError);
  EXPECT_THROW((void)sha256_of_file(scratch.path()), InputError);
}

struct Inner {
  std::optional<double> width;
  InputFile file;
  void describe(OptionVisitor& v) {
    v.visit({.name = "width"}, width);
    v.visit({.name = "file"}, file);
  }
};

struct Outer {
  double scale = 0.1;
  bool loud = false;
  std::int64_t threads = 4;
  Inner inner;
  std::vector<double> list = {1.0, 0.25};
  void describe(OptionVisitor& v) {
    v.visit({.name = "scale"}, scale);
    v.visit({.name = "loud"}, loud);
    v.visit({.name = "threads", .effect = Effect::none}, threads);
    v.visit_group("inner", "", inner);
    v.visit({.name = "list"}, list);
  }
};

TEST(OptionValues, HoldWhatCanChangeTheResult) {
  const testing::ScratchFolder scratch;
  Outer options;
  options.inner.file.path = (scratch.path() / "f").string();
  storage::write_file(options.inner.file.path, "abc");
  const std::vector<OptionValue> expected = {
      {"o.scale", "0.1"},        {"o.loud", "false"},
      {"o.inner.width", "none"}, {"o.inner.file", "sha256:" + sha256("abc")},
      {"o.list", "[1, 0.25]"},
  };
  EXPECT_EQ(option_values("o", options), expected);
  // Content counts, not the name; a file that is not there is an error.
  storage::write_file(scratch.path() / "g", "abc");
  options.inner.file.path = (scratch.path() / "g").string();
  options.threads = 1;
  EXPECT_EQ(option_values("o", options), expected);
  options.inner.file.path = (scratch.path() / "none").string();
  EXPECT_THROW((void)option_values("o", options), InputError);
}

Manifest example() {
  Record item;
  item.key = "k1";
  item.inputs = {{"image", "aa"}};
  item.outputs = {{"columns.csv", "bb", 12}, {"sub/model.tif", "cc", 1U << 31U}};
  item.remarks.metrics = {{"width_angstrom", 0.1}, {"columns", 140.0}, {"tiny", 5e-324}};
  item.remarks.warnings = {"\"quoted\"\n and Å"};
  Record result = item;
  result.remarks.shortfalls = {"not determined"};
  return {"columns",           3,      18446744073709551615U, {{"fit.width", "common"}},
          {{"frame 0", item}}, result, {"report.html"}};
}

TEST(Manifest, ReadsBackAsItWasWritten) {
  const Manifest manifest = example();
  const std::optional<Manifest> read = parse_manifest(to_json(manifest));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->stage, "columns");
  EXPECT_EQ(read->version, 3);
  EXPECT_EQ(read->seed, manifest.seed);
  EXPECT_EQ(read->options, manifest.options);
  ASSERT_EQ(read->items.size(), 1U);
  EXPECT_EQ(read->items[0].name, "frame 0");
  EXPECT_EQ(read->items[0].record, manifest.items[0].record);
  EXPECT_EQ(read->result, manifest.result);
  EXPECT_EQ(read->published, manifest.published);
  EXPECT_EQ(to_json(*read), to_json(manifest));
}

TEST(Manifest, AnyChangedByteIsSeen) {
  const std::string text = to_json(example().result);
  ASSERT_TRUE(parse_record(text));
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    std::string damaged = text;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    // A changed blank between tokens is the only harmless change: what it says is the same.
    const std::optional<Record> read = parse_record(damaged);
    if (read) {
      EXPECT_EQ(*read, example().result) << "byte " << i;
    }
  }
  for (std::size_t length = 0; length + 1 < text.size(); length += 7) {
    EXPECT_FALSE(parse_record(text.substr(0, length))) << length;
  }
}

TEST(Manifest, MetricsThatAreNotFiniteAreLeftOut) {
  Record record;
  record.remarks.metrics = {{"a", std::numeric_limits<double>::infinity()}, {"b", 1.0}};
  const std::optional<Record> read = parse_record(to_json(record));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->remarks.metrics, (std::map<std::string, double>{{"b", 1.0}}));
}

TEST(Key, DependsOnWhatChangesTheResultAndNothingElse) {
  const auto key = [](int exponent, Item item) {
    toy::Toys toys;
    toys.exponent = exponent;
    return key_of(*toy::make_toys(toys).front(), item);
  };
  const Item item{"number 1", "index=1", 1, {{"number", "/a/b", "aa", {}}}};
  const auto reference = key(2, item);
  ASSERT_TRUE(reference);
  EXPECT_EQ(reference->size(), 64U);

  Item moved = item;
  moved.name = "another name";
  moved.index = 5;
  moved.inputs[0].path = "/elsewhere";
  EXPECT_EQ(key(2, moved), reference);

  EXPECT_NE(key(3, item), reference);
  Item other = item;
  other.parameters = "index=2";
  EXPECT_NE(key(2, other), reference);
  other = item;
  other.inputs[0].sha256 = "ab";
  EXPECT_NE(key(2, other), reference);
  other = item;
  other.inputs.push_back(item.inputs[0]);
  EXPECT_NE(key(2, other), reference);
  // Texts must not run together: "ab" + "c" is not "a" + "bc".
  Item left = item;
  left.parameters = "ab";
  left.inputs[0].name = "c";
  Item right = item;
  right.parameters = "a";
  right.inputs[0].name = "bc";
  EXPECT_NE(key(2, left), key(2, right));
  // An input that is not there yet gives no key.
  other = item;
  other.inputs[0].sha256.reset();
  EXPECT_FALSE(key(2, other));
}

}  // namespace
}  // namespace adatom::pipeline
