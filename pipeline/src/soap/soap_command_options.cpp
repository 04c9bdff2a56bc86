#include "soap/soap_command_options.h"

namespace adatom::pipeline {

void SoapCommandOptions::describe(OptionVisitor& v) {
  soap.describe(v);
  v.visit({.name = "layout",
           .help = "unique: n' >= n within a species; full: n' < n as well ([l][n][n'] for each "
                   "pair of species); kernel: unique with n' != n times sqrt(2), which has the "
                   "scalar products of full"},
          layout);
  v.visit({.name = "normalise", .help = "each spectrum to length 1, after it is laid out"},
          normalise);
  v.visit({.name = "elements",
           .help = "the spectra are made for these, as in \"Ag Au\", always by atomic number; "
                   "empty: those of the first frame"},
          elements);
  input.describe(v);
  v.visit({.name = "method",
           .help = "fast: radial functions from tables, within 1e-9; exact: term by term"},
          method);
  v.visit({.name = "instruction_set", .help = "what the kernels of the fast method are made for"},
          instruction_set);
}

}  // namespace adatom::pipeline
