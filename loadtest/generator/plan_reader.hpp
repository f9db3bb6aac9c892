// Reads a plan from JSON, strictly: what it does not know or cannot run it refuses. Pure but for
// the files of bodies, which it reads.
#pragma once

#include <filesystem>
#include <string_view>

#include "loadtest/generator/plan.hpp"
#include "loadtest/generator/plan_members.hpp"

namespace generator {

/// `folder`: where a relative body_file is looked for. Throws plan_error.
plan read_plan(std::string_view json_text, const std::filesystem::path& folder);
/// The same from a file; body files are looked for beside it.
plan read_plan_file(const std::filesystem::path& file);

/// Refuses what no JSON type can: a plan without a request, methods and fields that would break the
/// request. Plans made from flags pass here too. Throws plan_error.
void check(const plan& wanted);

std::string read_file(const std::filesystem::path& file);  ///< throws std::system_error

}  // namespace generator
