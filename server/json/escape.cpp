#include "server/json/escape.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace server::json {

namespace scanners {

namespace {

// Has the highest bit set of bytes that must be escaped, and of no byte below the lowest of them: a
// byte of 0x80 and more is none, and a borrow cannot reach a byte without having found one below
// it.
std::uint64_t escapes_in(std::uint64_t bytes) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101;
  const auto zero_byte = [](std::uint64_t v) { return (v - ones) & ~v; };
  const std::uint64_t control = (bytes - ones * 0x20) & ~bytes;
  return (control | zero_byte(bytes ^ ones * '"') | zero_byte(bytes ^ ones * '\\')) & ones * 0x80;
}

std::size_t copy_bytes(std::string_view text, char* to, std::size_t at) noexcept {
  for (; at < text.size() && escapes[static_cast<unsigned char>(text[at])] == 0; ++at)
    to[at] = text[at];
  return at;
}

// Copies the word at `at`; true if all of it is clean.
template <class Word>
bool copy_word(std::string_view text, char* to, std::size_t at) noexcept {
  Word bytes;
  std::memcpy(&bytes, text.data() + at, sizeof bytes);
  std::memcpy(to + at, &bytes, sizeof bytes);
  constexpr std::uint64_t beside = sizeof bytes < 8 ? 0x2020202000000000 : 0;  // clean
  return escapes_in(bytes | beside) == 0;
}

// From `at` on, a word at a time. What is less than one at the end is looked at as part of the last
// whole one, whose other bytes were clean.
template <class Word>
std::size_t copy_words(std::string_view text, char* to, std::size_t at) noexcept {
  constexpr std::size_t step = sizeof(Word);
  for (; text.size() - at >= step; at += step) {
    if (!copy_word<Word>(text, to, at)) return copy_bytes(text, to, at);
  }
  if (at == text.size() || copy_word<Word>(text, to, text.size() - step)) return text.size();
  return copy_bytes(text, to, at);
}

std::size_t copy_short(std::string_view text, char* to) noexcept {
  if (text.size() >= sizeof(std::uint64_t)) return copy_words<std::uint64_t>(text, to, 0);
  if (text.size() >= sizeof(std::uint32_t)) return copy_words<std::uint32_t>(text, to, 0);
  return copy_bytes(text, to, 0);
}

#if defined(__x86_64__)

// As copy_words; `text` is at least one vector long.
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

#endif

}  // namespace

std::size_t scalar(std::string_view text, char* to) noexcept {
  return copy_short(text, to);
}

#if defined(__x86_64__)

std::size_t sse2(std::string_view text, char* to) noexcept {
  return text.size() < sizeof(__m128i) ? copy_short(text, to) : copy_vectors(text, to, 0);
}

__attribute__((target("avx2"))) std::size_t avx2(std::string_view text, char* to) noexcept {
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
  if (text.size() < sizeof(__m128i)) return copy_short(text, to);
  return copy_vectors(text, to, at);
}

bool has_avx2() noexcept {
  return __builtin_cpu_supports("avx2") != 0;
}

#endif

}  // namespace scanners

std::size_t copy_clean(std::string_view text, char* to) noexcept {
#if defined(__x86_64__)
  // Below that, the call and the longer tail cost what the wider vectors save.
  constexpr std::size_t avx2_pays_from_bytes = 128;
  static const bool has_avx2 = scanners::has_avx2();
  if (text.size() >= avx2_pays_from_bytes && has_avx2) return scanners::avx2(text, to);
  return scanners::sse2(text, to);
#else
  return scanners::scalar(text, to);
#endif
}

}  // namespace server::json
