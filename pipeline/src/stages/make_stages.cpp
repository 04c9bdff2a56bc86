#include "adatom/pipeline/stages.h"
#include "stages/stage_list.h"

namespace adatom::pipeline {

StageList make_stages(const RunConfig& config) {
  StageList stages;
  stages.push_back(make_frames_stage(config));
  if (config.preprocess.registration.method != preprocess::RegisterMethod::off) {
    stages.push_back(make_registration_stage(config));
  }
  stages.push_back(make_columns_stage(config));
  if (config.counting.enabled) stages.push_back(make_counts_stage(config));
  if (config.models.enabled) stages.push_back(make_models_stage(config));
  if (config.md.enabled) stages.push_back(make_md_stage(config));
  if (config.environments.enabled) stages.push_back(make_environments_stage(config));
  if (config.mobility.enabled) stages.push_back(make_mobility_stage(config));
  if (config.film.enabled) stages.push_back(make_film_stage(config));
  stages.push_back(make_report_stage(config));
  return stages;
}

}  // namespace adatom::pipeline
