#include "server/json/escape.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace server::json::scanners {

namespace {

// At least one word long, as all here: what is less than one at the end is looked at as part of the
// last whole one, whose other bytes were clean.
std::size_t copy_words(std::string_view text, char* to) noexcept {
  constexpr std::size_t step = sizeof(std::uint64_t);
  for (std::size_t at = 0; at < text.size(); at += step) {
    at = std::min(at, text.size() - step);
    const auto found = escapes_in(copy_word<std::uint64_t>(text.data() + at, to + at));
    if (found != 0) return at + first_of(found);
  }
  return text.size();
}

#if defined(__x86_64__)

std::size_t copy_vectors(std::string_view text, char* to, std::size_t at) noexcept {
  const __m128i last_control = _mm_set1_epi8(0x1f);
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  for (; at < text.size(); at += sizeof(__m128i)) {
    at = std::min(at, text.size() - sizeof(__m128i));
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    const __m128i is_control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, last_control), bytes);
    const __m128i is_other =
        _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to + at), bytes);
    const auto found = static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(is_control, is_other)));
    if (found != 0) return at + static_cast<std::size_t>(std::countr_zero(found));
  }
  return text.size();
}

__attribute__((target("avx2"))) std::size_t copy_wide(std::string_view text, char* to) noexcept {
  const __m256i last_control = _mm256_set1_epi8(0x1f);
  const __m256i quote = _mm256_set1_epi8('"');
  const __m256i backslash = _mm256_set1_epi8('\\');
  std::size_t at = 0;
  for (; text.size() - at >= sizeof(__m256i); at += sizeof(__m256i)) {
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text.data() + at));
    const __m256i is_control = _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, last_control), bytes);
    const __m256i is_other =
        _mm256_or_si256(_mm256_cmpeq_epi8(bytes, quote), _mm256_cmpeq_epi8(bytes, backslash));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + at), bytes);
    const auto found =
        static_cast<unsigned>(_mm256_movemask_epi8(_mm256_or_si256(is_control, is_other)));
    if (found != 0) return at + static_cast<std::size_t>(std::countr_zero(found));
  }
  return copy_vectors(text, to, at);
}

#endif

}  // namespace

std::size_t copy_long(std::string_view text, char* to) noexcept {
#if defined(__x86_64__)
  // Below that, the call and the longer tail cost what the wider vectors save.
  constexpr std::size_t avx2_pays_from_bytes = 128;
  static const bool is_wide = has_avx2();
  if (text.size() >= avx2_pays_from_bytes && is_wide) return copy_wide(text, to);
  return copy_vectors(text, to, 0);
#else
  return copy_words(text, to);
#endif
}

std::size_t scalar(std::string_view text, char* to) noexcept {
  return text.size() < short_below_bytes ? copy_short(text, to) : copy_words(text, to);
}

#if defined(__x86_64__)

std::size_t sse2(std::string_view text, char* to) noexcept {
  return text.size() < short_below_bytes ? copy_short(text, to) : copy_vectors(text, to, 0);
}

std::size_t avx2(std::string_view text, char* to) noexcept {
  return text.size() < short_below_bytes ? copy_short(text, to) : copy_wide(text, to);
}

bool has_avx2() noexcept {
  return __builtin_cpu_supports("avx2") != 0;
}

#endif

}  // namespace server::json::scanners
