// What stands first and last in the report.
#include <algorithm>
#include <cmath>

#include "adatom/pipeline/runner.h"
#include "adatom/report/number_format.h"
#include "adatom/storage/csv.h"
#include "run/group_remarks.h"
#include "stages/json_text.h"
#include "stages/report_parts.h"

namespace adatom::pipeline {
namespace {

using report::Fact;

double mean_of(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return values.empty() ? 0.0 : sum / static_cast<double>(values.size());
}

/// "140", or for several frames "148.2 per frame".
std::string per_frame(const std::vector<double>& values) {
  if (values.size() == 1) return report::count_text(std::llround(values.front()));
  return report::fixed(mean_of(values), 1) + " per frame";
}

void add_count_numbers(const StageOutputs& counts, std::vector<Fact>& numbers) {
  const storage::Table totals = storage::read_csv(counts.result.folder / "totals.csv");
  const std::vector<double> atoms = totals.numbers("atoms");
  const nlohmann::json json = read_json(counts.result.folder / "counting.json");
  if (atoms.empty()) {
    numbers.emplace_back("atoms", "0");
  } else if (atoms.size() == 1) {
    const auto low = static_cast<long long>(totals.numbers("atoms_low").front());
    const auto high = static_cast<long long>(totals.numbers("atoms_high").front());
    numbers.emplace_back("atoms", report::count_text(std::llround(atoms.front())));
    numbers.emplace_back("95 % interval",
                         report::count_text(low) + " to " + report::count_text(high));
  } else {
    numbers.emplace_back("atoms", per_frame(atoms));
    const auto [least, most] = std::minmax_element(atoms.begin(), atoms.end());
    numbers.emplace_back("least and most atoms", report::count_text(std::llround(*least)) + " to " +
                                                     report::count_text(std::llround(*most)));
  }
  numbers.emplace_back("counted by", json.value("method", ""));
  numbers.emplace_back("counts", json.value("determined", false) ? "determined" : "not determined");
}

std::vector<std::string> all_remarks(const Upstream& upstream) {
  std::vector<std::string> texts;
  // What falls short of what was asked stands before mere warnings.
  for (const auto some : {&Remarks::shortfalls, &Remarks::warnings}) {
    for (const StageOutputs& stage : upstream.stages()) {
      std::vector<ItemRemark> said;
      const auto add = [&](const Piece& piece) {
        if (!piece.record) return;
        for (const std::string& text : piece.record->remarks.*some) {
          said.push_back({piece.name, text});
        }
      };
      for (const Piece& piece : stage.items) add(piece);
      add(stage.result);
      for (const std::string& line : group_remarks(said, stage.items.size())) {
        texts.push_back(stage.stage + ", " + line);
      }
    }
  }
  return texts;
}

}  // namespace

std::string frame_label(std::size_t index, std::size_t count, const ReportFrame& about) {
  std::string label = "frame " + std::to_string(index);
  if (about.file_names.size() == count) label += " (" + about.file_names[index] + ")";
  return label;
}

void add_overview(report::Page& page, const Upstream& upstream) {
  const StageOutputs& columns = upstream.of("columns");
  const storage::Table fits = storage::read_csv(columns.result.folder / "fit.csv");
  std::vector<Fact> numbers = {
      {"frames", std::to_string(fits.rows())},
      {"columns", per_frame(fits.numbers("columns"))},
      {"column width", report::fixed(mean_of(fits.numbers("width_angstrom")), 3) + " Å"},
  };
  if (const StageOutputs* counts = upstream.find("counts")) add_count_numbers(*counts, numbers);
  page.section("Overview");
  page.key_numbers(numbers);
  page.warnings(all_remarks(upstream));
}

void add_provenance(report::Page& page, const Upstream& upstream, const ReportFrame& about) {
  page.section("Provenance");
  page.paragraph(
      "Every number above follows from the inputs and options below. The commit, the compiler and "
      "the machine of the last run stand in provenance.json beside this page.");
  report::Table inputs{.caption = "Input frames",
                       .columns = {{"frame", "", report::Align::left},
                                   {"SHA-256 of size and pixels", "", report::Align::left}},
                       .rows = {}};
  const std::vector<Piece>& frames = upstream.of("frames").items;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    inputs.rows.push_back(
        {frame_label(i, frames.size(), about), frames[i].record.value().inputs.front().sha256});
  }
  page.table(inputs, report::Fold::closed);
  std::vector<Fact> options = {{"program", "adatom " + std::string(program_version())}};
  for (const StageOutputs& stage : upstream.stages()) {
    if (stage.stage == "report") continue;
    for (const OptionValue& option : stage.options) options.emplace_back(option.name, option.value);
  }
  page.facts(options, report::Fold::closed);
}

}  // namespace adatom::pipeline
