// The second step of a search for the largest element, whose first is ARGMAX of reduce.cl.
//
// Options: INDEX, the type of positions; GROUP, the work-items of a group.

// result[o]: the position of the largest of the parts of an output; one work-item for each output.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void argmax_of_parts(__global const float *values, __global const int *positions,
                     const INDEX outputs, const INDEX parts, __global int *result)
{
  const INDEX output = get_global_id(0);
  if (output >= outputs) return;
  INDEX best = output * parts;
  for (INDEX i = best + 1; i < (output + 1) * parts; ++i)
    if (values[i] > values[best] || (isnan(values[i]) && !isnan(values[best]))) best = i;
  result[output] = positions[best];
}
