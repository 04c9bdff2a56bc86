#pragma once
// What `fit-columns` needs of its files, looked at before the first fit.
#include "adatom/base/options.h"
#include "adatom/base/progress.h"
#include "adatom/image/load.h"

namespace adatom::pipeline {

/// @throws InputError: a frame with pixels that are NaN or infinite; `start` given, but without
/// rows for some frame. Interrupted
void check_fit_inputs(const image::FrameSeries& series, const InputFile& start, Progress& progress);

}  // namespace adatom::pipeline
