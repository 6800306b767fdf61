// Random EXEC commands for rc::check.
#pragma once

#include "tests/unit/kernels/exec_scene.h"

namespace intloom::test {

// Any geometry, map layout, signs and zero points, dense or depthwise, on arrays of many shapes; an accumulator of 16
// to 64 bits and any rule, with contents that fit it.
ExecScene random_exec();

}  // namespace intloom::test
