#pragma once
// A small video that `adatom track` follows in less than a second.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "adatom/image/reader.h"
#include "adatom/image/writer.h"
#include "adatom/storage/csv.h"
#include "folder_bytes.h"
#include "program.h"

namespace adatom::pipeline {

using Words = std::vector<std::string>;

class SmallVideo : public ::testing::Test {
 protected:
  /// Nine particles on 128 x 128 pixels of 1 nm, 0.04 s from frame to frame.
  void simulate(const std::string& name, const std::string& frames, const Words& more = {}) const {
    Words all = {"simulate",
                 "video",
                 "-o",
                 name,
                 "--frames",
                 frames,
                 "--camera-width",
                 "128",
                 "--camera-height",
                 "128",
                 "--particles-count",
                 "9",
                 "--particles-radius-min-nm",
                 "4",
                 "--particles-radius-max-nm",
                 "8",
                 "--particles-gap-nm",
                 "6"};
    all.insert(all.end(), more.begin(), more.end());
    const adatom::testing::ProgramResult result = adatom::testing::run_program(all, scratch.path());
    ASSERT_EQ(result.exit_code, 0) << result.messages;
  }
  adatom::testing::ProgramResult call(const Words& arguments) const {
    Words all = {"track"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return adatom::testing::run_program(all, scratch.path());
  }
  std::map<std::string, std::string> bytes(const std::string& folder) const {
    return adatom::testing::result_bytes(scratch.path() / folder);
  }
  storage::Table table(const std::string& name) const {
    return storage::read_csv(scratch.path() / name);
  }
  /// The simulated frames as numbers of 32 bits without any calibration, changed by `change`.
  template <class Change>
  void rewrite(const std::string& from, const std::string& to, const Change& change) const {
    const auto reader = image::open_series(scratch.path() / from);
    const auto& info = reader->info();
    const auto writer =
        image::create_series(scratch.path() / to, {.type = image::PixelType::float32,
                                                   .width = info.width,
                                                   .height = info.height,
                                                   .frames = info.frames,
                                                   .calibration = {}});
    for (std::size_t frame = 0; frame < info.frames; ++frame) {
      image::Image picture = image::to_image(reader->read(frame));
      change(frame, picture);
      writer->add(image::to_raw(picture, image::PixelType::float32));
    }
    writer->finish();
  }
  const adatom::testing::ScratchFolder scratch;
};

}  // namespace adatom::pipeline
