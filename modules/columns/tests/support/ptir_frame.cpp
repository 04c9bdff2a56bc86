#include "support/ptir_frame.h"

#include <tiffio.h>

#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "adatom/base/number_text.h"

namespace adatom::columns::testing {

Grid<double> read_float_tiff(const std::filesystem::path& path) {
  const std::unique_ptr<TIFF, void (*)(TIFF*)> file(TIFFOpen(path.c_str(), "r"), TIFFClose);
  if (!file) return {};
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  TIFFGetField(file.get(), TIFFTAG_IMAGEWIDTH, &width);
  TIFFGetField(file.get(), TIFFTAG_IMAGELENGTH, &height);
  Grid<double> image(width, height);
  std::vector<float> row(width);
  for (std::uint32_t y = 0; y < height; ++y) {
    if (TIFFReadScanline(file.get(), row.data(), y, 0) != 1) return {};
    for (std::uint32_t x = 0; x < width; ++x) image(x, y) = static_cast<double>(row[x]);
  }
  return image;
}

std::vector<std::vector<double>> read_numbers(const std::filesystem::path& path) {
  std::ifstream in(path);
  std::vector<std::vector<double>> rows;
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    std::istringstream cells(line);
    std::vector<double> row;
    for (std::string cell; std::getline(cells, cell, ',');) {
      row.push_back(parse_double(cell).value_or(-1.0));
    }
    rows.push_back(row);
  }
  return rows;
}

}  // namespace adatom::columns::testing
