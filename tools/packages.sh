# Debian packages that Intloom is built and tested with; the same names in Debian 12 and 13.
# Sourced by demo.sh and test.sh.

build_packages="g++ cmake ninja-build pkg-config libsystemc-dev libeigen3-dev libfmt-dev libyaml-cpp-dev libcli11-dev
  nlohmann-json3-dev libonnx-dev libprotobuf-dev protobuf-compiler"
test_packages="libgtest-dev libgmock-dev librapidcheck-dev libonnx-testdata"

# install_packages NAME...: installs those that are missing, as root or by sudo; silent when all are there.
install_packages() {
  local missing=() name
  for name in "$@"; do
    dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "missing Debian packages: ${missing[*]}; install them as root, sudo is not here" >&2; return 1; }
    as_root=(sudo)
  fi
  echo "Installing Debian packages: ${missing[*]}" >&2
  "${as_root[@]}" apt-get update -qq || return 1
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# configure PRESET [OPTION...] and build TARGET...: quiet unless something fails.
build_preset() {
  local preset=$1
  shift
  local log
  log=$(mktemp)
  if ! { cmake --preset "$preset" "${configure_options[@]}" >"$log" 2>&1 &&
    cmake --build --preset "$preset" --target "$@" >>"$log" 2>&1; }; then
    cat "$log" >&2
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
}
