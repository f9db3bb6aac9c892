// Every form of operator new, for the tests of the global arena, and what keeps the compiler from
// dropping calls of them.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <limits>
#include <new>
#include <vector>

inline constexpr std::size_t mebibyte = std::size_t{1} << 20;
inline constexpr std::size_t max_size = std::numeric_limits<std::size_t>::max();

inline constexpr auto aligned = std::align_val_t{64};

// The compiler may drop an operator new whose result nobody looks at; through here it may not.
inline void* seen(void* p) {
  void* volatile shown = p;
  return shown;
}

// Hidden from the compiler as well: it warns of sizes that it knows to be impossible.
inline std::size_t too_much() {
  static volatile std::size_t bytes = max_size;
  return bytes;
}

struct new_form {
  const char* name;
  std::size_t alignment;
  void* (*call)(std::size_t bytes);
};

inline const std::array<new_form, 4> throwing_forms = {{
    {"new", 16, [](std::size_t n) { return seen(::operator new(n)); }},
    {"new[]", 16, [](std::size_t n) { return seen(::operator new[](n)); }},
    {"new aligned", 64, [](std::size_t n) { return seen(::operator new(n, aligned)); }},
    {"new[] aligned", 64, [](std::size_t n) { return seen(::operator new[](n, aligned)); }},
}};

inline const std::array<new_form, 4> nothrow_forms = {{
    {"new nothrow", 16, [](std::size_t n) { return seen(::operator new(n, std::nothrow)); }},
    {"new[] nothrow", 16, [](std::size_t n) { return seen(::operator new[](n, std::nothrow)); }},
    {"new aligned nothrow", 64,
     [](std::size_t n) { return seen(::operator new(n, aligned, std::nothrow)); }},
    {"new[] aligned nothrow", 64,
     [](std::size_t n) { return seen(::operator new[](n, aligned, std::nothrow)); }},
}};

inline std::vector<new_form> every_form() {
  std::vector<new_form> forms(throwing_forms.begin(), throwing_forms.end());
  forms.insert(forms.end(), nothrow_forms.begin(), nothrow_forms.end());
  return forms;
}

inline bool throws_bad_alloc(const std::function<void()>& allocate) {
  try {
    allocate();
    return false;
  } catch (const std::bad_alloc&) {
    return true;
  }
}
