#include "stages/md_runs.h"

#include "adatom/base/number_text.h"
#include "adatom/storage/csv.h"

namespace adatom::pipeline {

std::vector<MdRun> read_md_runs(const Upstream& upstream) {
  const StageOutputs& md = upstream.of("md");
  const storage::Table table = storage::read_csv(md.result.folder / "summary.csv");
  const auto names = table.texts("run");
  const auto structures = table.texts("structure");
  const auto temperatures = table.numbers("temperature_k");
  const auto seeds = table.integers("seed");
  std::vector<MdRun> runs;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    runs.push_back({.name = names[i],
                    .structure = structures[i],
                    .temperature_k = temperatures[i],
                    .seed = seeds[i],
                    .folder = md.items.at(i).folder});
  }
  return runs;
}

std::set<double> temperatures_of(const std::vector<MdRun>& runs) {
  std::set<double> temperatures;
  for (const MdRun& run : runs) temperatures.insert(run.temperature_k);
  return temperatures;
}

std::string temperature_name(double temperature_k) { return shortest(temperature_k) + "K"; }

std::vector<Item> items_of_runs(const Upstream& upstream, const std::vector<std::string>& files) {
  std::vector<Item> items;
  for (const Piece& piece : upstream.of("md").items) {
    Item item{.name = piece.name, .parameters = {}, .index = items.size(), .inputs = {}};
    for (const std::string& file : files) item.inputs.push_back(piece.file(file));
    items.push_back(std::move(item));
  }
  return items;
}

}  // namespace adatom::pipeline
