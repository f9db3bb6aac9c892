// The demonstrator's first part: what operator new on the global arena costs beside malloc, in the
// same process and by CPU time. For the files of this folder alone.
#pragma once

namespace arena::global {

/// Prints a table on stdout. Uses about 400 MiB of the arena, for good; throws std::bad_alloc where
/// there are not that many. Nothing is judged: the figures are the machine's.
void show_speed();

}  // namespace arena::global
