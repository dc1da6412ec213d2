#pragma once

#include <cstddef>
#include <functional>

namespace emochat {

/// Does `work(0)` to `work(count - 1)`, each once, on up to `threads` threads, this one among them; with
/// fewer if the system gives no more. Each thread makes its own `work` with `make`, for buffers of its own.
///
/// Returns when all is done. After an exception no more is begun, and the first one is thrown on.
void ParallelFor(std::size_t threads, std::size_t count,
                 const std::function<std::function<void(std::size_t)>()>& make);

}  // namespace emochat
