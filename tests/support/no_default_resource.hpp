// Makes std::pmr's default resource fail for its lifetime: what is built meanwhile must have been
// given its memory.
#pragma once

#include <memory_resource>

class no_default_resource {
 public:
  no_default_resource()
      : before_(std::pmr::set_default_resource(std::pmr::null_memory_resource())) {}
  ~no_default_resource() { std::pmr::set_default_resource(before_); }
  no_default_resource(const no_default_resource&) = delete;
  no_default_resource& operator=(const no_default_resource&) = delete;

 private:
  std::pmr::memory_resource* before_;
};
