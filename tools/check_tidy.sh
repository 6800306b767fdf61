#!/usr/bin/env bash
# clang-tidy on the .cpp files that the last commit changed, or on those named: tools/check_tidy.sh all, or FILE...
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/packages.sh
install_packages $check_packages
if [ "${1:-}" = all ]; then mapfile -t files < <(git ls-files '*.cpp')
elif [ $# -gt 0 ]; then files=("$@")
else mapfile -t files < <(git diff --name-only --diff-filter=d 'HEAD~1' -- '*.cpp' 2>/dev/null || true)
fi
[ ${#files[@]} -eq 0 ] && { echo "clang-tidy: no C++ file changed"; exit 0; }
# A folder of its own, never built: the compiler's precompiled headers are not clang's.
cmake -S . -B build/tidy -G Ninja -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON -DINTLOOM_UNITY=OFF >/dev/null
printf '%s\0' "${files[@]}" | xargs -0 -n 1 -P "$(nproc)" clang-tidy --quiet -p build/tidy 2>/dev/null
echo "clang-tidy: ${#files[@]} files"
