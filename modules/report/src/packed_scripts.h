#pragma once
// Scripts that the program carries, for pages that need them.
#include <string_view>

namespace adatom::report {

/// three.js r111 (MIT licence), minified, as Debian packages it.
[[nodiscard]] std::string_view three_js();

/// Its licence, as the comment that stands before it.
[[nodiscard]] std::string_view three_js_licence();

/// The viewer of models: viewer/model_viewer.js.
[[nodiscard]] std::string_view model_viewer_js();

}  // namespace adatom::report
