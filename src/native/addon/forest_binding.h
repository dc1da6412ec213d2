#pragma once

#include <napi.h>

namespace emochat {

/// JavaScript's `growForest(rows, options)`: grows a forest on threads of its own.
///
/// rows: `{features: Float64Array | Float32Array, classes: Uint8Array, weights?: Float64Array, rows, columns,
/// classCount}`, copied before this returns.
/// Gives `{result: Promise, cancel(), treesDone()}`. The promise gives the arrays of `GrownForest`; it is
/// rejected with the code `FOREST_INPUT`, `FOREST_TOO_LARGE`, `CANCELLED` or `OUT_OF_MEMORY`.
Napi::Value GrowForestFromJs(const Napi::CallbackInfo& info);

}  // namespace emochat
