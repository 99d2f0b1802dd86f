#include "CLBlastDatabase.h"

#include <clblast.h>

int CLBlastVisitSingleParameters(
  cl_device_id device, const char *kernel, void *context,
  void (*visit)(void *context, const char *name, size_t value)) {
  std::unordered_map<std::string, size_t> numbers;
  const auto status =
    clblast::RetrieveParameters(device, kernel, clblast::Precision::kSingle, numbers);
  for (const auto &number : numbers) visit(context, number.first.c_str(), number.second);
  return static_cast<int>(status);
}
