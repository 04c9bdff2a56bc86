#pragma once
// Pictures of a model.
#include <string>
#include <vector>

#include "adatom/report/figure.h"
#include "adatom/report/model.h"
#include "reconstruct/model_work.h"

namespace adatom::pipeline {

struct NamedFigure {
  std::string file;  ///< "fitness.svg"
  report::Figure figure;
};

struct ModelFigures {
  std::vector<NamedFigure> sides;    ///< along the beam, along x, along y: by the facets
  std::vector<NamedFigure> surface;  ///< both faces across the beam, on the lattice
  std::vector<NamedFigure> confidence;
  /// Energy against misfit, and along the iterations; each of two candidates or more.
  std::vector<NamedFigure> fitness;
  std::vector<NamedFigure> image;  ///< frame, image of the model, residual; none without a check

  [[nodiscard]] std::vector<const NamedFigure*> all() const;
};

/// @param frame null: none is shown
[[nodiscard]] ModelFigures draw_model(const FrameModel& model, const FrameImage* frame);

/// Of a model as its file has it, with the column "facet": the three sides.
/// @param side_angstrom of the square shown; empty: the particle fills it
[[nodiscard]] std::vector<NamedFigure> draw_sides(const crystal::Structure& structure,
                                                  double lattice_parameter_angstrom,
                                                  std::optional<double> side_angstrom = {});

/// One structure that a reader turns: its label, and as its file has it.
struct ShownModel {
  std::string label;
  crystal::Structure structure;
};

/// Coloured by the columns "facet", "confidence" and "coordination".
[[nodiscard]] report::Model model_to_turn(const std::string& title,
                                          const std::vector<ShownModel>& models,
                                          double lattice_parameter_angstrom);

/// The figures of a list, for a page.
[[nodiscard]] std::vector<report::Figure> figures_of(const std::vector<NamedFigure>& named);

}  // namespace adatom::pipeline
