// The files of --out DIR. All are written whole under temporary names before the first is renamed, so that a full disk
// or a kill leaves no half-written result.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace intloom::sim {

// Writing failed: names the file and the system's reason (exit code 74).
class WriteError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class ResultFiles {
 public:
  // Creates the folder where it does not exist.
  explicit ResultFiles(std::string directory);
  ~ResultFiles();  // removes what was not published
  ResultFiles(const ResultFiles&) = delete;
  ResultFiles& operator=(const ResultFiles&) = delete;

  // `name` is relative to the folder and may hold folders of its own. Bytes are on disk when it returns.
  void add(const std::string& name, const std::string& bytes);
  void publish();  // renames everything added

  std::vector<std::string> published() const { return published_; }  // paths, in the order added

 private:
  std::string path_of(const std::string& name) const;

  std::string directory_;
  std::vector<std::string> pending_;  // names
  std::vector<std::string> published_;
};

// NAME as in the model, characters outside of [A-Za-z0-9_.-] as '_'.
std::string file_name_of(const std::string& tensor);

}  // namespace intloom::sim
