#pragma once

#include <napi.h>

namespace emochat {

/// JavaScript's `learnScores(rows, {ridge, threads})`: learns linear scores on a thread of its own.
///
/// rows: `{numbers, classes, folds, sets: Uint8Array, setWeights: Float64Array, rows, columns, classCount,
/// foldCount}`, copied before this returns.
/// Gives `{result: Promise, cancel()}`. The promise gives the arrays of `LinearScores`; it is rejected with
/// the code `SCORES_INPUT`, `CANCELLED` or `OUT_OF_MEMORY`.
Napi::Value LearnScoresFromJs(const Napi::CallbackInfo& info);

}  // namespace emochat
