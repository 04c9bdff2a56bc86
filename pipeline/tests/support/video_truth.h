#pragma once
// Tracks of `adatom track` and of a simulated video's truth, to be compared.
#include <filesystem>
#include <vector>

#include "adatom/tracking/link.h"
#include "adatom/tracking/score.h"

namespace adatom::pipeline {

/// From tracks.csv or truth.csv with 1 nm per pixel: places in a square image of that side. Centres
/// outside of it are left out, of which there is a part to see at most.
std::vector<tracking::ScoreTrack> score_tracks_of(const std::filesystem::path& table, double side);

/// From events.csv of `adatom track` or of `adatom simulate video` (coalescence is merge).
std::vector<tracking::TrackEvent> merges_and_splits(const std::filesystem::path& table);

/// Those whose new track is in the image then.
std::vector<tracking::TrackEvent> seen_events(const std::vector<tracking::TrackEvent>& events,
                                              const std::vector<tracking::ScoreTrack>& tracks);

/// Share of displacements over `lag` frames, the drift taken out, that are faster than the
/// threshold.
double true_share_faster(const std::filesystem::path& truth, std::int64_t lag, double frame_time_s,
                         double threshold_nm_per_s);

}  // namespace adatom::pipeline
