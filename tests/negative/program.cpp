#include "tests/negative/program.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace intloom::test {

namespace fs = std::filesystem;

namespace {

void redirect(int descriptor, const std::string& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (file < 0 || ::dup2(file, descriptor) < 0) ::_exit(126);
  ::close(file);
}

}  // namespace

Program::Program(std::vector<std::string> arguments, const std::string& folder, const std::function<void()>& in_child)
    : out_(fs::path(folder).parent_path() / "stdout"), err_(fs::path(folder).parent_path() / "stderr") {
  arguments.insert(arguments.begin(), INTLOOM_PROGRAM);
  std::vector<char*> words;
  for (std::string& argument : arguments) words.push_back(argument.data());
  words.push_back(nullptr);
  process_ = ::fork();
  if (process_ < 0) throw std::runtime_error("cannot fork");
  if (process_ != 0) return;
  if (::chdir(folder.c_str()) != 0) ::_exit(126);
  ::setenv("INTLOOM_CONFIGS", INTLOOM_SOURCE_DIR "/configs", 1);
  redirect(STDOUT_FILENO, out_);
  redirect(STDERR_FILENO, err_);
  if (in_child) in_child();
  ::execv(words.front(), words.data());
  ::_exit(127);
}

void Program::send(int signal) const { ::kill(process_, signal); }

Ended Program::wait() {
  int status = 0;
  while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
  }
  Ended ended;
  if (WIFEXITED(status)) ended.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) ended.signal = WTERMSIG(status);
  ended.out = read_file(out_);
  ended.err = read_file(err_);
  return ended;
}

Ended run_program(const std::vector<std::string>& arguments, const std::string& folder,
                  const std::function<void()>& in_child) {
  return Program(arguments, folder, in_child).wait();
}

WorkFolder::WorkFolder() {
  std::string pattern = (fs::temp_directory_path() / "intloom_negative_XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make " + pattern);
  root_ = pattern;
  fs::create_directory(root_ / "files");
}

WorkFolder::~WorkFolder() {
  std::error_code ignored;
  fs::remove_all(root_, ignored);
}

void WorkFolder::write(const std::string& name, const std::string& bytes) const {
  std::ofstream(file(name), std::ios::binary) << bytes;
}

std::vector<std::string> WorkFolder::files() const {
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(path()))
    if (entry.is_regular_file()) names.push_back(fs::relative(entry.path(), path()).string());
  std::sort(names.begin(), names.end());
  return names;
}

std::string read_file(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::string source(const std::string& path) { return std::string(INTLOOM_SOURCE_DIR "/") + path; }

}  // namespace intloom::test
