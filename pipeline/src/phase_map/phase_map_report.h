#pragma once
// The page of `adatom phase-map`.
#include <functional>
#include <string>
#include <vector>

#include "phase_map/mapped_frame.h"
#include "phase_map/phase_map_tables.h"

namespace adatom::pipeline {

/// A frame as it was recorded, with what was made of it.
struct ShownFrame {
  Grid<double> image;
  MappedFrame mapped;
};

struct PhaseMapShown {
  const PhaseMapPlan& plan;
  const PhaseMapTables& tables;
  std::size_t frames = 0;
  bool times_known = false;
  double kernel_nm = 0.0;
  std::vector<std::string> warnings;
  std::function<ShownFrame(std::size_t)> frame;
};

[[nodiscard]] std::string phase_map_report(const PhaseMapShown& shown);

}  // namespace adatom::pipeline
