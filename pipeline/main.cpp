#include "adatom/pipeline/command_line.h"

int main(int argument_count, char** arguments) {
  return adatom::pipeline::run_command_line(argument_count, arguments);
}
