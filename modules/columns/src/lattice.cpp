#include "adatom/columns/lattice.h"
