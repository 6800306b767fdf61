# Debian packages that Intloom is built and tested with; the same names in Debian 12 and 13.
# Sourced by the scripts beside it; build_preset needs the repository as current folder.

build_packages="g++ cmake ninja-build pkg-config libsystemc-dev libeigen3-dev libfmt-dev libyaml-cpp-dev libcli11-dev
  nlohmann-json3-dev libonnx-dev libprotobuf-dev protobuf-compiler libssl-dev libzip-dev libhwy-dev"
test_packages="libgtest-dev libgmock-dev librapidcheck-dev libonnx-testdata gtkwave verilator zlib1g-dev"
check_packages="clang-format clang-tidy git"

# install_packages NAME...: installs those that are missing, as root or by sudo; silent when all are there.
install_packages() {
  local missing=() name
  for name in "$@"; do
    dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
      echo "Missing Debian packages: ${missing[*]}. Install them as root; there is no sudo here." >&2
      return 1
    }
    as_root=(sudo)
  fi
  echo "Installing Debian packages: ${missing[*]}" >&2
  local log
  log=$(mktemp)
  if ! { "${as_root[@]}" apt-get update -qq &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    cat "$log" >&2
    return 1
  fi
  rm -f "$log"
}

# build_preset PRESET TARGET [CMAKE OPTION...]: configures and builds; one line a minute on long builds, the whole log where it fails.
build_preset() {
  local preset=$1 target=$2 log
  shift 2
  log=$(mktemp)
  echo "Building ($preset) ..." >&2
  if ! cmake --preset "$preset" "$@" >"$log" 2>&1 || ! cmake --build --preset "$preset" --target "$target" >>"$log" 2>&1; then
    grep -E 'error|FAILED|CMake Error' -A 4 "$log" | head -n 60 >&2
    echo "The build failed; its log: $log" >&2
    return 1
  fi
  rm -f "$log"
}
