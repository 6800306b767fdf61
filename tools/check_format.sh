#!/usr/bin/env bash
# Fails where a C++ file is not formatted as .clang-format says. To mend: tools/check_format.sh --fix
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/packages.sh
install_packages $check_packages
mapfile -t files < <(git ls-files '*.h' '*.cpp')
if [ "${1:-}" = --fix ]; then clang-format -i "${files[@]}"; else clang-format --dry-run --Werror "${files[@]}"; fi
echo "formatting: ${#files[@]} files"
