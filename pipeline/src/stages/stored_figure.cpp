#include "stages/stored_figure.h"

#include "adatom/base/error.h"
#include "adatom/storage/files.h"

namespace adatom::pipeline {

report::Figure read_figure(const std::filesystem::path& svg) {
  const std::string text = storage::read_file(svg);
  const std::size_t begin = text.find("<svg");
  if (begin == std::string::npos) {
    throw InputError({.what = "this is no figure",
                      .where = svg.string(),
                      .why = "it was changed since the program wrote it",
                      .remedy = "run `adatom verify` and run again"});
  }
  report::Figure figure{.svg = text.substr(begin), .summary = {}};
  const std::size_t head_end = figure.svg.find('>');
  const auto attribute = [&](const std::string& name) {
    const std::string key = ' ' + name + "=\"";
    const std::size_t at = figure.svg.find(key);
    if (at == std::string::npos || at > head_end) return std::string();
    const std::size_t from = at + key.size();
    return figure.svg.substr(from, figure.svg.find('"', from) - from);
  };
  figure.summary = attribute("aria-label");
  // A figure over two journal columns is 17.8 cm wide.
  if (attribute("width") == "17.8cm") figure.width = report::FigureWidth::page;
  return figure;
}

}  // namespace adatom::pipeline
