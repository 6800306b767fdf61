// The built program as a child process, and a folder for its files.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace intloom::test {

struct Ended {
  int exit_code = -1;  // -1: ended by `signal`
  int signal = 0;
  std::string out, err;
};

// A program that has been started in `folder`; standard output and error go to files beside the folder's own.
class Program {
 public:
  // `in_child` runs between fork and exec: limits, redirections.
  Program(std::vector<std::string> arguments, const std::string& folder, const std::function<void()>& in_child = {});
  void send(int signal) const;
  Ended wait();

 private:
  pid_t process_;
  std::string out_, err_;
};

Ended run_program(const std::vector<std::string>& arguments, const std::string& folder,
                  const std::function<void()>& in_child = {});

// A folder for one test, removed at its end; logs of programs lie beside it, not in it.
class WorkFolder {
 public:
  WorkFolder();
  ~WorkFolder();
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;

  std::string path() const { return (root_ / "files").string(); }
  std::string file(const std::string& name) const { return (root_ / "files" / name).string(); }
  void write(const std::string& name, const std::string& bytes) const;
  std::vector<std::string> files() const;  // all regular files, relative, sorted

 private:
  std::filesystem::path root_;
};

std::string read_file(const std::string& path);
std::string source(const std::string& path);  // of a file of the source tree

}  // namespace intloom::test
