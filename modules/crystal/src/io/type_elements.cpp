#include "adatom/crystal/io/type_elements.h"

#include <sstream>

namespace adatom::crystal {

TypeElements parse_type_elements(const std::string& words) {
  TypeElements elements;
  std::istringstream stream(words);
  int type = 0;
  for (std::string word; stream >> word;) elements[++type] = word;
  return elements;
}

}  // namespace adatom::crystal
