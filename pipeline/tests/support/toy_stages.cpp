#include "support/toy_stages.h"

#include <chrono>
#include <fstream>
#include <random>
#include <thread>

#include "adatom/base/error.h"
#include "adatom/pipeline/sha256.h"
#include "adatom/storage/files.h"

namespace adatom::pipeline::toy {
namespace {

namespace fs = std::filesystem;

void pause(int milliseconds) {
  if (milliseconds > 0) std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
}

// Without fsync, which is slow and the runner's duty.
void write_text(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

class Power final : public Stage {
 public:
  explicit Power(Toys toys) : toys_(std::move(toys)) {}
  std::string name() const override { return "power"; }
  std::int64_t version() const override { return 1; }
  std::vector<OptionValue> options() const override {
    return {{"power.exponent", std::to_string(toys_.exponent)}};
  }
  std::optional<std::uint64_t> seed() const override { return {}; }
  std::vector<Item> items(const Upstream&) const override {
    std::vector<Item> items;
    for (std::size_t i = 0;; ++i) {
      const fs::path file = toys_.numbers / ("n" + std::to_string(i) + ".txt");
      if (!fs::exists(file)) return items;
      items.push_back({"number " + std::to_string(i),
                       "index=" + std::to_string(i),
                       i,
                       {{"number", file, sha256_of_file(file), {}}}});
    }
  }
  Remarks compute_item(const Item& item, const Work& work) const override {
    ++calls().items;
    const long value = std::stol(storage::read_file(item.inputs.front().path));
    long power = 1;
    for (int i = 0; i < toys_.exponent; ++i) power *= value;
    write_text(work.folder / "power.txt", std::to_string(power) + "\n");
    if (!toys_.says.empty()) work.say(toys_.says);
    pause(toys_.pause_ms);
    if (item.name == toys_.broken_item) {
      throw InputError({.what = "broken", .where = {}, .why = {}, .remedy = {}});
    }
    write_text(work.folder / "more" / "text.txt", std::string(1000, 'x'));
    if (toys_.noisy) {
      write_text(work.folder / "noise.txt", std::to_string(std::random_device()()));
    }
    pause(toys_.pause_ms);
    Remarks remarks;
    remarks.metrics["power"] = static_cast<double>(power);
    if (power > 500) remarks.warnings.emplace_back("large");
    return remarks;
  }
  std::vector<Input> result_inputs(const Upstream& upstream) const override {
    std::vector<Input> inputs;
    for (const Piece& piece : upstream.of("power").items) {
      inputs.push_back(piece.file("power.txt", piece.name));
    }
    return inputs;
  }
  Remarks compute_result(const Upstream& upstream, const Work& work) const override {
    ++calls().results;
    std::string all;
    for (const Input& input : result_inputs(upstream)) all += storage::read_file(input.path);
    write_text(work.folder / "powers.csv", "power\n" + all);
    return {};
  }
  std::vector<std::string> published() const override { return {}; }

 private:
  Toys toys_;
};

class Sum final : public Stage {
 public:
  explicit Sum(Toys toys) : toys_(std::move(toys)) {}
  std::string name() const override { return "sum"; }
  std::int64_t version() const override { return 1; }
  std::vector<OptionValue> options() const override {
    return {{"sum.modulus", std::to_string(toys_.modulus)}};
  }
  std::optional<std::uint64_t> seed() const override { return 7; }
  std::vector<Item> items(const Upstream&) const override { return {}; }
  Remarks compute_item(const Item&, const Work&) const override { return {}; }
  std::vector<Input> result_inputs(const Upstream& upstream) const override {
    return {upstream.of("power").result.file("powers.csv")};
  }
  Remarks compute_result(const Upstream& upstream, const Work& work) const override {
    ++calls().results;
    const std::string text = storage::read_file(result_inputs(upstream).front().path);
    // The state: where in the table to go on, and the sum so far.
    std::size_t position = text.find('\n') + 1;
    long sum = 0;
    if (const auto state = work.checkpoint.load()) {
      position = std::stoul(*state);
      sum = std::stol(state->substr(state->find(' ')));
    }
    while (position < text.size()) {
      stop_if_cancelled(work.progress);
      ++calls().sum_steps;
      sum = (sum + std::stol(text.substr(position))) % toys_.modulus;
      position = text.find('\n', position) + 1;
      work.checkpoint.save(std::to_string(position) + ' ' + std::to_string(sum));
      pause(toys_.pause_ms);
      work.progress.advance(1);
    }
    write_text(work.folder / "sum.txt", std::to_string(sum) + "\n");
    Remarks remarks;
    if (sum == 13) remarks.shortfalls.emplace_back("an unlucky sum");
    return remarks;
  }
  std::vector<std::string> published() const override { return {}; }

 private:
  Toys toys_;
};

class Note final : public Stage {
 public:
  std::string name() const override { return "note"; }
  std::int64_t version() const override { return 1; }
  std::vector<OptionValue> options() const override { return {}; }
  std::optional<std::uint64_t> seed() const override { return {}; }
  std::vector<Item> items(const Upstream&) const override { return {}; }
  Remarks compute_item(const Item&, const Work&) const override { return {}; }
  std::vector<Input> result_inputs(const Upstream& upstream) const override {
    return {upstream.of("sum").result.file("sum.txt")};
  }
  Remarks compute_result(const Upstream& upstream, const Work& work) const override {
    ++calls().results;
    const std::string sum = storage::read_file(result_inputs(upstream).front().path);
    write_text(work.folder / "note.txt", "The sum is " + sum);
    return {};
  }
  std::vector<std::string> published() const override { return {"note.txt"}; }
};

}  // namespace

Calls& calls() {
  static Calls the_calls;
  return the_calls;
}

StageList make_toys(const Toys& toys) {
  StageList stages;
  stages.push_back(std::make_unique<Power>(toys));
  stages.push_back(std::make_unique<Sum>(toys));
  stages.push_back(std::make_unique<Note>());
  return stages;
}

void write_number(const fs::path& folder, int index, int value) {
  write_text(folder / ("n" + std::to_string(index) + ".txt"), std::to_string(value));
}

}  // namespace adatom::pipeline::toy
