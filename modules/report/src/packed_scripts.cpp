#include "packed_scripts.h"

// The files' bytes as they are, put in by the assembler: no work for the compiler. CMake says which
// files, and makes this again when they change.
asm(".section .rodata\n"
    ".global adatom_three_js_begin\n"
    ".global adatom_three_js_end\n"
    ".global adatom_model_viewer_begin\n"
    ".global adatom_model_viewer_end\n"
    "adatom_three_js_begin:\n"
    ".incbin \"" ADATOM_THREE_JS
    "\"\n"
    "adatom_three_js_end:\n"
    "adatom_model_viewer_begin:\n"
    ".incbin \"" ADATOM_MODEL_VIEWER_JS
    "\"\n"
    "adatom_model_viewer_end:\n"
    ".text\n");

extern "C" {
extern const char adatom_three_js_begin[];
extern const char adatom_three_js_end[];
extern const char adatom_model_viewer_begin[];
extern const char adatom_model_viewer_end[];
}

namespace adatom::report {

std::string_view three_js() { return {adatom_three_js_begin, adatom_three_js_end}; }

std::string_view model_viewer_js() { return {adatom_model_viewer_begin, adatom_model_viewer_end}; }

std::string_view three_js_licence() {
  return R"(/*! three.js r111, Copyright (c) 2010-2019 three.js authors, the MIT licence:
Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense,
and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so,
subject to the following conditions:
The above copyright notice and this permission notice shall be included in all copies or substantial
portions of the Software.
THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT
LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN
NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY,
WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE
SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE. */
)";
}

}  // namespace adatom::report
