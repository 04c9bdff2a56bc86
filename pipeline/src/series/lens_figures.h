#pragma once
// The figures of the page of `adatom lens`.
#include <vector>

#include "adatom/dynamics/domains.h"
#include "adatom/report/figure.h"
#include "adatom/report/figure_trace.h"
#include "series/lens_folder.h"

namespace adatom::pipeline {

/// Smoothed LENS of the atoms that are longest in each domain, and of one shared between domains.
[[nodiscard]] std::vector<report::Trace> lens_traces(const LensResults& results);
[[nodiscard]] report::Figure draw_lens_traces(const LensResults& results,
                                              const std::vector<report::Trace>& traces);
[[nodiscard]] report::Figure draw_exchange(const dynamics::Domains& domains);
/// Over time.
[[nodiscard]] report::Figure draw_domain_populations(const LensResults& results);
/// The last frame that has domains, whole and cut open.
[[nodiscard]] report::Figure draw_domains(const LensResults& results);

}  // namespace adatom::pipeline
